import Agents
import Environments
import Foundation
import Gym
import Synchronization

/// How far the search agents get on the synthetic benchmarks, beside what the well-known libraries reached on them.
enum SearchBenchmark {
    /// A benchmark under a letter, as the tables name it.
    struct Landscape: Sendable {
        let letter: String
        let model: @Sendable (UInt64) -> any CostModel
    }

    static let landscapes = [
        Landscape(letter: "A") { SyntheticDRAM10(texture: $0) },
        Landscape(letter: "B") { SyntheticRecipe20(texture: $0) },
    ]

    /// The best costs of all seeds after a budget.
    struct Reached {
        let sorted: [Double]

        var text: String {
            String(format: "%.4f [%.4f, %.4f]", quantile(0.5), quantile(0.25), quantile(0.75))
        }

        func quantile(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            guard below + 1 < sorted.count else { return sorted[below] }
            return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
        }
    }

    static let seeds = 20
    static let budgets = [100, 500, 2_000]
    /// All agents, or those that are named beside `search`.
    static let agents: [String] = {
        let all = AgentCatalog.entries.map(\.name)
        let named = all.filter { CommandLine.arguments.contains($0) }
        return named.isEmpty ? all : named
    }()

    /// All of it, as Markdown.
    static func report() throws -> [String] {
        var lines = [
            "Median [quartiles] of the best cost over \(seeds) seeds, one slot, distinct evaluations. A is",
            "synthetic-dram10-v0 (optimum 6.6542), B synthetic-recipe20-v0 (best known 0.42544).", "",
        ]
        for landscape in landscapes { lines += try table(of: landscape) + [""] }
        lines += try wins() + [""]
        lines += try OrderBenchmark.report() + [""]
        return try lines + FrontBenchmark.report() + [""] + SuggestionBenchmark.report() + [""]
            + MemoryBenchmark.report()
    }

    /// Runs an agent with one slot and returns what it was told of, the best cost first.
    static func run(
        _ entry: AgentEntry, on model: any CostModel, budget: Int, seed: UInt64, objective: Objective? = nil,
        _ each: (Evaluation) -> Void
    ) throws {
        let spec = model.spec
        let problem = Problem(
            spec: spec, objective: objective ?? .first(of: spec), sampleBudget: budget, slots: 1)
        let scorer = try Scorer(problem.objective, spec: spec)
        var agent = try entry.make(problem, settings: Settings(space: entry.hyperparameters), seed: seed)
        for number in 0..<budget {
            let action = try agent.ask([Observation()])[0]
            let evaluation = try model.evaluate(action, deadline: .none)
            let score = scorer.score(evaluation, action: action)
            try agent.tell([
                Transition(
                    sample: Int64(number), action: action, reward: score.reward, violation: score.violation,
                    evaluation: evaluation)
            ])
            each(evaluation)
        }
    }

    static func entry(_ name: String) throws -> AgentEntry {
        guard let entry = AgentCatalog.entries.first(where: { $0.name == name }) else {
            throw GymError.unknown(.usage, "agent", name, among: agents)
        }
        return entry
    }

    /// What was reached before: several tables show the same runs.
    private static let known = Mutex<[String: Reached]>([:])

    static func reached(
        _ name: String, on landscape: Landscape, budget: Int, texture: UInt64 = 0
    ) throws -> Reached {
        let key = "\(name) \(landscape.letter) \(budget) \(texture)"
        if let before = known.withLock({ $0[key] }) { return before }
        let reached = try measured(name, on: landscape.model(texture), budget: budget)
        known.withLock { $0[key] = reached }
        return reached
    }

    private static func measured(_ name: String, on model: any CostModel, budget: Int) throws -> Reached {
        let entry = try entry(name)
        let bests = try (1...UInt64(seeds)).map { seed in
            var best = Double.infinity
            try run(entry, on: model, budget: budget, seed: seed) { best = min(best, $0.metrics[0] ?? .infinity) }
            return best
        }
        return Reached(sorted: bests.sorted())
    }

    /// Models of many designs cost too much for a table that is printed in minutes.
    private static let quickBudgets = ["tpe": 500, "bayesian": 100, "forest": 100, "sac": 500]

    /// Whether an agent's column of a budget is printed.
    static func isQuick(_ name: String, budget: Int) -> Bool { budget <= quickBudgets[name] ?? budget }

    private static func table(of landscape: Landscape) throws -> [String] {
        var lines = [
            "| \(landscape.letter) | " + budgets.map { "after \($0)" }.joined(separator: " | ") + " |",
            "|---|" + budgets.map { _ in "---|" }.joined(),
        ]
        for name in agents {
            let cells = try budgets.map { budget in
                isQuick(name, budget: budget) ? try reached(name, on: landscape, budget: budget).text : "–"
            }
            lines.append("| \(name) | " + cells.joined(separator: " | ") + " |")
        }
        for peer in PeerFigures.rows where peer.letter == landscape.letter {
            lines.append("| *\(peer.name)* | " + peer.cells.joined(separator: " | ") + " |")
        }
        return lines
    }

    /// How many seeds of each agent beat the median of random search after 500 samples.
    private static func wins() throws -> [String] {
        var lines = ["| seeds that beat random's median after 500 | A | B |", "|---|---|---|"]
        let medians = try landscapes.map { try reached("random", on: $0, budget: 500).quantile(0.5) }
        for name in agents where name != "random" && isQuick(name, budget: 500) {
            let shares = try zip(landscapes, medians).map { landscape, median in
                let bests = try reached(name, on: landscape, budget: 500).sorted
                return String(format: "%.0f %%", 100 * Double(bests.count { $0 < median }) / Double(seeds))
            }
            lines.append("| \(name) | " + shares.joined(separator: " | ") + " |")
        }
        return lines
    }
}

/// What the libraries reached, median and quartiles, measured with the same formulas on the same sample counts.
enum PeerFigures {
    struct Row: Sendable {
        let letter: String
        let name: String
        let cells: [String]
    }

    static let rows = [
        Row(
            letter: "A", name: "pymoo 0.6.2 genetic, 20, SBX",
            cells: ["7.1410 [7.0071, 7.2915]", "6.7377 [6.6735, 6.7506]", "6.7377 [6.6542, 6.7377]"]),
        Row(
            letter: "A", name: "pymoo 0.6.2 genetic, 100, SBX",
            cells: ["7.5618 [7.2988, 7.7625]", "6.8991 [6.8240, 6.9359]", "6.6542 [6.6542, 6.6542]"]),
        Row(
            letter: "A", name: "plain annealing",
            cells: ["7.1141 [6.9724, 7.3306]", "6.8092 [6.7678, 6.8457]", "6.6786 [6.6542, 6.7325]"]),
        Row(
            letter: "A", name: "Optuna TPE, multivariate (5 seeds)",
            cells: ["6.7471 [6.7118, 6.7702]", "6.6624 [6.6621, 6.7377]", "–"]),
        Row(
            letter: "A", name: "Optuna TPE, multivariate (30 seeds; 20 after 500)",
            cells: ["6.9620 [6.7740, 7.0788]", "6.7088 [6.6623, 6.7405]", "–"]),
        Row(
            letter: "A", name: "Optuna TPE, independent (9 seeds)",
            cells: ["6.9985 [6.7849, 7.0588]", "6.7529 [6.7319, 6.9095]", "–"]),
        Row(
            letter: "A", name: "nevergrad (1+1) (9 seeds)",
            cells: ["8.2726 [7.9985, 8.3440]", "7.1051 [6.9683, 7.3902]", "6.8508 [6.8066, 6.9343]"]),
        Row(
            letter: "A", name: "SMAC3 2.4.1, random forest (4 seeds)",
            cells: ["7.0137 [6.9506, 7.1711]", "–", "–"]),
        Row(
            letter: "A", name: "SB3 2.9.2 PPO, tuned (10 seeds)",
            cells: ["7.6551 [7.3366, 7.7017]", "6.8497 [6.8200, 6.8786]", "6.6934 [6.6542, 6.7377]"]),
        Row(
            letter: "B", name: "SB3 2.9.2 PPO, tuned (10 seeds)",
            cells: ["0.4724 [0.4702, 0.4742]", "0.4627 [0.4591, 0.4652]", "0.4501 [0.4468, 0.4526]"]),
        Row(
            letter: "B", name: "pymoo 0.6.2 genetic, 20, SBX",
            cells: ["0.4655 [0.4625, 0.4680]", "0.4375 [0.4361, 0.4387]", "0.4298 [0.4289, 0.4314]"]),
        Row(
            letter: "B", name: "pymoo 0.6.2 genetic, 20, uniform",
            cells: ["0.4644 [0.4596, 0.4675]", "0.4380 [0.4363, 0.4390]", "0.4299 [0.4290, 0.4315]"]),
        Row(
            letter: "B", name: "plain annealing",
            cells: ["0.4741 [0.4668, 0.4787]", "0.4592 [0.4562, 0.4631]", "0.4309 [0.4300, 0.4328]"]),
        Row(
            letter: "B", name: "Optuna TPE, multivariate (5 seeds)",
            cells: ["0.4612 [0.4593, 0.4703]", "0.4509 [0.4508, 0.4536]", "–"]),
        Row(
            letter: "B", name: "Optuna TPE, independent (9 seeds)",
            cells: ["0.4693 [0.4612, 0.4729]", "0.4485 [0.4474, 0.4533]", "–"]),
        Row(
            letter: "B", name: "SMAC3 2.4.1, random forest (3 seeds)",
            cells: ["0.4627 [0.4601, 0.4680]", "–", "–"]),
    ]
}
