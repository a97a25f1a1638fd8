import Gym

/// One episode of a scheduling environment: a simulation that stops at every ready task, and what changed since.
struct SchedulingEpisode: Sendable {
    let problem: SoCProblem
    private(set) var simulation: Simulation
    /// Ready tasks that are not decided on, in the order in which they got ready.
    private(set) var open: [Int] = []
    private var best: [PlacingScratch.Placement] = []
    /// How many of this tick's tasks have been decided on.
    private var decided = 0
    private(set) var isOver = false

    private var jobTime = 0
    private var energy = 0.0
    private var completed = 0
    private var clock = 0

    init(_ problem: SoCProblem, seed: UInt64, records: Bool = false) {
        self.problem = problem
        simulation = problem.simulation(seed: seed, records: records)
        goOn()
    }

    /// Whether nothing has been decided on since the clock stood still.
    var isFreshTick: Bool { decided == 0 }

    /// The place in `open` of the task that can finish first, the first of equals.
    var earliest: Int {
        var chosen = 0
        for place in best.indices where best[place].value < best[chosen].value { chosen = place }
        return chosen
    }

    /// Where the open task at a place would finish first.
    func bestElement(_ place: Int) -> Int { best[place].element }

    /// us from now until the open task at a place would be done there.
    func bestFinish(_ place: Int) -> Double { best[place].value }

    /// Places the open task at a place on an element, and goes on to the next decision.
    mutating func decide(_ place: Int, on element: Int) {
        let task = open[place]
        let row = Int(simulation.tasks[task].row)
        let time = simulation.tables.time(row, on: element) ?? 0
        let value = simulation.finishTime(task, on: element, taking: time)
        simulation.place(task, on: element, availableIn: value)
        simulation.queueNext(task, at: decided)
        decided += 1
        open.remove(at: place)
        best.remove(at: place)
        if open.isEmpty {
            simulation.commit()
            goOn()
        } else {
            // What an element has to do only grows, so that only those can change which wanted this one.
            for place in open.indices where best[place].element == element {
                best[place] = simulation.earliest(open[place])
            }
        }
    }

    private mutating func goOn() {
        decided = 0
        guard simulation.advance() else {
            isOver = true
            return
        }
        open = simulation.ready
        best = open.map { simulation.earliest($0) }
    }

    /// us at which the episode stands.
    var now: Int {
        guard isOver else { return simulation.now }
        return simulation.settings.end.isFinite && simulation.tally.completedInAll < simulation.settings.jobs
            ? Int(simulation.settings.end) : simulation.tally.lastCompletion
    }

    /// The metrics after a step, in the order of `SchedulingMetrics.all`.
    mutating func measure() -> [Double?] {
        let tally = simulation.tally
        let now = now
        let total = isOver ? tally.jobTime : tally.jobTime(at: now)
        let (waited, elapsed) = (Double(total - jobTime), Double(now - clock))
        let spent = tally.totalEnergy
        let done = Double(tally.completed - completed)
        let joules = spent - energy
        (jobTime, clock, energy, completed) = (total, now, spent, tally.completed)
        // Before a job is complete, what those in the system have waited so far stands for it.
        let latency = tally.meanLatency ?? max(1, Double(total) / Double(max(1, tally.injected)))
        let period = Double(max(1, now)) * Double(problem.tables.elementCount)
        let tracks = problem.settings.tracksEnergy
        return [
            latency, Double(tally.completed), Double(now), tracks ? spent * 1e3 : nil,
            tracks ? spent * Double(now) * 1e-3 : nil, Double(tally.active.reduce(0, +)) / period,
            Double(tally.blocking.reduce(0, +)) / period, Double(tally.missed), tally.tardiness, waited,
            50 * done - 0.5 * elapsed, elapsed, tracks ? joules * 1e3 : nil, isOver ? latency : 0,
        ]
    }
}

/// What the scheduling environments report after every decision.
enum SchedulingMetrics {
    static let all = [
        Metric(
            "latency", unit: "us", goal: .minimize,
            note: "mean of the complete jobs so far, from injection to the last task"),
        Metric("completed", unit: "1", goal: .maximize, isPositive: false, note: "jobs so far"),
        Metric("makespan", unit: "us", goal: .minimize, isPositive: false, note: "time so far"),
        Metric("energy", unit: "mJ", goal: .minimize, isPositive: false, note: "of all elements so far"),
        Metric("edp", unit: "uJ*s", goal: .minimize, isPositive: false, note: "energy times time so far"),
        Metric("utilisation", unit: "1", goal: .maximize, isPositive: false, note: "busy share of elements and time"),
        Metric(
            "blocking", unit: "1", goal: .minimize, isPositive: false,
            note: "share of elements and time in which a task waits for a busy element, its data there"),
        Metric("missed", unit: "1", goal: .minimize, isPositive: false, note: "jobs after their deadline so far"),
        Metric("tardiness", unit: "us", goal: .minimize, isPositive: false, note: "by how much, summed so far"),
        Metric(
            "job_time", unit: "us", goal: .minimize, isPositive: false,
            note: "jobs in the system times time of this step; an episode's sum is the sum of its latencies"),
        Metric(
            "bonus", unit: "1", goal: .maximize, isPositive: false,
            note: "50 a completed job less half the us of this step, as SoCRATES rewards"),
        Metric(
            "elapsed", unit: "us", goal: .minimize, isPositive: false,
            note: "time of this step; an episode's sum is its makespan"),
        Metric("step_energy", unit: "mJ", goal: .minimize, isPositive: false, note: "of this step"),
        Metric(
            "final_latency", unit: "us", goal: .minimize, isPositive: false,
            note: "the mean latency at the last step, 0 at all others"),
    ]

    /// What ETF comes to in the episode of seed 0; per-step metrics have no reference.
    static func reference(_ problem: SoCProblem) -> [Double?] {
        var episode = SchedulingEpisode(problem, seed: 0)
        var turns = 0
        while !episode.isOver, turns < problem.horizon {
            let place = episode.earliest
            episode.decide(place, on: episode.bestElement(place))
            turns += 1
        }
        let values = episode.measure()
        return values.enumerated().map { $0.offset < 9 ? $0.element : nil }
    }
}
