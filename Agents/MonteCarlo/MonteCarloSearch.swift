public import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// Monte Carlo tree search with a prior: builds a design, or an episode, value by value along a tree over what was
/// tried (PUCT as in AlphaGo Zero, Silver and others, 2017; rewards between 0 and 1 by the least and the greatest so
/// far, as in MuZero).
///
/// In an environment of several steps it chooses one action at each, under the mask that rules then, and what an
/// episode's rewards add up to goes back along its path; an environment should do the same after the same actions, or
/// the tree learns averages. In a one-shot problem the tree is over the parameters in their order, and designs that
/// others tried are learned from as well. The prior prefers what the best so far did next after they began alike; a
/// study's `start` and `warm` designs shape it from the first, and what `transfer` studies found on other instances is
/// a second prior, believed by how like they are (`TransferPrior`). Numbers of many values are chosen by level. A
/// design without a reward, or that violates constraints, counts as the worst; a batch's slots keep off each other's
/// paths.
public struct MonteCarloSearch: Agent {
    /// The name in manifests.
    public static let name = "mcts"
    /// What it does.
    public static let summary = "Monte Carlo tree search (PUCT) with a prior that learns, for decisions in sequence"
    /// Its hyperparameters.
    public static let hyperparameters = Space(
        [
            Parameter(
                "optimism", .real(0.01...10), scale: .log2, default: 1,
                note: "what a value is hoped to be worth by its prior while it was tried little: PUCT's c"),
            Parameter(
                "prior", .categorical(["elites", "uniform"]), default: "elites",
                note: "which values are preferred: those of the best so far, or all alike"),
            Parameter("elites", .integer(1...100), scale: .log2, default: 10, note: "how many are the best"),
            Parameter(
                "bias", .real(0...3), default: 1, note: "the i-th best weighs i^-bias in the prior; 0: all alike"),
            Parameter(
                "changes", .real(0.1...10), scale: .log2, default: 2.5,
                note: "values in which a draw by the prior differs from one of the best, on average"),
            Parameter(
                "gate", .categorical(["similar", "open", "closed"]), default: "similar",
                note: "when a prior learned from `transfer` studies counts: the more, the liker their instances are"),
            Parameter(
                "trust", .real(0.1...100), scale: .log2, default: 5,
                note: "how many of the best that prior weighs as much as"),
            Parameter(
                "rollout", .categorical(["prior", "random"]), default: "prior",
                note: "how values are chosen where the tree ends"),
            Parameter(
                "backup", .real(0...1), default: 0.5,
                note: "how much a path is worth by its best reward; the rest by its mean"),
            Parameter(
                "noise", .real(0...0.5), default: 0.1, note: "the share of noise in the prior of the first value"),
            Parameter(
                "concentration", .real(0.01...10), scale: .log2, default: 0.3,
                note: "of that noise, which is Dirichlet's: the less, the fewer values share it"),
            Parameter(
                "levels", .integer(4...256), scale: .log2, default: 32, note: "parts of a number's range, at most"),
            Parameter(
                "nodes", .integer(100...1_000_000), scale: .log2, default: 100_000,
                note: "beginnings in the tree at most; it grows by one a design or episode"),
        ],
        activity: [
            "elites": "prior == elites", "bias": "prior == elites", "changes": "prior == elites",
            "trust": "gate != closed",
        ])

    private let optimism: Double
    private let hasPrior: Bool
    private let rollsByPrior: Bool
    private let greed: Double
    private let noise: Double
    private let concentration: Double
    private let levels: Levels
    /// For each parameter, its place among the categorical ones, whose rows a mask has.
    private let rows: [Int?]
    private var prior: ElitePrior
    private let learned: TransferPrior?
    private let trust: Double
    private var tree: SearchTree
    private var generator: Generator
    private var genomes: Genomes
    private var walks: [Walk] = []

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        let genomes = try Genomes(problem, agent: Self.name)
        generator = Generator(seed: seed, Self.name)
        optimism = settings.number("optimism") ?? 1
        hasPrior = settings.choice("prior") != "uniform"
        rollsByPrior = settings.choice("rollout") != "random"
        greed = settings.number("backup") ?? 0.5
        noise = settings.number("noise") ?? 0.1
        concentration = settings.number("concentration") ?? 0.3
        levels = Levels(genomes, limit: settings.integer("levels") ?? 32)
        var categoricals = 0
        rows = genomes.space.parameters.map { parameter in
            guard parameter.isCategorical else { return nil }
            categoricals += 1
            return categoricals - 1
        }
        prior = ElitePrior(
            genomes, levels, size: settings.integer("elites") ?? 10, bias: settings.number("bias") ?? 1,
            changes: settings.number("changes") ?? 2.5)
        learned = TransferPrior(
            problem, levels, space: genomes.space,
            gate: TransferPrior.Gate(rawValue: settings.choice("gate") ?? "") ?? .similar)
        trust = settings.number("trust") ?? 5
        tree = SearchTree(length: genomes.length, limit: settings.integer("nodes") ?? 100_000)
        self.genomes = genomes
    }

    /// The next action of the design or episode in each slot; one that was asked for and not told is asked for again.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        while walks.count < observations.count { walks.append(Walk()) }
        return try observations.enumerated().map { slot, observation in
            if let action = walks[slot].action, genomes.space.allows(action, legal: observation.legal) { return action }
            var walk = walks[slot]
            let action = try nextAction(&walk, legal: observation.legal)
            walks[slot] = walk
            return action
        }
    }

    /// Goes on in each slot; what became of a design or episode goes back along its path.
    public mutating func tell(_ transitions: [Transition]) {
        for (slot, transition) in transitions.enumerated() {
            if slot < walks.count, walks[slot].action == transition.action {
                takeIn(transition, in: slot)
            } else if genomes.horizon == 1, genomes.space.contains(transition.action) {
                learn(
                    genomes.space.canonical(transition.action),
                    Score.sound(transition.reward, transition.violation))
            }
        }
    }
}

extension MonteCarloSearch {
    /// The episode that a slot is in.
    private struct Walk: Sendable {
        /// What was done so far, and what is asked for and not told yet.
        var genome: [Double] = []
        var action: Action?
        /// The node that what was done leads to, and that which the action does; nil beyond the tree.
        var node: Int? = 0
        var next: Int?
        /// Where the tree knows that this walk is under way, by what was done and by the action.
        var path: [(node: Int, level: Int)] = []
        var ahead: [(node: Int, level: Int)] = []
        var step = 0
        var total: Double? = 0
        var violation = 0.0
    }

    private mutating func takeIn(_ transition: Transition, in slot: Int) {
        var walk = walks[slot]
        walk.genome += transition.action
        walk.action = nil
        walk.path += walk.ahead
        (walk.ahead, walk.node) = ([], walk.next)
        walk.step += 1
        walk.total = transition.reward.flatMap { reward in walk.total.map { $0 + reward } }
        walk.violation += transition.violation
        let isOver = transition.terminated || transition.truncated || walk.step >= genomes.horizon
        guard isOver else {
            walks[slot] = walk
            return
        }
        for (node, level) in walk.path { tree.pend(node, level, by: -1) }
        walks[slot] = Walk()
        learn(walk.genome, Score.sound(walk.total, walk.violation))
    }

    /// Takes in a design, or an episode that may have ended early.
    private mutating func learn(_ genome: [Double], _ score: Score) {
        _ = genomes.claim(genome)
        let levels = levels.of(genome)
        tree.learn(levels, score.violation > 0 ? nil : score.reward)
        if levels.count == genomes.length { prior.learn(levels, score) }
    }

    /// An action for a walk's next step: down the tree as far as it goes, then by the prior or at random. Designs that
    /// were tried are avoided, the more at random the longer that takes.
    private mutating func nextAction(_ walk: inout Walk, legal: [[Bool]]?) throws -> Action {
        // What was asked for under another mask is given up.
        for (node, level) in walk.ahead { tree.pend(node, level, by: -1) }
        walk.ahead = []
        let isLast = walk.step == genomes.horizon - 1
        var weights = hasPrior ? prior.weights : []
        for (place, value) in walk.genome.enumerated() where hasPrior {
            prior.turn(&weights, at: place, to: levels.level(of: value, at: place))
        }
        for attempt in 0..<Genomes.patience {
            let haste = Double(attempt) / Double(Genomes.patience)
            let draft = draw(walk, weights, haste: haste, legal: legal)
            let action = genomes.space.canonical(draft)
            guard genomes.space.satisfiesConstraints(action), genomes.space.allows(action, legal: legal)
            else { continue }
            // A whole episode may come again, where its last step has no new choice left.
            if isLast, genomes.isKnown(walk.genome + action), genomes.horizon == 1 || attempt < 10 { continue }
            return go(&walk, action, isLast: isLast)
        }
        let action =
            try genomes.horizon == 1
            ? genomes.random(&generator, legal: legal) : genomes.space.sample(&generator, legal: legal)
        return go(&walk, action, isLast: isLast)
    }

    /// Notes that a walk goes on with an action.
    private mutating func go(_ walk: inout Walk, _ action: Action, isLast: Bool) -> Action {
        if isLast { _ = genomes.claim(walk.genome + action) }
        walk.action = action
        walk.next = walk.node
        for (place, value) in action.enumerated() {
            guard let node = walk.next else { break }
            let level = levels.level(of: value, at: walk.genome.count + place)
            tree.pend(node, level, by: 1)
            walk.ahead.append((node, level))
            walk.next = tree.child(of: node, level)
        }
        return action
    }

    /// One value after the other.
    private mutating func draw(_ walk: Walk, _ weights: [Double], haste: Double, legal: [[Bool]]?) -> Action {
        var (weights, node) = (weights, walk.node)
        let space = genomes.space
        var action = space.parameters.map(\.lowest)
        var last = walk.genome.indices.last.map { Int32(levels.level(of: walk.genome[$0], at: $0)) }
        for index in space.parameters.indices {
            let place = walk.genome.count + index
            // Only earlier parameters decide whether one is active.
            if !space.activity.isEmpty, !space.active(action)[index] {
                last = Int32(levels.level(of: action[index], at: place))
                node = node.flatMap { tree.child(of: $0, 0) }
                continue
            }
            var shares = shares(at: place, weights, after: last)
            if let row = rows[index], let legal, legal.indices.contains(row), legal[row].count == shares.count,
                legal[row].contains(true)
            {
                for level in shares.indices where !legal[row][level] { shares[level] = 0 }
            }
            if place == 0, noise > 0 { disturb(&shares) }
            let level = choice(shares, at: node, haste: haste)
            if hasPrior { prior.turn(&weights, at: place, to: level) }
            last = Int32(level)
            action[index] = levels.value(in: level, at: place, &generator)
            node = node.flatMap { tree.child(of: $0, level) }
        }
        return action
    }

    /// What the best so far have in a place, and what other instances' best had, the more the fewer are known here.
    private func shares(at place: Int, _ weights: [Double], after last: Int32?) -> [Double] {
        let own = hasPrior ? prior.shares(at: place, weights: weights) : nil
        guard let learned else {
            let count = levels.counts[place]
            return own ?? [Double](repeating: 1 / Double(count), count: count)
        }
        let others = learned.shares(at: place, after: last)
        guard let own, !prior.elite.isEmpty else { return others }
        let share = trust / (trust + Double(prior.elite.count))
        return zip(own, others).map { (1 - share) * $0 + share * $1 }
    }

    private mutating func choice(_ shares: [Double], at node: Int?, haste: Double) -> Int {
        let isHasty = haste > 0 && generator.chance(haste)
        if !isHasty, let node, let level = tree.choice(at: node, priors: shares, optimism: optimism, greed: greed) {
            return level
        }
        let isEven = isHasty || !rollsByPrior
        let weights = isEven ? shares.map { $0 > 0 ? 1 : 0 } : shares
        var ball = generator.unit() * weights.reduce(0, +)
        for (level, weight) in weights.enumerated() where weight > 0 {
            ball -= weight
            if ball < 0 { return level }
        }
        return weights.lastIndex { $0 > 0 } ?? 0
    }

    /// Mixes Dirichlet's noise into the shares of what is legal.
    private mutating func disturb(_ shares: inout [Double]) {
        var draws = [Double](repeating: 0, count: shares.count)
        for level in shares.indices where shares[level] > 0 {
            // A shape below 1 by that above it (Marsaglia and Tsang, 2000, §6).
            let above = Arms.gamma(1 + concentration, &generator)
            draws[level] = above * pow(1 - generator.unit(), 1 / concentration)
        }
        let (total, sum) = (draws.reduce(0, +), shares.reduce(0, +))
        guard total > 0 else { return }
        for level in shares.indices { shares[level] = (1 - noise) * shares[level] + noise * sum * draws[level] / total }
    }
}
