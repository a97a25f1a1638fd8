import Environments
import Foundation
import Gym
import Proxies

/// Does a proxy learn more from several agents than from one? The error on latency of synthetic-dram10-v0 against how
/// many agents wrote the log, at equal size: on designs like the log's, on uniform ones, and on the best one in a
/// hundred.
enum ProxyDiversityBenchmark {
    private static let agents = ["annealing", "genetic", "ant-colony", "random"]
    private static let size = 2_000
    private static let seeds: ClosedRange<UInt64> = 1...3
    private static let tests = ["inside", "uniform", "best 1 %"]

    static func report() throws -> [String] {
        var errors: [[String: [Double]]] = []
        let uniform = try ProxyBenchmark.rows(of: SyntheticDRAM10(), count: 2_000, seed: 77)
        let good = try best()
        for count in 1...agents.count {
            var own: [String: [Double]] = [:]
            for (first, seed) in agents.indices.flatMap({ first in seeds.map { (first, $0) } }) {
                let team = (0..<count).map { agents[(first + $0) % agents.count] }
                var rules = ProxyTraining.Rules()
                (rules.model, rules.metrics, rules.seed) = (.boosted, ["latency"], seed)
                let proxy = try ProxyTraining(log(of: team, seed: seed), rules: rules).run()
                let inside = try log(of: team, seed: seed + 100)
                for (name, rows) in zip(tests, [inside, uniform, good]) {
                    let unknown = rows.picking(rows.rows.indices.filter { !proxy.knows(rows.rows[$0].action) })
                    if let accuracy = proxy.accuracy(on: unknown).first?.accuracy {
                        own[name, default: []].append(accuracy.rmsePercent)
                    }
                }
            }
            errors.append(own)
        }
        var lines = [
            "| agents in a log of \(size) | inside | uniform designs | the best 1 % of all designs |",
            "|---|---|---|---|",
        ]
        for (place, own) in errors.enumerated() {
            let cells = tests.map { name -> String in
                let sorted = own[name, default: []].sorted()
                guard let least = sorted.first, let most = sorted.last else { return "–" }
                return String(format: "%.2f %% [%.2f, %.2f]", sorted[sorted.count / 2], least, most)
            }
            lines.append("| \(place + 1) | \(cells.joined(separator: " | ")) |")
        }
        lines += ["", "RMSE over the mean: median [least, most] of every choice of agents in a row and three seeds."]
        return lines
    }

    /// What so many agents write who share the samples evenly.
    private static func log(of team: [String], seed: UInt64) throws -> DesignRows {
        let model = SyntheticDRAM10()
        var rows = DesignRows(model.spec)
        for name in team {
            let problem = Problem(
                spec: model.spec, objective: .first(of: model.spec), sampleBudget: size / team.count, slots: 1)
            let scorer = try Scorer(problem.objective, spec: model.spec)
            let entry = try SearchBenchmark.entry(name)
            var agent = try entry.make(problem, settings: Settings(space: entry.hyperparameters), seed: seed)
            for number in 0..<size / team.count {
                let action = try agent.ask([Observation()])[0]
                let evaluation = model.evaluate(action, deadline: .none)
                let score = scorer.score(evaluation, action: action)
                try agent.tell([
                    Transition(
                        sample: Int64(number), action: action, reward: score.reward, violation: score.violation,
                        evaluation: evaluation)
                ])
                rows.add(action, evaluation, from: .init(study: "diversity", agent: name))
            }
        }
        return rows
    }

    /// Designs whose cost is below what one in a hundred has.
    private static func best() throws -> DesignRows {
        let model = SyntheticDRAM10()
        var generator = Generator(seed: 5, "best designs")
        var rows = DesignRows(model.spec)
        while rows.rows.count < 1_000 {
            let action = try model.spec.actionSpace.sample(&generator)
            let evaluation = model.evaluate(action, deadline: .none)
            if evaluation.metrics[0] ?? .infinity < 7.5863 {
                rows.add(action, evaluation, from: .init(study: "best", agent: "random"))
            }
        }
        return rows
    }
}
