import Gym
import Wire

/// One well-formed message of every kind, in both encodings: where a fuzzer begins.
public enum Corpus {
    /// An environment with all that a spec may have.
    static let spec = EnvironmentSpec(
        id: "toy-v0",
        actionSpace: Space(
            [
                Parameter("policy", .categorical(["Open", "Closed"]), default: "Open", note: "When rows close."),
                Parameter("depth", .integer(1...128, step: 1), scale: .log2, unit: "entries", default: 8),
                Parameter("clock", .real(0.5...2), scale: .inverse, unit: "ns", default: 1),
                Parameter("width", .ordinal([8, 16, 64]), default: 16),
            ], constraints: ["depth * width <= 4096"], activity: ["clock": "policy == Open"]),
        observationNames: ["load", "age"],
        metrics: [
            Metric("latency", unit: "ns", goal: .minimize, note: "Mean."),
            Metric("hits", unit: "1", goal: .maximize, isPositive: false, isDeterministic: false),
        ], horizon: 7, isPure: false, reference: [41.5, nil])

    private static let sheet = Datasheet(
        id: "toy-v0", title: "Toy", summary: "A toy.", description: "Long.",
        options: [
            OptionSpec("load", .choice(["light", "heavy"]), default: "light", note: "How much."),
            OptionSpec("speed", .number(0...3), default: 1, note: "How fast."),
            OptionSpec("file", .workload(["a"]), default: "a", note: "Which."),
        ], references: ["One."], history: ["v0"])

    private static let steps = [
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
                status: .infeasible("too hot")), isCached: true, seconds: 0),
    ]

    private static let requests: [Request] = {
        let objective = Objective(.product, [.init("latency", 2), .init("hits", -1)], constraints: [])
        let trial = TrialDescription(
            study: "s", label: "t", agent: "a", seed: .max, budget: "10 samples", slots: 3, recordsObservations: true,
            resumption: .replay)
        return [
            .hello(.init(client: "tool 1", versions: [1, 2])), .list, .ping, .close(.failed("it broke")),
            .make(
                .init(
                    environment: "toy-v0", options: ["speed": 2, "load": "heavy"], objective: objective, slots: 3,
                    trial: trial, autoreset: .disabled, isCaching: false)),
            .reset([1, 2, .max]), .step(.packed([1, -0.0, .pi, 1e-300])), .history(from: 3, limit: 10),
            .evaluate(.listed([.values([0, 8, 1, 16]), .named(["policy": "Open", "depth": 8])])),
        ]
    }()

    private static let replies: [(Verb, Reply)] = {
        let listing = Reply.Listing(datasheet: sheet, spec: spec, servedBy: "built-in")
        return [
            (
                .hello,
                .hello(.init(server: "sextant", version: 1, limits: Limits(), hasKeys: false, catalogDigest: "x"))
            ), (.list, .list([listing])),
            (.make, .made(.init(session: 7, spec: spec, autoreset: .sameStep, logged: 2, study: "s", trial: "t"))),
            (.reset, .reset([Observation([1, 2], legal: [[true, false]])])), (.step, .steps(steps)),
            (.make, .failure(GymError(.badOption, "no", hint: "yes", field: "speed"))),
        ]
    }()

    private static let reports: [WorkerReport] = [
        .ready(
            .init(
                worker: "w", versions: [1], capacity: 2,
                environments: [.init(datasheet: sheet, spec: spec, servedBy: "w")])),
        .result(.success(.init(spec: spec, observation: Observation([1, 2]), evaluation: steps[0].evaluation))),
        .result(.failure(GymError(.internal, "it broke"))), .beat, .bye,
    ]

    private static let orders: [WorkerOrder] = {
        let making = WorkerOrder.Making(environment: "toy-v0", options: ["speed": 2], files: ["file": "abc"])
        return [
            .accepted(.init(version: 1, limits: Limits(), beatMilliseconds: 1_000)),
            .refused(GymError(.badInput, "no")), .run(.init(making: making, deed: .begin(seed: 5))),
            .run(.init(making: nil, deed: .step([0, 8, 1, 16]))), .drop(reason: "over"), .beat,
        ]
    }()

    /// The messages as the bytes that `Intake` reads.
    public static let messages: [[UInt8]] = Header.Encoding.allCases.flatMap(messages)

    private static func messages(_ encoding: Header.Encoding) -> [[UInt8]] {
        var written: [Envelope?] = []
        for request in requests {
            written.append(try? request.envelope(Header(request.verb, encoding: encoding, session: 5, sequence: 9)))
        }
        for (verb, reply) in replies {
            let header = Header(verb, encoding: encoding).answer()
            for isPacked in [false, true] { written.append(try? reply.envelope(header, isPacked: isPacked)) }
        }
        let header = Header(.ready, encoding: encoding, session: 5, sequence: 9)
        for report in reports { written.append(try? report.envelope(header)) }
        for order in orders { written.append(try? order.envelope(header)) }
        return written.compactMap { $0 }.map { Intake.bytes(of: $0.frames) }
    }
}
