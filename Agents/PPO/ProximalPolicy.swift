public import Gym
import Learning

/// Proximal policy optimisation (Schulman and others, 2017) over designs.
///
/// A policy network says how likely each level of each parameter is. With `joint` heads all parameters are chosen at
/// once and independently; `autoregressive` heads choose one after the other, each seeing those before it, under masks
/// that the earlier choices imply; `multiplexed` ones do the same, but each choice is a step of its own, with a value
/// of what was chosen so far. In a one-shot problem the formulation `one-shot` proposes designs out of nothing,
/// `sequential` sees the design before and its metrics, and `edit` changes one parameter of a design at a time for what
/// the change gains. In environments of several steps each action is chosen from the observation, under its mask, and
/// an episode that is cut counts with what the critic expects of the rest.
///
/// Rewards that are missing count like the worst so far.
public struct ProximalPolicy: Agent {
    /// The name in manifests.
    public static let name = "ppo"
    /// What it does.
    public static let summary = "Proximal policy optimisation: networks that learn which values pay"
    /// Its hyperparameters.
    public static let hyperparameters = Space(
        [
            Parameter(
                "heads", .categorical(["joint", "autoregressive", "multiplexed"]), default: "joint",
                note: "parameters at once, each seeing those before it, or each as a step of its own"),
            Parameter(
                "formulation", .categorical(["one-shot", "sequential", "edit"]), default: "one-shot",
                note: "designs out of nothing, after the last one, or by single changes; ignored beyond one step"),
        ] + ProximalSettings.parameters(defaults))

    static let defaults = ProximalSettings.Defaults()

    enum Heads: String { case joint, autoregressive, multiplexed }

    enum Formulation: String {
        case oneShot = "one-shot"
        case sequential, edit
    }

    /// What a slot is about.
    struct Slot: PolicySlot {
        var pending: PendingAction?
        /// The last decision in the rollout, where its episode goes on, and the view it led to.
        var chain: (decision: Int, view: [Float])?
        var trace: PolicySight.Trace?
        var draft = Draft()
    }

    /// The design that a slot edits.
    struct Draft: Sendable {
        var design: Action?
        /// What it brought.
        var reward = 0.0
        /// Changes until the slot begins with another design.
        var left = 0
    }

    let settings: ProximalSettings
    let heads: Heads
    let formulation: Formulation
    let isOneShot: Bool
    let coding: DesignCoding
    let layout: DecisionLayout
    var designs: NewDesigns
    var sight: PolicySight
    var learner: ProximalLearner
    var rollout: Rollout
    var slots: [Slot] = []
    var shape: RewardShape
    var scale: ReturnScale
    var elite: Exemplars
    var convergence: Convergence
    var generator: Generator
    var mixer: Generator
    var told = 0
    /// Steps of the environment since the last update.
    var steps = 0
    /// The best design and what it brought.
    var best: (score: Score, action: Action)?

    /// Prepares a search; throws when an action has over a million values.
    public init(_ problem: Problem, settings given: Settings, seed: UInt64) throws {
        settings = ProximalSettings(problem, given, Self.defaults)
        isOneShot = problem.isOfDesigns
        formulation = isOneShot ? given.choice("formulation").flatMap(Formulation.init) ?? .oneShot : .oneShot
        coding = try DesignCoding(problem, limit: settings.levels, agent: Self.name)
        let isSingle = coding.counts.count == 1
        heads = isSingle ? .joint : given.choice("heads").flatMap(Heads.init) ?? .joint
        designs = try NewDesigns(problem, keepsDuplicates: settings.keepsDuplicates, agent: Self.name)
        sight = PolicySight(problem, coding: coding, remembers: formulation != .oneShot)
        layout = DecisionLayout(heads: heads, formulation: formulation, coding: coding, view: sight.width)
        let isSmooth = settings.isSmooth
        let waves = coding.waves.map { isSmooth ? $0 : 0 }
        let choices = CategoricalHeads(
            counts: coding.counts + layout.extraCounts, waves: waves + layout.extraCounts.map { _ in 0 })
        let form = Rollout.Shape(
            rows: layout.rows, inputs: layout.inputs, criticInputs: layout.criticInputs, heads: choices)
        var start = Generator(seed: seed, Self.name, "networks")
        learner = ProximalLearner(
            form, heads: choices, design: settings.design, rule: settings.rule, using: &start)
        rollout = Rollout(form)
        elite = Exemplars(limit: settings.elite)
        convergence = Convergence(problem, isOn: settings.restarts)
        shape = RewardShape(settings.reward)
        scale = ReturnScale(discount: settings.rule.discount, isOn: settings.reward != .raw)
        generator = Generator(seed: seed, Self.name, "draws")
        mixer = Generator(seed: seed, Self.name, "updates")
    }
}
