import Learning
import Testing

@Suite("Ranks and how stable they are")
struct RankingTests {
    struct Pair: Sendable {
        let first: [Double]
        let second: [Double]
        let wanted: Double
    }

    // The figures are SciPy's; the first pair is its documented example.
    static let pairs = [
        Pair(first: [12, 2, 1, 12, 2], second: [1, 4, 7, 1, 0], wanted: -0.4714045207910316),
        Pair(first: [1, 2, 3, 4, 5, 6], second: [1, 3, 2, 4, 6, 5], wanted: 0.7333333333333333),
        Pair(first: [1, 2, 3], second: [1, 2, 3], wanted: 1), Pair(first: [1, 2, 3], second: [3, 2, 1], wanted: -1),
    ]

    @Test("Kendall's τ-b", arguments: pairs)
    func agreement(pair: Pair) throws {
        let agreement = try #require(Ranking.agreement(pair.first, pair.second))
        #expect(abs(agreement - pair.wanted) < 1e-12)
    }

    @Test("orders go from the greatest down, and what has none has no agreement")
    func orders() {
        #expect(Ranking.order([0.2, 0.9, 0.2, 0.5]) == [1, 3, 0, 2])
        #expect(Ranking.agreement([1], [1]) == nil)
        #expect(Ranking.agreement([1, 1], [1, 2]) == nil)
    }

    @Test("a clear winner always comes first; two that are alike share the first place")
    func firstPlaces() {
        var source = BootstrapTests.Source(state: 5)
        let clear = Ranking.firstPlaces([[0.1, 0.2, 0.3], [0.8, 0.9, 0.7], []], using: &source)
        #expect(clear == [0, 1, 0])
        // Equal medians would go to the first, but these lists have none in common.
        let even = Ranking.firstPlaces([[1, 3, 5], [2, 4, 0]], resamples: 20_000, using: &source)
        #expect(abs(even[0] - Self.winChance([1, 3, 5], [2, 4, 0])) < 0.02)
        #expect(abs(even[0] + even[1] - 1) < 1e-12)
        #expect(Ranking.firstPlaces([[], []], using: &source) == [0, 0])
    }

    /// How often the first list's resampled median is the greater, over all 27 times 27 resamples.
    private static func winChance(_ first: [Double], _ second: [Double]) -> Double {
        func medians(_ values: [Double]) -> [Double] {
            values.flatMap { a in values.flatMap { b in values.map { c in [a, b, c].sorted()[1] } } }
        }
        let pairs = medians(first).flatMap { a in medians(second).map { (a, $0) } }
        return Double(pairs.count { $0.0 >= $0.1 }) / Double(pairs.count)
    }
}
