import Learning
import Testing

@Suite("Intervals by drawing again")
struct BootstrapTests {
    /// The published generator of Steele, Lea and Flood, so that the tests are the same everywhere.
    struct Source: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static func mean(_ lists: [[Double]]) -> Double {
        let all = lists.joined()
        return all.reduce(0, +) / Double(all.count)
    }

    @Test("strata keep their size and are drawn from by themselves")
    func strata() throws {
        var source = Source(state: 1)
        let strata: [[Double]] = [[1, 2, 3], [10, 20], [5]]
        var seen: Set<Double> = []
        _ = Bootstrap(resamples: 500).interval(strata: strata, using: &source) { drawn in
            #expect(drawn.map(\.count) == [3, 2, 1])
            for (own, all) in zip(drawn, strata) { #expect(own.allSatisfy(all.contains)) }
            seen.formUnion(drawn.joined())
            return Self.mean(drawn)
        }
        #expect(seen == [1, 2, 3, 5, 10, 20])
    }

    @Test("clusters are drawn whole, then runs within them")
    func clusters() throws {
        var source = Source(state: 2)
        let clusters: [[Double]] = [[1, 2], [10, 20, 30], []]
        var firstTwice = 0
        _ = Bootstrap(resamples: 2_000).interval(clusters: clusters, using: &source) { drawn in
            #expect(drawn.count == 2)
            for own in drawn { #expect(own.allSatisfy([1, 2].contains) || own.allSatisfy([10, 20, 30].contains)) }
            if drawn.allSatisfy({ $0.allSatisfy([1, 2].contains) }) { firstTwice += 1 }
            return Self.mean(drawn)
        }
        // A quarter of the draws take the first cluster both times.
        #expect(abs(firstTwice - 500) < 80)
    }

    @Test(
        "the interval of a mean is as wide as the normal approximation says, and holds the truth as often as promised")
    func coverage() throws {
        var source = Source(state: 3)
        var (held, width) = (0, 0.0)
        for _ in 0..<300 {
            let runs = (0..<60).map { _ in Double(source.next() >> 11) * 0x1p-53 }
            let interval = try #require(
                Bootstrap(resamples: 400).interval(strata: [runs], using: &source, Self.mean))
            if interval.contains(0.5) { held += 1 }
            width += (interval.upperBound - interval.lowerBound) / 300
        }
        #expect(abs(width - 2 * 1.96 * (1.0 / 12 / 60).squareRoot()) < 0.01, "\(width)")
        #expect((270...295).contains(held), "\(held)")
    }

    @Test("runs of one cluster that are alike tell less: the interval is wider than if they were independent")
    func dependence() throws {
        var source = Source(state: 4)
        let clusters = (0..<20).map { [Double](repeating: Double($0), count: 10) }
        let whole = try #require(Bootstrap().interval(clusters: clusters, using: &source, Self.mean))
        let loose = try #require(
            Bootstrap().interval(strata: [clusters.flatMap(\.self)], using: &source, Self.mean))
        let ratio = (whole.upperBound - whole.lowerBound) / (loose.upperBound - loose.lowerBound)
        #expect(abs(ratio - 10.0.squareRoot()) < 0.3, "\(ratio)")
        #expect(Bootstrap().interval(clusters: [[]], using: &source, Self.mean) == nil)
    }

    @Test("a band has an interval per statistic, each as if it were alone")
    func band() throws {
        let clusters: [[Double]] = [[0.1, 0.2], [0.5, 0.9], [0.4], [0.7, 0.8, 0.6]]
        var (one, other) = (Source(state: 5), Source(state: 5))
        let band = try #require(
            Bootstrap(resamples: 200).band(clusters: clusters, using: &one) { [Self.mean($0), -Self.mean($0)] })
        let alone = try #require(
            Bootstrap(resamples: 200).interval(clusters: clusters, using: &other, Self.mean))
        #expect(band.count == 2)
        #expect(band[0] == alone)
        #expect(abs(band[1].lowerBound + alone.upperBound) < 1e-12)
    }
}
