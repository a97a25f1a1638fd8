import Learning
import Testing

@Suite("Pareto fronts")
struct ParetoTests {
    private static let points: [[Double]] = [[1, 5], [2, 3], [4, 1], [2, 5], [4, 4], [5, 5], [2, 3]]

    private static func fronts(_ points: [[Double]]) -> [[Int]] {
        Pareto.fronts(count: points.count) { Pareto.dominates(points[$0], points[$1]) }
    }

    @Test("points are sorted into fronts, equal ones into the same")
    func sorting() {
        #expect(Self.fronts(Self.points) == [[0, 1, 2, 6], [3, 4], [5]])
        #expect(Self.fronts([]).isEmpty)
        #expect(Self.fronts([[1, 1]]) == [[0]])
    }

    @Test("each front is what is left undominated without the fronts before it", arguments: 1...4)
    func definition(objectives: Int) {
        var state: UInt64 = 7
        let points = (0..<60).map { _ in
            (0..<objectives).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 60)
            }
        }
        var left = Set(points.indices)
        for front in Self.fronts(points) {
            let free = left.filter { place in !left.contains { Pareto.dominates(points[$0], points[place]) } }
            #expect(Set(front) == free)
            left.subtract(front)
        }
        #expect(left.isEmpty)
    }

    @Test("crowding is infinite at the ends, and what neighbours leave free between")
    func crowding() {
        #expect(Pareto.crowding([[0, 10], [1, 6], [5, 5], [10, 0]]) == [.infinity, 1, 1.5, .infinity])
        #expect(Pareto.crowding([[1, 2], [1, 2]]) == [0, 0])
        #expect(Pareto.crowding([]) == [])
    }

    @Test("the dominated volume in one, two and three objectives")
    func volume() {
        #expect(Pareto.hypervolume([[3], [2]], reference: [10]) == 8)
        #expect(Pareto.hypervolume(Self.points, reference: [6, 6]) == 17)
        #expect(Pareto.hypervolume([[0, 0, 1], [1, 1, 0], [3, 0, 0]], reference: [2, 2, 2]) == 5)
        #expect(Pareto.hypervolume([[2, 0]], reference: [2, 2]) == 0)
    }
}
