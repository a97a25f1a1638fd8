import Agents
import Environments
import Foundation
import Gym
import Proxies

/// What `proxy search` reaches with 20 real evaluations after a log of uniform designs, beside what the genetic agent
/// reaches at 200: on seven problems, with ten seeds.
enum ProxySearchBenchmark {
    private static let seeds = 10
    private static let budget = 20
    /// Designs of the log before the search, at most.
    private static let offline = 500

    private struct Task {
        let name: String
        let model: any CostModel
        let objective: Objective
    }

    static func report() throws -> [String] {
        var lines = [
            "| 20 real evaluations, 10 seeds | log of uniform designs | best in it | found, median [worst] "
                + "| genetic at 200, median | seeds that reach it |", "|---|---|---|---|---|---|",
        ]
        for task in try tasks() { lines.append(try line(task)) }
        return lines
    }

    private static func tasks() throws -> [Task] {
        let both = Objective(.product, [Objective.Term("latency"), Objective.Term("energy")])
        let all = Objective(.product, both.terms + [Objective.Term("area")])
        let synthetic = SyntheticDRAM10()
        let asked: [(EnvironmentEntry, [String: Value], Objective, String)] = [
            (AcceleratorHardware.entry, ["mapper_evaluations": 0], all, "latency × energy × area, closed form"),
            (DRAMController.entry, ["workload": "random", "requests": 2_000], both, "random, latency × energy"),
            (DRAMController.entry, ["workload": "stream", "requests": 2_000], both, "stream, latency × energy"),
            (DRAMController.fullEntry, ["workload": "mixed", "requests": 2_000], both, "mixed, latency × energy"),
            (SoCComposition.entry, [:], all, "latency × energy × area"),
            (SyntheticRecipe20.entry, [:], Objective(.minimize, [Objective.Term("cost")]), "cost"),
        ]
        return try [Task(name: "synthetic-dram10-v0, cost", model: synthetic, objective: .first(of: synthetic.spec))]
            + asked.compactMap { entry, options, objective, words in
                guard let oneshot = try entry.make(options) as? Oneshot else { return nil }
                return Task(name: "\(entry.datasheet.id), \(words)", model: oneshot.model, objective: objective)
            }
    }

    private static func line(_ task: Task) throws -> String {
        let scorer = try Scorer(task.objective, spec: task.model.spec)
        let genetic = try (1...UInt64(seeds)).map { seed in
            var best = -Double.infinity
            try SearchBenchmark.run(
                SearchBenchmark.entry("genetic"), on: task.model, budget: 200, seed: seed, objective: task.objective
            ) { best = max(best, scorer.score($0, action: []).reward ?? -.infinity) }
            return best
        }.sorted()
        let target = (genetic[seeds / 2 - 1] + genetic[seeds / 2]) / 2
        var (found, known, counts): ([Double], [Double], [Int]) = ([], [], [])
        for seed in 1...UInt64(seeds) {
            let rows = try uniform(task, scorer, below: target, seed: seed)
            var rules = ProxySearch.Rules()
            (rules.budget, rules.seed) = (budget, seed)
            var search = try ProxySearch(
                from: rows, objective: task.objective, agent: SearchBenchmark.entry("genetic"), rules: rules)
            known.append(search.best?.score.reward ?? -.infinity)
            counts.append(rows.rows.count)
            try search.run { actions in try actions.map { try task.model.evaluate($0, deadline: .none) } }
            found.append(search.best?.score.reward ?? -.infinity)
            precondition(search.verified.count <= budget, "a search asked for more than its budget")
        }
        let reached = found.count { $0 >= target }
        let sorted = found.sorted()
        func text(_ reward: Double) -> String { String(format: "%.4f", exp(-reward)) }
        return "| \(task.name) | \(counts.min() ?? 0)–\(counts.max() ?? 0) | \(text(known.sorted()[seeds / 2])) "
            + "| \(text(sorted[seeds / 2])) [\(text(sorted[0]))] | \(text(target)) | \(reached) of \(seeds) |"
    }

    /// Uniform designs, none as good as the target: a log whose best is worse.
    private static func uniform(
        _ task: Task, _ scorer: Scorer, below target: Double, seed: UInt64
    ) throws -> DesignRows {
        var generator = Generator(seed: seed, "offline")
        var rows = DesignRows(task.model.spec)
        while rows.rows.count < offline {
            let action = try task.model.spec.actionSpace.sample(&generator)
            let evaluation = try task.model.evaluate(action, deadline: .none)
            if scorer.score(evaluation, action: action).reward ?? -.infinity >= target { break }
            rows.add(action, evaluation, from: .init(study: "offline", agent: "uniform"))
        }
        return rows
    }
}
