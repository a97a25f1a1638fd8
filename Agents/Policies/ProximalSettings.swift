import Gym
import Learning

/// The hyperparameters that all proximal learners have, and what they come to for a problem.
struct ProximalSettings: Sendable {
    /// Decisions between updates.
    let rollout: Int
    let design: ProximalLearner.Design
    /// The rule at the beginning of the budget.
    let rule: ProximalRule
    let levels: Int
    let isSmooth: Bool
    let reward: RewardShape.Kind
    /// How many of the best designs so far are learned again in each update.
    let elite: Int
    let keepsDuplicates: Bool
    let restarts: Bool
    private let budget: Int?
    private let anneals: Bool

    /// The parameters, with the defaults of one agent.
    static func parameters(_ defaults: Defaults) -> [Parameter] {
        [
            Parameter(
                "rollout", .integer(4...8_192), scale: .log2,
                note: "steps between updates; left out: a 128th of the sample budget, between 16 and 256; where "
                    + "episodes have several steps at least four of them, or an eighth of the budget"),
            Parameter(
                "epochs", .integer(1...30),
                note: "passes over a rollout; left out: \(defaults.epochs) for designs, 10 in episodes"),
            Parameter(
                "minibatch", .integer(4...8_192), scale: .log2,
                note: "decisions of a step of the optimiser; left out: "
                    + (defaults.wholeBatches ? "a whole rollout" : "a rollout, or 64 of it")),
            Parameter(
                "learning_rate", .real(1e-5...0.1), scale: .log2, default: .number(defaults.rate),
                note: "of Adam, at the beginning"),
            Parameter(
                "anneal", .categorical(["on", "off"]), default: "on",
                note: "whether learning rate and entropy fall to a twentieth towards the end of the budget"),
            Parameter(
                "entropy", .real(0...0.3), default: .number(defaults.entropy), note: "what a nat of entropy is worth"),
            Parameter(
                "clip", .real(0.05...0.5), default: 0.2, note: "how far a probability may change, as a share"),
            Parameter("discount", .real(0.5...1), default: 1, note: "what a reward one step later is worth"),
            Parameter(
                "lambda", .real(0...1), default: .number(defaults.lambda), note: "how far advantages look ahead"),
            Parameter(
                "advantages", .categorical(["minibatch", "rollout", "off"]),
                default: .text(defaults.wholeBatches ? "rollout" : "minibatch"),
                note: "over what they are brought to deviation 1"),
            Parameter(
                "target_kl", .real(0.001...1), scale: .log2,
                note: "a divergence beyond 1.5 times which an update stops; left out: none"),
            Parameter(
                "max_gradient", .real(0.1...20), scale: .log2, default: .number(defaults.gradient),
                note: "the length that gradients are cut to"),
        ] + .network(layers: defaults.layers, activation: defaults.activation) + [
            Parameter(
                "elite", .integer(0...64), default: .number(Double(defaults.elite)),
                note: "so many of the best designs are learned again in each update; ignored beyond one step"),
            Parameter(
                "duplicates", .categorical(["drop", "keep"]), default: "drop",
                note: "whether a design that was tried before is tried again; ignored beyond one step"),
            Parameter(
                "restart", .categorical(["on", "off"]), default: "on",
                note: "whether a new policy begins where one has converged and at least as many samples are left; "
                    + "ignored beyond one step and where duplicates are kept"),
        ]
    }

    /// What agents begin with where they differ.
    struct Defaults: Sendable {
        var epochs = 4
        var rate = 3e-3
        var entropy = 0.01
        var lambda = 0.95
        var gradient = 0.5
        var layers = 2
        var activation = "tanh"
        var elite = 16
        var wholeBatches = false
    }

    init(_ problem: Problem, _ settings: Settings, _ defaults: Defaults) {
        let horizon = max(1, problem.spec.horizon)
        let budget = problem.sampleBudget
        var steps = min(256, max(16, (budget ?? 2_048) / 128))
        if horizon > 1 { steps = max(steps, min(min(horizon, 512) * 4, (budget ?? 8_192) / 8)) }
        rollout = settings.integer("rollout") ?? max(4, steps)
        var rule = ProximalRule()
        rule.epochs = settings.integer("epochs") ?? (problem.isOfDesigns ? defaults.epochs : 10)
        rule.minibatch = settings.integer("minibatch") ?? (defaults.wholeBatches ? 1 << 20 : max(64, rollout / 4))
        rule.rate = settings.number("learning_rate") ?? defaults.rate
        rule.entropy = settings.number("entropy") ?? defaults.entropy
        rule.clip = settings.number("clip") ?? 0.2
        rule.discount = settings.number("discount") ?? 1
        rule.lambda = settings.number("lambda") ?? defaults.lambda
        rule.maximalNorm = settings.number("max_gradient") ?? defaults.gradient
        rule.targetDivergence = settings.number("target_kl")
        rule.normalization =
            settings.choice("advantages").flatMap(ProximalRule.Normalization.init)
            ?? (defaults.wholeBatches ? .rollout : .minibatch)
        var design = ProximalLearner.Design()
        let width = settings.integer("hidden") ?? 64
        design.hidden = [Int](repeating: width, count: settings.integer("layers") ?? defaults.layers)
        design.activation = (settings.choice("activation") ?? defaults.activation) == "relu" ? .relu : .tanh
        (self.rule, self.design, self.budget) = (rule, design, budget)
        anneals = settings.choice("anneal") != "off"
        levels = settings.integer("levels") ?? 128
        isSmooth = settings.choice("smooth") != "off"
        reward =
            settings.choice("reward").flatMap(RewardShape.Kind.init) ?? (problem.isOfDesigns ? .rank : .standard)
        elite = problem.isOfDesigns ? settings.integer("elite") ?? defaults.elite : 0
        keepsDuplicates = settings.choice("duplicates") == "keep"
        restarts = settings.choice("restart") != "off" && !keepsDuplicates
    }

    /// The rule after so many samples, of a policy that began after others.
    func rule(after samples: Int, since start: Int) -> ProximalRule {
        guard anneals, let budget, budget > start else { return rule }
        let left = max(0.05, 1 - Double(samples - start) / Double(budget - start))
        var rule = rule
        rule.rate *= left
        rule.entropy *= left
        return rule
    }
}
