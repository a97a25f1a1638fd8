import Exchange
import Foundation
import Gym
import Samples

/// What outside workers cost: the exchange's CPU while they are at slow steps, and the way of a step to one and back.
enum WorkerBenchmark {
    private static let napSeconds = 0.010
    private static let capacity = 8
    private static let trips = 2_000

    /// Broker, log and client are of one process; the client's thread is not counted.
    static func run() throws -> [String] {
        let share = try (0..<5).map { _ in try napping() }.min() ?? .nan
        let local = try trip(isRemote: false)
        let remote = try trip(isRemote: true)
        return [
            String(
                format: "%d workers at steps of %.0f ms: broker and log take %.1f %% of a core, best of 5",
                capacity, napSeconds * 1e3, share * 100),
            String(
                format: "a step of a null model over ipc: p50 %.1f us by the broker, %.1f us by an outside worker",
                Measurement.quantile(0.5, of: local), Measurement.quantile(0.5, of: remote)),
        ]
    }

    /// The CPU of all threads but the client's while workers nap, as a share of a core.
    private static func napping() throws -> Double {
        try withSession("nap-v0", isRemote: true, slots: capacity) { session in
            var generator = Generator(seed: 2)
            var (all, own) = (0.0, 0.0)
            let wall = try Measurement.wallSeconds {
                all = try Measurement.processSeconds {
                    own = try Measurement.threadSeconds {
                        for _ in 0..<50 {
                            let actions = try (0..<capacity).map { _ in
                                try session.spec.actionSpace.sample(&generator)
                            }
                            _ = try session.step(actions)
                        }
                    }
                }
            }
            return (all - own) / wall
        }
    }

    private static func trip(isRemote: Bool) throws -> [Double] {
        try withSession("null-v0", isRemote: isRemote, slots: 1) { session in
            var generator = Generator(seed: 1)
            return try (0..<trips).map { _ in
                let action = try session.spec.actionSpace.sample(&generator)
                return try Measurement.wallSeconds { _ = try session.step([action]) } * 1e6
            }
        }
    }

    private static func withSession<Result>(
        _ environment: String, isRemote: Bool, slots: Int, _ body: (ClientSession) throws -> Result
    ) throws -> Result {
        try Measurement.inFolder { folder in
            let log = try SampleLog(path: folder.appending(path: "steps.db").path, mode: .write)
            defer { log.close() }
            var configuration = Broker.Configuration(environments: isRemote ? [] : [Null.entry])
            configuration.workers = 2
            let broker = try Broker(
                configuration, sink: log, endpoints: ["ipc://@sextant-benchmark-\(getpid())-agents"],
                workerEndpoints: isRemote ? ["ipc://@sextant-benchmark-\(getpid())-workers"] : [])
            defer { broker.stop() }
            let crew = try broker.workerEndpoints.first.map { try Crew(at: $0, capacity: capacity) }
            defer { crew?.stop() }
            while isRemote, broker.outsideEntries.isEmpty { Thread.sleep(forTimeInterval: 0.01) }
            let client = try Client(endpoint: broker.endpoints[0], context: broker.context)
            let session = try client.make(
                environment, trial: TrialDescription(study: "benchmark", label: "1", slots: slots))
            _ = try session.reset(seeds: [UInt64](repeating: 1, count: slots))
            let result = try body(session)
            try session.close()
            return result
        }
    }
}

/// A worker in a process of its own, as outside workers are, so that its CPU is not counted.
private final class Crew {
    private let process = Process()
    private let input = Pipe()

    init(at endpoint: String, capacity: Int) throws {
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["work", endpoint, "\(capacity)"]
        process.standardInput = input
        try process.run()
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

/// The null model, but as slow as a quick simulator.
struct Nap: CostModel {
    let spec = EnvironmentSpec(
        id: "nap-v0", actionSpace: Null().spec.actionSpace, metrics: Null().spec.metrics,
        reference: Null().spec.reference)

    func evaluate(_ action: Action, deadline: Deadline) -> Evaluation {
        Thread.sleep(forTimeInterval: 0.010)
        return Null().evaluate(action, deadline: deadline)
    }

    static let entry = EnvironmentEntry(
        Datasheet(id: "nap-v0", title: "Benchmark", summary: "Ten milliseconds of nothing.", description: "Nothing.")
    ) { _ in Oneshot(Nap()) }
}
