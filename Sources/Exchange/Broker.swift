import CZeroMQ
import Foundation
public import Gym
import Synchronization
import Wire

/// The only way to an environment: answers the protocol's requests, has the evaluations done by its workers, and logs
/// every sample before it answers. One thread owns its sockets, sessions and the sink.
public final class Broker: Sendable {
    /// What a broker serves and how.
    public struct Configuration: Sendable {
        /// The environments on offer.
        public var environments: [EnvironmentEntry]
        /// The workload files that may be named, by name; a client never names a path.
        public var workloads: [String: WorkloadFile] = [:]
        /// How many threads evaluate; results do not depend on it.
        public var workers = 1
        /// Seconds that one evaluation may take where the request names no deadline.
        public var deadlineSeconds = 3_600.0
        /// Who is let in; everybody who reaches an endpoint where nil.
        public var keys: Keyring?
        /// Whether endpoints that other machines reach may be bound without keys.
        public var allowsNetwork = false
        /// What HELLO calls this side.
        public var name = "sextant"
        /// Told of sessions that begin and end and of peers that are cut off, on the broker's thread.
        public var onEvent: @Sendable (String) -> Void = { _ in }

        /// Serves these environments with every setting at its default.
        public init(environments: [EnvironmentEntry]) { self.environments = environments }
    }

    /// What clients of the same process need to reach `inproc://` endpoints.
    public let context: ZeroMQContext
    /// Where clients connect, each with its real port.
    public let endpoints: [String]
    /// Where outside workers connect, each with its real port; empty where none may.
    public var workerEndpoints: [String] { roster?.endpoints ?? [] }

    private let roster: Roster?

    /// The environments that outside workers offer now, each as the catalog would list it: making one asks a worker.
    public var outsideEntries: [EnvironmentEntry] { (roster?.offered ?? []).compactMap { roster?.entry($0) } }

    private let workloads: Shared<Mutex<[String: WorkloadFile]>>
    private let isStopping = Atomic(false)
    private let waker: Waker
    private let ended = DispatchSemaphore(value: 0)

    /// Binds the endpoints and begins to answer. The sink is opened after that, so that a log is only made for a broker
    /// that can be reached.
    ///
    /// - Throws: `GymError`: an endpoint that is taken (`unreachable`) or can't be bound (`usage`); what `sink` throws.
    public init(
        _ configuration: Configuration, sink: @autoclosure () throws -> any SampleSink, endpoints: [String],
        workerEndpoints: [String] = [], context: ZeroMQContext = ZeroMQContext()
    ) throws {
        self.context = context
        let workloads = Shared(Mutex(configuration.workloads))
        self.workloads = workloads
        let gatekeeper = try configuration.keys.map {
            try Gatekeeper($0, in: context, onEvent: configuration.onEvent)
        }
        let isOpen = configuration.allowsNetwork
        let (router, bound) = try Broker.bind(endpoints, in: context, gatekeeper, for: .agents, allowingNetwork: isOpen)
        self.endpoints = bound
        let forWorkers =
            workerEndpoints.isEmpty
            ? nil : try Broker.bind(workerEndpoints, in: context, gatekeeper, for: .workers, allowingNetwork: isOpen)
        let sink = try sink()
        gatekeeper?.start()
        waker = try Waker()
        roster = try forWorkers.map { socket, bound in
            try Roster(
                socket, endpoints: bound, builtIn: configuration.environments, onEvent: configuration.onEvent)
        }
        let local = WorkerThreads(count: max(1, configuration.workers), waker: waker)
        let waiting = WorkerThreads(waitingWith: waker)
        let thread = Thread { [self] in
            let dispatcher = Dispatcher(
                configuration, workloads: workloads, threads: local, waiting: waiting, roster: roster, sink: sink
            ) { peer, envelope in
                // A peer that does not read, or is gone, loses its reply; it is stored and may be asked for again.
                _ = router.send([peer] + envelope.frames)
            }
            serve(router, [local, waiting], dispatcher)
            ended.signal()
        }
        thread.name = "sextant broker"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Adds workload files that may be named; a later one of a name takes the earlier one's place.
    public func register(_ files: [WorkloadFile]) {
        workloads.value.withLock { for file in files { $0[file.name] = file } }
    }

    /// Stops answering, tells running evaluations to end, and returns when the sockets are closed. What was
    /// acknowledged is in the log. Calling it again does nothing.
    public func stop() {
        guard !isStopping.exchange(true, ordering: .acquiringAndReleasing) else { return }
        waker.wake()
        ended.wait()
    }

    private func serve(_ router: Socket, _ threads: [WorkerThreads], _ dispatcher: Dispatcher) {
        let descriptor = router.descriptor
        while !isStopping.load(ordering: .acquiring) {
            for pool in threads { for job in pool.takeEnded() { dispatcher.finish(job) } }
            dispatcher.tick()
            // A flood from one side must not keep finished work waiting, so messages are taken in portions.
            if (0..<64).allSatisfy({ _ in take(router, dispatcher) }) { continue }
            waker.wait(or: descriptor, milliseconds: dispatcher.patienceMilliseconds)
        }
        dispatcher.dropAll()
        roster?.stop()
        for pool in threads { pool.stop() }
    }

    /// Answers one message; false where none waits.
    private func take(_ router: Socket, _ dispatcher: Dispatcher) -> Bool {
        guard let frames = router.receive() else { return false }
        dispatcher.receive(frames)
        return true
    }

    /// A socket that is bound to endpoints, and the endpoints with their real ports.
    private static func bind(
        _ endpoints: [String], in context: ZeroMQContext, _ gatekeeper: Gatekeeper?, for list: Keyring.List,
        allowingNetwork: Bool
    ) throws -> (socket: Socket, bound: [String]) {
        let socket = try router(in: context, isIPv6: endpoints.contains { $0.contains("[") })
        try gatekeeper?.guardDoor(of: socket, for: list)
        let bound = try endpoints.map {
            try Endpoint.bind(socket, to: $0, allowingNetwork: allowingNetwork || gatekeeper != nil)
        }
        return (socket, bound)
    }

    /// A ROUTER with every one of libzmq's defaults that would hurt set otherwise.
    private static func router(in context: ZeroMQContext, isIPv6: Bool) throws -> Socket {
        let router = try Socket(.router, in: context)
        router.set(ZMQ_LINGER, 2_000)
        router.set(ZMQ_ROUTER_MANDATORY, 1)
        router.set(ZMQ_HANDSHAKE_IVL, 5_000)
        router.set(ZMQ_SNDHWM, 1_000)
        router.set(ZMQ_RCVHWM, 1_000)
        router.set(ZMQ_IPV6, isIPv6 ? 1 : 0)
        router.setLong(ZMQ_MAXMSGSIZE, Int64(Limits().messageBytes))
        return router
    }
}
