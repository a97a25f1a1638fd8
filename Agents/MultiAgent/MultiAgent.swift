public import Gym
import Learning

/// Several learners, each of which decides some parameters of a design, and all of which get the same reward (Krishnan
/// and others, 2022: one agent per parameter of a memory controller).
///
/// Each is a proximal learner of its own; in the formulation `sequential`, which is that paper's, it sees the metrics
/// of the design before and its own last choices. With `ippo` its critic sees the same; with `mappo` critics see all
/// learners' choices (Yu and others, 2022). Sharing gives all groups one pair of networks that is told which group it
/// acts for. In environments of several steps a learner sees the observation instead. Rewards that are missing count
/// like the worst so far.
public struct MultiAgent: Agent {
    /// The name in manifests.
    public static let name = "multi-agent"
    /// What it does.
    public static let summary = "One proximal learner per parameter or group of them, with one reward: IPPO, MAPPO"
    /// Its hyperparameters.
    public static let hyperparameters = Space(
        [
            Parameter(
                "algorithm", .categorical(["ippo", "mappo"]), default: "mappo",
                note: "whether a critic sees its own learner's last choices or all; the same where nothing is seen"),
            Parameter(
                "grouping", .categorical(ParameterGroups.allCases.map(\.rawValue)), default: "parameter",
                note: "a learner for each parameter, for those of one subsystem by name, or for random groups"),
            Parameter("groups", .integer(1...100), scale: .log2, default: 4, note: "how many random groups"),
            Parameter(
                "sharing", .categorical(["on", "off"]), default: "off",
                note: "whether all groups share networks"),
            Parameter(
                "formulation", .categorical(["one-shot", "sequential"]), default: "one-shot",
                note: "whether learners see nothing, or the last design and its metrics; ignored beyond one step"),
            Parameter(
                "value_norm", .categorical(["on", "off"]), default: "on",
                note: "whether critics learn returns on a running scale"),
        ] + ProximalSettings.parameters(defaults), activity: ["groups": "grouping == random"])

    static let defaults = ProximalSettings.Defaults(
        rate: 3e-3, gradient: 10, layers: 1, activation: "relu", wholeBatches: true)

    private struct Slot: PolicySlot {
        var pending: PendingAction?
        var trace: PolicySight.Trace?
        /// For each group the last decision in its rollout, and the view all of them led to.
        var chain: (decisions: [Int], view: [Float])?
    }

    private let settings: ProximalSettings
    private let isOneShot: Bool
    private let isShared: Bool
    private let isCentral: Bool
    private let groups: [[Int]]
    private let coding: DesignCoding
    private var designs: NewDesigns
    private var sight: PolicySight
    /// One for each group, or one for all.
    private var learners: [ProximalLearner]
    private var rollouts: [Rollout]
    private var slots: [Slot] = []
    private var shape: RewardShape
    private var scale: ReturnScale
    private var elite: Exemplars
    private var convergence: Convergence
    private let design: ProximalLearner.Design
    private var generator: Generator
    private var mixer: Generator
    private var told = 0
    private var steps = 0

    /// Prepares a search; throws when an action has over a million values.
    public init(_ problem: Problem, settings given: Settings, seed: UInt64) throws {
        settings = ProximalSettings(problem, given, Self.defaults)
        isOneShot = problem.isOfDesigns
        isShared = given.choice("sharing") == "on"
        isCentral = given.choice("algorithm") != "ippo"
        coding = try DesignCoding(problem, limit: settings.levels, agent: Self.name)
        designs = try NewDesigns(problem, keepsDuplicates: settings.keepsDuplicates, agent: Self.name)
        sight = PolicySight(
            problem, coding: coding, remembers: isOneShot && given.choice("formulation") == "sequential")
        var start = Generator(seed: seed, Self.name, "networks")
        let grouping = given.choice("grouping").flatMap(ParameterGroups.init) ?? .parameter
        let groups = grouping.groups(of: coding.space, count: given.integer("groups") ?? 4, &start)
        let waves = settings.isSmooth ? coding.waves : coding.waves.map { _ in 0 }
        var (rule, design) = (settings.rule, settings.design)
        rule.valueWeight = 1
        rule.valueLoss = .clipped(huber: 10)
        rule.normalizesValues = given.choice("value_norm") != "off"
        design.normalizesInputs = true
        let extra = isShared ? groups.count : 0
        let learned = isShared ? [Array(coding.counts.indices)] : groups
        let counts = coding.counts
        var learners: [ProximalLearner] = []
        for places in learned {
            let own = sight.remembers ? coding.featureCount - coding.featureCount(of: places) : 0
            let actor = sight.width - own + extra
            let critic = isCentral ? sight.width + extra : actor
            let heads = CategoricalHeads(counts: places.map { counts[$0] }, waves: places.map { waves[$0] })
            let form = Rollout.Shape(inputs: actor, criticInputs: critic, heads: heads)
            learners.append(ProximalLearner(form, heads: heads, design: design, rule: rule, using: &start))
        }
        (self.learners, self.groups, self.design) = (learners, groups, design)
        rollouts = learners.map { Rollout($0.shape) }
        shape = RewardShape(settings.reward)
        scale = ReturnScale(discount: rule.discount, isOn: settings.reward != .raw)
        elite = Exemplars(limit: settings.elite)
        convergence = Convergence(problem, isOn: settings.restarts)
        generator = Generator(seed: seed, Self.name, "draws")
        mixer = Generator(seed: seed, Self.name, "updates")
    }
}

extension MultiAgent {
    /// All learners' draws, put together, for each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        let open = sight.open(&slots, for: observations, isOneShot: isOneShot)
        if !open.isEmpty { try draw(open) }
        return observations.indices.map { slots[$0].pending?.action ?? [] }
    }

    private mutating func draw(_ open: [Int]) throws {
        for (number, learner) in learners.enumerated() {
            let members = isShared ? Array(groups.indices) : [number]
            let rows = open.flatMap { slot in
                members.map { group in (slots[slot].pending?.view ?? [], slots[slot].pending?.legal, group) }
            }
            let masks = rows.map { self.mask($0.1, $0.2) }
            let free = [UInt8](repeating: 1, count: learner.heads.logitCount)
            learners[number].consider(
                rows.flatMap { self.input($0.0, $0.2) },
                masks: masks.contains { $0 != nil } ? masks.flatMap { $0 ?? free } : [], rows: rows.count)
        }
        let (coding, learners, groups, isShared) = (coding, learners, groups, isShared)
        for (row, slot) in open.enumerated() {
            let action = try designs.settle(legal: slots[slot].pending?.legal, &generator) { _, generator in
                var action = coding.space.parameters.map(\.lowest)
                for (group, places) in groups.enumerated() {
                    let learner = learners[isShared ? 0 : group]
                    for (head, place) in places.enumerated() {
                        let level = learner.draw(
                            row: isShared ? row * groups.count + group : row, head: isShared ? place : head,
                            using: &generator)
                        action[place] = coding.value(place, level: level, &generator)
                    }
                }
                return action
            }
            slots[slot].pending?.action = action
        }
    }

    /// What a group's actor sees of a view: not the other groups' choices, but where networks are shared, who it is.
    private func input(_ view: [Float], _ group: Int) -> [Float] {
        guard sight.remembers else { return named(view, group) }
        let start = sight.designStart
        guard isShared else { return coding.kept(groups[group], of: view, at: start) }
        var input = view
        coding.clear(allBut: groups[group], of: &input, at: start)
        return named(input, group)
    }

    private func criticInput(_ view: [Float], _ group: Int) -> [Float] {
        isCentral ? named(view, group) : input(view, group)
    }

    private func named(_ view: [Float], _ group: Int) -> [Float] {
        guard isShared else { return view }
        return view + groups.indices.map { $0 == group ? 1 : 0 }
    }

    /// The mask of a group's choices among its learner's.
    private func mask(_ legal: [[Bool]]?, _ group: Int) -> [UInt8]? {
        guard legal != nil else { return nil }
        let whole = CategoricalHeads(counts: coding.counts)
        guard let mask = coding.mask(legal, whole) else { return nil }
        return isShared ? mask : groups[group].flatMap { mask[whole.range(of: $0)] }
    }
}

extension MultiAgent {
    /// Adds what became of the decisions to every group's rollout, and lets all learn when these are long enough.
    public mutating func tell(_ transitions: [Transition]) {
        while slots.count < transitions.count { slots.append(Slot()) }
        for (slot, transition) in transitions.enumerated() {
            told += 1
            if let pending = slots[slot].pending, pending.action == transition.action {
                slots[slot].pending = nil
                take(pending, transition, slot)
            } else if isOneShot, coding.space.contains(transition.action) {
                let action = coding.space.canonical(transition.action)
                designs.note(action)
                let view = sight.view(transition.observation, slots[slot].trace)
                take(PendingAction(action: action, view: view), transition, slot)
            } else {
                close(slot)
            }
        }
        if steps >= settings.rollout { update() }
    }

    private mutating func take(_ pending: PendingAction, _ transition: Transition, _ slot: Int) {
        steps += 1
        let score = Score.sound(transition.reward, transition.violation)
        convergence.note(score, at: told)
        if sight.remembers { slots[slot].trace = sight.trace(transition) }
        if isOneShot {
            let worth = shape.worth(of: score)
            elite.add(score, pending)
            append(pending, reward: worth, isTerminal: true, after: nil)
            return
        }
        let isOver = transition.terminated || transition.truncated
        let reward = scale.scaled(shape.number(score), slot: slot, isOver: isOver)
        let last = append(
            pending, reward: reward, isTerminal: transition.terminated, after: slots[slot].chain?.decisions)
        slots[slot].chain =
            transition.terminated ? nil : (last, sight.view(transition.nextObservation, nil))
        if transition.truncated { close(slot) }
    }

    /// Adds every group's part of an action to its rollout; returns their numbers there.
    @discardableResult
    private mutating func append(
        _ pending: PendingAction, reward: Float, isTerminal: Bool, after previous: [Int]?
    ) -> [Int] {
        let levels = coding.choices(of: pending.action)
        return groups.indices.map { group in
            let choices =
                isShared
                ? levels.indices.map { groups[group].contains($0) ? levels[$0] : -1 } : groups[group].map { levels[$0] }
            return rollouts[isShared ? 0 : group].append(
                inputs: input(pending.view, group), criticInputs: criticInput(pending.view, group), choices: choices,
                masks: mask(pending.legal, group), reward: reward, isTerminal: isTerminal, after: previous?[group])
        }
    }

    /// Ends a slot's chains with what each critic expects of the rest.
    private mutating func close(_ slot: Int) {
        guard let chain = slots[slot].chain else { return }
        for (group, decision) in chain.decisions.enumerated() {
            let learner = isShared ? 0 : group
            let value = learners[learner].value(criticInput(chain.view, group))
            rollouts[learner].expect(value, after: decision)
        }
        slots[slot].chain = nil
    }

    private mutating func update() {
        for slot in slots.indices { close(slot) }
        for (score, pending) in elite.members {
            append(pending, reward: shape.again(score), isTerminal: true, after: nil)
        }
        let now = settings.rule(after: told, since: convergence.start)
        for number in learners.indices {
            learners[number].rule.rate = now.rate
            learners[number].rule.entropy = now.entropy
            learners[number].update(&rollouts[number], using: &mixer)
            rollouts[number].removeAll()
        }
        if convergence.isOver(after: told, repeats: Double(designs.repeats) / Double(steps)) { restart() }
        (designs.repeats, steps) = (0, 0)
    }

    /// Begins with networks that know nothing; what was tried stays so.
    private mutating func restart() {
        learners = learners.map {
            ProximalLearner($0.shape, heads: $0.heads, design: design, rule: $0.rule, using: &mixer)
        }
        elite = Exemplars(limit: settings.elite)
    }
}
