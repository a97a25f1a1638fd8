import Learning
import Testing

@Suite("The best of n draws")
struct BestOfDrawsTests {
    private static let scores = [0.31, 0.74, 0.55, 0.9, 0.12]

    /// The mean of the greatest of n places over all ways to choose them.
    private static func enumerated(_ scores: [Double], draws: Int, isRepeated: Bool) -> Double {
        var (sum, ways) = (0.0, 0.0)
        func choose(_ left: Int, from first: Int, best: Double) {
            guard left > 0 else {
                (sum, ways) = (sum + best, ways + 1)
                return
            }
            for place in (isRepeated ? 0 : first)..<scores.count {
                choose(left - 1, from: place + 1, best: max(best, scores[place]))
            }
        }
        choose(draws, from: 0, best: -.infinity)
        return sum / ways
    }

    @Test("both forms are the means over all ways to draw", arguments: 1...5)
    func forms(draws: Int) throws {
        let best = try #require(BestOfDraws(Self.scores))
        #expect(abs(best.expected(of: draws) - Self.enumerated(Self.scores, draws: draws, isRepeated: true)) < 1e-12)
        let unbiased = try #require(best.unbiased(of: draws))
        #expect(abs(unbiased - Self.enumerated(Self.scores, draws: draws, isRepeated: false)) < 1e-12)
        #expect(best.unbiased(of: 6) == nil)
    }

    @Test("many draws and large n stay finite and reach the best")
    func large() throws {
        let best = try #require(BestOfDraws((0..<2_000).map { Double($0) / 2_000 }))
        #expect(abs(best.expected(of: 1_000_000) - 0.9995) < 1e-9)
        let wanted: Double = (1_500.0 * 2_001.0 / 1_501.0 - 1.0) / 2_000.0
        let unbiased = try #require(best.unbiased(of: 1_500))
        #expect(abs(unbiased - wanted) < 1e-9)
    }

    @Test("the band around the middle holds the truth at every n as often as it promises, whatever the distribution")
    func band() throws {
        var source = BootstrapTests.Source(state: 11)
        var misses = 0
        for _ in 0..<400 {
            // The square of a uniform number: the median of the best of n is 0.5^(2 / n).
            let scores = (0..<60).map { _ in
                let uniform = Double(source.next() >> 11) * 0x1p-53
                return uniform * uniform
            }
            let best = try #require(BestOfDraws(scores))
            let isHeld = [(1, 0.25), (2, 0.5), (4, 0.7071067811865476), (8, 0.8408964152537145)].allSatisfy {
                n, truth in
                let band = best.median(of: n)
                return (band.low ?? 0) <= truth && truth <= (band.high ?? 1)
            }
            if !isHeld { misses += 1 }
        }
        #expect(misses <= 20, "\(misses) of 400")
        let best = try #require(BestOfDraws(Self.scores))
        #expect(best.median(of: 1).middle == 0.55)
        #expect(best.median(of: 1).low == nil)
        #expect(best.median(of: 100).middle == 0.9)
    }

    @Test("a curve counts what tuning costs, and ends at half the draws")
    func curve() throws {
        let best = try #require(BestOfDraws(Self.scores))
        let curve = best.curve(evaluationsPerDraw: 500)
        #expect(curve.map(\.evaluations) == [500, 1_000])
        #expect(curve.map(\.score) == [best.expected(of: 1), best.expected(of: 2)])
        #expect(BestOfDraws([]) == nil)
        #expect(BestOfDraws([1, .infinity]) == nil)
    }
}
