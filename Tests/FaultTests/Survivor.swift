import CZeroMQ
import Exchange
import Foundation
import Gym
import Synchronization
import Testing

/// Where a broker of its own process is to be found, whenever it runs.
struct Place {
    let scratch: Scratch
    let agents: String
    let workers: String
    let log: String

    init(isNetworked: Bool = false) throws {
        let scratch = try Scratch()
        func endpoint() throws -> String {
            isNetworked ? try RawSocket(ZMQ_DEALER).bind() : "ipc://\(scratch.newPath("ipc"))"
        }
        (agents, workers) = (try endpoint(), try endpoint())
        (log, self.scratch) = (scratch.newPath("db"), scratch)
    }

    /// Begins it, and waits until it serves.
    func serve() throws -> Child {
        let words = ["serve", Survivor.environment, "--agents", agents, "--workers", workers, "--threads", "1"]
        let serve = try Program.begin(words + ["--log", log], in: scratch)
        try #require(serve.wait { serve.errors.contains("  log ") }, "\(serve.errors)")
        return serve
    }
}

/// A client that makes its session again whenever its broker has forgotten it. Which design is tried depends on its
/// number alone.
final class Survivor: Sendable {
    static let environment = "synthetic-dram10-v0"

    let label: String
    private let limit: Int
    private let count = Atomic(0)
    private let lost = Atomic(0)
    private let pauses = Mutex<[Double]>([])
    private let isStopping = Atomic(false)

    init(label: String, limit: Int = .max) { (self.label, self.limit) = (label, limit) }

    /// How many samples were acknowledged.
    var acknowledged: Int { count.load(ordering: .acquiring) }
    /// How long each step took.
    var times: [Double] { pauses.withLock { $0 } }
    /// How often its session was lost.
    var losses: Int { lost.load(ordering: .relaxed) }

    func stop() { isStopping.store(true, ordering: .relaxed) }

    func run(at endpoint: String) -> Aside<Void> {
        Aside { [self] in
            let client = try Client(endpoint: endpoint)
            var session = try make(client)
            while acknowledged < limit, !isStopping.load(ordering: .relaxed) {
                do {
                    let number = acknowledged
                    let start = ContinuousClock.now
                    let steps = try session.step([try design(number, session.spec.actionSpace)])
                    let pause = seconds(since: start)
                    pauses.withLock { $0.append(pause) }
                    guard steps.map(\.number) == [Int64(number)] else {
                        throw GymError(.internal, "step \(number) was answered as \(steps.map(\.number))")
                    }
                    count.store(number + 1, ordering: .releasing)
                    usleep(2_000)
                } catch let error as GymError where error.code == .sessionLost {
                    guard error.hint == "MAKE it again under the same study and trial" else { throw error }
                    lost.add(1, ordering: .relaxed)
                    session = try make(client)
                }
            }
            try session.close()
        }
    }

    /// The session, after the last logged sample. That one may not have been acknowledged; those that were are there.
    private func make(_ client: Client) throws -> ClientSession {
        let trial = TrialDescription(study: "s", label: label, seed: 7, resumption: .append)
        let session = try client.make(Survivor.environment, trial: trial, isCaching: false)
        guard [acknowledged, acknowledged + 1].contains(Int(session.logged)) else {
            throw GymError(.internal, "\(acknowledged) samples were acknowledged, \(session.logged) are logged")
        }
        count.store(Int(session.logged), ordering: .releasing)
        _ = try session.reset(seeds: [7])
        return session
    }

    private func design(_ number: Int, _ space: Space) throws -> Action {
        var generator = Generator(seed: Generator.derive(1, [label, "\(number)"]))
        return try space.sample(&generator)
    }

    /// What the log of a broker that nothing happens to holds after as many steps of the same clients.
    static func undisturbed(_ survivors: [Survivor]) throws -> LogContents {
        let place = try Place()
        let serve = try place.serve()
        for survivor in survivors {
            try Survivor(label: survivor.label, limit: survivor.acknowledged).run(at: place.agents).wait()
        }
        serve.signal(SIGTERM)
        #expect(try serve.end() == .exit(143))
        return try LogContents(place.log)
    }
}
