import Gym
import Testing
import Wire

@Suite("Messages survive the wire")
struct MessageTests {
    static let space = Space(
        [
            Parameter("policy", .categorical(["Open", "Closed"]), default: "Open", note: "When rows close."),
            Parameter("depth", .integer(1...128, step: 1), scale: .log2, unit: "entries", default: 8),
            Parameter("clock", .real(0.5...2), scale: .inverse, unit: "ns", default: 1),
            Parameter("width", .ordinal([8, 16, 64]), default: 16),
        ], constraints: ["depth * width <= 4096"], activity: ["clock": "policy == Open"])
    static let spec = EnvironmentSpec(
        id: "toy-v0", actionSpace: space, observationNames: ["load", "age"],
        metrics: [
            Metric("latency", unit: "ns", goal: .minimize, note: "Mean."),
            Metric("hits", unit: "1", goal: .maximize, isPositive: false, isDeterministic: false),
        ], horizon: 7, isPure: false, reference: [41.5, nil])
    static let steps = [
        Step(
            number: 3, observation: Observation([1, 2], legal: [[true, false]]), finalObservation: nil,
            score: Score(reward: 0.1, violation: 0), truncated: false,
            evaluation: Evaluation(
                observation: Observation([1, 2], legal: [[true, false]]), metrics: [1e-300, nil], terminated: false),
            isCached: false, seconds: 0.25),
        Step(
            number: 4, observation: Observation([0, 0]), finalObservation: Observation([5, -0.5]),
            score: Score(reward: nil, violation: 0), truncated: true,
            evaluation: Evaluation(
                observation: Observation([5, -0.5]), metrics: [nil, nil], terminated: true,
                status: .infeasible("too hot")),
            isCached: true, seconds: 0),
    ]

    static let encodings = Header.Encoding.allCases

    private func travelled(_ request: Request, _ encoding: Header.Encoding) throws -> Request {
        let envelope = try request.envelope(Header(.ping, encoding: encoding))
        return try Request(Envelope(frames: envelope.frames), limits: Limits())
    }

    private func travelled(_ reply: Reply, as verb: Verb, _ encoding: Header.Encoding, isPacked: Bool = false) throws
        -> Reply
    {
        let envelope = try reply.envelope(Header(verb, encoding: encoding).answer(), isPacked: isPacked)
        return try Reply(Envelope(frames: envelope.frames), spec: Self.spec)
    }

    @Test("a session's making", arguments: encodings)
    func make(_ encoding: Header.Encoding) throws {
        let trial = TrialDescription(
            study: "s", label: "t", agent: "a", settings: "{}", seed: .max, budget: "10 samples", slots: 3,
            recordsObservations: true, resumption: .replay)
        let make = Request.Make(
            environment: "toy-v0", options: ["speed": 2, "load": "heavy"],
            objective: Objective(
                .product, [.init("latency", 2), .init("hits", -1)], constraints: [try Expression("hits > 3")]),
            slots: 3, trial: trial, autoreset: .disabled, isCaching: false)
        guard case .make(let other) = try travelled(.make(make), encoding) else { throw GymError(.internal, "no MAKE") }
        #expect(other == make)
        let made = Reply.Made(session: 7, spec: Self.spec, autoreset: .disabled, logged: 12, study: "s", trial: "t")
        guard case .made(let back) = try travelled(.made(made), as: .make, encoding) else {
            throw GymError(.internal, "no reply to MAKE")
        }
        #expect(back == made)
        #expect(back.spec.metrics.map(\.note) == ["Mean.", ""])
    }

    @Test(
        "steps, in both encodings and packed",
        arguments: [(Header.Encoding.binary, false), (.binary, true), (.json, false)])
    func steps(_ encoding: Header.Encoding, _ isPacked: Bool) throws {
        guard case .steps(let steps) = try travelled(.steps(Self.steps), as: .step, encoding, isPacked: isPacked) else {
            throw GymError(.internal, "no steps")
        }
        #expect(steps == Self.steps)
    }

    @Test("actions, packed, listed and named")
    func actions() throws {
        let packed = Request.Actions.packed([1, -0.0, .pi, 1e-300])
        guard case .step(let binary) = try travelled(.step(packed), .binary) else {
            throw GymError(.internal, "no STEP")
        }
        #expect(binary == packed)
        let listed = Request.Actions.listed([.values([1, 8]), .named(["policy": "Open", "depth": 8])])
        for encoding in Self.encodings {
            guard case .evaluate(let other) = try travelled(.evaluate(listed), encoding) else {
                throw GymError(.internal, "no EVALUATE")
            }
            #expect(other == listed)
        }
    }

    @Test("greetings, lists, resets and errors", arguments: encodings)
    func others(_ encoding: Header.Encoding) throws {
        let hello = Reply.Hello(server: "sextant", version: 1, limits: Limits(), hasKeys: false, catalogDigest: "x")
        guard case .hello(let back) = try travelled(.hello(hello), as: .hello, encoding) else {
            throw GymError(.internal, "no HELLO")
        }
        #expect(back == hello)
        let sheet = Datasheet(
            id: "toy-v0", title: "Toy", summary: "A toy.", description: "Long.",
            options: [
                OptionSpec("load", .choice(["light", "heavy"]), default: "light", note: "How much."),
                OptionSpec("speed", .number(0...3), default: 1, note: "How fast."),
                OptionSpec("file", .workload(["a"]), default: "a", note: "Which."),
            ], references: ["One."], history: ["v0"])
        let listing = Reply.Listing(datasheet: sheet, spec: Self.spec, servedBy: "built-in")
        guard case .list(let listings) = try travelled(.list([listing]), as: .list, encoding) else {
            throw GymError(.internal, "no LIST")
        }
        #expect(listings == [listing])
        let error = GymError(.illegalAction, "no", hint: "yes", field: "depth")
        guard case .failure(let other) = try travelled(.failure(error), as: .step, encoding) else {
            throw GymError(.internal, "no error")
        }
        #expect(other == error)
        guard case .reset(let seeds) = try travelled(.reset([0, .max]), encoding) else {
            throw GymError(.internal, "no RESET")
        }
        #expect(seeds == [0, .max])
    }

    @Test(
        "what can't be read is malformed, whatever it is",
        arguments: [
            (Verb.make, Header.Encoding.json, #"{"slots": "many"}"#), (.make, .json, "{"), (.step, .json, "[]"),
            (.step, .json, #"{"actions": [{"values": [1], "named": {"a": {"number": 1}}}]}"#),
            (.step, .json, #"{"actions": [{"named": {"a": {"number": "NaN"}}}]}"#), (.make, .binary, "garbage"),
            (.step, .json, String(repeating: "[", count: 100_000)),
        ])
    func malformed(_ verb: Verb, _ encoding: Header.Encoding, _ body: String) throws {
        let frames = [Header(verb, encoding: encoding).bytes, Array(body.utf8)]
        #expect { try Request(Envelope(frames: frames), limits: Limits()) } throws: {
            ($0 as? GymError)?.code == .malformed
        }
    }

    @Test("unknown fields are ignored, missing ones have their defaults")
    func growth() throws {
        let frames = [Header(.make, encoding: .json).bytes, Array(#"{"environment": "x", "future": {"a": [1]}}"#.utf8)]
        guard case .make(let make) = try Request(Envelope(frames: frames), limits: Limits()) else {
            throw GymError(.internal, "no MAKE")
        }
        #expect(make.slots == 1)
        #expect(make.isCaching)
        #expect(make.trial.resumption == .append)
    }
}
