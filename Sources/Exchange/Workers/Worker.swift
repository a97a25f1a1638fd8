import CZeroMQ
import Foundation
public import Gym
import Synchronization
import Wire

/// Serves environments to a broker elsewhere: what `sextant work` runs.
public final class Worker {
    /// What a worker offers.
    public struct Configuration: Sendable {
        /// The environments on offer.
        public var environments: [EnvironmentEntry]
        /// The workload files that this side has, by the name that the broker's users give.
        public var workloads: [String: WorkloadFile] = [:]
        /// How many evaluations are done at once.
        public var capacity = 1
        /// What people call it.
        public var name = "worker"
        /// Told of joining, losing the broker and being refused, on the worker's thread.
        public var onEvent: @Sendable (String) -> Void = { _ in }

        /// Serves these environments, one evaluation at a time.
        public init(environments: [EnvironmentEntry]) { self.environments = environments }
    }

    /// How often it is asked whether to stop.
    private static let glanceMilliseconds = 50
    private static let readySeconds = 1.0
    private static let missesAllowed = 3.0

    private let endpoint: String
    private let socket: Socket
    private let waker: Waker
    private let bench: WorkerBench
    private let ready: WorkerReport
    private let onEvent: (String) -> Void

    private var beatSeconds = 1.0
    private var isAccepted = false
    private var heard = Monotonic.seconds
    private var lastBeat = 0.0
    private var lastReady = -Double.infinity

    /// Connects; a broker may appear later.
    ///
    /// - Throws: `GymError`: `usage` for something that is no endpoint.
    public init(
        _ configuration: Configuration, endpoint: String, key: PeerKey? = nil,
        context: ZeroMQContext = ZeroMQContext()
    ) throws {
        self.endpoint = endpoint
        onEvent = configuration.onEvent
        socket = try Socket.toBroker(endpoint, in: context, key: key, longestPauseMilliseconds: 1_000)
        waker = try Waker()
        bench = WorkerBench(
            configuration.environments, workloads: configuration.workloads,
            threads: WorkerThreads(count: configuration.capacity, waker: waker))
        let listings = configuration.environments.map { entry in
            Reply.Listing(datasheet: entry.datasheet, spec: try? entry.make().spec, servedBy: configuration.name)
        }
        ready = .ready(
            .init(
                worker: configuration.name, versions: [Dispatcher.protocolVersion], capacity: configuration.capacity,
                environments: listings))
    }

    /// Works until it is told to stop; then takes leave, so that the broker need not wait for it.
    ///
    /// - Throws: `GymError`: why the broker does not want it.
    public func run(until isStopped: () -> Bool) throws {
        let descriptor = socket.descriptor
        defer { bench.stop() }
        while !isStopped() {
            for (result, instance, ticket) in bench.takeEnded() {
                send(.result(result), Header(.result, session: instance, sequence: ticket))
            }
            beat()
            while let frames = socket.receive() {
                heard = Monotonic.seconds
                guard let envelope = try? Envelope(frames: frames) else { continue }
                try obey(envelope)
            }
            waker.wait(or: descriptor, milliseconds: Worker.glanceMilliseconds)
        }
        send(.bye, Header(.bye))
    }

    private func obey(_ envelope: Envelope) throws {
        let header = envelope.header
        switch try? WorkerOrder(envelope) {
        case .accepted(let terms):
            if !isAccepted { onEvent("joined the broker at \(endpoint)") }
            (isAccepted, beatSeconds) = (true, max(0.1, Double(terms.beatMilliseconds) / 1_000))
        case .refused(let error): throw error
        case .run(let run):
            bench.begin(
                run, instance: header.session, ticket: header.sequence,
                allowance: header.deadlineMilliseconds > 0 ? Double(header.deadlineMilliseconds) / 1_000 : 3_600)
        case .drop where header.sequence > 0: bench.drop(ticket: header.sequence)
        case .drop where header.session > 0: bench.forget(instance: header.session)
        case .drop: (isAccepted, lastReady) = (false, min(lastReady, Monotonic.seconds - Worker.readySeconds / 2))
        case .beat, nil: break
        }
    }

    /// Shows that this side lives, and begins anew where the other one no longer does.
    private func beat() {
        let now = Monotonic.seconds
        if isAccepted, now - heard > beatSeconds * Worker.missesAllowed {
            onEvent("lost the broker at \(endpoint)")
            isAccepted = false
        }
        if !isAccepted {
            guard now - lastReady >= Worker.readySeconds else { return }
            if lastReady == -.infinity { onEvent("looking for a broker at \(endpoint)") }
            // A broker that does not know this worker knows none of its instances either.
            bench.clear()
            // One that is not connected yet will be in a moment.
            let isSent = send(ready, Header(.ready, sequence: 1))
            lastReady = isSent ? now : now - Worker.readySeconds + Double(Worker.glanceMilliseconds) / 1_000
        } else if now - lastBeat >= beatSeconds {
            lastBeat = now
            send(.beat, Header(.beat))
        }
    }

    @discardableResult
    private func send(_ report: WorkerReport, _ header: Header) -> Bool {
        guard let envelope = try? report.envelope(header) else { return false }
        return socket.send(envelope.frames) == .sent
    }
}
