/// Every job by a table: where each task of its application runs and in which order on an element, made beforehand as
/// if the job were alone.
struct JobTable: Sendable {
    private let processors: [Int]
    /// The task before each one on its element in the table; -1 for none.
    private let before: [Int]

    /// The tables of a rule that has some; nil for the others.
    init?(_ rule: PlacingRule, on tables: TaskTables) {
        guard let rule = StaticRule(rawValue: rule.rawValue) else { return nil }
        var processors: [Int] = []
        var before: [Int] = []
        for (place, application) in tables.applications.enumerated() {
            let start = tables.taskStart[place]
            let problem = StaticProblem(
                times: application.tasks.indices.map { task in
                    (0..<tables.elementCount).map { tables.time(start + task, on: $0) ?? .infinity }
                },
                inputs: application.tasks.enumerated().map { task, item in
                    let first = tables.inputStart[start + task]
                    return item.inputs.enumerated().map { ($1.task, tables.meanTransfer(first + $0)) }
                })
            let schedule = rule.schedule(problem)
            processors += schedule.processors
            before += application.tasks.indices.map { task in
                let earlier = application.tasks.indices.filter { other in
                    schedule.processors[other] == schedule.processors[task]
                        && (schedule.starts[other], other) < (schedule.starts[task], task)
                }
                return earlier.max { (schedule.starts[$0], $0) < (schedule.starts[$1], $1) } ?? -1
            }
        }
        (self.processors, self.before) = (processors, before)
    }

    func place(in simulation: inout Simulation) {
        let longest = simulation.tables.longest
        for task in simulation.ready {
            let row = Int(simulation.tasks[task].row)
            simulation.place(task, on: processors[row])
            guard before[row] >= 0 else { continue }
            let slot = task / longest
            simulation.tasks[task].follows = Int32(slot * longest + before[row])
            simulation.tasks[task].followsJob = simulation.slots[slot].job
        }
    }
}

extension TaskTables {
    /// us of an input between different elements, on average over clusters that work.
    func meanTransfer(_ input: Int) -> Double {
        let working = Set(clusterOf).sorted()
        var (sum, pairs) = (0.0, 0.0)
        for from in working {
            for to in working {
                guard let source = clusterOf.firstIndex(of: from), let target = clusterOf.lastIndex(of: to),
                    source != target
                else { continue }
                sum += Double(transfer(input, from: source, to: target))
                pairs += 1
            }
        }
        return pairs > 0 ? sum / pairs : 0
    }
}
