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
    /// The sum of the reads' and of the writes' exact arrival times, in picoseconds.
    let arrivalSums: (reads: Int, writes: Int)
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
        self.count = count
        arrivals = .allocate(capacity: count)
        banks = .allocate(capacity: count)
        rows = .allocate(capacity: count)
        bursts = .allocate(capacity: count)
        isWrite = .allocate(capacity: count)
        var place = 0
        var sums = (reads: 0, writes: 0)
        var reads = 0
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
                if trace.isWrite[index] {
                    sums.writes += time
                } else {
                    (sums.reads, reads) = (sums.reads + time, reads + 1)
                }
                place += 1
            }
        }
        (arrivalSums, readCount) = (sums, reads)
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
