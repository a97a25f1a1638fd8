import Agents
import Environments
import Gym

/// The synthetic benchmarks, and how far a search gets on them.
enum Landscapes {
    enum Name: String, Sendable, CaseIterable { case controller, recipe }

    static func model(_ name: Name, texture: UInt64 = 0) -> any CostModel {
        switch name {
        case .controller: SyntheticDRAM10(texture: texture)
        case .recipe: SyntheticRecipe20(texture: texture)
        }
    }

    /// The best cost after a budget, one for each seed, the best first.
    static func bests(
        _ entry: AgentEntry, on name: Name, budget: Int, seeds: Int, texture: UInt64 = 0, _ given: [String: Value] = [:]
    ) throws -> [Double] {
        let model = model(name, texture: texture)
        let problem = Problem(
            spec: model.spec, objective: .first(of: model.spec), sampleBudget: budget, slots: 1)
        let scorer = try Scorer(problem.objective, spec: model.spec)
        return try (1...seeds).map { seed in
            var drive = Drive(try entry.made(problem, seed: UInt64(seed), given), slots: 1)
            var best = Double.infinity
            try drive.run(budget) { action in
                let evaluation = try? model.evaluate(action, deadline: .none)
                best = min(best, evaluation?.metrics[0] ?? .infinity)
                return evaluation.flatMap { scorer.score($0, action: action).reward }
            }
            return best
        }.sorted()
    }

    static func median(_ sorted: [Double]) -> Double {
        (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
