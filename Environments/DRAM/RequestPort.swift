/// Between the trace and the controller: when the next request is presented at the controller's port.
///
/// Without an arbiter the initiator holds one request until the controller accepts it and sends the next one cycle
/// later. With one, at most `limit` requests are in flight, and those that the controller has no room for queue up in
/// the arbiter, which passes one on per cycle.
struct RequestPort {
    private let arrivals: UnsafeMutablePointer<Int>
    private let count: Int
    /// 0 for no limit.
    private let limit: Int
    /// The request that stands at the port, or will.
    private(set) var next = 0
    /// When it is presented; `Int.max` while that depends on a response that is not known yet, or when none is left.
    private(set) var presented: Int
    /// The cycle after the last acceptance.
    private var earliest = 0
    private var lastEntry = -1
    private var wasQueued = false

    init(_ knobs: ControllerKnobs, trace: DecodedTrace) {
        (arrivals, count) = (trace.arrivals, trace.count)
        limit = knobs.arbiter == .simple ? 0 : knobs.maxActive
        presented = trace.arrivals[0]
    }

    /// The request at the port has been taken.
    @inline(__always)
    mutating func accepted(at cycle: Int, _ responses: borrowing ResponsePath) {
        next += 1
        earliest = cycle + 1
        presented = .max
        if next < count { place(responses) }
    }

    /// A response was decided, which may be what the next request waits for.
    @inline(__always)
    mutating func reviewed(_ responses: borrowing ResponsePath) {
        if presented == .max, next < count { place(responses) }
    }

    private mutating func place(_ responses: borrowing ResponsePath) {
        presented = max(arrivals[next], earliest)
        guard limit > 0 else { return }
        // The initiator hands the arbiter one request a cycle, as soon as one of the active ones has returned.
        var entry = max(arrivals[next], lastEntry + 1)
        if next >= limit {
            guard let slot = responses.returned(next - limit) else {
                presented = .max
                return
            }
            entry = max(entry, slot)
        }
        lastEntry = entry
        presented = max(entry, earliest)
        wasQueued = entry < earliest
    }

    /// Whether the request comes before a command of the same cycle, given when the controller last acted.
    ///
    /// Which of two events of one moment a SystemC model sees first depends on which was scheduled first. What waits in
    /// the arbiter's queue is passed on ahead of time and comes first; what enters it in that very cycle comes last.
    /// Without an arbiter the initiator schedules its next request when the last is accepted, and the controller its
    /// next command when it has acted: the request comes first if the controller has acted since.
    @inline(__always)
    func precedes(commandScheduledAt lastAct: Int) -> Bool {
        limit > 0 ? wasQueued : lastAct >= earliest
    }
}
