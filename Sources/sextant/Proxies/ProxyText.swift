import Environments
import Foundation
import Gym
import Proxies
import Studies

/// Proxies in words.
enum ProxyText {
    /// A kind of model by its name; nil for `auto`.
    static func kind(_ name: String) throws -> ModelKind? {
        guard name != "auto" else { return nil }
        guard let kind = ModelKind(rawValue: name) else {
            throw GymError.unknown(
                .usage, "model", name, among: ["auto"] + ModelKind.allCases.map(\.rawValue),
                hint: "auto lets them compete")
        }
        return kind
    }

    /// What a training came to: the data, and per metric its spread and how the kinds of model did.
    static func text(_ file: ProxyFile, name: String, logs: [String]) -> String {
        let (proxy, card) = (file.proxy, file.proxy.card)
        let targets = Dictionary(
            card.targets.map { ($0.metric, $0) }, uniquingKeysWith: { first, _ in first })
        let columns = [
            Table.Column("metric"), Table.Column("unit"), Table.Column("mean", .right),
            Table.Column("variation", .right), Table.Column("model"), Table.Column("error", .right),
            Table.Column("others, by cross-validation"),
        ]
        let rows = zip(proxy.choices, proxy.spec.metrics).map { choice, metric in
            let target = targets[choice.metric]
            let others = choice.tried.filter { $0.model != choice.model }.map {
                "\($0.model) \(percent($0.errorPercent))"
            }
            return [
                choice.metric, metric.unit == "1" ? "" : metric.unit, target.map { Figures.number($0.mean) } ?? "–",
                target.map { percent($0.variationPercent) } ?? "–", choice.model,
                choice.tried.first { $0.model == choice.model }.map { percent($0.errorPercent) } ?? "–",
                others.joined(separator: ", "),
            ]
        }
        let isHere = EnvironmentCatalog.entries.contains { $0.datasheet.id == card.environment }
        let needsLogs = file.episodes != nil || !isHere
        let score = "sextant proxy score \(name)" + (needsLogs ? " " + logs.joined(separator: " ") : "")
        let use = file.episodes == nil ? "sextant evaluate proxy:\(name)" : "sextant envs proxy:\(name)"
        return "  data     \(data(card, of: file.episodes == nil ? "designs" : "steps"))\n"
            + Table(columns, rows: rows).text + "\n  \(score)\n  \(use)\n"
    }

    private static func data(_ card: DataCard, of things: String) -> String {
        var parts = ["\(Figures.count(card.designs)) \(things) of \(Figures.count(card.samples)) samples"]
        if card.duplicates > 0 { parts.append("\(Figures.count(card.duplicates)) duplicates") }
        if card.conflicts > 0 { parts.append("\(Figures.count(card.conflicts)) averaged") }
        if card.infeasible > 0 { parts.append("\(Figures.count(card.infeasible)) infeasible") }
        if card.failures > 0 { parts.append("\(Figures.count(card.failures)) failed, left out") }
        if card.learned > 0 { parts.append("\(Figures.count(card.learned)) of proxies, left out") }
        return parts.joined(separator: ", ") + ", by \(authors(card))"
    }

    private static func many(_ count: Int, _ one: String, _ several: String) -> String {
        "\(count) \(count == 1 ? one : several)"
    }

    /// How many agents of how many studies a proxy learned from.
    static func authors(_ card: DataCard) -> String {
        many(card.agents, "agent", "agents") + " in " + many(card.studies, "study", "studies")
    }

    /// A percentage in three digits.
    static func percent(_ value: Double) -> String {
        value.isFinite ? String(format: value < 9.995 ? "%.2f %%" : "%.1f %%", value) : "∞"
    }

    /// The proxy for a program to read.
    static func line(_ file: ProxyFile, name: String) -> JSONText {
        let (proxy, card) = (file.proxy, file.proxy.card)
        return .object([
            "file": .text(name), "id": .text(file.environmentID), "hash": .text(file.contentHash),
            "environment": .text(card.environment), "options": .text(card.options),
            "of": .text(file.episodes == nil ? "designs" : "steps"),
            "card": .object([
                "samples": .number(Double(card.samples)), "designs": .number(Double(card.designs)),
                "duplicates": .number(Double(card.duplicates)), "conflicts": .number(Double(card.conflicts)),
                "infeasible": .number(Double(card.infeasible)), "failed": .number(Double(card.failures)),
                "learned": .number(Double(card.learned)), "agents": .number(Double(card.agents)),
                "studies": .number(Double(card.studies)), "hash": .text(card.contentHash),
                "sources": .object(card.sources.mapValues { .number(Double($0)) }),
                "logs": .list(
                    card.logs.map { .object(["name": .text($0.name), "hash": .text($0.contentHash)]) }),
            ]),
            "metrics": .list(
                proxy.choices.map { choice in
                    .object([
                        "metric": .text(choice.metric), "model": .text(choice.model),
                        "variation_percent": JSONText(
                            card.targets.first { $0.metric == choice.metric }?.variationPercent),
                        "tried": .list(
                            choice.tried.map {
                                .object([
                                    "model": .text($0.model), "rmse_percent": .number($0.errorPercent),
                                    "designs": .number(Double($0.designs)),
                                ])
                            }),
                    ])
                }),
        ])
    }
}
