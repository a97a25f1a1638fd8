import Foundation
import Learning
import Testing

@Suite("Ridge regression")
struct RidgeTests {
    private static let pairs = [Ridge.Pair(0, 0), Ridge.Pair(0, 1), Ridge.Pair(1, 2)]

    private static func rows(_ count: Int, seed: UInt32) -> [[Double]] {
        var draw = Draw(seed)
        return (0..<count).map { _ in [draw.unit(), 10 * draw.unit() - 3, draw.unit()] }
    }

    private static func target(_ row: [Double]) -> Double {
        5 - 2 * row[0] + row[1] + 3 * row[0] * row[0] - 0.5 * row[0] * row[1] + row[1] * row[2]
    }

    @Test("what is made of its terms is known to the last digits")
    func exact() {
        let rows = Self.rows(60, seed: 1)
        let model = Ridge(rows, targets: rows.map(Self.target), pairs: Self.pairs)
        for row in Self.rows(40, seed: 2) { #expect(abs(model.prediction(at: row) - Self.target(row)) < 1e-6) }
    }

    @Test("noise on many terms is not learned by heart: a penalty is found that serves new rows")
    func restraint() {
        var draw = Draw(3)
        func sample(_ count: Int) -> (rows: [[Double]], targets: [Double]) {
            let rows = (0..<count).map { _ in (0..<30).map { _ in draw.unit() - 0.5 } }
            return (rows, rows.map { $0[0] + 0.6 * (draw.unit() - 0.5) })
        }
        let (rows, targets) = sample(45)
        let model = Ridge(rows, targets: targets, pairs: [])
        let (fresh, truth) = sample(400)
        let miss = zip(fresh, truth).reduce(0) { $0 + pow(model.prediction(at: $1.0) - $1.1, 2) } / 400
        let flat = truth.reduce(0) { $0 + $1 * $1 } / 400
        #expect(miss < 0.8 * flat, "\(miss) against \(flat)")
    }

    @Test("features that never vary, no rows, and fewer rows than terms do no harm")
    func degenerate() {
        #expect(Ridge([], targets: [], pairs: []).prediction(at: []) == 0)
        #expect(abs(Ridge([[1, 2]], targets: [7], pairs: [Ridge.Pair(0, 1)]).prediction(at: [3, 4]) - 7) < 1e-9)
        let rows = Self.rows(5, seed: 4).map { $0 + [1, 0] }
        let model = Ridge(rows, targets: rows.map { $0[0] }, pairs: [Ridge.Pair(3, 4), Ridge.Pair(0, 3)])
        #expect(rows.allSatisfy { model.prediction(at: $0).isFinite })
    }

    @Test("a file keeps its bits, and parts that do not fit are refused")
    func coding() throws {
        let rows = Self.rows(30, seed: 5)
        let model = Ridge(rows, targets: rows.map(Self.target), pairs: Self.pairs)
        #expect(try JSONDecoder().decode(Ridge.self, from: JSONEncoder().encode(model)) == model)
        #expect(Ridge(features: 2, pairs: [], weights: [1], intercept: 0) == nil)
        #expect(Ridge(features: 1, pairs: [Ridge.Pair(0, 1)], weights: [1, 1], intercept: 0) == nil)
        #expect(Ridge(features: 1, pairs: [], weights: [.nan], intercept: 0) == nil)
    }
}
