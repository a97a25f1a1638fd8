public import Gym
import Learning

/// Soft actor and critics for designs (Haarnoja and others, 2018, in the discrete form of Christodoulou, 2019).
///
/// All designs are remembered and learned from again. What a design is worth is the sum of what its values are worth,
/// by twin networks; the policy follows the lesser of the two and keeps a share of its entropy. In a one-shot problem
/// it proposes designs out of nothing, or after the last one and its metrics; in environments of several steps it sees
/// the observation. Rewards that are missing count like the worst so far.
public struct SoftPolicy: Agent {
    /// The name in manifests.
    public static let name = "sac"
    /// What it does.
    public static let summary = "Soft actor-critic, discrete and factored: learns from all designs so far"
    /// Its hyperparameters.
    public static let hyperparameters = Space(
        [
            Parameter(
                "formulation", .categorical(["one-shot", "sequential"]), default: "one-shot",
                note: "designs out of nothing, or after the last one; ignored beyond one step"),
            Parameter(
                "startup", .integer(1...10_000), scale: .log2,
                note: "random actions before it learns; left out: a 16th of the sample budget, between 8 and 64"),
            Parameter("batch", .integer(4...512), scale: .log2, default: 64, note: "decisions of an update"),
            Parameter("updates", .integer(1...16), scale: .log2, default: 1, note: "updates after each step"),
            Parameter(
                "learning_rate", .real(1e-5...0.1), scale: .log2, default: 3e-3,
                note: "of Adam, for all networks and the temperature"),
            Parameter("discount", .real(0.5...1), default: 1, note: "what a reward one step later is worth"),
            Parameter(
                "target_share", .real(0.001...1), scale: .log2, default: 0.01,
                note: "by how much target networks follow in each update; ignored in one step"),
            Parameter(
                "entropy_share", .real(0.01...1), default: 0.3, note: "of the greatest entropy, what the policy keeps"),
            Parameter(
                "temperature", .real(0.001...10), scale: .log2, default: 0.2,
                note: "what a nat of entropy is worth at the beginning"),
            Parameter("memory", .integer(64...1_000_000), scale: .log2, default: 100_000, note: "decisions remembered"),
        ] + .network(layers: 2, activation: "relu") + [
            Parameter(
                "duplicates", .categorical(["drop", "keep"]), default: "drop",
                note: "whether a design that was tried before is tried again; ignored beyond one step")
        ])

    private struct Slot: PolicySlot {
        var pending: PendingAction?
        var trace: PolicySight.Trace?
    }

    private let isOneShot: Bool
    private let startup: Int
    private let updates: Int
    private let coding: DesignCoding
    private var designs: NewDesigns
    private var sight: PolicySight
    private var learner: SoftLearner
    private var replay: Replay
    private var slots: [Slot] = []
    private var shape: RewardShape
    private var scale: ReturnScale
    private var generator: Generator
    private var mixer: Generator

    /// Prepares a search; throws when an action has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        isOneShot = problem.isOfDesigns
        startup = settings.integer("startup") ?? min(64, max(8, (problem.sampleBudget ?? 1_024) / 16))
        updates = settings.integer("updates") ?? 1
        let coding = try DesignCoding(problem, limit: settings.integer("levels") ?? 128, agent: Self.name)
        designs = try NewDesigns(
            problem, keepsDuplicates: settings.choice("duplicates") == "keep", agent: Self.name)
        sight = PolicySight(
            problem, coding: coding, remembers: isOneShot && settings.choice("formulation") == "sequential")
        let isSmooth = settings.choice("smooth") != "off"
        let heads = CategoricalHeads(counts: coding.counts, waves: coding.waves.map { isSmooth ? $0 : 0 })
        var rule = SoftLearner.Rule()
        rule.rate = settings.number("learning_rate") ?? 3e-3
        rule.batch = settings.integer("batch") ?? 64
        rule.discount = settings.number("discount") ?? 1
        rule.share = settings.number("target_share") ?? 0.01
        rule.entropyShare = settings.number("entropy_share") ?? 0.3
        rule.temperature = settings.number("temperature") ?? 0.2
        var design = ProximalLearner.Design()
        design.hidden = [Int](
            repeating: settings.integer("hidden") ?? 64, count: settings.integer("layers") ?? 2)
        design.activation = settings.choice("activation") == "tanh" ? .tanh : .relu
        var start = Generator(seed: seed, Self.name, "networks")
        learner = SoftLearner(inputs: sight.width, heads: heads, design: design, rule: rule, using: &start)
        replay = Replay(limit: settings.integer("memory") ?? 100_000, inputs: sight.width, heads: heads)
        let reward = settings.choice("reward").flatMap(RewardShape.Kind.init) ?? (isOneShot ? .rank : .standard)
        shape = RewardShape(reward)
        scale = ReturnScale(discount: rule.discount, isOn: reward != .raw)
        (self.coding, generator) = (coding, Generator(seed: seed, Self.name, "draws"))
        mixer = Generator(seed: seed, Self.name, "updates")
    }
}

extension SoftPolicy {
    /// The policy's draw for each slot, a random action at first.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        let open = sight.open(&slots, for: observations, isOneShot: isOneShot)
        if replay.count < startup {
            for slot in open {
                let legal = slots[slot].pending?.legal
                slots[slot].pending?.action = try designs.random(legal: legal, &generator)
            }
        } else if !open.isEmpty {
            try draw(open)
        }
        return observations.indices.map { slots[$0].pending?.action ?? [] }
    }

    private mutating func draw(_ open: [Int]) throws {
        let masks = open.map { self.coding.mask(slots[$0].pending?.legal, self.learner.heads) }
        let free = [UInt8](repeating: 1, count: learner.heads.logitCount)
        learner.consider(
            open.flatMap { slots[$0].pending?.view ?? [] },
            masks: masks.contains { $0 != nil } ? masks.flatMap { $0 ?? free } : [], rows: open.count)
        let (coding, learner) = (coding, learner)
        for (row, slot) in open.enumerated() {
            let action = try designs.settle(legal: slots[slot].pending?.legal, &generator) { _, generator in
                coding.counts.indices.map { place in
                    let level = learner.draw(row: row, head: place, using: &generator)
                    return coding.value(place, level: level, &generator)
                }
            }
            slots[slot].pending?.action = action
        }
    }

    /// Remembers what became of the actions, and learns.
    public mutating func tell(_ transitions: [Transition]) {
        while slots.count < transitions.count { slots.append(Slot()) }
        for (slot, transition) in transitions.enumerated() {
            let isOwn = slots[slot].pending?.action == transition.action
            guard isOwn || (isOneShot && coding.space.contains(transition.action)) else { continue }
            let action = coding.space.canonical(transition.action)
            let legal = isOwn ? slots[slot].pending?.legal : nil
            let view = isOwn ? slots[slot].pending?.view : nil
            let before = view ?? sight.view(transition.observation, slots[slot].trace)
            if isOwn { slots[slot].pending = nil } else { designs.note(action) }
            if sight.remembers { slots[slot].trace = sight.trace(transition) }
            let score = Score.sound(transition.reward, transition.violation)
            let isOver = isOneShot || transition.terminated
            let reward =
                isOneShot
                ? shape.worth(of: score)
                : scale.scaled(shape.number(score), slot: slot, isOver: isOver || transition.truncated)
            replay.append(
                inputs: before, choices: coding.choices(of: action), masks: coding.mask(legal, learner.heads),
                reward: reward, isTerminal: isOver,
                nextInputs: isOver ? before : sight.view(transition.nextObservation, nil),
                nextMasks: isOver ? nil : coding.mask(transition.nextObservation.legal, learner.heads))
            guard replay.count >= startup else { continue }
            for _ in 0..<updates { learner.update(replay, using: &mixer) }
        }
    }
}
