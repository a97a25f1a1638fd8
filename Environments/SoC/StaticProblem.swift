import Gym

/// One graph of tasks to be scheduled alone and beforehand: times by task and processor, and what data take between
/// different processors (nothing on the same one).
package struct StaticProblem: Sendable {
    /// Data from one task to another.
    package struct Edge: Sendable {
        /// The task at the other end.
        package let task: Int
        /// us between different processors.
        package let time: Double
    }

    /// us by task and processor, infinite where it can't run.
    package let times: [[Double]]
    /// What each task waits for.
    package let inputs: [[Edge]]
    /// What waits for each task.
    package let followers: [[Edge]]
    /// Tasks before those that wait for them, lower numbers first.
    let order: [Int]

    /// us before which a task may not start, as for a job that comes later; 0 where nothing is said.
    package let releases: [Double]

    /// States a problem; `inputs` names for each task what it waits for and how long data take.
    package init(times: [[Double]], inputs: [[(task: Int, time: Double)]], releases: [Double] = []) {
        self.times = times
        self.inputs = inputs.map { $0.map { Edge(task: $0.task, time: $0.time) } }
        self.releases = releases.isEmpty ? [Double](repeating: 0, count: times.count) : releases
        var followers = [[Edge]](repeating: [], count: times.count)
        for (task, edges) in inputs.enumerated() {
            for edge in edges { followers[edge.task].append(Edge(task: task, time: edge.time)) }
        }
        self.followers = followers
        var waits = inputs.map(\.count)
        var order: [Int] = []
        while let task = waits.indices.first(where: { waits[$0] == 0 }) {
            order.append(task)
            waits[task] = -1
            for edge in followers[task] { waits[edge.task] -= 1 }
        }
        self.order = order
    }

    /// Two problems on the same processors, the second released `delay` us later.
    package init(_ first: StaticProblem, and second: StaticProblem, after delay: Double) {
        let count = first.times.count
        self.init(
            times: first.times + second.times,
            inputs: first.inputs.map { $0.map { ($0.task, $0.time) } }
                + second.inputs.map { $0.map { ($0.task + count, $0.time) } },
            releases: first.releases + second.releases.map { $0 + delay })
    }

    /// The graph of an application on a platform, with bandwidth 1 and one processor an element, as textbooks state
    /// it: volumes are us.
    package init(_ application: Application, on platform: Platform) {
        let columns = platform.clusters.filter { $0.kind != .memory }.flatMap { cluster in
            [Platform.Cluster](repeating: cluster, count: cluster.count)
        }
        self.init(
            times: application.tasks.map { task in
                columns.map { cluster in
                    task.times[cluster.name].map { cluster.times[task.name] ?? $0 } ?? .infinity
                }
            },
            inputs: application.tasks.map { $0.inputs.map { ($0.task, $0.volume) } })
    }

    /// The processors that can run a task.
    func processors(of task: Int) -> [Int] { times[task].indices.filter { times[task][$0] < .infinity } }

    /// The mean time of a task over the processors that can run it.
    func meanTime(_ task: Int) -> Double {
        let usable = processors(of: task).map { times[task][$0] }
        return usable.reduce(0, +) / Double(usable.count)
    }
}

/// A schedule made beforehand.
package struct StaticSchedule: Sendable, Hashable {
    /// The processor of each task.
    package var processors: [Int]
    /// When each task starts, us.
    package var starts: [Double]
    /// When each task finishes, us.
    package var finishes: [Double]

    init(tasks: Int) {
        processors = [Int](repeating: -1, count: tasks)
        starts = [Double](repeating: 0, count: tasks)
        finishes = starts
    }

    /// When the last task finishes, us.
    package var makespan: Double { finishes.max() ?? 0 }

    /// What is wrong with it, nil for a schedule that can be run: every task once, after its inputs, and one task at
    /// a time on a processor.
    package func flaw(in problem: StaticProblem) -> String? {
        for task in problem.times.indices {
            let processor = processors[task]
            guard processor >= 0, problem.times[task][processor] < .infinity else { return "task \(task) is nowhere" }
            guard finishes[task] == starts[task] + problem.times[task][processor] else { return "task \(task) is cut" }
            guard starts[task] >= problem.releases[task] else { return "task \(task) starts before its release" }
            for edge in problem.inputs[task] {
                let time = processors[edge.task] == processor ? 0 : edge.time
                guard finishes[edge.task] + time <= starts[task] else { return "task \(task) starts too early" }
            }
            for other in problem.times.indices where other != task && processors[other] == processor {
                guard finishes[other] <= starts[task] || finishes[task] <= starts[other] else {
                    return "tasks \(task) and \(other) overlap"
                }
            }
        }
        return nil
    }
}

/// Tasks on processors in the making: insertion into gaps.
struct Timetable {
    private var busy: [[(start: Double, end: Double)]]
    private(set) var schedule: StaticSchedule
    let problem: StaticProblem

    init(_ problem: StaticProblem) {
        self.problem = problem
        busy = [[(start: Double, end: Double)]](repeating: [], count: problem.times.first?.count ?? 0)
        schedule = StaticSchedule(tasks: problem.times.count)
    }

    /// The first time at which a task can start on a processor, gaps included.
    func start(_ task: Int, on processor: Int) -> Double {
        var arrival = problem.releases[task]
        for edge in problem.inputs[task] {
            let time = schedule.processors[edge.task] == processor ? 0 : edge.time
            arrival = max(arrival, schedule.finishes[edge.task] + time)
        }
        let length = problem.times[task][processor]
        var free = 0.0
        for piece in busy[processor] {
            let start = max(free, arrival)
            if start + length <= piece.start { return start }
            free = piece.end
        }
        return max(free, arrival)
    }

    mutating func add(_ task: Int, on processor: Int) {
        let start = start(task, on: processor)
        let end = start + problem.times[task][processor]
        schedule.processors[task] = processor
        (schedule.starts[task], schedule.finishes[task]) = (start, end)
        let place = busy[processor].firstIndex { $0.start >= end } ?? busy[processor].count
        busy[processor].insert((start, end), at: place)
    }
}
