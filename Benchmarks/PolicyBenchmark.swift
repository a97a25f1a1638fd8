import Agents
import Environments
import Foundation
import Gym

/// How fast policies learn: steps of the environment for each second of CPU time, networks and updates in it.
enum PolicyBenchmark {
    static func report() throws -> [String] {
        let arguments = CommandLine.arguments.dropFirst(2).map { $0.split(separator: "=", maxSplits: 1) }
        var given: [String: Value] = [:]
        var (name, seeds, budgets) = ("ppo", 10, [500, 2_000])
        for pair in arguments where pair.count == 2 {
            switch pair[0] {
            case "agent": name = String(pair[1])
            case "seeds": seeds = Int(pair[1]) ?? seeds
            case "budgets": budgets = pair[1].split(separator: ",").compactMap { Int($0) }
            default: given[String(pair[0])] = Double(pair[1]).map { .number($0) } ?? .text(String(pair[1]))
            }
        }
        var lines: [String] = []
        let entry = try SearchBenchmark.entry(name)
        for landscape in SearchBenchmark.landscapes {
            for budget in budgets {
                let model = landscape.model(0)
                let problem = Problem(
                    spec: model.spec, objective: .first(of: model.spec), sampleBudget: budget, slots: 1)
                let scorer = try Scorer(problem.objective, spec: model.spec)
                var bests: [Double] = []
                let seconds = try Measurement.threadSeconds {
                    for seed in 1...UInt64(seeds) {
                        var agent = try entry.make(
                            problem, settings: Settings(given, space: entry.hyperparameters), seed: seed)
                        var best = Double.infinity
                        for number in 0..<budget {
                            let action = try agent.ask([Observation()])[0]
                            let evaluation = try model.evaluate(action, deadline: .none)
                            let score = scorer.score(evaluation, action: action)
                            try agent.tell([
                                Transition(
                                    sample: Int64(number), action: action, reward: score.reward,
                                    violation: score.violation, evaluation: evaluation)
                            ])
                            best = min(best, evaluation.metrics[0] ?? .infinity)
                        }
                        bests.append(best)
                    }
                }
                let reached = SearchBenchmark.Reached(sorted: bests.sorted())
                lines.append(
                    "\(landscape.letter) \(budget): \(reached.text)  "
                        + String(format: "%.0f steps/s", Double(seeds * budget) / seconds))
            }
        }
        return lines
    }
}
