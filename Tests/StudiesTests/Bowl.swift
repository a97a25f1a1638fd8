import Files
import Gym
import Studies
import Synchronization

/// A bowl over three parameters, with options of every kind.
struct Bowl: CostModel {
    static let datasheet = Datasheet(
        id: "bowl-v0", title: "Test", summary: "a bowl", description: "a bowl",
        options: [
            OptionSpec("workload", .workload(["stream", "random"]), default: "stream", note: "what runs"),
            OptionSpec("device", .choice(["small", "large"]), default: "small", note: "what it runs on"),
            OptionSpec("clock", .number(1...100), default: 10, note: "MHz"),
        ])

    static let entry = EnvironmentEntry(datasheet) { _ in Oneshot(Bowl()) }

    var spec: EnvironmentSpec {
        EnvironmentSpec(
            id: "bowl-v0",
            actionSpace: Space([
                Parameter("depth", .integer(1...8), default: 4), Parameter("gain", .real(0...1), default: 0.5),
                Parameter("policy", .categorical(["Open", "Closed"]), default: "Open"),
            ]),
            metrics: [
                Metric("latency", unit: "ns", goal: .minimize), Metric("power", unit: "W", goal: .minimize),
            ], reference: [10, 1])
    }

    func evaluate(_ action: Action, deadline: Deadline) -> Evaluation {
        if action[0] == 8 { return .invalid(.infeasible("too deep"), metricCount: 2) }
        return Evaluation(metrics: [1 + (action[0] - 3) * (action[0] - 3) + action[1], 0.5 + action[2]])
    }
}

/// Draws at random; its hyperparameters are there to be set.
struct RandomDraws: Agent {
    static let name = "random"
    static let summary = "draws at random"
    static let hyperparameters = Space([])
    private let problem: Problem
    private var generator: Generator

    init(_ problem: Problem, settings: Settings, seed: UInt64) {
        self.problem = problem
        generator = Generator(seed: seed)
    }

    mutating func ask(_ observations: [Observation]) throws -> [Action] {
        try observations.map { _ in try problem.spec.actionSpace.sample(&generator) }
    }

    mutating func tell(_ transitions: [Transition]) {}
}

/// Walks through the depths in order, over and over; it hears of nothing and has hyperparameters of two kinds.
struct Walk: Agent {
    static let name = "genetic"
    static let summary = "walks"
    static let hyperparameters = Space([
        Parameter("population", .integer(2...1_000), default: 20), Parameter("mutation", .real(0...1), default: 0.1),
        Parameter("auto", .integer(1...9)),
    ])
    private var place = 0

    init(_ problem: Problem, settings: Settings, seed: UInt64) {}

    mutating func ask(_ observations: [Observation]) -> [Action] {
        observations.map { _ in
            defer { place += 1 }
            return [Double(place % 8 + 1), 0, 0]
        }
    }

    mutating func tell(_ transitions: [Transition]) {}
}

/// Has settled on something.
struct Decided: Agent {
    static let name = "decided"
    static let summary = "walks, and says how far"
    static let hyperparameters = Space([])
    private var walk: Walk
    let decision: String?

    init(_ problem: Problem, settings: Settings, seed: UInt64) {
        walk = Walk(problem, settings: settings, seed: seed)
        decision = problem.sampleBudget.map { "a walk of \($0)" }
    }

    mutating func ask(_ observations: [Observation]) -> [Action] { walk.ask(observations) }

    mutating func tell(_ transitions: [Transition]) {}
}

/// Evaluates in process, with a cache, and remembers every batch.
final class FakeSession: Session {
    struct State {
        var known: [Action: Evaluation] = [:]
        var batches: [[Action]] = []
        var number: Int64 = 0
        var isClosed = false
    }

    let spec = Bowl().spec
    let state = Mutex(State())
    private let scorer: Scorer
    private let failsAt: Int?
    private let failure: GymError

    init(
        _ cell: Cell, failsAt: Int? = nil, failure: GymError = GymError(.sessionLost, "the session is gone")
    ) throws {
        scorer = try Scorer(cell.objective, spec: cell.spec)
        (self.failsAt, self.failure) = (failsAt, failure)
    }

    func reset(seeds: [UInt64]) -> [Observation] { seeds.map { _ in Observation() } }

    func step(_ actions: [Action]) throws -> [Step] {
        try state.withLock { state in
            if let failsAt, state.batches.count >= failsAt { throw failure }
            state.batches.append(actions)
            return actions.map { action in
                let isCached = state.known[action] != nil
                let evaluation = state.known[action] ?? Bowl().evaluate(action, deadline: .none)
                state.known[action] = evaluation
                defer { state.number += 1 }
                return Step(
                    number: state.number, observation: Observation(), finalObservation: Observation(),
                    score: scorer.score(evaluation, action: action), truncated: false, evaluation: evaluation,
                    isCached: isCached, seconds: 0)
            }
        }
    }

    func close(_ status: TrialStatus) { state.withLock { $0.isClosed = true } }
}

/// Seconds that a test turns on.
final class FakeClock: Sendable {
    private let seconds = Mutex(0.0)

    func advance(_ amount: Double) { seconds.withLock { $0 += amount } }

    var now: Double { seconds.withLock { $0 } }
}

let catalogs = Catalogs(environments: [Bowl.entry], agents: [AgentEntry(RandomDraws.self), AgentEntry(Walk.self)])

/// The plan of a manifest's text.
func plan(_ text: String, sets: [String] = [], folder: String = "") throws -> Plan {
    try Manifest.plan(
        YAMLDocument.parse(text, file: "study.yaml"), folder: folder, defaultName: "study", sets: sets,
        catalogs: catalogs)
}
