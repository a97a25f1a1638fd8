/// Layers of several tasks on two machines: a task's layers follow one another, a machine runs one layer at a time.
struct CodesignSchedule {
    /// Which machine a layer may run on.
    enum Mode: String, CaseIterable {
        /// The first task on the first machine, the second on the second.
        case straight
        /// The other way round.
        case crossed
        /// Each layer where it is done first.
        case greedy
    }

    /// Cycles and pJ of a layer on each machine; nil where it does not fit.
    typealias Work = [(cycles: Double, energy: Double)?]

    /// Until all is done.
    private(set) var cycles = 0.0
    /// pJ of all layers where they run.
    private(set) var energy = 0.0
    /// Cycles in which each machine has a layer.
    private(set) var busy = [0.0, 0.0]

    /// Schedules, the layer that ends first always next; nil where a layer fits no machine that it may run on.
    init?(_ tasks: [[Work]], mode: Mode) {
        var next = tasks.map { _ in 0 }
        var ready = tasks.map { _ in 0.0 }
        var free = [0.0, 0.0]
        for _ in 0..<tasks.reduce(0, { $0 + $1.count }) {
            var choice: (task: Int, machine: Int, end: Double)?
            for task in tasks.indices where next[task] < tasks[task].count {
                for machine in 0..<2 where CodesignSchedule.allows(mode, task, machine) {
                    guard let work = tasks[task][next[task]][machine] else { continue }
                    let end = max(ready[task], free[machine]) + work.cycles
                    if end < choice?.end ?? .infinity { choice = (task, machine, end) }
                }
            }
            guard let (task, machine, end) = choice, let work = tasks[task][next[task]][machine] else { return nil }
            (ready[task], free[machine]) = (end, end)
            next[task] += 1
            busy[machine] += work.cycles
            energy += work.energy
            cycles = max(cycles, end)
        }
    }

    private static func allows(_ mode: Mode, _ task: Int, _ machine: Int) -> Bool {
        switch mode {
        case .straight: task == machine
        case .crossed: task != machine
        case .greedy: true
        }
    }
}
