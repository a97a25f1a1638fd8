import Agents
import Environments
import Foundation
import Gym

/// What agents cost that fit a model of all samples: the first fit and suggestion for designs that were drawn at random
/// (the peers were measured so), the mean of a run, and a resumed run beside the one that it repeats.
enum ModelBenchmark {
    private static let rounds = 5

    static func report() throws -> [String] {
        try costs() + [""] + resume()
    }

    private static func costs() throws -> [String] {
        var lines = [
            "| CPU time of model-based agents, best of \(rounds) | n=200, told random designs | n=500, the same "
                + "| mean of a run of 200 | of a run of 500 | dearest of that run |", "|---|--:|--:|--:|--:|--:|",
        ]
        for name in ["bayesian", "forest"] where SearchBenchmark.agents.contains(name) {
            for landscape in SearchBenchmark.landscapes {
                let told = try [200, 500].map { count in try best { try askAfter(count, name, landscape) } }
                let short = try run(name, landscape, samples: 200)
                let long = try run(name, landscape, samples: 500)
                let cells = told + [mean(short), mean(long), long.max() ?? .nan]
                lines.append(
                    "| \(name), \(landscape.letter) | " + cells.map { text($0) }.joined(separator: " | ") + " |")
            }
        }
        return lines + [
            "| *BoTorch, mixed process and LogEI, A* | 1,111 ms | 9,342 ms | | | |",
            "| *BoTorch, B* | 2,121 ms | 21,343 ms | | | |",
        ]
    }

    private static func text(_ seconds: Double) -> String { String(format: "%.1f ms", seconds * 1_000) }

    private static func mean(_ times: [Double]) -> Double { times.reduce(0, +) / Double(times.count) }

    private static func best(_ measure: () throws -> Double) rethrows -> Double {
        try (0..<rounds).map { _ in try measure() }.min() ?? .nan
    }

    /// One agent at work on a landscape, asked and told by hand.
    private struct Search {
        let model: any CostModel
        let scorer: Scorer
        var agent: any Agent
        private var count: Int64 = 0

        init(_ name: String, _ landscape: SearchBenchmark.Landscape, samples: Int) throws {
            model = landscape.model(0)
            let entry = try SearchBenchmark.entry(name)
            let problem = Problem(
                spec: model.spec, objective: .first(of: model.spec), sampleBudget: samples, slots: 1)
            scorer = try Scorer(problem.objective, spec: model.spec)
            agent = try entry.make(problem, settings: Settings(space: entry.hyperparameters), seed: 1)
        }

        mutating func tell(_ action: Action) throws {
            let evaluation = try model.evaluate(action, deadline: .none)
            let score = scorer.score(evaluation, action: action)
            try agent.tell([
                Transition(
                    sample: count, action: action, reward: score.reward, violation: score.violation,
                    evaluation: evaluation)
            ])
            count += 1
        }
    }

    /// Seconds of the first ask after so many designs drawn at random.
    private static func askAfter(
        _ count: Int, _ name: String, _ landscape: SearchBenchmark.Landscape
    ) throws -> Double {
        var search = try Search(name, landscape, samples: 2_000)
        var generator = Generator(seed: 1, "designs")
        for _ in 0..<count { try search.tell(search.model.spec.actionSpace.sample(&generator)) }
        return try Measurement.threadSeconds { _ = try search.agent.ask([Observation()]) }
    }

    /// Seconds of each ask and tell of a run.
    private static func run(
        _ name: String, _ landscape: SearchBenchmark.Landscape, samples: Int
    ) throws -> [Double] {
        var search = try Search(name, landscape, samples: samples)
        return try (0..<samples).map { _ in
            try Measurement.threadSeconds { try search.tell(search.agent.ask([Observation()])[0]) }
        }
    }

    /// A run of 1,000 samples, and the same as a resumed trial does it: by the notes, and every twentieth time in full.
    private static func resume() throws -> [String] {
        var lines = [
            "| 1,000 samples of bayesian | as they were found | resumed by notes | share |", "|---|--:|--:|--:|",
        ]
        for landscape in SearchBenchmark.landscapes {
            var (search, again) = (
                try Search("bayesian", landscape, samples: 1_000), try Search("bayesian", landscape, samples: 1_000)
            )
            var (first, second) = (0.0, 0.0)
            for number in 0..<1_000 {
                var action: Action = []
                first += try Measurement.threadSeconds { action = try search.agent.ask([Observation()])[0] }
                let note = search.agent.note
                var repeated = action
                second += try Measurement.threadSeconds {
                    repeated =
                        number.isMultiple(of: 20)
                        ? try again.agent.ask([Observation()])[0]
                        : try again.agent.ask([Observation()], recalling: note)[0]
                }
                precondition(repeated == action, "a note must give the same design")
                first += try Measurement.threadSeconds { try search.tell(action) }
                second += try Measurement.threadSeconds { try again.tell(action) }
            }
            lines.append(
                "| \(landscape.letter) | " + String(format: "%.1f s | %.1f s | %.3f |", first, second, second / first))
        }
        return lines
    }
}
