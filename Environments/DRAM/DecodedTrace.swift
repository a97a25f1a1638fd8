import Gym

/// A trace as one controller sees it: arrivals in its own cycles, addresses decoded, one entry a burst.
///
/// It is made once per instance and read by every evaluation on any thread; nothing writes to it after `init`.
final class DecodedTrace: @unchecked Sendable {
    /// How many bursts there are; at least 1.
    let count: Int
    /// How many of them are reads.
    let readCount: Int
    /// The first cycle of the controller that is not before the request's clock.
    let arrivals: UnsafeMutablePointer<Int>
    /// By how many picoseconds the arrivals of all reads together lie behind their exact times.
    let readRounding: Int
    /// The latest cycle in which a request may arrive: some minutes of the memory's time, which refreshes fill.
    static let cycleLimit = 1 << 38
    /// Flat bank number: rank, group, bank.
    let banks: UnsafeMutablePointer<UInt8>
    let rows: UnsafeMutablePointer<Int32>
    /// The burst's number in its row.
    let bursts: UnsafeMutablePointer<UInt16>
    let isWrite: UnsafeMutablePointer<Bool>

    /// Decodes a trace whose clock has `tick` picoseconds. A request that is longer than a burst, or crosses the
    /// boundary of one, becomes several with the same arrival.
    init(_ trace: RequestTrace, device: Device, mapping: AddressMapping, tick: Int) throws {
        let pieces = trace.addresses.indices.map { DecodedTrace.pieces(of: trace, at: $0, burst: device.burstBytes) }
        let count = pieces.reduce(0) { $0 + $1.count }
        guard count <= RequestTrace.requestLimit else {
            throw GymError(.badInput, "the trace has \(count) bursts, more than \(RequestTrace.requestLimit)")
        }
        let last = (trace.clocks.last ?? 0) * tick / device.period
        guard last <= DecodedTrace.cycleLimit else {
            throw GymError(
                .badInput, "the trace lasts \(last) cycles of the memory; at most \(DecodedTrace.cycleLimit) fit",
                hint: "trace_clock_mhz says how long a clock of the trace is")
        }
        self.count = count
        arrivals = .allocate(capacity: count)
        banks = .allocate(capacity: count)
        rows = .allocate(capacity: count)
        bursts = .allocate(capacity: count)
        isWrite = .allocate(capacity: count)
        var place = 0
        var (reads, rounding) = (0, 0)
        let columnShift = device.burstBytes.trailingZeroBitCount - (mapping.column.first ?? 0)
        for (index, lines) in pieces.enumerated() {
            let time = trace.clocks[index] * tick
            for line in lines {
                let address = mapping.mixed(UInt64(line) &* UInt64(device.burstBytes))
                arrivals[place] = (time + device.period - 1) / device.period
                banks[place] = UInt8(DecodedTrace.bank(of: address, device, mapping))
                rows[place] = Int32(AddressMapping.gather(mapping.row, of: address))
                bursts[place] = UInt16(AddressMapping.gather(mapping.column, of: address) >> columnShift)
                isWrite[place] = trace.isWrite[index]
                if !trace.isWrite[index] {
                    reads += 1
                    rounding += arrivals[place] * device.period - time
                }
                place += 1
            }
        }
        (readCount, readRounding) = (reads, rounding)
    }

    deinit {
        arrivals.deallocate()
        banks.deallocate()
        rows.deallocate()
        bursts.deallocate()
        isWrite.deallocate()
    }

    /// The bursts that a request touches, as addresses over the burst's size.
    private static func pieces(of trace: RequestTrace, at index: Int, burst: Int) -> Range<UInt64> {
        let first = trace.addresses[index] / UInt64(burst)
        guard trace.sizes[index] > 0 else { return first..<(first + 1) }
        let (end, isOver) = trace.addresses[index].addingReportingOverflow(UInt64(trace.sizes[index]) - 1)
        return first..<((isOver ? .max : end) / UInt64(burst) + 1)
    }

    private static func bank(of address: UInt64, _ device: Device, _ mapping: AddressMapping) -> Int {
        let rank = AddressMapping.gather(mapping.rank, of: address)
        let group = AddressMapping.gather(mapping.group, of: address)
        let bank = AddressMapping.gather(mapping.bank, of: address)
        return (rank * device.groups + group) * device.banksPerGroup + bank
    }
}
