/// What a trace asks of a memory, in numbers.
public struct TraceSummary: Sendable {
    /// One number with its name, unit and meaning.
    public typealias Figure = (name: String, value: Double, unit: String, note: String)

    /// All figures, in the order in which people read them.
    public let figures: [Figure]

    /// Looks at a trace of at least one request; requests without a size count as 64 bytes.
    public init(_ trace: RequestTrace) {
        var lines: Set<UInt64> = []
        var pages: Set<UInt64> = []
        var openRows: [UInt64: UInt64] = [:]
        var (bytes, hits, next) = (0, 0, 0)
        for index in 0..<trace.count {
            let address = trace.addresses[index]
            bytes += trace.sizes[index] == 0 ? 64 : Int(trace.sizes[index])
            lines.insert(address >> 6)
            pages.insert(address >> 12)
            // Rows of 8 KiB in 16 banks, as DDR4 with RoBaBgCo has them.
            if openRows.updateValue(address >> 17, forKey: address >> 13 & 15) == address >> 17 { hits += 1 }
            if index > 0, address >> 6 == trace.addresses[index - 1] >> 6 &+ 1 { next += 1 }
        }
        let gaps = zip(trace.clocks, trace.clocks.dropFirst()).map { $1 - $0 }.sorted()
        let count = Double(trace.count)
        let writes = trace.isWrite.count { $0 }
        let duration = Double((trace.clocks.last ?? 0) - (trace.clocks.first ?? 0) + 1)
        func gap(_ share: Double) -> Double {
            gaps.isEmpty ? 0 : Double(gaps[min(gaps.count - 1, Int(share * Double(gaps.count)))])
        }
        figures = [
            ("requests", count, "1", "reads and writes"),
            ("reads", count - Double(writes), "1", ""), ("writes", Double(writes), "1", ""),
            ("bytes", Double(bytes), "B", "moved"),
            ("duration", duration, "clocks", "from the first request to the last"),
            ("bytes_per_clock", Double(bytes) / duration, "B/clock", "what the trace offers"),
            ("gap_mean", gaps.isEmpty ? 0 : (duration - 1) / Double(gaps.count), "clocks", "between requests"),
            ("gap_p50", gap(0.5), "clocks", ""), ("gap_p95", gap(0.95), "clocks", ""),
            ("gap_max", gap(1), "clocks", "the longest pause"),
            ("footprint", Double(lines.count * 64), "B", "different lines of 64 bytes"),
            ("pages", Double(pages.count), "1", "different pages of 4 KiB"),
            ("sequential", Double(next) / count, "1", "share that follows the line before"),
            ("row_hits", Double(hits) / count, "1", "share that hits an open row of DDR4, served in order"),
        ]
    }
}
