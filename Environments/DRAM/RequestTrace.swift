/// Memory requests in the order in which they are offered, in clocks of the initiator and byte addresses: what a trace
/// file or a generated workload holds, before any device or mapping is chosen.
public struct RequestTrace: Sendable, Equatable {
    /// At most this many requests, after long ones are split into bursts.
    public static let requestLimit = 4_000_000
    /// The latest clock a request may have, so that its picoseconds fit an integer with room to spare.
    public static let clockLimit = 1 << 40
    /// The most bytes of one request.
    public static let sizeLimit = 4_096

    /// When each request is offered, in initiator clocks; never falling.
    public private(set) var clocks: [Int] = []
    /// Byte addresses.
    public private(set) var addresses: [UInt64] = []
    /// Bytes of each request; 0 is one burst of the device.
    public private(set) var sizes: [UInt16] = []
    /// Which requests are writes.
    public private(set) var isWrite: [Bool] = []

    /// A trace without requests.
    public init() {}

    /// How many requests there are.
    public var count: Int { clocks.count }

    /// Adds a request; the clock must not be before that of the last one.
    public mutating func append(clock: Int, isWrite: Bool, address: UInt64, size: Int = 0) {
        clocks.append(clock)
        addresses.append(address)
        sizes.append(UInt16(clamping: size))
        self.isWrite.append(isWrite)
    }

    /// The first requests, at most so many.
    public func prefix(_ count: Int) -> RequestTrace {
        var trace = RequestTrace()
        trace.clocks = Array(clocks.prefix(count))
        trace.addresses = Array(addresses.prefix(count))
        trace.sizes = Array(sizes.prefix(count))
        trace.isWrite = Array(isWrite.prefix(count))
        return trace
    }

    mutating func reserve(_ count: Int) {
        clocks.reserveCapacity(count)
        addresses.reserveCapacity(count)
        sizes.reserveCapacity(count)
        isWrite.reserveCapacity(count)
    }
}
