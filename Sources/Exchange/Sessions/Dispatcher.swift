import Foundation
import Gym
import Synchronization
import Wire

/// Takes messages apart, finds the session they are for, and sends what it has to say. Lives on the broker's thread.
final class Dispatcher {
    static let protocolVersion = 1

    let configuration: Broker.Configuration
    let limits = Limits()
    let sink: any SampleSink
    /// The workload files that may be named now.
    let workloads: Shared<Mutex<[String: WorkloadFile]>>
    let roster: Roster?
    private let threads: WorkerThreads
    /// The threads that wait for outside workers.
    private let waiting: WorkerThreads
    private let send: ([UInt8], Envelope) -> Void

    var sessions: [UInt64: HostedSession] = [:]
    /// Session numbers begin at the time, so that no request of an earlier broker's client meets another's session.
    private let firstSession = UInt64(Date().timeIntervalSince1970 * 1_000) << 16
    private lazy var lastSession = firstSession
    private var peers = Peers()
    var makes = RecentMakes()
    /// Jobs under way, each with what is to be done when it is over.
    private var jobs: [ObjectIdentifier: Entry] = [:]
    private var lastTick = Monotonic.seconds

    init(
        _ configuration: Broker.Configuration, workloads: Shared<Mutex<[String: WorkloadFile]>>,
        threads: WorkerThreads, waiting: WorkerThreads, roster: Roster?, sink: any SampleSink,
        send: @escaping ([UInt8], Envelope) -> Void
    ) {
        (self.configuration, self.workloads) = (configuration, workloads)
        (self.threads, self.waiting) = (threads, waiting)
        (self.roster, self.sink, self.send) = (roster, sink, send)
    }

    /// A job under way.
    private struct Entry {
        let job: Job
        let pool: WorkerThreads
        let completion: (Job) -> Void
        let giveUp: (Int) -> Void
    }

    // MARK: Messages

    /// Answers one message: the peer's routing id, then the frames of the protocol.
    func receive(_ frames: [[UInt8]]) {
        guard let peer = frames.first, !peers.isCutOff(peer) else { return }
        guard frames.count > 1, let header = try? Header(bytes: frames[1]) else {
            noteMalformed(peer)
            return
        }
        let origin = Origin(peer: peer, header: header)
        do {
            let envelope = try Envelope(frames: Array(frames.dropFirst()))
            guard envelope.byteCount <= limits.messageBytes else {
                throw GymError(.tooLarge, "the message has \(envelope.byteCount) bytes; \(limits.messageBytes) fit")
            }
            handle(try Request(envelope, limits: limits), origin)
        } catch {
            let error = GymError(wrapping: error)
            if error.code == .malformed { noteMalformed(peer) }
            guard header.session > 0 else { return answer(origin, .failure(error)) }
            route(Pending(origin: origin, request: .failure(error)))
        }
    }

    typealias Pending = HostedSession.Pending

    private func handle(_ request: Request, _ origin: Origin) {
        switch request {
        case .hello(let hello): answer(origin, greeting(hello))
        case .ping: answer(origin, .pong)
        case .list: list(origin)
        case .make(let make): self.make(make, origin)
        case .reset, .step, .evaluate, .history, .close: route(Pending(origin: origin, request: .success(request)))
        }
    }

    private func route(_ pending: Pending) {
        let id = pending.origin.header.session
        guard let session = sessions[id] else {
            let wasHere = id > firstSession && id <= lastSession
            answer(
                pending.origin,
                .failure(
                    GymError(
                        wasHere ? .expiredSession : .sessionLost, "there is no session \(id)",
                        hint: "MAKE it again under the same study and trial")))
            return
        }
        switch session.admit(pending, window: limits.window) {
        case .run: begin(pending, in: session)
        case .wait: evaluateAhead(pending, in: session)
        case .ignored: break
        case .repeated(let envelope): send(pending.origin.peer, envelope)
        case .refused(let error): answer(pending.origin, .failure(error))
        }
    }

    private func noteMalformed(_ peer: [UInt8]) {
        if peers.noteMalformed(peer) { configuration.onEvent("a peer that sent 100 malformed messages is cut off") }
    }

    /// Sends a reply that no session keeps.
    func answer(_ origin: Origin, _ reply: Reply) {
        guard let envelope = envelope(reply, to: origin) else { return }
        send(origin.peer, envelope)
    }

    /// Sends and keeps the reply to a session's current request, then begins the next one that waits.
    func complete(_ session: HostedSession, with reply: Reply) {
        guard let origin = session.current?.origin, let envelope = envelope(reply, to: origin) else { return }
        session.ahead.forget(origin.header.sequence)
        let next = session.complete(with: envelope)
        send(origin.peer, envelope)
        if let next, sessions[session.id] === session { begin(next, in: session) }
    }

    private func envelope(_ reply: Reply, to origin: Origin) -> Envelope? {
        let isPacked = origin.header.flags.contains(.packed) && origin.header.encoding == .binary
        let envelope = try? reply.envelope(origin.header.answer(), isPacked: isPacked)
        guard let envelope, envelope.byteCount > limits.messageBytes else { return envelope }
        let error = GymError(
            .tooLarge, "the reply has \(envelope.byteCount) bytes; at most \(limits.messageBytes) fit in a message",
            hint: "ask for less at once")
        return try? Reply.failure(error).envelope(origin.header.answer())
    }

    // MARK: Jobs

    /// Has a job done; `giveUp` is told of each unit whose worker did not come back, `completion` when all is over.
    ///
    /// - Parameter isRemote: its threads will only wait for outside workers.
    func submit(
        _ job: Job, isRemote: Bool, giveUp: @escaping (Int) -> Void = { _ in }, completion: @escaping (Job) -> Void
    ) {
        let pool = isRemote ? waiting : threads
        jobs[ObjectIdentifier(job)] = Entry(job: job, pool: pool, completion: completion, giveUp: giveUp)
        pool.submit(job)
    }

    /// Goes on with whoever waited for a job.
    func finish(_ job: Job) {
        jobs.removeValue(forKey: ObjectIdentifier(job))?.completion(job)
    }

    /// How long the broker may sleep.
    var patienceMilliseconds: Int { jobs.isEmpty ? 1_000 : 50 }

    /// Gives up what is overdue and forgets what has expired; does nothing when called again within 50 ms.
    func tick() {
        let now = Monotonic.seconds
        guard now - lastTick >= 0.05 else { return }
        lastTick = now
        for entry in Array(jobs.values) {
            let (units, isOver) = entry.job.abandonOverdue()
            units.forEach(entry.giveUp)
            entry.pool.replace(units.count)
            if isOver { finish(entry.job) }
        }
        for session in sessions.values where session.isIdle && now - session.lastUsed > Double(limits.idleSeconds) {
            end(session, why: "expired", as: .stopped)
        }
        peers.forgive(now: now)
    }

    // MARK: Sessions

    /// A number that no session had before.
    func nextSessionNumber() -> UInt64 {
        lastSession += 1
        return lastSession
    }

    /// Forgets a session; evaluations that still run for it are told to end. Its trial is noted as it stands, unless it
    /// goes on elsewhere.
    func end(_ session: HostedSession, why: String, as status: TrialStatus?) {
        sessions[session.id] = nil
        if let status {
            do { try sink.finish(trial: session.trial.number, status: status) } catch {
                session.fault = GymError(wrapping: error)
            }
        }
        for entry in jobs.values where entry.job.session == session.id { entry.job.drop() }
        configuration.onEvent("session \(session.id) of \(session.label) \(why)")
    }

    /// Tells every running evaluation to end, and ends all sessions.
    func dropAll() {
        for entry in jobs.values { entry.job.drop() }
        for session in sessions.values { end(session, why: "ended with the broker", as: .stopped) }
    }
}

extension GymError {
    /// An error of the project as it is, any other as an internal one with its own words.
    init(wrapping error: any Error) {
        self = error as? GymError ?? GymError(.internal, "\(error)")
    }
}
