/// HEFT at run time: what each element is to do in which order, into whose gaps ready tasks are put, those with the
/// longest mean time first (Mack et al., TPDS 33(4), 2022).
struct ElementPlans: Sendable {
    private struct Item: Sendable {
        let task: Int
        let job: Int
        var start: Double
        var end: Double
    }

    private var plans: [[Item]]
    private var order: [Int] = []

    init(elements: Int) { plans = [[Item]](repeating: [], count: elements) }

    /// Places every ready task and lets it follow the one before it on its element.
    mutating func place(in simulation: inout Simulation) {
        for element in plans.indices { refresh(element, simulation) }
        let tables = simulation.tables
        order = simulation.ready
        // A stable order: of equal ranks the one that got ready first.
        order = order.enumerated().sorted { left, right in
            let ranks = (mean(left.element, simulation), mean(right.element, simulation))
            return ranks.0 != ranks.1 ? ranks.0 > ranks.1 : left.offset < right.offset
        }.map(\.element)
        simulation.ready = order
        for task in order {
            let row = Int(simulation.tasks[task].row)
            var best = (element: -1, index: 0, start: 0.0, end: Double.infinity)
            for place in tables.choiceStart[row]..<tables.choiceStart[row + 1] {
                let choice = tables.choices[place]
                let arrival = Double(simulation.now) + simulation.transferTime(task, to: choice.element)
                let (index, start) = gap(on: choice.element, from: arrival, lasting: choice.time)
                if start + choice.time < best.end { best = (choice.element, index, start, start + choice.time) }
            }
            let job = simulation.slots[task / tables.longest].job
            plans[best.element].insert(
                Item(task: task, job: job, start: best.start, end: best.end), at: best.index)
            simulation.place(task, on: best.element)
        }
        for plan in plans { link(plan, &simulation) }
    }

    private func mean(_ task: Int, _ simulation: Simulation) -> Double {
        simulation.tables.meanTime[Int(simulation.tasks[task].row)]
    }

    /// Drops what has finished, and moves on what is late.
    private mutating func refresh(_ element: Int, _ simulation: Simulation) {
        plans[element].removeAll { item in
            simulation.slots[item.task / simulation.tables.longest].job != item.job
                || simulation.tasks[item.task].finish >= 0
        }
        var free = Double(simulation.now)
        for index in plans[element].indices {
            let item = plans[element][index]
            let length = item.end - item.start
            let begun = simulation.tasks[item.task].start
            plans[element][index].start = begun >= 0 ? Double(begun) : max(item.start, free)
            plans[element][index].end = max(plans[element][index].start + length, free)
            free = plans[element][index].end
        }
    }

    /// Where in a plan a task that can start from `arrival` fits first, and when.
    private func gap(on element: Int, from arrival: Double, lasting time: Double) -> (index: Int, start: Double) {
        var free = 0.0
        for (index, item) in plans[element].enumerated() {
            let start = max(free, arrival)
            if start + time <= item.start { return (index, start) }
            free = item.end
        }
        return (plans[element].count, max(free, arrival))
    }

    private func link(_ plan: [Item], _ simulation: inout Simulation) {
        for (index, item) in plan.enumerated() {
            simulation.tasks[item.task].follows = index > 0 ? Int32(plan[index - 1].task) : -1
            simulation.tasks[item.task].followsJob = index > 0 ? plan[index - 1].job : 0
        }
    }
}
