import Foundation

/// The request streams that need no file. Each is defined by its code here and never changes under its name.
public enum GeneratedWorkload: String, Sendable, CaseIterable {
    /// STREAM triad: read b[i], read c[i], write a[i], one request in 4.5 clocks; three rows of one bank in turn.
    case stream
    /// Uniform over 1 GiB, a third writes, a request every 6 … 18 clocks.
    case random
    /// Four threads (sequential reads, sequential writes, strided reads, hot rows), in bursts with pauses between.
    case mixed
    /// Random requests over 256 MiB, a fifth writes, a request every 20 … 140 clocks: nearly unloaded.
    case idle
    /// Short runs over two to four rows of one bank at a time, a third writes, a request every 4 … 12 clocks.
    case conflict
    /// Dense bursts of reads and writes over a few rows, with long pauses between them.
    case bursts
    /// Eight threads: sequential readers and writers, a strided and a random one.
    case threads
    /// Lists followed from element to element, each read waiting for the last.
    case chase
    /// Mostly writes, in small blocks all over the memory.
    case writes
    /// A matrix multiplication behind caches.
    case matmul
    /// A sparse matrix times a vector behind caches.
    case spmv
    /// A hash join behind caches.
    case hashjoin
    /// A breadth-first search behind caches.
    case bfs

    /// The requests that a DRAM controller evaluates by default.
    public static let requestCount = 20_000

    /// Makes the trace; equal counts make equal traces, and a longer one begins like a shorter one.
    public func trace(requests count: Int = requestCount) -> RequestTrace {
        var trace = RequestTrace()
        trace.reserve(count)
        switch self {
        case .stream: GeneratedWorkload.stream(count, &trace)
        case .random: GeneratedWorkload.uniform(count, seed: 0x5EED_0001, lines: 1 << 24, writes: 3, gap: 6, &trace)
        case .mixed: GeneratedWorkload.mixed(count, &trace)
        case .idle: GeneratedWorkload.uniform(count, seed: 0x5EED_0004, lines: 1 << 22, writes: 5, gap: 20, &trace)
        case .conflict: GeneratedWorkload.conflict(count, &trace)
        case .bursts: GeneratedWorkload.bursts(count, &trace)
        case .threads: GeneratedWorkload.threads(count, &trace)
        case .chase: GeneratedWorkload.chase(count, &trace)
        case .writes: GeneratedWorkload.writes(count, &trace)
        case .matmul, .spmv, .hashjoin, .bfs: GeneratedWorkload.kernel(self, count, &trace)
        }
        return trace
    }

    private static func stream(_ count: Int, _ trace: inout RequestTrace) {
        let bases: [UInt64] = [0x2400_0000, 0x3800_0000, 0x1000_0000]
        var clock = 0
        for k in 0..<count {
            trace.append(clock: clock, isWrite: k % 3 == 2, address: bases[k % 3] + 64 * UInt64(k / 3))
            clock += k.isMultiple(of: 2) ? 5 : 4
        }
    }

    /// Uniform addresses; one write in `writes`; gaps of `gap` clocks and up to twice (six times) as many more.
    private static func uniform(
        _ count: Int, seed: UInt64, lines: UInt64, writes: UInt64, gap: Int, _ trace: inout RequestTrace
    ) {
        var draws = Xorshift(seed)
        let spread: UInt64 = gap == 6 ? 13 : 121
        var clock = 0
        for _ in 0..<count {
            let isWrite = draws.below(writes) == 0
            trace.append(clock: clock, isWrite: isWrite, address: 64 * draws.below(lines))
            clock += gap + Int(draws.below(spread))
        }
    }

    private static func mixed(_ count: Int, _ trace: inout RequestTrace) {
        var draws = Xorshift(0x5EED_0002)
        var next: [UInt64] = [0, 0, 0]
        let hot = (0..<64).map { _ in 64 * 128 * draws.below(1 << 17) }
        var clock = 0
        while trace.count < count {
            let burst = 64 + Int(draws.below(193))
            for _ in 0..<min(burst, count - trace.count) {
                let request = mixedRequest(&draws, &next, hot)
                trace.append(clock: clock, isWrite: request.isWrite, address: request.address)
                clock += 2 + Int(draws.below(9))
            }
            clock += 200 + Int(draws.below(1_800))
        }
    }

    private static func mixedRequest(
        _ draws: inout Xorshift, _ next: inout [UInt64], _ hot: [UInt64]
    ) -> (isWrite: Bool, address: UInt64) {
        switch draws.below(10) {
        case 0..<4:
            next[0] += 1
            return (false, 0x0400_0000 + 64 * (next[0] - 1))
        case 4..<6:
            next[1] += 1
            return (true, 0x1C00_0000 + 64 * (next[1] - 1))
        case 6:
            next[2] += 1
            return (false, 0x2800_0000 + 4096 * (next[2] - 1) % (1 << 26))
        default:
            let row = hot[Int(64 * pow(draws.unit(), 3))]
            let address = row + 64 * draws.below(128)
            return (draws.below(4) == 0, address)
        }
    }

    /// Rows are 128 KiB apart, so that they fall into one bank under every mapping whose row bits begin at bit 17
    /// or below; columns are drawn within 8 KiB.
    private static func conflict(_ count: Int, _ trace: inout RequestTrace) {
        var draws = Xorshift(0x5EED_0005)
        var clock = 0
        while trace.count < count {
            let bank = draws.below(16) << 13
            let rows = (0..<(2 + draws.below(3))).map { _ in draws.below(1 << 13) << 17 }
            for _ in 0..<min(8 + Int(draws.below(17)), count - trace.count) {
                let row = rows[Int(draws.below(UInt64(rows.count)))]
                let address = row + bank + 64 * draws.below(128)
                trace.append(clock: clock, isWrite: draws.below(3) == 0, address: address)
                clock += 4 + Int(draws.below(9))
            }
        }
    }
}

/// The xorshift64* generator (Vigna, 2016) that the published traces were drawn from; workloads must stay equal to
/// them, which is why the gym's own generator is not used here.
private struct Xorshift {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed == 0 ? 1 : seed }

    private mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: UInt64) -> UInt64 { (next() >> 11) % bound }

    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
