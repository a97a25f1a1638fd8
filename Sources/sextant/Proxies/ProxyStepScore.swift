import Foundation
import Gym
import Proxies
import Studies

extension ProxyCommand.Score {
    /// Scores a proxy of steps on episodes of the logs that it did not learn from.
    func scoreSteps(_ model: ProxyFile, _ rules: StepRules) throws {
        guard !logs.isEmpty, page == nil, !curve else {
            throw GymError(
                .usage,
                logs.isEmpty
                    ? "'\(file)' foretells steps and is scored on episodes of a log"
                    : "'\(file)' foretells steps; --page and --curve are for proxies of designs",
                hint: logs.isEmpty ? "sextant proxy score \(file) LOG, with episodes that it does not know" : nil)
        }
        guard let episodes = try read(model).episodes else {
            throw GymError(.badInput, "the logs have no episodes of '\(model.proxy.card.environment)'")
        }
        let scores = StepScoring(model.proxy, rules, on: episodes).accuracies()
        guard !scores.isEmpty else {
            throw GymError(
                .usage, "there is nothing to score '\(file)' on: no episode in the logs is new to it",
                hint: "train with --hold 0.2, or name a log with other episodes")
        }
        Terminal.put(json ? line(model, scores).line : text(scores))
    }

    private func text(_ scores: [StepAccuracy]) -> String {
        let columns = [
            Table.Column("number"), Table.Column("spread", .right), Table.Column("steps", .right),
            Table.Column("error", .right), Table.Column("as it was", .right), Table.Column("episodes", .right),
            Table.Column("error", .right), Table.Column("as it began", .right), Table.Column("Kendall", .right),
        ]
        func percent(_ value: Double?) -> String { value.map(ProxyText.percent) ?? "–" }
        // Metrics are what is asked for first.
        let rows = (scores.filter(\.isMetric) + scores.filter { !$0.isMetric }).map { score in
            [
                score.name, Figures.number(score.spread), Figures.count(score.steps), percent(score.stepPercent),
                percent(score.stillPercent), Figures.count(score.episodes), percent(score.episodePercent),
                percent(score.stillEpisodePercent), score.agreement.map { String(format: "%.3f", $0) } ?? "–",
            ]
        }
        return Table(columns, rows: rows).text
            + "\n  Errors are root mean squares over the number's spread: of single steps from states that it does\n"
            + "  not know, and at the ends of episodes, foretold from their beginnings; beside each, what\n"
            + "  'nothing changes' comes to.\n"
    }

    private func line(_ model: ProxyFile, _ scores: [StepAccuracy]) -> JSONText {
        .object([
            "file": .text(file), "id": .text(model.environmentID), "environment": .text(model.proxy.card.environment),
            "options": .text(model.proxy.card.options),
            "numbers": .list(
                scores.map { score in
                    .object([
                        "name": .text(score.name), "metric": .bool(score.isMetric), "spread": .number(score.spread),
                        "steps": .number(Double(score.steps)), "step_percent": JSONText(score.stepPercent),
                        "still_step_percent": JSONText(score.stillPercent),
                        "episodes": .number(Double(score.episodes)), "episode_percent": JSONText(score.episodePercent),
                        "still_episode_percent": JSONText(score.stillEpisodePercent),
                        "kendall": JSONText(score.agreement),
                    ])
                }),
        ])
    }
}
