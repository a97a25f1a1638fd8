import Exchange
import Gym
import Synchronization
import Testing

/// A broker over the toys with a log in memory, and a client beside it.
struct Bench {
    let sink = MemorySink()
    let broker: Broker
    let client: Client

    init(workers: Int = 2, endpoint: String = "inproc://broker", deadlineSeconds: Double = 20) throws {
        var configuration = Broker.Configuration(environments: [Bowl.entry, Walk.entry])
        (configuration.workers, configuration.deadlineSeconds) = (workers, deadlineSeconds)
        broker = try Broker(configuration, sink: sink, endpoints: [endpoint])
        client = try Client(endpoint: broker.endpoints[0], context: broker.context)
    }

    func make(
        _ environment: String = "bowl-v0", slots: Int = 1, label: String = "a",
        resumption: TrialDescription.Resumption = .fresh, deadlineSeconds: Double = 0
    ) throws -> ClientSession {
        try client.make(
            environment,
            trial: TrialDescription(study: "s", label: label, agent: "tester", slots: slots, resumption: resumption),
            deadlineSeconds: deadlineSeconds)
    }
}

@Suite("A broker and its client")
struct BrokerTests {
    @Test(
        "a step is answered, scored and logged over every transport",
        arguments: ["inproc://broker", "tcp://127.0.0.1:*", "ipc://@sextant-test-\(UInt32.random(in: 0...UInt32.max))"])
    func step(_ endpoint: String) throws {
        let bench = try Bench(endpoint: endpoint)
        defer { bench.broker.stop() }
        let session = try bench.make(slots: 3)
        #expect(try session.reset(seeds: [1, 2, 3]) == [Observation](repeating: Observation(), count: 3))
        let steps = try session.step([[0, 1, 0], [2, 0, 0], [0, 0, 7]])
        #expect(steps.map(\.number) == [0, 1, 2])
        #expect(steps.map(\.evaluation.metrics) == [[2, 0], [5, 4], [nil, nil]])
        #expect(steps[2].evaluation.status == .infeasible("too bad"))
        #expect(steps[0].score.reward.map { abs($0 + 0.6931471805599453) < 1e-12 } == true)
        let rows = bench.sink.rows()
        #expect(rows.map(\.action) == [[0, 1, 0], [2, 0, 0], [0, 0, 7]])
        #expect(rows.map(\.slot) == [0, 1, 2])
        try session.close()
    }

    @Test(
        "what goes wrong inside an evaluation is a status with its reason, and the session goes on",
        arguments: [
            (1.0, "the environment's step gives nan as 'cost'"), (2, "the model fell over"),
            (3, "the environment's step gives 1 metrics, the spec declares 2"),
            (4, "the environment's step gives -1.0 as 'cost', which is always positive"), (5, "timeout"),
            (6, "timeout"),
        ])
    func faultyModel(_ mood: Double, _ reason: String) throws {
        let bench = try Bench(workers: 1)
        defer { bench.broker.stop() }
        let session = try bench.make(slots: 2, deadlineSeconds: 0.2)
        _ = try session.reset(seeds: [1, 2])
        let steps = try session.step([[1, 1, mood], [1, 2, 0]])
        #expect(steps.map(\.evaluation.status) == [.failed(reason), .ok])
        #expect(try session.step([[3, 1, 0], [3, 2, 0]]).map(\.evaluation.status) == [.ok, .ok])
        #expect(
            try session.evaluate([[1, 1, mood], [1, 3, 0], [1, 4, 0]]).map(\.evaluation.status) == [
                .failed(reason), .ok, .ok,
            ])
        #expect(bench.sink.rows().count == 7)
    }

    @Test("a model that was quick and turns slow is timed out like any other", arguments: [5.0, 6])
    func turnsSlow(_ mood: Double) throws {
        let bench = try Bench(workers: 1)
        defer { bench.broker.stop() }
        let session = try bench.make(deadlineSeconds: 0.2)
        _ = try session.reset(seeds: [1])
        for number in 0..<200 { _ = try session.step([[Double(number % 17 - 8), Double(number / 17 - 8), 0]]) }
        #expect(try session.step([[1, 1, mood]])[0].evaluation.status == .failed("timeout"))
        #expect(try session.step([[8, 7, 0]])[0].evaluation.status == .ok)
        #expect(bench.sink.rows().map(\.number) == Array(0..<202))
    }

    @Test("a design that the trial has seen is answered from its history, also within one batch")
    func cache() throws {
        let bench = try Bench()
        defer { bench.broker.stop() }
        let session = try bench.make(slots: 3)
        _ = try session.reset(seeds: [1, 2, 3])
        #expect(try session.step([[1, 1, 0], [1, 1, 0], [2, 2, 2]]).map(\.isCached) == [false, true, false])
        let again = try session.step([[2, 2, 2], [1, 1, 0]])
        #expect(again.map(\.isCached) == [false, true])
        #expect(again[1].evaluation.metrics == [3, 1])
        #expect(again[1].seconds == 0)
    }

    @Test(
        "an illegal action is refused by its parameter's name, nothing is evaluated, and the session goes on",
        arguments: [
            ([[9.0, 0, 0]], "'x' is 9, outside -8 … 8"), ([[0.5, 0, 0]], "'x' is 0.5, which is not one of -8 … 8"),
            ([[0, .nan, 0]], "'y' is nan, outside -8 … 8"),
            ([[0, 0, 9]], "'mood' is 9, not the index of a choice (0 … 7)"),
            ([[8, 8, 0]], "the design breaks the constraint 'x + y < 16'"),
            ([[0, 0]], "2 packed numbers are no actions of 3 parameters each"),
            ([[0, 0, 0], [0, 0, 0]], "2 actions came for 1 slots"), ([], "0 actions came for 1 slots"),
        ])
    func illegal(_ actions: [[Double]], _ message: String) throws {
        let bench = try Bench()
        defer { bench.broker.stop() }
        let session = try bench.make()
        _ = try session.reset(seeds: [1])
        #expect { try session.step(actions) } throws: { ($0 as? GymError)?.message == message }
        #expect(bench.sink.rows().isEmpty)
        #expect(try session.step([[1, 1, 0]]).map(\.evaluation.status) == [.ok])
    }

    @Test("episodes end at the environment's word or at the horizon, and the next one begins at once")
    func episodes() throws {
        let bench = try Bench()
        defer { bench.broker.stop() }
        let session = try bench.make("walk-v0", slots: 2)
        #expect { try session.step([[1], [1]]) } throws: { ($0 as? GymError)?.code == .stepBeforeReset }
        #expect(try session.reset(seeds: [2, 0]).map(\.values) == [[1], [-1]])
        #expect { try session.step([[1], [1]]) } throws: {
            ($0 as? GymError)?.message == "'move' can't be stay now"
        }
        let ends = try (0..<5).map { _ in try session.step([[2], [1]]) }
        #expect(ends.map { $0[0].evaluation.terminated }.prefix(2) == [false, true])
        #expect(ends[1][0].finalObservation?.values == [3])
        #expect(ends[1][0].observation.values != [3])
        #expect(ends.map { $0[1].truncated } == [false, false, false, false, true])
        let rows = bench.sink.rows()
        #expect(rows.filter { $0.slot == 1 }.map(\.step) == [0, 1, 2, 3, 4])
        #expect(rows.filter { $0.slot == 1 }.allSatisfy { $0.episode == 0 })
        #expect(rows.filter { $0.slot == 0 }.map(\.step).prefix(3) == [0, 1, 0])
        #expect(rows.filter { $0.slot == 0 }.map(\.episode).prefix(3) == [0, 0, 1])
    }

    @Test("a trial that is replayed is answered from the log and goes on after it", arguments: ["bowl-v0", "walk-v0"])
    func replay(_ environment: String) throws {
        let bench = try Bench()
        defer { bench.broker.stop() }
        let actions: [[Action]] =
            environment == "bowl-v0"
            ? [[[1, 1, 0], [1, 1, 2]], [[1, 1, 0], [3, 1, 0]], [[4, 1, 0], [5, 1, 0]]]
            : [[[2], [0]], [[2], [0]], [[2], [2]]]
        let whole = try bench.make(environment, slots: 2)
        _ = try whole.reset(seeds: [2, 1])
        let once = try actions.map { try whole.step($0) }
        let part = try bench.make(environment, slots: 2, label: "b")
        _ = try part.reset(seeds: [2, 1])
        _ = try part.step(actions[0])
        _ = try part.step(actions[1])
        let resumed = try bench.make(environment, slots: 2, label: "b", resumption: .replay)
        #expect(resumed.logged == 4)
        _ = try resumed.reset(seeds: [2, 1])
        let twice = try actions.map { try resumed.step($0) }
        #expect(twice.map { $0.map(\.evaluation) } == once.map { $0.map(\.evaluation) })
        #expect(twice.map { $0.map(\.observation) } == once.map { $0.map(\.observation) })
        #expect(twice.map { $0.map(\.isCached) } == once.map { $0.map(\.isCached) })
        #expect(
            zip(bench.sink.rows(0), bench.sink.rows(1)).allSatisfy { left, right in
                var right = right
                right.trial = left.trial
                return left.agrees(with: right)
            })
        #expect(bench.sink.rows(1).count == 6)
        #expect { try part.step(actions[2]) } throws: { ($0 as? GymError)?.code == .expiredSession }
    }

    @Test("a replay that proposes something else is refused, with the sample's number")
    func mismatch() throws {
        let bench = try Bench()
        defer { bench.broker.stop() }
        let session = try bench.make()
        _ = try session.reset(seeds: [1])
        _ = try session.step([[1, 1, 0]])
        let resumed = try bench.make(resumption: .replay)
        _ = try resumed.reset(seeds: [1])
        #expect { try resumed.step([[1, 2, 0]]) } throws: {
            ($0 as? GymError)?.message
                == "resume refused: at sample 0 of 's/a' 'tester' proposed another action than the log holds"
        }
    }

    @Test("a log that fails is the session's end, and nothing is acknowledged unlogged")
    func failingLog() throws {
        let bench = try Bench()
        defer { bench.broker.stop() }
        let session = try bench.make()
        _ = try session.reset(seeds: [1])
        bench.sink.state.withLock { $0.isFailing = true }
        #expect { try session.step([[1, 1, 0]]) } throws: { ($0 as? GymError)?.code == .logUnusable }
        bench.sink.state.withLock { $0.isFailing = false }
        #expect { try session.step([[1, 1, 0]]) } throws: { ($0 as? GymError)?.code == .logUnusable }
        #expect(bench.sink.rows().isEmpty)
    }

    @Test("what is asked for wrongly is answered with a guess")
    func wrongNames() throws {
        let bench = try Bench()
        defer { bench.broker.stop() }
        #expect { try bench.make("bowel-v0") } throws: { ($0 as? GymError)?.hint == "did you mean 'bowl-v0'?" }
        let trial = TrialDescription(study: "s", label: "x")
        #expect { try bench.client.make("bowl-v0", options: ["speed": 1], trial: trial) } throws: {
            ($0 as? GymError)?.code == .badOption
        }
        let objective = Objective(.minimize, [.init("costs")])
        #expect { try bench.client.make("bowl-v0", objective: objective, trial: trial) } throws: {
            ($0 as? GymError)?.hint == "did you mean 'cost'?"
        }
        #expect(try bench.client.list().map(\.datasheet.id) == ["bowl-v0", "walk-v0"])
    }

    @Test("an endpoint that is taken, no endpoint, or open to the network is refused in a sentence")
    func endpoints() throws {
        let bench = try Bench(endpoint: "tcp://127.0.0.1:*")
        defer { bench.broker.stop() }
        for (endpoint, code) in [
            (bench.broker.endpoints[0], GymError.Code.unreachable), ("tcp://0.0.0.0:5999", .usage), ("carrier", .usage),
        ] {
            #expect { try Bench(endpoint: endpoint) } throws: { ($0 as? GymError)?.code == code }
        }
    }

    @Test("any number of workers gives the same rows")
    func workerCounts() throws {
        let logs = try [1, 2, 8].map { workers in
            let bench = try Bench(workers: workers)
            defer { bench.broker.stop() }
            let session = try bench.make(slots: 16)
            _ = try session.reset(seeds: Array(0..<16))
            for round in 0..<20 {
                _ = try session.step((0..<16).map { [Double(($0 * 7 + round) % 17 - 8), Double(round % 15 - 8), 0] })
            }
            return bench.sink.rows()
        }
        for log in logs {
            #expect(log.count == 320)
            #expect(zip(log, logs[0]).allSatisfy { $0.agrees(with: $1) })
        }
    }
}
