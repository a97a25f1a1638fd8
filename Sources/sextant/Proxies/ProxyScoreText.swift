import Foundation
import Gym
import Proxies
import Reports
import Studies

extension ProxyScoring {
    /// The scores as a table, and what the proxy costs.
    func text(name: String) -> String {
        let columns = [
            Table.Column("designs"), Table.Column("metric"), Table.Column("count", .right),
            Table.Column("variation", .right), Table.Column("RMSE", .right), Table.Column("MAE", .right),
            Table.Column("worst", .right), Table.Column("R²", .right), Table.Column("Spearman", .right),
            Table.Column("Kendall", .right), Table.Column("in 90 %", .right), Table.Column("width", .right),
        ]
        let rows = tests.flatMap { test in
            test.accuracy.map { metric, accuracy in
                [
                    test.name, metric, Figures.count(accuracy.designs), ProxyText.percent(accuracy.variationPercent),
                    ProxyText.percent(accuracy.rmsePercent), ProxyText.percent(accuracy.maePercent),
                    ProxyText.percent(accuracy.worstPercent), share(accuracy.determination), share(accuracy.spearman),
                    share(accuracy.kendall), String(format: "%.1f %%", 100 * accuracy.coverage),
                    ProxyText.percent(accuracy.widthPercent),
                ]
            }
        }
        var text = Table(columns, rows: rows).text + "\n"
        for (metric, regret) in regrets {
            text +=
                "  regret    \(metric): its best design is \(ProxyText.percent(100 * regret)) worse than the best "
                + "known\n"
        }
        for fit in fits {
            text +=
                "  training  \(metricText(fit.metric))\(Figures.count(fit.designs)) designs in "
                + "\(Figures.number(fit.seconds)) s\n"
        }
        for point in curve {
            text +=
                "  learning  \(metricText(point.metric))\(Figures.count(point.designs)) designs: "
                + "\(ProxyText.percent(point.errorPercent)), in \(Figures.number(point.seconds)) s\n"
        }
        text += "  time      \(microseconds(secondsSingle)) a design alone, \(microseconds(secondsBatched)) of 1,024\n"
        if let modelSeconds, let speedUps {
            text +=
                "  speed-up  \(Figures.number(speedUps.batched)) times in batches, \(Figures.number(speedUps.single)) "
                + "alone, over \(Figures.number(modelSeconds * 1e3)) ms of the real model\n"
        }
        return text
    }

    private func metricText(_ metric: String) -> String { proxy.spec.metrics.count > 1 ? "\(metric), " : "" }

    private func share(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "–" }

    private func microseconds(_ seconds: Double) -> String { "\(Figures.number(seconds * 1e6)) µs" }

    /// The scores for a program to read.
    func line(name: String, _ file: ProxyFile) -> JSONText {
        .object([
            "file": .text(name), "id": .text(file.environmentID), "environment": .text(proxy.card.environment),
            "options": .text(proxy.card.options),
            "tests": .list(
                tests.flatMap { test in
                    test.accuracy.map { metric, accuracy in
                        JSONText.object([
                            "designs": .text(test.name), "metric": .text(metric),
                            "count": .number(Double(accuracy.designs)), "mean": .number(accuracy.mean),
                            "variation_percent": .number(accuracy.variationPercent),
                            "rmse_percent": .number(accuracy.rmsePercent), "mae_percent": .number(accuracy.maePercent),
                            "worst_percent": .number(accuracy.worstPercent), "r2": JSONText(accuracy.determination),
                            "spearman": JSONText(accuracy.spearman), "kendall": JSONText(accuracy.kendall),
                            "coverage": .number(accuracy.coverage), "width_percent": .number(accuracy.widthPercent),
                        ])
                    }
                }),
            "regret": .object(
                Dictionary(regrets.map { ($0.metric, .number($0.regret)) }, uniquingKeysWith: { first, _ in first })),
            "fits": .list(
                fits.map {
                    JSONText.object([
                        "metric": .text($0.metric), "designs": .number(Double($0.designs)),
                        "seconds": .number($0.seconds),
                    ])
                }),
            "learning_curve": .list(
                curve.map {
                    .object([
                        "metric": .text($0.metric), "designs": .number(Double($0.designs)),
                        "rmse_percent": .number($0.errorPercent), "fit_seconds": .number($0.seconds),
                    ])
                }),
            "importance": .list(
                importance.map {
                    .object([
                        "metric": .text($0.metric), "parameter": .text($0.parameter), "percent": .number($0.percent),
                    ])
                }),
            "microseconds_single": .number(secondsSingle * 1e6), "microseconds_batched": .number(secondsBatched * 1e6),
            "model_seconds": JSONText(modelSeconds), "speedup_single": JSONText(speedUps?.single),
            "speedup_batched": JSONText(speedUps?.batched),
        ])
    }

    private var importance: [(metric: String, parameter: String, percent: Double)] {
        guard let rows = tests.first?.rows else { return [] }
        let parts = proxy.permutationImportance(on: rows)
        return proxy.spec.metrics.enumerated().flatMap { place, metric in
            parts.map { (metric.name, $0.parameter, $0.errorPercent[place]) }.sorted { $0.2 > $1.2 }
        }
    }

    /// What a page shows.
    func scores(name: String, _ file: ProxyFile) -> ProxyScores {
        let card = proxy.card
        var scores = ProxyScores(title: name)
        scores.facts = [
            ("environment", card.environment), ("options", card.options),
            ("designs", "\(Figures.count(card.designs)) of \(Figures.count(card.samples)) samples"),
            ("agents", ProxyText.authors(card)),
            ("models", proxy.choices.map { "\($0.metric): \($0.model)" }.joined(separator: ", ")),
            ("a design", "\(microseconds(secondsSingle)) alone, \(microseconds(secondsBatched)) of 1,024"),
        ]
        if let speedUps {
            let (batched, single) = (Figures.number(speedUps.batched), Figures.number(speedUps.single))
            scores.facts.append(("speed-up", "\(batched) in batches, \(single) alone"))
        }
        scores.facts += [("data", card.contentHash), ("file", file.contentHash)]
        scores.rows = tests.flatMap { test in
            test.accuracy.map { metric, a in
                ProxyScores.Row(
                    test: test.name, metric: metric,
                    numbers: [
                        ("count", Double(a.designs)), ("variation %", a.variationPercent), ("RMSE %", a.rmsePercent),
                        ("MAE %", a.maePercent), ("worst %", a.worstPercent), ("R²", a.determination),
                        ("Spearman", a.spearman), ("Kendall", a.kendall), ("in 90 % interval", a.coverage),
                        ("regret", regrets.first { $0.metric == metric }?.regret),
                    ])
            }
        }
        scores.points = points
        scores.curve = curve.map { ($0.metric, $0.designs, $0.errorPercent) }
        scores.importance = importance
        return scores
    }

    /// Some hundred designs of each metric.
    private var points: [ProxyScores.Point] {
        guard let rows = tests.last?.rows else { return [] }
        let feasible = rows.rows.filter(\.isFeasible).prefix(400)
        let told = proxy.values(feasible.map(\.action))
        return proxy.spec.metrics.enumerated().flatMap { place, metric in
            let column = rows.spec.metrics.firstIndex { $0.name == metric.name }
            return zip(feasible, told).compactMap { row, told in
                column.flatMap { row.metrics[$0] }.map {
                    ProxyScores.Point(metric: metric.name, foretold: told[place], real: $0)
                }
            }
        }
    }
}
