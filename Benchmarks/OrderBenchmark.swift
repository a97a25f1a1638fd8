import Agents
import Foundation
import Gym

/// Whether agents that do well on a benchmark do so on five other textures of it.
struct OrderBenchmark {
    private typealias Reached = SearchBenchmark.Reached

    private let landscape: SearchBenchmark.Landscape
    private let budget: Int
    private let agents: [String]
    /// For the published texture and then each other one, what every agent reached.
    private let textures: [[Reached]]

    /// Runs every agent that is quick enough for the budget on all textures.
    init(_ landscape: SearchBenchmark.Landscape, budget: Int) throws {
        let agents = SearchBenchmark.agents.filter { SearchBenchmark.isQuick($0, budget: budget) }
        textures = try (UInt64(0)...5).map { texture in
            try agents.map { try SearchBenchmark.reached($0, on: landscape, budget: budget, texture: texture) }
        }
        (self.landscape, self.budget, self.agents) = (landscape, budget, agents)
    }

    /// All of it, as Markdown.
    static func report() throws -> [String] {
        let all = try SearchBenchmark.landscapes.flatMap { landscape in
            try SearchBenchmark.budgets.map { try OrderBenchmark(landscape, budget: $0) }
        }
        let tables = all.filter { $0.budget == 500 }.flatMap { $0.table + [""] }
        // One agent alone has neither an order nor anyone to lag behind.
        return SearchBenchmark.agents.count > 1 ? tables + regrets(all) + [""] + orders(all) : tables
    }

    private var table: [String] {
        var lines = [
            "| \(landscape.letter) re-textured, after \(budget) | texture 1 | texture 2 | texture 3 | texture 4 "
                + "| texture 5 |", "|---|---|---|---|---|---|",
        ]
        for (place, name) in agents.enumerated() {
            lines.append("| \(name) | " + textures.dropFirst().map { $0[place].text }.joined(separator: " | ") + " |")
        }
        return lines
    }

    private static func regrets(_ all: [OrderBenchmark]) -> [String] {
        var lines = [
            "| regret over random's, median of textures 1 to 5 | " + all.map(\.title).joined(separator: " | ") + " |",
            "|---|" + all.map { _ in "---|" }.joined(),
        ]
        for name in SearchBenchmark.agents {
            let cells = all.map { part in
                part.agents.firstIndex(of: name).map { String(format: "%.2f", part.regret(at: $0)) } ?? "–"
            }
            lines.append("| \(name) | " + cells.joined(separator: " | ") + " |")
        }
        return lines
    }

    /// How far an agent's median lies above the best that anyone found, as a share of random search's distance.
    private func regret(at place: Int) -> Double {
        let random = agents.firstIndex(of: "random") ?? 0
        let shares = textures.dropFirst().map { row in
            let best = row.map { $0.quantile(0) }.min() ?? 0
            return (row[place].quantile(0.5) - best) / (row[random].quantile(0.5) - best)
        }
        return Reached(sorted: shares.sorted()).quantile(0.5)
    }

    private static func orders(_ all: [OrderBenchmark]) -> [String] {
        [
            "| order of the medians on textures 1 to 5 | Kendall's tau with the published texture, least to greatest "
                + "| pairs whose quartiles are apart on the published one | in the same order on all five |",
            "|---|---|---|---|",
        ]
            + all.map { part in
                let taus = part.textures.dropFirst().map(part.tau)
                let apart = part.pairs.filter {
                    part.textures[0][$0].quantile(0.75) < part.textures[0][$1].quantile(0.25)
                }
                let kept = apart.filter { pair in
                    part.textures.dropFirst().allSatisfy { Self.lead($0, pair) > 0 }
                }
                return "| \(part.title) "
                    + String(format: "| %.2f to %.2f ", taus.min() ?? .nan, taus.max() ?? .nan)
                    + "| \(apart.count) of \(part.pairs.count / 2) | \(kept.count) |"
            }
    }

    private var title: String { "\(landscape.letter), \(budget)" }

    /// Every pair of agents, both ways round.
    private var pairs: [(Int, Int)] {
        agents.indices.flatMap { one in agents.indices.filter { $0 != one }.map { (one, $0) } }
    }

    /// By how much the median of a pair's first is below that of its second.
    private static func lead(_ row: [Reached], _ pair: (Int, Int)) -> Double {
        row[pair.1].quantile(0.5) - row[pair.0].quantile(0.5)
    }

    /// Kendall's tau-a of two orders by the median: pairs in the same order less pairs in the other, over all.
    private func tau(_ row: [Reached]) -> Double {
        let agreement = pairs.reduce(0.0) { total, pair in
            let product = Self.lead(row, pair) * Self.lead(textures[0], pair)
            return total + (product > 0 ? 1 : product < 0 ? -1 : 0)
        }
        return agreement / Double(pairs.count)
    }
}
