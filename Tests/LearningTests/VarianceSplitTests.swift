import Learning
import Testing

@Suite("Where the variance of runs comes from")
struct VarianceSplitTests {
    // Davies and Goldsmith (1972), yields of dyestuff in grams: six batches, five samples of each.
    private static let dyestuff: [[Double]] = [
        [1545, 1440, 1440, 1520, 1580], [1540, 1555, 1490, 1560, 1495], [1595, 1550, 1605, 1510, 1560],
        [1445, 1440, 1595, 1465, 1545], [1595, 1630, 1515, 1635, 1625], [1520, 1455, 1450, 1480, 1445],
    ]

    @Test("the dyestuff's published components come out")
    func published() throws {
        let split = try #require(VarianceSplit(Self.dyestuff))
        #expect(abs(split.configurations - 1_764.05) < 1e-9)
        #expect(abs(split.seeds - 2_451.25) < 1e-9)
        #expect(abs(split.share - 1_764.05 / 4_215.3) < 1e-12)
    }

    @Test("with unequal numbers of runs the components are unbiased")
    func unequal() throws {
        // Configurations deviate by ±2 and seeds by ±1, each with a coin: variances 4 and 1.
        var state: UInt64 = 3
        func coin() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 63 == 0 ? -1 : 1
        }
        var (between, within) = (0.0, 0.0)
        for _ in 0..<2_000 {
            let runs = [2, 3, 7, 4].map { size in
                let own = 2 * coin()
                return (0..<size).map { _ in own + coin() }
            }
            let split = try #require(VarianceSplit(runs))
            between += split.configurations / 2_000
            within += split.seeds / 2_000
        }
        #expect(abs(between - 4) < 0.2, "\(between)")
        #expect(abs(within - 1) < 0.05, "\(within)")
    }

    @Test("what can't be split is not")
    func nothing() {
        #expect(VarianceSplit([[1, 2, 3]]) == nil)
        #expect(VarianceSplit([[1], [2], [3]]) == nil)
        #expect(VarianceSplit([[1, 1], [1, 1]])?.share == 0)
        #expect(VarianceSplit([[1, 1], [2, 2]])?.share == 1)
    }
}
