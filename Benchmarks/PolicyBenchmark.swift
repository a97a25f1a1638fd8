import Agents
import Environments
import Foundation
import Gym

/// How fast policies learn beside Stable-Baselines3, with its network, rollout, minibatch and epochs: steps of the
/// environment for each second of CPU time that the agent takes, `ask` and `tell` with all updates, the environment's
/// formula and the transport apart.
enum PolicyBenchmark {
    private static let rounds = 3

    /// A row of the peer's table: 10 epochs, minibatches of 64, two networks of 64 and 64.
    private struct Setup {
        let letter: String
        let slots: Int
        let steps: Int
        /// What SB3 2.9.2 with torch 2.13 on one thread did.
        let peer: Double
    }

    private static let setups = [
        Setup(letter: "A", slots: 1, steps: 2_048, peer: 302.5), Setup(letter: "A", slots: 1, steps: 64, peer: 283.4),
        Setup(letter: "A", slots: 8, steps: 8, peer: 816.4), Setup(letter: "A", slots: 8, steps: 256, peer: 811.0),
        Setup(letter: "B", slots: 1, steps: 64, peer: 791.5), Setup(letter: "B", slots: 8, steps: 8, peer: 1_207.7),
        Setup(letter: "B", slots: 8, steps: 256, peer: 647.0),
    ]

    static func report() throws -> [String] {
        var lines = [
            "| steps/s of CPU, best of \(rounds) | environments | rollout in each | ppo | SB3 2.9.2 | ratio |",
            "|---|--:|--:|--:|--:|--:|",
        ]
        for setup in setups {
            let times = try (0..<rounds).map { _ in try secondsOfStep(setup) }
            let rate = 1 / Measurement.quantile(0, of: times)
            let name = setup.letter == "A" ? "A, a design at once" : "B, step by step"
            lines.append(
                "| \(name) | \(setup.slots) | \(setup.steps) "
                    + String(format: "| %.0f | %.0f | %.0f |", rate, setup.peer, rate / setup.peer))
        }
        lines.append("")
        lines.append("The process had at most \(peakMegabytes()) MB of memory (SB3: 330 MB).")
        return lines
    }

    private static func peakMegabytes() -> Int {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return Int(usage.ru_maxrss) / 1_024
    }

    /// CPU seconds of a step.
    private static func secondsOfStep(_ setup: Setup) throws -> Double {
        let entry = try SearchBenchmark.entry("ppo")
        let count = max(2_048, setup.slots * setup.steps * 2)
        let settings = try Settings(
            [
                "rollout": .number(Double(setup.slots * setup.steps)), "epochs": 10, "minibatch": 64, "smooth": "off",
                "elite": 0, "reward": "raw", "duplicates": "keep", "anneal": "off", "learning_rate": 0.0003,
            ], space: entry.hyperparameters)
        var environments = (0..<setup.slots).map { _ -> any Environment in
            setup.letter == "A" ? Oneshot(SyntheticDRAM10()) : SyntheticRecipeSteps()
        }
        let spec = environments[0].spec
        let objective =
            setup.letter == "A" ? Objective.first(of: spec) : Objective(.accumulate, [Objective.Term("gain")])
        let scorer = try Scorer(objective, spec: spec)
        var agent = try entry.make(
            Problem(spec: spec, objective: objective, sampleBudget: count, slots: setup.slots), settings: settings,
            seed: 1)
        var observations = try environments.indices.map { try environments[$0].reset(seed: UInt64($0)) }
        var total = 0.0
        for _ in 0..<count / setup.slots {
            var actions: [Action] = []
            total += try Measurement.threadSeconds { actions = try agent.ask(observations) }
            var transitions: [Transition] = []
            for (slot, action) in actions.enumerated() {
                let evaluation = try environments[slot].step(action, deadline: .none)
                transitions.append(
                    Transition(
                        sample: 0, action: action, observation: observations[slot],
                        nextObservation: evaluation.observation,
                        reward: scorer.score(evaluation, action: action).reward, terminated: evaluation.terminated,
                        evaluation: evaluation))
                observations[slot] =
                    evaluation.terminated ? try environments[slot].reset(seed: 0) : evaluation.observation
            }
            total += try Measurement.threadSeconds { try agent.tell(transitions) }
        }
        return total / Double(count)
    }
}
