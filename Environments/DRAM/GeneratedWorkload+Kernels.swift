import Gym

/// Kernels that emit their own addresses: only their loops are run, and what the caches let through is the trace.
extension GeneratedWorkload {
    /// Each kernel runs until so many requests have come; larger ones of its kind follow until there are enough.
    static func kernel(_ workload: GeneratedWorkload, _ count: Int, _ trace: inout RequestTrace) {
        // A fast core, so that memory is what it waits for.
        var configuration = CacheFilter.Configuration()
        configuration.clocksPerInstruction = workload.clocksPerInstruction
        var filter = CacheFilter(configuration)
        while filter.trace.count < count {
            switch workload {
            case .matmul: multiply(&filter, count)
            case .spmv: multiplySparse(&filter, count)
            case .hashjoin: join(&filter, count)
            default: search(&filter, count)
            }
        }
        trace = filter.trace.prefix(count)
    }

    private var clocksPerInstruction: Double {
        switch self {
        case .matmul: 0.0625
        case .spmv: 0.25
        case .hashjoin: 0.5
        default: 0.25
        }
    }

    /// C += A·B of 512×512 doubles, row by row, the innermost loop over rows of B, which misses all caches.
    private static func multiply(_ filter: inout CacheFilter, _ count: Int) {
        let size: UInt64 = 512
        let (a, b, c): (UInt64, UInt64, UInt64) = (0x1000_0000, 0x2000_0000, 0x3000_0000)
        for i in 0..<size {
            for j in 0..<size {
                for k in 0..<size {
                    filter.access(.load, at: a + (i * size + k) * 8)
                    filter.access(.load, at: b + (k * size + j) * 8)
                    filter.execute(4)
                }
                filter.access(.store, at: c + (i * size + j) * 8)
                guard filter.trace.count < count else { return }
            }
        }
    }

    /// y = A·x with 16 entries a row at random columns of a million, in compressed rows.
    private static func multiplySparse(_ filter: inout CacheFilter, _ count: Int) {
        var draws = Generator(seed: 1, "spmv")
        let (values, columns, x, y): (UInt64, UInt64, UInt64, UInt64) = (
            0x1000_0000, 0x2000_0000, 0x3000_0000, 0x4000_0000
        )
        var entry: UInt64 = 0
        for row in 0..<UInt64(1 << 20) {
            for _ in 0..<16 {
                filter.access(.load, at: columns + entry * 4, bytes: 4)
                filter.access(.load, at: values + entry * 8)
                // Half the columns lie near the diagonal.
                let near = (row + UInt64(draws.below(64))) & 0xF_FFFF
                let column = draws.below(2) == 0 ? near : UInt64(draws.below(1 << 20))
                filter.access(.load, at: x + column * 8)
                filter.execute(6)
                entry += 1
            }
            filter.access(.store, at: y + row * 8)
            guard filter.trace.count < count else { return }
        }
    }

    /// Builds a hash table of 16-byte tuples in 16 MiB from one relation, 4,096 at a time, and probes it with another.
    private static func join(_ filter: inout CacheFilter, _ count: Int) {
        var draws = Generator(seed: 1, "hashjoin")
        let (build, probe, table, output): (UInt64, UInt64, UInt64, UInt64) = (
            0x1000_0000, 0x2000_0000, 0x3000_0000, 0x4000_0000
        )
        var (built, probed, matched): (UInt64, UInt64, UInt64) = (0, 0, 0)
        while filter.trace.count < count {
            for _ in 0..<4_096 {
                filter.access(.load, at: build + built * 16, bytes: 16)
                let bucket = table + UInt64(draws.below(1 << 20)) * 16
                filter.access(.load, at: bucket)
                filter.access(.store, at: bucket, bytes: 16)
                filter.execute(12)
                built += 1
            }
            for _ in 0..<4_096 {
                filter.access(.load, at: probe + probed * 16, bytes: 16)
                filter.access(.load, at: table + UInt64(draws.below(1 << 20)) * 16, bytes: 16)
                filter.execute(12)
                probed += 1
                guard draws.below(2) == 0 else { continue }
                filter.access(.store, at: output + matched * 32, bytes: 32)
                matched += 1
            }
        }
    }

    /// Breadth-first search over a random graph of 2²⁰ vertices with eight edges each.
    private static func search(_ filter: inout CacheFilter, _ count: Int) {
        var draws = Generator(seed: 1, "bfs")
        let vertices = 1 << 20
        let (offsets, edges, distances, queue): (UInt64, UInt64, UInt64, UInt64) = (
            0x1000_0000, 0x2000_0000, 0x3000_0000, 0x4000_0000
        )
        var seen = [Bool](repeating: false, count: vertices)
        var frontier = [0]
        var at = 0
        while at < frontier.count, filter.trace.count < count {
            let vertex = frontier[at]
            filter.access(.load, at: queue + UInt64(at) * 4, bytes: 4)
            filter.access(.load, at: offsets + UInt64(vertex) * 8, bytes: 16)
            filter.execute(6)
            at += 1
            for edge in 0..<8 {
                filter.access(.load, at: edges + UInt64(vertex * 8 + edge) * 4, bytes: 4)
                let other = draws.below(vertices)
                filter.access(.load, at: distances + UInt64(other) * 4, bytes: 4)
                filter.execute(5)
                guard !seen[other] else { continue }
                seen[other] = true
                filter.access(.store, at: distances + UInt64(other) * 4, bytes: 4)
                filter.access(.store, at: queue + UInt64(frontier.count) * 4, bytes: 4)
                frontier.append(other)
            }
        }
    }
}
