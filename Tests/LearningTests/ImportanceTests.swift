import Learning
import Testing

@Suite("The importance of hyperparameters")
struct ImportanceTests {
    private static let dimensions = [
        Importance.Dimension(cells: 4, isOrdered: true), Importance.Dimension(cells: 3, isOrdered: false),
        Importance.Dimension(cells: 5, isOrdered: true),
    ]

    private static let grid: [[Int]] = (0..<60).map { [$0 / 15, $0 / 5 % 3, $0 % 5] }

    private static let functions: [@Sendable ([Int]) -> Double] = [
        { Double($0[0]) },
        { Double($0[0]) + 3 * Double([2, 0, 1][$0[1]]) },
        { Double($0[0] * $0[2]) + Double($0[1] == 1 ? 4 : 0) },
        { Double($0[0] == 2 ? 5 : 0) * Double($0[1] == 0 ? -1 : 1) + Double($0[2] * $0[2]) },
    ]

    /// The variance of the means over all dimensions but some.
    private static func variance(_ scores: [Double], by key: ([Int]) -> [Int]) -> Double {
        var groups: [[Int]: [Double]] = [:]
        for (point, score) in zip(grid, scores) { groups[key(point), default: []].append(score) }
        let mean = scores.reduce(0, +) / 60
        return groups.values.reduce(0) { sum, group in
            let own = group.reduce(0, +) / Double(group.count)
            return sum + (own - mean) * (own - mean) * Double(group.count) / 60
        }
    }

    @Test("of a tree that knows every point the shares are those of the full analysis of variance", arguments: 0..<4)
    func exact(function: Int) {
        var source = BootstrapTests.Source(state: 1)
        let scores = Self.grid.map(Self.functions[function])
        let importance = Importance(
            Self.dimensions, points: Self.grid, scores: scores, trees: 1, isBagged: false, using: &source)
        let total = Self.variance(scores) { $0 }
        let alone = (0..<3).map { index in Self.variance(scores) { [$0[index]] } }
        for (share, wanted) in zip(importance.alone, alone) { #expect(abs(share - wanted / total) < 1e-9) }
        #expect(importance.pairs.map { [$0.first, $0.second] } == [[0, 1], [0, 2], [1, 2]])
        for pair in importance.pairs {
            let joint = Self.variance(scores) { [$0[pair.first], $0[pair.second]] }
            #expect(abs(pair.share - (joint - alone[pair.first] - alone[pair.second]) / total) < 1e-9)
        }
    }

    @Test("a forest of 60 noisy draws finds which of six hyperparameters matter, and how much")
    func forest() {
        var source = BootstrapTests.Source(state: 2)
        let dimensions = (0..<6).map { Importance.Dimension(cells: $0 == 1 ? 3 : 16, isOrdered: $0 != 1) }
        let points = (0..<60).map { _ in dimensions.map { Int(source.next() % UInt64($0.cells)) } }
        let scores = points.map { point in
            Double(point[0]) / 16 + (point[1] == 2 ? 0.3 : 0) + 0.05 * Double(source.next() % 100) / 100
        }
        let importance = Importance(dimensions, points: points, scores: scores, using: &source)
        // Variances 1/12 and 0.09 · 2/9: 0.81 and 0.19 of both.
        #expect(importance.alone[0] > 0.5)
        #expect((0.08..<0.35).contains(importance.alone[1]), "\(importance.alone)")
        #expect(importance.alone[2...].allSatisfy { $0 < 0.05 }, "\(importance.alone)")
        #expect(importance.alone.reduce(0, +) + importance.pairs.reduce(0) { $0 + $1.share } < 1.0001)
    }

    @Test("where nothing varies nothing matters")
    func nothing() {
        var source = BootstrapTests.Source(state: 3)
        let flat = Importance(
            Self.dimensions, points: Self.grid, scores: [Double](repeating: 2, count: 60), using: &source)
        #expect(flat.alone == [0, 0, 0])
        #expect(Importance(Self.dimensions, points: [], scores: [], using: &source).alone == [0, 0, 0])
    }
}
