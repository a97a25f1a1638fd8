import Files
import Gym
import Studies
import Synchronization
import Testing

@Suite("A trial is driven to the end of its budget, exactly")
struct DriverTests {
    func trial(_ more: String, agent: String = "random") throws -> Trial {
        try #require(try plan("environment: bowl-v0\nagent: \(agent)\n" + more).trials.first)
    }

    @Test("the sample budget is met exactly, whatever the batch", arguments: [1, 3, 7, 16, 64])
    func exact(batch: Int) throws {
        let trial = try trial("budget: 50\nbatch: \(batch)")
        let session = try FakeSession(trial.cell)
        var told = 0
        let result = try Driver(trial, session: session, clock: { 0 }).run { told = $0.samples }
        #expect(result.ending == .samples)
        #expect(result.tally.samples == 50)
        #expect(told == 50)
        let batches = session.state.withLock { $0.batches }
        #expect(batches.allSatisfy { $0.count <= batch })
        #expect(batches.joined().count == result.tally.proposals)
    }

    @Test("answers from the trial's own history are free, and ten times the budget ends an exhausted space")
    func exhausted() throws {
        let trial = try trial("budget: 9\nbatch: 7", agent: "genetic")
        let result = try Driver(trial, session: FakeSession(trial.cell), clock: { 0 }).run()
        #expect(result.ending == .proposals)
        #expect(result.tally.samples == 8)
        #expect(result.tally.proposals == 90)
        #expect(result.tally.infeasible == 1)
        #expect(result.tally.commonReason?.text == "too deep")
        #expect(result.tally.best?.action == [3, 0, 0])
        #expect(result.tally.best?.sample == 2)
        #expect(result.tally.best?.metrics == [1, 0.5])
    }

    @Test("a cached answer does not shorten the search: the last slots are asked again")
    func cachedTail() throws {
        let trial = try trial(
            "budget: 8\nbatch: 5\nstart: [{ depth: 1, gain: 0 }, { depth: 1, gain: 0 }]", agent: "genetic")
        let session = try FakeSession(trial.cell)
        let result = try Driver(trial, session: session, clock: { 0 }).run()
        #expect(result.ending == .samples)
        #expect(result.tally.samples == 8)
        #expect(result.tally.cached == 2)
        #expect(session.state.withLock { $0.batches.map(\.count) } == [2, 5, 3])
    }

    @Test("a plateau counts samples since the best score rose")
    func plateau() throws {
        let trial = try trial("budget: { samples: 100, plateau: 4 }\nbatch: 1", agent: "genetic")
        let result = try Driver(trial, session: FakeSession(trial.cell), clock: { 0 }).run()
        #expect(result.ending == .plateau)
        #expect(result.tally.samples == 7)
    }

    @Test("start designs come first, in batches, and are told like any other")
    func start() throws {
        let trial = try trial(
            "budget: 6\nbatch: 2\nstart: [{ depth: 5 }, { depth: 6 }, { depth: 7 }]", agent: "genetic")
        let session = try FakeSession(trial.cell)
        _ = try Driver(trial, session: session, clock: { 0 }).run()
        let batches = session.state.withLock { $0.batches }
        #expect(batches == [[[5, 0.5, 0], [6, 0.5, 0]], [[7, 0.5, 0]], [[1, 0, 0], [2, 0, 0]], [[3, 0, 0]]])
    }

    @Test("minutes end a trial by the clock, those before an interruption included")
    func minutes() throws {
        let trial = try trial("budget: { minutes: 1 }\nbatch: 2")
        let clock = FakeClock()
        func run(_ history: Driver.History) throws -> TrialResult {
            try Driver(trial, session: FakeSession(trial.cell), history: history, clock: { clock.now })
                .run { _ in clock.advance(10) }
        }
        #expect(try run(Driver.History()).tally.proposals == 12)
        // Six answers are read back, which takes none of the 25 seconds that are left.
        #expect(try run(Driver.History(samples: 6, seconds: 35)).tally.proposals == 12)
        let again = try run(Driver.History(samples: 8, seconds: 41, endedByClock: true))
        #expect(again.ending == .minutes)
        #expect(again.tally.proposals == 8)
        #expect(again.tally.replayed == again.tally.samples)
    }

    @Test("a stop is heeded between batches")
    func stop() throws {
        let trial = try trial("budget: 100\nbatch: 3")
        let isStopped = Atomic(false)
        let result = try Driver(
            trial, session: FakeSession(trial.cell), clock: { 0 }, isStopped: { isStopped.load(ordering: .relaxed) }
        )
        .run { if $0.proposals >= 9 { isStopped.store(true, ordering: .relaxed) } }
        #expect(result.ending == .stopped)
        #expect(result.tally.proposals == 9)
    }

    @Test("same trial, same samples; another seed, others")
    func determinism() throws {
        func samples(_ seed: Int) throws -> [[Action]] {
            let trial = try trial("budget: 40\nbatch: 8\nseeds: [\(seed)]")
            let session = try FakeSession(trial.cell)
            _ = try Driver(trial, session: session, clock: { 0 }).run()
            return session.state.withLock { $0.batches }
        }
        #expect(try samples(1) == samples(1))
        #expect(try samples(1) != samples(2))
    }

    @Test("an agent or a session that breaks its contract ends the trial with a sentence")
    func contracts() throws {
        let trial = try trial("budget: 10\nbatch: 2")
        #expect(throws: GymError(.internal, "the session gave 3 answers for 2 actions")) {
            try Driver(trial, session: Talkative(session: FakeSession(trial.cell)), clock: { 0 }).run()
        }
        let plan = try Manifest.plan(
            YAMLDocument.parse("environment: bowl-v0\nagent: lazy\nbudget: 10\nbatch: 2", file: "m"), folder: "",
            defaultName: "study", catalogs: Catalogs(environments: [Bowl.entry], agents: [AgentEntry(Lazy.self)]))
        let lazy = try #require(plan.trials.first)
        #expect(throws: GymError(.internal, "the agent 'lazy' gave 1 actions for 2 slots")) {
            try Driver(lazy, session: FakeSession(lazy.cell), clock: { 0 }).run()
        }
    }
}

/// Gives one action, however many are asked for.
struct Lazy: Agent {
    static let name = "lazy"
    static let summary = "gives one action"
    static let hyperparameters = Space([])

    init(_ problem: Problem, settings: Settings, seed: UInt64) {}

    mutating func ask(_ observations: [Observation]) -> [Action] { [[1, 0, 0]] }

    mutating func tell(_ transitions: [Transition]) {}
}

/// Answers once more than it was asked.
struct Talkative: Session {
    let session: FakeSession

    var spec: EnvironmentSpec { session.spec }
    func reset(seeds: [UInt64]) -> [Observation] { session.reset(seeds: seeds) }
    func step(_ actions: [Action]) throws -> [Step] { try session.step(actions + actions.prefix(1)) }
    func close(_ status: TrialStatus) {}
}
