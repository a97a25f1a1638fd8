import Exchange
import Foundation
import Gym
import Samples
import Synchronization
import Testing

/// A broker that evaluates nothing itself, and workers that are processes of their own.
final class Crew {
    let scratch: Scratch
    let broker: Broker
    let notes = Notes()
    private let log: SampleLog
    private let logPath: String
    private(set) var workers: [(name: String, child: Child)] = []
    private var hired = 0

    init(_ scratch: Scratch) throws {
        self.scratch = scratch
        logPath = scratch.newPath("db")
        log = try SampleLog(path: logPath, mode: .write)
        var configuration = Broker.Configuration(environments: [])
        configuration.onEvent = { [notes] in notes.take($0) }
        broker = try Broker(
            configuration, sink: log, endpoints: ["ipc://\(scratch.newPath("ipc"))"],
            workerEndpoints: ["ipc://\(scratch.newPath("ipc"))"])
    }

    /// Begins a worker and waits until it has joined.
    func hire() throws {
        hired += 1
        let name = "hand-\(hired)."
        let words = ["work", Stepper.environment, "--to", broker.workerEndpoints[0], "--threads", "1", "--name", name]
        let child = try Program.begin(words, in: scratch)
        workers.append((name, child))
        try #require(soon { notes.have("worker \(name) joined") }, "\(child.errors)")
    }

    /// Kills a worker; gives how long it took until the broker knew.
    func kill(_ place: Int) throws -> Double {
        let (name, child) = workers.remove(at: place)
        child.signal(SIGKILL)
        let start = ContinuousClock.now
        try #require(soon { isGone(name) })
        #expect(try child.end() == .signal(SIGKILL))
        return seconds(since: start)
    }

    /// Whether the broker knows that a worker is gone: a farewell may be lost, and then the next beat tells.
    private func isGone(_ name: String) -> Bool {
        ["left", "was lost", "takes no messages"].contains { notes.have("worker \(name) \($0)") }
    }

    /// Ends everything in good order and gives what the log holds.
    func finish() throws -> LogContents {
        for (name, child) in workers {
            child.signal(SIGTERM)
            guard try child.end() == .exit(143), soon({ isGone(name) }) else {
                throw GymError(.internal, "\(name) did not leave in good order: \(child.errors)")
            }
        }
        broker.stop()
        log.close()
        return try LogContents(logPath)
    }
}

/// A client that steps on a thread of its own, always through the same designs.
final class Stepper: Sendable {
    static let environment = "dram-controller-v0"
    static let slots = 4

    private let batches = Atomic(0)
    private let isStopping = Atomic(false)
    private let pauses = Mutex<[Double]>([])
    private let failed = Atomic(0)

    /// Begins a trial at a broker; ends after so many batches, or when told to.
    func run(at endpoint: String, label: String, limit: Int = .max) -> Aside<Void> {
        Aside { [self] in
            let trial = TrialDescription(study: "s", label: label, slots: Stepper.slots)
            let session = try Client(endpoint: endpoint).make(
                Stepper.environment, options: ["workload": "stream"], trial: trial, isCaching: false)
            _ = try session.reset(seeds: (0..<UInt64(Stepper.slots)).map { $0 })
            var generator = Generator(seed: Generator.derive(Dice.seed, [label]))
            while batchCount < limit, !isStopping.load(ordering: .relaxed) {
                let designs = try (0..<Stepper.slots).map { _ in try session.spec.actionSpace.sample(&generator) }
                let start = ContinuousClock.now
                let steps = try session.step(designs)
                let pause = (ContinuousClock.now - start) / .seconds(1)
                pauses.withLock { $0.append(pause) }
                failed.add(
                    steps.count { if case .failed = $0.evaluation.status { true } else { false } }, ordering: .relaxed)
                batches.add(1, ordering: .releasing)
            }
            try session.close()
        }
    }

    /// How many batches were answered.
    var batchCount: Int { batches.load(ordering: .acquiring) }
    /// How many steps failed.
    var failedCount: Int { failed.load(ordering: .relaxed) }
    /// How long each batch took, in order.
    var seconds: [Double] { pauses.withLock { $0 } }

    func stop() { isStopping.store(true, ordering: .relaxed) }
}
