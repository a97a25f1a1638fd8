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

    init(elements: Int) { plans = [[Item]](repeating: [], count: elements) }

    /// Places every ready task and lets it follow the one before it on its element.
    mutating func place(in simulation: inout Simulation) {
        for element in plans.indices { refresh(element, simulation) }
        simulation.ready = ElementPlans.ranked(simulation.ready, simulation)
        for task in simulation.ready { simulation.place(task, on: insert(task, simulation)) }
        for plan in plans { link(plan, &simulation) }
    }

    /// Where the rule would place tasks, by what elements have in hand now.
    mutating func advise(_ tasks: [Int], in simulation: Simulation) -> [(task: Int, element: Int)] {
        for element in plans.indices { rebuild(element, simulation) }
        return ElementPlans.ranked(tasks, simulation).map { ($0, insert($0, simulation)) }
    }

    /// Tasks by falling mean time; of equal ones the one that got ready first.
    private static func ranked(_ tasks: [Int], _ simulation: Simulation) -> [Int] {
        let means = tasks.map { simulation.tables.meanTime[Int(simulation.tasks[$0].row)] }
        return tasks.indices.sorted { means[$0] != means[$1] ? means[$0] > means[$1] : $0 < $1 }.map { tasks[$0] }
    }

    /// Puts a task where it would be done first, and says where that is.
    private mutating func insert(_ task: Int, _ simulation: Simulation) -> Int {
        let tables = simulation.tables
        let row = Int(simulation.tasks[task].row)
        var best = (element: -1, index: 0, start: 0.0, end: Double.infinity)
        for place in tables.choiceStart[row]..<tables.choiceStart[row + 1] {
            let choice = tables.choices[place]
            let arrival = Double(simulation.now) + simulation.transferTime(task, to: choice.element)
            let (index, start) = gap(on: choice.element, from: arrival, lasting: choice.time)
            if start + choice.time < best.end { best = (choice.element, index, start, start + choice.time) }
        }
        let job = simulation.slots[task / tables.longest].job
        plans[best.element].insert(Item(task: task, job: job, start: best.start, end: best.end), at: best.index)
        return best.element
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

    /// Takes the plan from what runs and what is queued, at times without noise.
    private mutating func rebuild(_ element: Int, _ simulation: Simulation) {
        plans[element].removeAll(keepingCapacity: true)
        var free = Double(simulation.now)
        let running = simulation.elements[element].task
        for task in (running >= 0 ? [running] : []) + simulation.queues[element].map(\.task) {
            let state = simulation.tasks[task]
            let time = simulation.tables.time(Int(state.row), on: element) ?? 0
            let start = state.start >= 0 ? Double(state.start) : free
            let end = max(free, start + time)
            plans[element].append(
                Item(task: task, job: simulation.slots[task / simulation.tables.longest].job, start: start, end: end))
            free = end
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
