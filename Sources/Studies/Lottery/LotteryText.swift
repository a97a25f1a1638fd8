import Foundation
import Gym
import Learning

/// A lottery's figures as people read them.
struct LotteryText {
    /// What the columns say; once is enough for all tables.
    static let legend = """
          IQM     mean score of the middle half of all runs, with its 95 % interval
          spread  between the quartiles of configurations; beside it ArchGym's: of raw results, over their median
          of n    what the best of n drawn configurations can be expected to reach
          luck    the share of the variance that is between configurations, the rest is between seeds
          first   how often it comes first by its median when the configurations are drawn again

        """

    /// How many draws the expected best is shown for.
    private static let sizes = [1, 5, 20]
    private let result: LotteryResult

    init(_ result: LotteryResult) { self.result = result }

    /// The table with what follows from it.
    var text: String {
        let columns =
            [Table.Column("agent"), Table.Column("draws", .right), Table.Column("IQM"), Table.Column("spread", .right)]
            + LotteryText.sizes.map { Table.Column("of \($0)", .right) }
            + ["defaults", "> random", "> defaults", "luck", "first"].map { Table.Column($0, .right) }
        let rows = zip(result.contenders, result.firstPlaces).map(row)
        return heading + "\n" + Table(columns, rows: rows).text + "\n" + matters + orders + doubts
    }

    private var heading: String {
        "  \(result.budget) · score 0 is the median random design, \(Figures.number(result.yardstick.random)); "
            + "1 is the \(result.source), \(Figures.number(result.yardstick.best))\n"
    }

    private func row(_ contender: ContenderResult, _ firstPlace: Double) -> [String] {
        var row = [contender.name, contender.isSingle ? "–" : Figures.count(contender.drawn.count)]
        guard let mean = contender.interquartileMean else { return row + ["every trial failed"] }
        let interval = mean.interval.map {
            " [\(LotteryText.score($0.lowerBound)) – \(LotteryText.score($0.upperBound))]"
        }
        row += [LotteryText.score(mean.value) + (interval ?? "")]
        let range = LotteryText.score(contender.spread?.interquartileRange)
        let raw = contender.raw.map { " · " + String(format: "%.1f %%", $0.relativeRange * 100) } ?? ""
        row.append(contender.isSingle ? "–" : range + raw)
        let best = contender.isSingle ? nil : contender.best
        row += LotteryText.sizes.map { LotteryText.score(best?.unbiased(of: $0)) }
        row.append(LotteryText.score(contender.defaultScore))
        let isReference = contender.name == Lottery.reference
        let wins = isReference ? nil : result.randomMedian.flatMap(contender.winShare)
        let split = contender.isSingle ? nil : contender.split?.share
        return row + [wins, contender.winShareOverDefaults, split, firstPlace].map(LotteryText.percent)
    }

    private var matters: String {
        let rows = result.contenders.compactMap { contender -> String? in
            let parts = contender.importance.prefix(3).filter { $0.share >= 0.05 }
            guard !parts.isEmpty else { return nil }
            let words = parts.map { "\($0.names.joined(separator: " with ")) \(LotteryText.percent($0.share))" }
            return "\(contender.name): \(words.joined(separator: ", "))"
        }
        return LotteryText.lines(rows, label: "matters")
    }

    /// Who is ahead when, which depends on the budget and on which configurations one looks at.
    private var orders: String {
        guard result.contenders.count > 1 else { return "" }
        let rows = result.orders.map { order in
            let agreement = order.agreement.map { " (τ \(String(format: "%.2f", $0)))" } ?? ""
            let isLast = order.samples == result.orders.last?.samples
            let moment = order.samples > 0 ? "after \(Figures.count(order.samples)): " : ""
            return moment + order.names.joined(separator: " > ") + (isLast ? "" : agreement)
        }
        var agreements: [String] = []
        if let tau = result.defaultsAgreement { agreements.append("by defaults τ \(String(format: "%.2f", tau))") }
        if let tau = result.bestAgreement {
            agreements.append("by best configurations τ \(String(format: "%.2f", tau))")
        }
        return LotteryText.lines(rows + agreements, label: "medians")
    }

    /// Who can't be told from the leader.
    private var doubts: String {
        guard let leader = result.orders.last?.names.first else { return "" }
        let doubtful = result.comparisons.filter { [$0.better, $0.worse].contains(leader) && $0.significance >= 0.05 }
        guard !doubtful.isEmpty else { return "" }
        let names = doubtful.map { $0.better == leader ? $0.worse : $0.better }
        return LotteryText.lines(
            ["\(leader) is not told from \(names.joined(separator: ", ")) (Holm, 5 %)"], label: "doubt")
    }

    private static func lines(_ rows: [String], label: String) -> String {
        rows.enumerated().map { index, row in
            let head = index == 0 ? label : ""
            return "  " + head + String(repeating: " ", count: max(1, 9 - head.count)) + row + "\n"
        }.joined()
    }

    private static func score(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }

    private static func percent(_ share: Double?) -> String { share.map { String(format: "%.0f %%", $0 * 100) } ?? "–" }
}
