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
    /// Whether it comes before a command of the same cycle: it followed its predecessor without a gap.
    private(set) var leads = false
    private var earliest = 0

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
        var entry = arrivals[next]
        if limit > 0, next >= limit {
            guard let slot = responses.returned(next - limit) else { return }
            entry = max(entry, slot)
        }
        presented = max(entry, earliest)
        leads = entry < earliest
    }
}
