import Gym
import Wire

/// A session as the broker keeps it: slots, counters and the order of its requests. Lives on the broker's thread.
final class HostedSession {
    /// One slot between requests.
    struct Slot {
        var instance: Instance
        /// As RESET gave it; later episodes derive theirs from it.
        var seed: UInt64 = 0
        var episode: Int64 = -1
        var step = 0
        /// What the agent sees; nil before the first RESET and after an episode that nothing followed.
        var observation: Observation?
        /// Why no episode could begin.
        var flaw: GymError?
    }

    /// A request with the way back to whoever sent it.
    struct Pending {
        var origin: Origin
        /// What is asked, or why it can't be read; either takes its sequence number.
        var request: Result<Request, GymError>
    }

    /// What is to be done with a request that has arrived.
    enum Admission {
        case run, wait
        /// It was answered already: the same again.
        case repeated(Envelope)
        /// It is being answered.
        case ignored
        case refused(GymError)
    }

    let id: UInt64
    let spec: EnvironmentSpec
    let scorer: Scorer
    let sink: any SampleSink
    /// The trial's number in the log, how many samples it had at the beginning and its seconds of search until then.
    let trial: (number: Int64, logged: Int64, seconds: Double)
    let label: String
    let make: Request.Make
    /// Whether outside workers evaluate.
    let isRemote: Bool
    let started = Monotonic.seconds

    var slots: [Slot]
    /// The number of the next sample. Below `trial.logged` the log is replayed.
    var nextNumber: Int64
    var seen = SeenDesigns()
    var pace = Pace()
    var ahead = Ahead()
    /// Set when the log failed: nothing may be evaluated unlogged any more.
    var fault: GymError?

    private(set) var lastUsed = Monotonic.seconds
    private var lastAccepted: UInt64 = 0
    private var lastReply: (sequence: UInt64, envelope: Envelope)?
    private(set) var current: Pending?
    private var waiting: [Pending] = []

    init(
        id: UInt64, scorer: Scorer, spec: EnvironmentSpec, instances: [Instance], make: Request.Make,
        trial: (Int64, Int64, Double), sink: any SampleSink, isRemote: Bool
    ) {
        (self.id, self.scorer, self.spec, self.make, self.sink) = (id, scorer, spec, make, sink)
        self.isRemote = isRemote
        self.trial = trial
        label = "\(make.trial.study)/\(make.trial.label)"
        slots = instances.map { Slot(instance: $0) }
        nextNumber = make.trial.resumption == .replay ? 0 : trial.1
    }

    /// Whether repeated designs are answered from the trial's history.
    var isCaching: Bool { make.isCaching && spec.isCacheable && spec.isOneshot }

    /// Whether nothing is being done or waits.
    var isIdle: Bool { current == nil }

    /// Takes a request in if its sequence number is the next.
    func admit(_ pending: Pending, window: Int) -> Admission {
        lastUsed = Monotonic.seconds
        let sequence = pending.origin.header.sequence
        guard sequence > lastAccepted else {
            if let lastReply, lastReply.sequence == sequence { return .repeated(lastReply.envelope) }
            if renew(pending.origin) { return .ignored }
            return .refused(
                GymError(.stale, "request \(sequence) was answered before; the next is \(lastAccepted + 1)"))
        }
        guard sequence == lastAccepted + 1 else {
            return .refused(
                GymError(.outOfOrder, "request \(sequence) came, but the next is \(lastAccepted + 1)"))
        }
        guard current == nil || waiting.count + 1 < window else {
            return .refused(GymError(.busy, "\(window) requests of this session wait already"))
        }
        lastAccepted = sequence
        guard current == nil else {
            waiting.append(pending)
            return .wait
        }
        current = pending
        return .run
    }

    /// Keeps the reply to the current request and moves on to the next one that waits.
    func complete(with envelope: Envelope) -> Pending? {
        lastUsed = Monotonic.seconds
        if let current { lastReply = (current.origin.header.sequence, envelope) }
        current = waiting.isEmpty ? nil : waiting.removeFirst()
        return current
    }

    /// A request that is under way was sent again, perhaps from a new connection: the reply goes there.
    private func renew(_ origin: Origin) -> Bool {
        if current?.origin.header.sequence == origin.header.sequence {
            current?.origin.peer = origin.peer
            return true
        }
        guard let index = waiting.firstIndex(where: { $0.origin.header.sequence == origin.header.sequence }) else {
            return false
        }
        waiting[index].origin.peer = origin.peer
        return true
    }
}

/// Who sent a request, and under which header.
struct Origin {
    var peer: [UInt8]
    var header: Header
}
