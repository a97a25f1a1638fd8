import Gym
import Proxies

/// A made-up environment of steps without chance: a cart that is pushed along a line, from two beginnings.
struct Cart: Environment {
    static let length = 6

    let spec = EnvironmentSpec(
        id: "cart-v0",
        actionSpace: Space(
            [
                Parameter("push", .categorical(["left", "none", "right"]), default: "none"),
                Parameter("force", .integer(1...4), default: 1),
            ], activity: ["force": "push != none"]),
        observationNames: ["place", "speed", "weight", "steps left", "color"],
        metrics: [
            Metric("cost", unit: "J", goal: .minimize),
            Metric("gain", unit: "1", goal: .maximize, isPositive: false),
        ], horizon: Cart.length, isPure: false)
    private var (place, speed, weight, step) = (0.0, 0.0, 1.0, 0)

    mutating func reset(seed: UInt64, deadline: Deadline) -> Observation {
        (place, speed, step, weight) = (0, 0, 0, seed.isMultiple(of: 2) ? 1 : 2)
        return seen
    }

    private var seen: Observation { Observation([place, speed, weight, Double(Cart.length - step), 7]) }

    mutating func step(_ action: Action, deadline: Deadline) -> Evaluation {
        let before = place
        speed = 0.8 * speed + (action[0] - 1) * action[1] / weight
        place += speed
        step += 1
        return Evaluation(
            observation: seen, metrics: [10 + place * place + abs(speed), before - place],
            terminated: step == Cart.length)
    }

    /// Episodes of uniform actions, by their numbers.
    static func episodes(_ numbers: Range<Int>, skipping skipped: Int? = nil) throws -> EpisodeRows {
        var rows = EpisodeRows(Cart().spec)
        for number in numbers {
            var (environment, generator) = (Cart(), Generator(seed: UInt64(number), "cart"))
            var seen = environment.reset(seed: UInt64(number), deadline: .none)
            for step in 0..<length {
                let action = environment.spec.actionSpace.canonical(
                    try environment.spec.actionSpace.sample(&generator))
                let evaluation = environment.step(action, deadline: .none)
                if step != skipped {
                    try rows.add(
                        sample(action, seen, evaluation, step: step),
                        to: EpisodeRows.Key(trial: 0, slot: 0, episode: Int64(number)), from: Fixture.source)
                }
                seen = evaluation.observation
            }
        }
        return rows
    }

    static func sample(
        _ action: Action, _ seen: Observation, _ evaluation: Evaluation, step: Int = 0, fidelity: String = "model"
    ) -> Sample {
        Sample(
            trial: 0, number: 0, slot: 0, episode: 0, step: step, action: action, observation: seen,
            evaluation: evaluation, score: Score(reward: nil, violation: 0), truncated: false, isCached: false,
            fidelity: fidelity, seconds: 0, at: 0)
    }

    /// What is learned from 150 episodes.
    static func file(_ kind: ModelKind) throws -> ProxyFile {
        let steps = try StepTraining(episodes(0..<150))
        var rules = ProxyTraining.Rules()
        rules.model = kind
        let proxy = try ProxyTraining(steps.rows, rules: rules).run()
        return try ProxyFile(ProxyFile.data(proxy, episodes: steps.rules, program: "test"), name: "x")
    }
}
