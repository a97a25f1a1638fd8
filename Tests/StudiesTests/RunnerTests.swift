import Gym
import Studies
import Synchronization
import Testing

@Suite("A study runs its trials, a few at once, and outlives those that fail")
struct RunnerTests {
    static let manifest = """
        kind: sweep
        environment: bowl-v0
        budget: 30
        batch: 4
        seeds: 3
        sweep: { agent: [random, genetic] }
        """

    func tallies(_ outcomes: [Runner.Outcome]) -> [Tally?] {
        outcomes.map { if case .finished(let result) = $0 { result.tally } else { nil } }
    }

    @Test("outcomes stand in the plan's order and don't depend on how many run at once", arguments: [1, 2, 5])
    func order(width: Int) throws {
        let plan = try plan(RunnerTests.manifest)
        let running = Mutex((now: 0, most: 0))
        let runner = Runner(plan, width: width, clock: { 0 }) { trial in
            running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            return Runner.Opening(try Counted(FakeSession(trial.cell)) { running.withLock { $0.now -= 1 } })
        }
        let board = ProgressBoard(plan)
        let found = tallies(try runner.run(board: board))
        let alone = try plan.trials.map { trial in
            try Driver(trial, session: FakeSession(trial.cell), clock: { 0 }).run().tally
        }
        #expect(found == alone)
        #expect(running.withLock { $0.most } <= width)
        #expect(running.withLock { $0.now } == 0)
        #expect(board.snapshot().trialsDone == 6)
        #expect(board.snapshot().samples == alone.reduce(0) { $0 + $1.samples })
        #expect(board.snapshot().best == "1 ns")
    }

    @Test("one trial's failure is its own; when all fail the study has failed")
    func failures() throws {
        let plan = try plan(RunnerTests.manifest)
        let some = try Runner(plan, width: 2, clock: { 0 }) { trial in
            Runner.Opening(try FakeSession(trial.cell, failsAt: trial.label == "random-s2" ? 3 : nil))
        }.run(board: ProgressBoard(plan))
        #expect(tallies(some).map { $0 == nil } == [false, true, false, false, false, false])
        try Runner.requireSuccess(of: some, study: plan.study)
        let all = try Runner(plan, width: 2, clock: { 0 }) { Runner.Opening(try FakeSession($0.cell, failsAt: 1)) }
            .run(board: ProgressBoard(plan))
        #expect(
            throws: GymError(.allFailed, "every trial (6) of study 'study' failed: the session is gone")
        ) { try Runner.requireSuccess(of: all, study: plan.study) }
    }

    @Test("without the log nothing goes on")
    func logLost() throws {
        let plan = try plan(RunnerTests.manifest)
        let lost = GymError(.logUnusable, "the disk is full")
        let opened = Mutex(0)
        let runner = Runner(plan, width: 1, clock: { 0 }) { trial in
            opened.withLock { $0 += 1 }
            return Runner.Opening(try FakeSession(trial.cell, failsAt: 2, failure: lost))
        }
        #expect(throws: lost) { try runner.run(board: ProgressBoard(plan)) }
        #expect(opened.withLock { $0 } == 1)
    }

    @Test("a stopped study leaves what has not begun")
    func stopped() throws {
        let plan = try plan(RunnerTests.manifest)
        let isStopped = Atomic(false)
        let runner = Runner(plan, width: 1, clock: { 0 }, isStopped: { isStopped.load(ordering: .relaxed) }) { trial in
            if trial.label == "random-s2" { isStopped.store(true, ordering: .relaxed) }
            return Runner.Opening(try FakeSession(trial.cell))
        }
        let outcomes = try runner.run(board: ProgressBoard(plan))
        guard case .finished(let first) = outcomes[0], case .finished(let second) = outcomes[1] else {
            Issue.record("the first two trials did not end")
            return
        }
        #expect(first.ending == .samples)
        #expect(second.ending == .stopped)
        #expect(outcomes[2...].allSatisfy { if case .notBegun = $0 { true } else { false } })
        #expect(Summary(plan, outcomes: outcomes, seconds: 1).headline.hasPrefix(" Stopped after 30 samples in 1.0s"))
    }
}

/// Says when it is closed.
struct Counted: Session {
    let session: FakeSession
    let closed: @Sendable () -> Void

    init(_ session: FakeSession, closed: @escaping @Sendable () -> Void) {
        (self.session, self.closed) = (session, closed)
    }

    var spec: EnvironmentSpec { session.spec }
    func reset(seeds: [UInt64]) -> [Observation] { session.reset(seeds: seeds) }
    func step(_ actions: [Action]) throws -> [Step] { try session.step(actions) }
    func close(_ status: TrialStatus) { closed() }
}
