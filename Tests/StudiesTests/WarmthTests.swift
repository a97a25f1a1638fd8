import Files
import Gym
import Studies
import Synchronization
import Testing

@Suite("A trial may begin with samples of other studies, and average evaluations")
struct WarmthTests {
    private static func sample(_ number: Int64, _ action: Action) -> Sample {
        Sample(
            trial: 1, number: number, slot: 0, episode: number, step: 0, action: action, observation: Observation(),
            evaluation: Bowl().evaluate(action, deadline: .none), score: Score(reward: -99, violation: 7),
            truncated: false, isCached: false, seconds: 0, at: 0)
    }

    private static func plan(_ agent: AgentEntry, _ environment: EnvironmentEntry, _ more: String) throws -> Plan {
        try Manifest.plan(
            YAMLDocument.parse(
                "environment: \(environment.datasheet.id)\nagent: \(agent.name)\nbudget: 6\n\(more)", file: "m"),
            folder: "", defaultName: "study", catalogs: Catalogs(environments: [environment], agents: [agent]))
    }

    @Test("the agent hears of them first, a batch at a time, scored anew and not counted")
    func warm() throws {
        let trial = try #require(
            Self.plan(AgentEntry(Recorder.self), Bowl.entry, "batch: 2\nwarm: other\nobjective: { minimize: power }")
                .trials.first)
        #expect(trial.cell.warm == ["other"])
        Recorder.heard.withLock { $0 = [] }
        let samples = [[3, 0, 0], [8, 0, 0], [3, 1, 1]].enumerated().map { Self.sample(Int64($0), $1) }
        let result = try Driver(
            trial, session: FakeSession(trial.cell), warmth: { page in try page(samples) }, clock: { 0 }
        ).run()
        #expect(result.tally.samples == 6)
        let heard = Recorder.heard.withLock { $0 }
        #expect(heard.map(\.count) == [2, 1, 2, 2, 2])
        #expect(heard[0].map(\.action) == [[3, 0, 0], [8, 0, 0]])
        // The reference's power is 1, so half of it is worth ln 2; the design that is too deep has no reward.
        #expect(abs((heard[0][0].reward ?? 0) - 0.6931471805599453) < 1e-12)
        #expect(heard[0][1].reward == nil)
        #expect(heard.joined().prefix(3).allSatisfy { $0.violation == 0 })
    }

    @Test("an agent is made with what was found on other instances")
    func precedents() throws {
        let trial = try #require(Self.plan(AgentEntry(Imitator.self), Bowl.entry, "batch: 2").trials.first)
        let precedents = [
            Precedent(
                traits: [1], designs: [[7, 1, 1], [3, 0, 0]],
                scores: [Score(reward: 2, violation: 0), Score(reward: 1, violation: 0)])
        ]
        let with = try Driver(trial, session: FakeSession(trial.cell), precedents: precedents, clock: { 0 }).run()
        #expect(with.tally.best?.action == [7, 1, 1])
        let without = try Driver(trial, session: FakeSession(trial.cell), clock: { 0 }).run()
        #expect(without.tally.best?.action == [1, 0, 0])
    }

    @Test("each sample is the mean of as many evaluations as are asked for, and costs one of the budget")
    func averages() throws {
        let entry = EnvironmentEntry(Noisy.datasheet) { _ in Oneshot(Noisy()) }
        let trial = try #require(
            Self.plan(AgentEntry(RandomDraws.self), entry, "batch: 2\nrepeat: 4").trials.first)
        #expect(trial.description().budget == "samples: 6, repeat: 4")
        let session = NoisySession()
        let result = try Driver(trial, session: session, clock: { 0 }).run()
        #expect(result.tally.samples == 6)
        #expect(session.calls.withLock { $0 } == 12)
        // The first batch is stepped four times, with values 1, 2, 3 and 4; later ones are worse.
        #expect(result.tally.best?.metrics == [2.5])
        #expect(result.tally.best?.sample == 0)
        #expect(result.tally.best?.score.reward == trial.cell.reward(2.5))
    }

    @Test("a logged history counts whole samples")
    func history() throws {
        let entry = EnvironmentEntry(Noisy.datasheet) { _ in Oneshot(Noisy()) }
        let trial = try #require(
            Self.plan(AgentEntry(RandomDraws.self), entry, "batch: 2\nrepeat: 4").trials.first)
        let history = Driver.History(samples: 17)
        let result = try Driver(trial, session: NoisySession(), history: history, clock: { 0 }).run()
        #expect(result.tally.replayed == 4)
    }
}

extension Cell {
    fileprivate func reward(_ value: Double) -> Double? {
        try? Scorer(objective, spec: spec).score(Evaluation(metrics: [value]), action: [0]).reward
    }
}

/// Remembers what it is told.
struct Recorder: Agent {
    static let name = "recorder"
    static let summary = "remembers"
    static let hyperparameters = Space([])
    static let heard = Mutex<[[Transition]]>([])

    private var place = 0

    init(_ problem: Problem, settings: Settings, seed: UInt64) {}

    mutating func ask(_ observations: [Observation]) -> [Action] {
        observations.map { _ in
            place += 1
            return [1, Double(place) / 10, 0]
        }
    }

    mutating func tell(_ transitions: [Transition]) { Self.heard.withLock { $0.append(transitions) } }
}

/// Does what was best elsewhere.
struct Imitator: Agent {
    static let name = "imitator"
    static let summary = "imitates"
    static let hyperparameters = Space([])
    private let action: Action

    init(_ problem: Problem, settings: Settings, seed: UInt64) {
        action = problem.precedents.first?.designs.first ?? [1, 0, 0]
    }

    func ask(_ observations: [Observation]) -> [Action] { observations.map { _ in action } }

    func tell(_ transitions: [Transition]) {}
}

/// A model whose metric is not the same twice.
struct Noisy: CostModel {
    static let datasheet = Datasheet(id: "noisy-v0", title: "Test", summary: "noise", description: "noise")

    var spec: EnvironmentSpec {
        EnvironmentSpec(
            id: "noisy-v0", actionSpace: Space([Parameter("x", .integer(0...1_000), default: 0)]),
            metrics: [Metric("time", unit: "s", goal: .minimize, isDeterministic: false)])
    }

    func evaluate(_ action: Action, deadline: Deadline) -> Evaluation { Evaluation(metrics: [1]) }
}

/// Every step takes longer than the one before.
final class NoisySession: Session {
    let spec = Noisy().spec
    let calls = Mutex(0)
    private let number = Mutex<Int64>(0)

    func reset(seeds: [UInt64]) -> [Observation] { seeds.map { _ in Observation() } }

    func step(_ actions: [Action]) -> [Step] {
        let call = calls.withLock { calls in
            calls += 1
            return calls
        }
        return actions.map { _ in
            let number = number.withLock { number in
                defer { number += 1 }
                return number
            }
            return Step(
                number: number, observation: Observation(), finalObservation: Observation(),
                score: Score(reward: nil, violation: 0), truncated: false,
                evaluation: Evaluation(metrics: [Double(call)]), isCached: false, seconds: 1)
        }
    }

    func close(_ status: TrialStatus) {}
}
