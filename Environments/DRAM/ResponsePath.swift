/// From the data bus back to the initiator: when each response is handed over, one a cycle, and how long reads took.
struct ResponsePath {
    private let knobs: ControllerKnobs
    private let isWrite: UnsafeMutablePointer<Bool>
    private let arrivals: UnsafeMutablePointer<Int>
    /// When each request was presented at the port.
    let presented: UnsafeMutablePointer<Int>
    /// The cycles that each read took from there to its response, in the order of the responses.
    let readLatencies: UnsafeMutablePointer<Int32>
    /// And those from its arrival.
    let readTotals: UnsafeMutablePointer<Int32>
    private(set) var readCount = 0
    /// When each request had its response; only kept where commands are recorded.
    let finished: UnsafeMutablePointer<Int>?
    /// How many requests have had their read or write command.
    private(set) var served = 0
    /// The sums over reads and writes of the cycles from the port to the response, and over reads from the arrival.
    private(set) var latencySums = (reads: 0, writes: 0)
    private(set) var totalSum = 0
    /// The cycle of the last response so far.
    private(set) var last = -1
    /// Cycles with at least one request between the port and its response.
    private(set) var busyCycles = 0
    private var busySince = 0

    private var queue: InOrder
    private var arbiter: InOrder
    /// When the latest responses came back to the initiator, as a ring; and how many did.
    private let returns: UnsafeMutablePointer<Int>
    private var returnCount = 0
    private static let ring = 128

    init(_ knobs: ControllerKnobs, trace: DecodedTrace, records: Bool) {
        finished = records ? .allocate(capacity: trace.count) : nil
        finished?.initialize(repeating: 0, count: trace.count)
        self.knobs = knobs
        (isWrite, arrivals) = (trace.isWrite, trace.arrivals)
        presented = .allocate(capacity: trace.count)
        readLatencies = .allocate(capacity: max(1, trace.readCount))
        readTotals = .allocate(capacity: max(1, trace.readCount))
        returns = .allocate(capacity: ResponsePath.ring)
        queue = InOrder(knobs.responses == .reorder ? trace.count : 0)
        arbiter = InOrder(knobs.arbiter == .reorder ? trace.count : 0)
    }

    func deallocate() {
        presented.deallocate()
        readLatencies.deallocate()
        readTotals.deallocate()
        finished?.deallocate()
        returns.deallocate()
        queue.deallocate()
        arbiter.deallocate()
    }

    /// A request has been accepted after it was presented at the given cycle.
    @inline(__always)
    mutating func accepted(_ request: Int, presented cycle: Int, at now: Int) {
        presented[request] = cycle
        // All earlier requests have had their commands, and the last of their responses lies in the past.
        guard served == request, now > last else { return }
        busyCycles += max(0, last) - busySince
        busySince = now
    }

    /// A request has had its command, and its data is through at the given cycle.
    @inline(__always)
    mutating func served(_ request: Int, dataEnds: Int) {
        served += 1
        if knobs.responses == .fifo { return respond(request, at: max(dataEnds, last + 1)) }
        queue.put(request, dataEnds)
        while let (first, ready) = queue.take() { respond(first, at: max(ready, last + 1)) }
    }

    /// The controller hands over a response.
    private mutating func respond(_ request: Int, at cycle: Int) {
        last = cycle
        if let finished { finished[request] = cycle }
        let latency = cycle - presented[request]
        if isWrite[request] {
            latencySums.writes += latency
        } else {
            latencySums.reads += latency
            totalSum += cycle - arrivals[request]
            readTotals[readCount] = Int32(clamping: cycle - arrivals[request])
            readLatencies[readCount] = Int32(truncatingIfNeeded: latency)
            readCount += 1
        }
        switch knobs.arbiter {
        case .simple: return
        case .fifo: comesBack(at: cycle)
        case .reorder:
            arbiter.put(request, cycle)
            while let (_, ready) = arbiter.take() { comesBack(at: max(ready, lastReturn + 1)) }
        }
    }

    private var lastReturn: Int { returnCount == 0 ? -1 : returns[(returnCount - 1) & (ResponsePath.ring - 1)] }

    private mutating func comesBack(at cycle: Int) {
        returns[returnCount & (ResponsePath.ring - 1)] = cycle
        returnCount += 1
    }

    /// When the response of that number came back to the initiator; nil while that is not known. Only the last 128 are
    /// remembered, which is as many as may be in flight.
    func returned(_ number: Int) -> Int? {
        number < returnCount ? returns[number & (ResponsePath.ring - 1)] : nil
    }

    /// The last response is back at the initiator.
    mutating func finish() {
        busyCycles += last - busySince
        if knobs.arbiter == .reorder { last = max(last, lastReturn) }
    }
}

/// Times of requests that are finished in any order and leave in the order of their numbers.
private struct InOrder {
    private let times: UnsafeMutablePointer<Int>
    private let count: Int
    private var first = 0

    init(_ count: Int) {
        self.count = count
        times = .allocate(capacity: max(1, count))
        times.initialize(repeating: -1, count: max(1, count))
    }

    func deallocate() { times.deallocate() }

    mutating func put(_ request: Int, _ time: Int) { times[request] = time }

    mutating func take() -> (request: Int, time: Int)? {
        guard first < count, times[first] >= 0 else { return nil }
        first += 1
        return (first - 1, times[first - 1])
    }
}
