public import Gym

/// Jobs on a system on chip, a decision for every ready task: which one is placed next, on the element where it would
/// be done first. The formulation of DeepSoCS.
public struct SoCOrdering: Environment {
    /// The window's places as choices, what is seen before each, and what is reported after it.
    public let spec: EnvironmentSpec
    private let problem: SoCProblem
    private let window: Int
    var episode: SchedulingEpisode?
    /// Whether episodes that begin from now on are written down.
    public var recordsSchedule = false

    private static let features = ["time", "finish", "wait", "rank", "followers", "depth", "age", "left"]

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in try SoCOrdering(options) }
    }

    /// Reads workload and platform.
    ///
    /// - Throws: `GymError` that names what is wrong with an option or a file.
    public init(_ options: Options) throws {
        problem = try SoCProblem(options)
        window = try SoCProblem.whole(options, "window")
        let places = (1...window).map { "ready\($0)" }
        let space = Space([
            Parameter(
                "task", .categorical(places), default: "ready1",
                note: "which of the ready tasks is placed next, in the order in which they got ready")
        ])
        let names = places.flatMap { place in SoCOrdering.features.map { "\($0)_\(place)" } }
        spec = EnvironmentSpec(
            id: SoCOrdering.datasheet.id, actionSpace: space,
            observationNames: ["jobs", "ready"] + names + ["advice_etf", "advice_eft", "advice_heft-rt"],
            metrics: SchedulingMetrics.all, horizon: problem.horizon, isPure: false,
            reference: SchedulingMetrics.reference(problem))
    }

    /// Begins an episode at its first decision.
    public mutating func reset(seed: UInt64, deadline: Deadline) throws -> Observation {
        let episode = SchedulingEpisode(problem, seed: seed, records: recordsSchedule)
        self.episode = episode
        guard !episode.isOver else { throw GymError(.badInput, "an episode has nothing to decide") }
        return observe(episode)
    }

    /// Places the chosen task and goes on to the next decision.
    public mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation {
        guard var episode, !episode.isOver else {
            throw GymError(.stepBeforeReset, "a step before the first reset")
        }
        self.episode = nil
        // What the mask forbids is taken as the first task.
        let place = Int(action[0]) < episode.open.count ? Int(action[0]) : 0
        episode.decide(place, on: episode.bestElement(place))
        let metrics = episode.measure()
        self.episode = episode
        return Evaluation(observation: observe(episode), metrics: metrics, terminated: episode.isOver)
    }

    private func observe(_ episode: SchedulingEpisode) -> Observation {
        guard !episode.isOver else {
            return Observation([Double](repeating: 0, count: spec.observationNames.count))
        }
        let (simulation, facts, tables) = (episode.simulation, problem.facts, problem.tables)
        let count = min(window, episode.open.count)
        var values = [Double(simulation.tally.inSystem), Double(episode.open.count)]
        values.reserveCapacity(spec.observationNames.count)
        var (earliest, longest) = (0, 0)
        for place in 0..<window {
            guard place < count else {
                values += [Double](repeating: 0, count: SoCOrdering.features.count)
                continue
            }
            let task = episode.open[place]
            let row = Int(simulation.tasks[task].row)
            let slot = simulation.slots[task / tables.longest]
            let element = episode.bestElement(place)
            let wait = max(0, simulation.elements[element].available - Double(simulation.now))
            values += [
                (tables.time(row, on: element) ?? 0) / facts.unit, episode.bestFinish(place) / facts.unit,
                wait / facts.unit, facts.rank[row] / facts.unit, facts.followerCount[row], Double(tables.depth[row]),
                Double(simulation.now - slot.injected) / facts.unit,
                Double(slot.tasksLeft) / Double(tables.applications[slot.application].tasks.count),
            ]
            if episode.bestFinish(place) < episode.bestFinish(earliest) { earliest = place }
            let other = Int(simulation.tasks[episode.open[longest]].row)
            if tables.meanTime[row] > tables.meanTime[other] { longest = place }
        }
        values += [Double(earliest), 0, Double(longest)]
        return Observation(values, legal: [(0..<window).map { $0 < count }])
    }
}
