/// What an agent sees of a task that is to be placed, of the elements, and of the task's graph. Times are in units of
/// the mean task; those of elements are related to the best of them.
struct SchedulingSight: Sendable {
    private static let jobNames = ["jobs", "ready", "rank", "followers", "depth", "age", "left", "slack"]
    private static let elementNames = [
        "time", "finish", "outlook", "wait", "arrival", "queued", "busy", "speed",
    ]
    /// Nothing is shown to be further away than this.
    private static let bound = 10.0

    let names: [String]
    private let problem: SoCProblem
    private let graph: GraphSight?

    init(_ problem: SoCProblem, showsGraph: Bool) {
        self.problem = problem
        graph = showsGraph ? GraphSight(problem.tables, problem.facts) : nil
        let elements = problem.tables.platform.elementNames.map { $0.lowercased() }
        names =
            SchedulingSight.jobNames
            + elements.flatMap { element in
                SchedulingSight.elementNames.map { "\($0)_\(element)" }
            } + (graph?.names ?? [])
    }

    /// What is seen of a task.
    func values(_ task: Int, _ episode: SchedulingEpisode) -> [Double] {
        let simulation = episode.simulation
        let (tables, facts) = (problem.tables, problem.facts)
        let row = Int(simulation.tasks[task].row)
        let slot = simulation.slots[task / tables.longest]
        let application = tables.applications[slot.application]
        let age = Double(simulation.now - slot.injected) / facts.unit
        let slack = application.deadline.map { deadline in
            (deadline - Double(simulation.now - slot.injected) - facts.rank[row]) / facts.unit
        }
        var values = [
            Double(simulation.tally.inSystem), Double(episode.open.count), facts.rank[row] / facts.unit,
            facts.followerCount[row], Double(tables.depth[row]), age,
            Double(slot.tasksLeft) / Double(application.tasks.count), min(100, max(-100, slack ?? 0)),
        ]
        values.reserveCapacity(names.count)
        addElements(to: &values, task, row, simulation)
        graph?.add(to: &values, task, simulation)
        return values
    }

    private func addElements(to values: inout [Double], _ task: Int, _ row: Int, _ simulation: Simulation) {
        let (tables, unit) = (problem.tables, problem.facts.unit)
        let now = Double(simulation.now)
        let range = tables.choiceStart[row]..<tables.choiceStart[row + 1]
        let first = values.count
        let width = SchedulingSight.elementNames.count
        var (leastFinish, leastOutlook) = (Double.infinity, Double.infinity)
        for element in 0..<tables.elementCount {
            let state = simulation.elements[element]
            let cluster = tables.clusterOf[element]
            values += [
                0, .infinity, .infinity, min(SchedulingSight.bound, max(0, state.available - now) / unit),
                0, Double(simulation.queues[element].count), state.isBusy ? 1 : 0,
                1 / (1 + simulation.power.slowdown[cluster]),
            ]
        }
        for place in range {
            let choice = tables.choices[place]
            let start = first + choice.element * width
            let finish = simulation.finishTime(task, on: choice.element, taking: choice.time)
            let rest = problem.facts.rest[row * tables.elementCount + choice.element]
            values[start] = choice.time / unit
            values[start + 1] = finish
            values[start + 2] = finish + rest
            values[start + 4] = min(SchedulingSight.bound, simulation.transferTime(task, to: choice.element) / unit)
            leastFinish = min(leastFinish, finish)
            leastOutlook = min(leastOutlook, finish + rest)
        }
        for element in 0..<tables.elementCount {
            let start = first + element * width
            values[start + 1] = min(SchedulingSight.bound, (values[start + 1] - leastFinish) / unit)
            values[start + 2] = min(SchedulingSight.bound, (values[start + 2] - leastOutlook) / unit)
        }
    }
}

/// A task among its relatives: features of tasks, passed along the graph as means over neighbours, one and two steps
/// towards the end and one towards the beginning, with summaries of the job and of all jobs (as Decima's and DeepSoCS'
/// networks aggregate, but with fixed weights).
struct GraphSight: Sendable {
    private static let features = ["time", "rank", "inputs", "ready", "placed", "done"]
    private static let parts = ["self", "next", "second", "before", "job", "all"]

    let names = GraphSight.parts.flatMap { part in GraphSight.features.map { "\(part)_\($0)" } }
    private let tables: TaskTables
    private let facts: TaskFacts

    init(_ tables: TaskTables, _ facts: TaskFacts) { (self.tables, self.facts) = (tables, facts) }

    func add(to values: inout [Double], _ task: Int, _ simulation: Simulation) {
        let slot = task / tables.longest
        let base = slot * tables.longest
        let row = Int(simulation.tasks[task].row)
        let own = features(task, simulation)
        for place in GraphSight.features.indices { values.append(own[place]) }
        var next = Sum()
        var second = Sum()
        for place in tables.followerStart[row]..<tables.followerStart[row + 1] {
            let follower = base + tables.followers[place]
            next.add(features(follower, simulation))
            let other = Int(simulation.tasks[follower].row)
            for place in tables.followerStart[other]..<tables.followerStart[other + 1] {
                second.add(features(base + tables.followers[place], simulation))
            }
        }
        var before = Sum()
        for place in tables.inputStart[row]..<tables.inputStart[row + 1] {
            before.add(features(base + tables.inputs[place], simulation))
        }
        var (job, all) = (Sum(), Sum())
        for other in simulation.slots.indices where simulation.slots[other].tasksLeft > 0 {
            let count = tables.applications[simulation.slots[other].application].tasks.count
            for place in 0..<count {
                let item = features(other * tables.longest + place, simulation)
                all.add(item)
                if other == slot { job.add(item) }
            }
        }
        for sum in [next, second, before, job, all] { values += sum.mean }
    }

    private func features(_ task: Int, _ simulation: Simulation) -> SIMD8<Double> {
        let state = simulation.tasks[task]
        let row = Int(state.row)
        let isDone = state.finish >= 0
        let isPlaced = state.element >= 0 && !isDone
        let isReady = state.inputsLeft == 0 && !isDone && !isPlaced
        return SIMD8(
            tables.meanTime[row] / facts.unit, facts.rank[row] / facts.unit, Double(state.inputsLeft),
            isReady ? 1 : 0, isPlaced ? 1 : 0, isDone ? 1 : 0, 0, 0)
    }

    private struct Sum {
        private var total = SIMD8<Double>.zero
        private var count = 0.0

        mutating func add(_ item: SIMD8<Double>) {
            total += item
            count += 1
        }

        var mean: [Double] { (0..<GraphSight.features.count).map { total[$0] / max(1, count) } }
    }
}
