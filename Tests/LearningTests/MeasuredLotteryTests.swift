import Foundation
import Learning
import Testing

/// A lottery of 59 configurations, three seeds each, that was measured and analysed elsewhere.
@Suite("A measured lottery's figures come out")
struct MeasuredLotteryTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/golden/agents_lottery.csv")
        .path(percentEncoded: false)

    struct Row: Sendable {
        let bench: String
        let agent: String
        /// Which of the last columns: 100, 300 or 1,000 samples.
        let column: Int
        /// Of the configurations' means: the most, the quartiles from above, the least.
        let quantiles: [Double]
        let share: Double
        /// Of 1, 5 and 20 configurations.
        let expected: [Double]
    }

    static let rows = [
        Row(
            bench: "A", agent: "ACO", column: 0, quantiles: [0.9568, 0.9171, 0.9003, 0.8740, 0.8084], share: 0.16,
            expected: [0.8937, 0.9319, 0.9496]),
        Row(
            bench: "A", agent: "SA", column: 2, quantiles: [1, 0.9918, 0.9765, 0.9651, 0.9409], share: 0.20,
            expected: [0.9779, 0.9958, 0.9998]),
        Row(
            bench: "B", agent: "GA", column: 2, quantiles: [0.9228, 0.8482, 0.7540, 0.6816, 0.5468], share: 0.85,
            expected: [0.7646, 0.8752, 0.9117]),
        Row(
            bench: "B", agent: "UCB-factored", column: 1, quantiles: [0.7977, 0.6929, 0.6095, 0.5155, 0.3222],
            share: 0.81, expected: [0.5746, 0.7319, 0.7801]),
    ]

    @Test(
        "quantiles, variance share and expected best", .enabled(if: FileManager.default.fileExists(atPath: path)),
        arguments: rows)
    func figures(row: Row) throws {
        let yardstick = try #require(
            row.bench == "A"
                ? Yardstick(random: 11.5339, best: 6.65418807) : Yardstick(random: 0.52178, best: 0.425440437752))
        var runs = [[Double]](repeating: [], count: 59)
        for line in try String(contentsOfFile: Self.path, encoding: .utf8).split(separator: "\n").dropFirst() {
            let cells = line.split(separator: ",").map(String.init)
            guard cells[0] == row.bench, cells[1] == row.agent, let trial = Int(cells[2]), trial < 59 else { continue }
            let best = cells[cells.count - 3 + row.column].trimmingCharacters(in: .whitespaces)
            runs[trial].append(yardstick.score(try #require(Double(best))))
        }
        #expect(runs.allSatisfy { $0.count == 3 })
        let means = runs.map { $0.reduce(0, +) / 3 }
        let spread = try #require(Spread(means))
        for (share, wanted) in zip([1, 0.75, 0.5, 0.25, 0], row.quantiles) {
            #expect(abs(spread.quantile(share) - wanted) < 0.00006)
        }
        #expect(abs(try #require(VarianceSplit(runs)).share - row.share) < 0.006)
        let best = try #require(BestOfDraws(means))
        for (draws, wanted) in zip([1, 5, 20], row.expected) {
            #expect(abs(try #require(best.unbiased(of: draws)) - wanted) < 0.00006)
        }
    }
}
