import Agents
import Environments
import Foundation
import Gym

/// What a suggestion costs on synthetic-dram10-v0: `ask` and `tell` together, the formula's evaluation in it.
enum SuggestionBenchmark {
    private static let rounds = 5

    static func report() throws -> [String] {
        var lines = [
            "| CPU time of a suggestion on A, best of \(rounds) | of 2,000 in a row | from the 500th to the 550th |",
            "|---|---|---|",
        ]
        for entry in AgentCatalog.entries where SearchBenchmark.agents.contains(entry.name) {
            let isQuick = SearchBenchmark.isQuick(entry.name, budget: 2_000)
            let whole = isQuick ? text(try best { try average(entry, from: 0, to: 2_000) }) : "–"
            let late = text(try best { try average(entry, from: 500, to: 550) })
            lines.append("| \(entry.name) | \(whole) | \(late) |")
        }
        lines.append("| *Optuna TPE, multivariate* | – | 10 ms |")
        return lines
    }

    private static func text(_ seconds: Double) -> String { String(format: "%.1f us", seconds * 1e6) }

    private static func best(_ measure: () throws -> Double) rethrows -> Double {
        try (0..<rounds).map { _ in try measure() }.min() ?? .nan
    }

    /// CPU seconds of each suggestion between two numbers of samples.
    private static func average(_ entry: AgentEntry, from first: Int, to end: Int) throws -> Double {
        let model = SyntheticDRAM10()
        let problem = Problem(
            spec: model.spec, objective: .first(of: model.spec), sampleBudget: max(end, 2_000), slots: 1)
        let scorer = try Scorer(problem.objective, spec: model.spec)
        var agent = try entry.make(problem, settings: Settings(space: entry.hyperparameters), seed: 1)
        func run(_ numbers: Range<Int>) throws {
            for number in numbers {
                let action = try agent.ask([Observation()])[0]
                let evaluation = model.evaluate(action, deadline: .none)
                try agent.tell([
                    Transition(
                        sample: Int64(number), action: action,
                        reward: scorer.score(evaluation, action: action).reward, evaluation: evaluation)
                ])
            }
        }
        try run(0..<first)
        return try Measurement.threadSeconds { try run(first..<end) } / Double(end - first)
    }
}
