import Learning
import Testing

@Suite("Quantiles and spreads")
struct SpreadTests {
    private static let values = [0.91, 0.12, 0.55, 0.73, 0.34, 0.97, 0.60, 0.21, 0.48, 0.85, 0.02]

    @Test(
        "quantiles are those of NumPy's default",
        arguments: zip([0, 0.05, 0.25, 0.5, 0.75, 0.95, 1], [0.02, 0.07, 0.275, 0.55, 0.79, 0.94, 0.97]))
    func quantiles(share: Double, wanted: Double) throws {
        let spread = try #require(Spread(Self.values))
        #expect(abs(spread.quantile(share) - wanted) < 1e-12)
    }

    @Test("the middle half's mean and the relative range are those of SciPy")
    func measures() throws {
        let spread = try #require(Spread(Self.values))
        #expect(abs(spread.interquartileMean - 0.5371428571428571) < 1e-12)
        #expect(abs(spread.relativeRange - 0.9363636363636363) < 1e-12)
        #expect(try #require(Spread([1, 2, 3, 100])).interquartileMean == 2.5)
        #expect(try #require(Spread([7])).interquartileMean == 7)
    }

    @Test("the optimality gap counts what is missing to the threshold, and nothing for what is above")
    func gap() throws {
        #expect(try #require(Spread([0.5, 1, 1.5])).optimalityGap() == 1 - 2.5 / 3)
        #expect(try #require(Spread([2, 3])).optimalityGap() == 0)
    }

    @Test("a profile is the share above each threshold")
    func profile() throws {
        let spread = try #require(Spread([0.2, 0.4, 0.4, 0.9]))
        #expect(spread.profile([0, 0.2, 0.3, 0.4, 0.9]) == [1, 0.75, 0.75, 0.25, 0])
    }

    @Test("there is no spread of nothing, and none of what is not a number")
    func nothing() {
        #expect(Spread([]) == nil)
        #expect(Spread([1, .nan]) == nil)
        #expect(Spread([.infinity, .infinity, 1])?.median == .infinity)
    }

    @Test("scores are 0 at random and 1 at the best, whichever way is better", arguments: [(10.0, 2.0), (2.0, 10.0)])
    func scores(random: Double, best: Double) throws {
        let yardstick = try #require(Yardstick(random: random, best: best))
        #expect([random, best, 6].map(yardstick.score) == [0, 1, 0.5])
        #expect(yardstick.regret(6) == 4)
        #expect(yardstick.regret(best + (best - random)) == 0)
        #expect(abs(yardstick.logRegret(best, floor: 0.001) + 3) < 1e-12)
        #expect(Yardstick(random: 1, best: 1) == nil)
        #expect(Yardstick(random: .infinity, best: 1) == nil)
    }
}
