import Learning
import Testing

@Suite("Comparisons by ranks")
struct RankSumTests {
    @Test("ages at which diabetes was found in men and women: SciPy's published example")
    func published() throws {
        let test = try #require(RankSum([19, 22, 16, 29, 24], [20, 11, 17, 12]))
        #expect(test.statistic == 17)
        #expect(test.probability == 0.85)
        #expect(abs(test.significance - 0.11134688653314041) < 1e-12)
    }

    @Test("ties count half, whatever the order of the samples")
    func ties() throws {
        let (first, second) = ([1.0, 2, 2, 3, 3, 3, 7], [2.0, 3, 3, 4, 0])
        var wins = 0.0
        for a in first { for b in second { wins += a > b ? 1 : a == b ? 0.5 : 0 } }
        let (one, other) = (try #require(RankSum(first, second)), try #require(RankSum(second, first)))
        #expect(one.statistic == wins)
        #expect(one.statistic + other.statistic == 35)
        #expect(abs(one.significance - other.significance) < 1e-12)
        #expect(RankSum([5, 5], [5])?.probability == 0.5)
        #expect(RankSum([5, 5], [5])?.significance == 1)
        #expect(RankSum([], [1]) == nil)
    }

    // Worked by hand.
    static let families: [[[Double]]] = [
        [[0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]], [[0.5, 0.6], [1, 1]], [[], []], [[0.2], [0.2]],
        [[0.01, 0.02, 0.03], [0.03, 0.04, 0.04]],
    ]

    @Test("Holm's adjusted significances", arguments: families)
    func holm(family: [[Double]]) {
        let adjusted = Holm.adjusted(family[0])
        #expect(adjusted.count == family[1].count)
        for (own, wanted) in zip(adjusted, family[1]) { #expect(abs(own - wanted) < 1e-12) }
    }
}
