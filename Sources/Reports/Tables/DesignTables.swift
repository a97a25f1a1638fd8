import Foundation
import Gym
import Samples
import Studies

/// The best designs, and why others were none.
enum DesignTables {
    private static let designLimit = 15
    /// Many trials find the same design, so more samples are looked at than designs are shown.
    private static let sampleLimit = 1_000
    private static let reasonLimit = 12
    private static let metricLimit = 8

    /// Nil where nothing was found.
    static func best(of problem: Problem) throws -> ReportTable? {
        let labels = Dictionary(
            problem.trials.map { ($0.summary.number, $0) }, uniquingKeysWith: { first, _ in first })
        var (seen, samples): (Set<Action>, [Sample]) = ([], [])
        for place in try problem.log.leaders(of: problem.numbers, limit: sampleLimit) {
            guard samples.count < designLimit else { break }
            guard let sample = try problem.log.sample(at: place), seen.insert(sample.action).inserted else { continue }
            samples.append(sample)
        }
        guard !samples.isEmpty else { return nil }
        let shown = metrics(of: problem)
        let hasHeadline = !shown.contains { problem.spec.metrics[$0].name == problem.metric.name }
        let isBroken = samples.contains { $0.score.violation > 0 }
        let parameters = problem.spec.actionSpace.parameters
        let columns =
            [ReportTable.Column.number("place"), .word("trial"), .number("sample")]
            + (hasHeadline ? [.number(problem.metricTitle)] : [])
            + shown.map { .number(Problem.title(problem.spec.metrics[$0])) } + (isBroken ? [.number("violation")] : [])
            + parameters.map { $0.isCategorical ? .word($0.name) : .number($0.name) }
        let rows = samples.enumerated().map { place, sample -> [ReportTable.Cell] in
            var row: [ReportTable.Cell] = [
                .count(place + 1), .word(labels[sample.trial]?.summary.description.label ?? ""), .count(sample.number),
            ]
            if hasHeadline { row.append(.number(problem.headline(sample))) }
            row += shown.map { .number(sample.evaluation.metrics[$0]) }
            if isBroken { row.append(.number(sample.score.violation)) }
            return row
                + problem.spec.actionSpace.named(sample.action).map { _, value in
                    guard let value else { return .word("–") }
                    return value.number.map { .init(text: value.text, number: $0) } ?? .word(value.text)
                }
        }
        let rest = problem.spec.metrics.count - shown.count
        return ReportTable(
            "Best designs",
            note: "The best sample of each design, the best first"
                + (rest > 0 ? "; \(rest) more metrics are in the log" : "")
                + ". To evaluate the best again: sextant replay \(problem.trials[0].study) --best", columns, rows: rows)
    }

    /// The objective's metrics, then the environment's first ones.
    private static func metrics(of problem: Problem) -> [Int] {
        let others = problem.spec.metrics.indices.filter { !problem.termPlaces.contains($0) }
        return Array((problem.termPlaces + others).prefix(max(metricLimit, problem.termPlaces.count)))
    }

    /// Nil where every sample was ok.
    static func reasons(of problem: Problem) throws -> ReportTable? {
        let bad = problem.trials.filter { $0.summary.infeasible + $0.summary.failed > 0 }
        guard !bad.isEmpty else { return nil }
        let total = problem.trials.reduce(0) { $0 + $1.summary.evaluated }
        let rows = try problem.log.reasons(of: bad.map(\.summary.number), limit: reasonLimit).map {
            status, reason, count -> [ReportTable.Cell] in
            [.word(status), .word(reason), .count(count), .share(Double(count) / Double(max(1, total)))]
        }
        return ReportTable(
            "Samples without a result",
            [.word("status"), .word("reason"), .number("samples"), .number("share of all")], rows: rows)
    }

    /// Settings as people write them, from the log's JSON.
    private static func settings(_ text: String) -> String {
        guard let values = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            return text
        }
        return values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// Nil where there are too many trials to list.
    static func trials(of problem: Problem, limit: Int = 200) -> ReportTable? {
        guard problem.trials.count <= limit else { return nil }
        let hasStudies = Set(problem.trials.map(\.study)).count > 1
        let rows = problem.trials.indices.map { place -> [ReportTable.Cell] in
            let (trial, ascent) = (problem.trials[place].summary, problem.curves[place])
            var status = trial.status.word
            if let reason = trial.status.reason { status += ": " + reason }
            let own: [ReportTable.Cell] = [
                .word(trial.description.label), .word(trial.description.agent),
                .word(settings(trial.description.settings)),
                .init(text: "\(trial.description.seed)", number: Double(trial.description.seed)), .count(trial.samples),
                .number(ascent.final), trial.best.map { .count($0.number) } ?? .word("–"),
                .init(text: Figures.duration(trial.seconds), number: trial.seconds), .word(status),
            ]
            return (hasStudies ? [.word(trial.description.study)] : []) + own
        }
        let columns: [ReportTable.Column] = [
            .word("trial"), .word("agent"), .word("settings"), .number("seed"), .number("samples"),
            .number("best \(problem.metricTitle)"), .number("found at"), .number("time"), .word("state"),
        ]
        return ReportTable("Trials", (hasStudies ? [.word("study")] : []) + columns, rows: rows)
    }
}
