/// Rules that schedule a whole graph beforehand.
package enum StaticRule: String, Sendable, CaseIterable {
    /// Heterogeneous earliest finish time (Topcuoglu, Hariri and Wu, TPDS 13(3), 2002, §4.1).
    case heft
    /// Critical path on a processor (the same, §4.2).
    case cpop
    /// Predict earliest finish time (Arabnejad and Barbosa, TPDS 25(3), 2014).
    case peft

    /// The rule's schedule.
    package func schedule(_ problem: StaticProblem) -> StaticSchedule {
        switch self {
        case .heft: StaticRule.heft(problem)
        case .cpop: StaticRule.cpop(problem)
        case .peft: StaticRule.peft(problem)
        }
    }

    /// How far it is from a task to the end of the graph, itself included, by mean times.
    private static func upwardRanks(_ problem: StaticProblem) -> [Double] {
        var ranks = [Double](repeating: 0, count: problem.times.count)
        for task in problem.order.reversed() {
            let rest = problem.followers[task].map { $0.time + ranks[$0.task] }.max() ?? 0
            ranks[task] = problem.meanTime(task) + rest
        }
        return ranks
    }

    /// How far it is from the beginning to a task, without itself.
    private static func downwardRanks(_ problem: StaticProblem) -> [Double] {
        var ranks = [Double](repeating: 0, count: problem.times.count)
        for task in problem.order {
            ranks[task] = problem.inputs[task].map { ranks[$0.task] + problem.meanTime($0.task) + $0.time }.max() ?? 0
        }
        return ranks
    }

    /// The processor on which a task would finish first, the lowest of equals; `extra` is added before comparing.
    private static func earliest(
        _ task: Int, _ table: Timetable, extra: (Int) -> Double = { _ in 0 }
    ) -> Int {
        var best = (processor: -1, finish: Double.infinity)
        for processor in table.problem.processors(of: task) {
            let finish = table.start(task, on: processor) + table.problem.times[task][processor] + extra(processor)
            if finish < best.finish { best = (processor, finish) }
        }
        return best.processor
    }

    private static func heft(_ problem: StaticProblem) -> StaticSchedule {
        let ranks = upwardRanks(problem)
        var table = Timetable(problem)
        // Tasks of equal rank keep the graph's order, so that inputs always come first.
        let places = Dictionary(uniqueKeysWithValues: problem.order.enumerated().map { ($1, $0) })
        let order = problem.order.sorted {
            ranks[$0] != ranks[$1] ? ranks[$0] > ranks[$1] : (places[$0] ?? 0) < (places[$1] ?? 0)
        }
        for task in order { table.add(task, on: earliest(task, table)) }
        return table.schedule
    }

    private static func cpop(_ problem: StaticProblem) -> StaticSchedule {
        let (up, down) = (upwardRanks(problem), downwardRanks(problem))
        let priorities = zip(up, down).map { $0 + $1 }
        let longest = priorities.max() ?? 0
        func isCritical(_ task: Int) -> Bool { priorities[task] >= longest - 1e-9 * max(1, longest) }
        var path: Set<Int> = []
        var next = problem.order.first { problem.inputs[$0].isEmpty && isCritical($0) }
        while let task = next {
            path.insert(task)
            next = problem.followers[task].map(\.task).first(where: isCritical)
        }
        let processors = problem.times.first?.indices ?? 0..<0
        let sums = processors.map { processor in path.reduce(0) { $0 + problem.times[$1][processor] } }
        let least = sums.min() ?? 0
        let home = least < .infinity ? sums.firstIndex(of: least) : nil
        var table = Timetable(problem)
        var waits = problem.inputs.map(\.count)
        var ready = problem.order.filter { waits[$0] == 0 }
        while let task = ready.max(by: { priorities[$0] < priorities[$1] }) {
            ready.removeAll { $0 == task }
            let isOnPath = path.contains(task)
            table.add(task, on: isOnPath ? home ?? earliest(task, table) : earliest(task, table))
            for edge in problem.followers[task] {
                waits[edge.task] -= 1
                if waits[edge.task] == 0 { ready.append(edge.task) }
            }
        }
        return table.schedule
    }

    private static func peft(_ problem: StaticProblem) -> StaticSchedule {
        // The optimistic cost table: what is left after a task that ran on a processor.
        var costs = problem.times.map { $0.map { _ in 0.0 } }
        for task in problem.order.reversed() {
            for processor in costs[task].indices {
                costs[task][processor] =
                    problem.followers[task].map { edge in
                        problem.processors(of: edge.task).map { other in
                            costs[edge.task][other] + problem.times[edge.task][other]
                                + (other == processor ? 0 : edge.time)
                        }.min() ?? 0
                    }.max() ?? 0
            }
        }
        let ranks = problem.times.indices.map { task in
            let usable = problem.processors(of: task)
            return usable.reduce(0) { $0 + costs[task][$1] } / Double(usable.count)
        }
        var table = Timetable(problem)
        var waits = problem.inputs.map(\.count)
        var ready = problem.order.filter { waits[$0] == 0 }
        // Of equal ranks the one that got ready first.
        while let task = ready.max(by: { ranks[$0] < ranks[$1] }) {
            ready.removeAll { $0 == task }
            table.add(task, on: earliest(task, table) { costs[task][$0] })
            for edge in problem.followers[task] {
                waits[edge.task] -= 1
                if waits[edge.task] == 0 { ready.append(edge.task) }
            }
        }
        return table.schedule
    }
}
