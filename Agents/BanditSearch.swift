public import Gym

/// Bandits that learn which of some choices pays: values, designs or ways of making a design.
///
/// - `incumbents`: arms are designs, a pull tries a neighbour of one, which takes its place when it is better; an arm
///   that stopped improving is reset to a cross of the best arms or a random design (after MABFuzz, 2023).
/// - `factored`: every parameter has a bandit of its own over its values.
/// - `portfolio`: arms are operators, such as a small change of the best or a cross of two good designs.
///
/// What a pull pays is no reward of the environment but how it ranks, so that no scale matters.
public struct BanditSearch: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "bandit"
    /// What it does.
    public static let summary = "Bandits over values, over designs with local changes, or over operators"
    /// Its hyperparameters.
    public static let hyperparameters = Space(
        [
            Parameter(
                "form", .categorical(["incumbents", "factored", "portfolio"]), default: "portfolio",
                note: "arms are designs, the values of each parameter, or operators"),
            Parameter(
                "policy", .categorical(["epsilon-greedy", "ucb1", "exp3", "thompson"]), default: "thompson",
                note: "how an arm is chosen"),
            Parameter(
                "epsilon", .real(0.001...0.5), scale: .log2, default: 0.1, note: "how likely any arm is pulled"),
            Parameter(
                "optimism", .real(0.01...3), scale: .log2, default: 0.3,
                note: "what UCB1 adds for an arm that was pulled little"),
            Parameter(
                "gamma", .real(0.01...0.5), scale: .log2, default: 0.1, note: "the share EXP3 spreads over all arms"),
            Parameter(
                "forgetting", .real(0...0.5), default: 0.02,
                note: "the share of an arm's earlier payments that fades with each pull"),
            Parameter("arms", .integer(2...50), default: 10, note: "how many designs are arms"),
            Parameter(
                "patience", .integer(2...1_000), scale: .log2, default: 30,
                note: "pulls in a row without a better design after which an arm is reset"),
            Parameter(
                "own", .real(0...1), default: 0.75,
                note: "what a pull pays for beating its arm's best; the rest for beating all"),
            Parameter(
                "levels", .integer(4...256), scale: .log2, default: 32, note: "parts of a number's range, at most"),
        ],
        activity: [
            "epsilon": "policy == 'epsilon-greedy'", "optimism": "policy == ucb1", "gamma": "policy == exp3",
            "arms": "form == incumbents", "patience": "form == incumbents", "own": "form == incumbents",
            "levels": "form == factored",
        ])

    private enum Form: String {
        case incumbents, factored, portfolio
    }

    /// What proposed a genome, so that its outcome pays the right arm.
    private enum Pull: Sendable {
        case arm(Int)
        case values
    }

    /// A design that is an arm: its best outcome, and the pulls since it was found.
    private struct Incumbent: Sendable {
        var best: Outcome
        var stale = 0
    }

    /// How the portfolio makes a design of the elite, which are the best designs so far.
    private enum Operator: CaseIterable {
        case random, smallStep, anyChange, twoChanges, fourChanges, crossover, crossoverAndStep
    }

    private static let elite = 20
    private static let window = 64
    private static let dueLimit = 10_000

    private let form: Form
    private let patience: Int
    private let own: Double
    private let levels: Levels
    private let crossover: Variation
    /// One bandit, or one for each value of a genome.
    private var arms: [Arms]
    private var incumbents: [Incumbent?] = []
    /// The best designs, the best first.
    private var best: [Outcome] = []
    /// The last rewards, by which a new one is ranked.
    private var recent: [Double] = []
    /// The pulls whose outcomes are due, by the hash of their genome; forgotten all at once when there are too many,
    /// since a genome that a mask changed never comes back.
    private var due: [UInt64: Pull] = [:]
    private var count = 0
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        let genomes = try Genomes(problem, agent: Self.name)
        trials = Trials(genomes, seed: seed)
        generator = Generator(seed: seed, Self.name)
        let form = settings.choice("form").flatMap(Form.init) ?? .portfolio
        patience = settings.integer("patience") ?? 30
        own = settings.number("own") ?? 0.75
        levels = Levels(genomes, limit: settings.integer("levels") ?? 32)
        crossover = Variation(
            space: genomes.space, crossover: .uniform, crossoverRate: 1, mutation: .reset, mutationRate: 0, index: 10)
        let rule = Arms.Rule(
            policy: settings.choice("policy").flatMap(Arms.Policy.init) ?? .thompson,
            epsilon: settings.number("epsilon") ?? 0.1, optimism: settings.number("optimism") ?? 0.3,
            gamma: settings.number("gamma") ?? 0.1, forgetting: settings.number("forgetting") ?? 0.02)
        switch form {
        case .incumbents:
            let count = settings.integer("arms") ?? 10
            arms = [Arms(count: count, rule: rule)]
            incumbents = [Incumbent?](repeating: nil, count: count)
        case .factored: arms = levels.counts.map { Arms(count: $0, rule: rule) }
        case .portfolio: arms = [Arms(count: Operator.allCases.count, rule: rule)]
        }
        (self.form, self.genomes) = (form, genomes)
    }

    /// What the pulled arm proposes, in each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Pays the arms that were pulled.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension BanditSearch {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        let arm = form == .factored ? 0 : arms[0].choose(&generator)
        // Pulls of which nothing was heard, since a mask changed their design, must not pile up.
        if due.count > Self.dueLimit { due = [:] }
        for attempt in 0..<Genomes.patience {
            guard var genome = candidate(arm, attempt: attempt) else { break }
            guard genomes.repair(&genome, legal: legal, &generator), genomes.claim(genome) else { continue }
            due[FreshDesigns.hash(genome)] = form == .factored ? .values : .arm(arm)
            return genome
        }
        let genome = try genomes.random(&generator, legal: legal)
        due[FreshDesigns.hash(genome)] = form == .factored ? .values : .arm(arm)
        return genome
    }

    mutating func learn(from outcome: Outcome) {
        count += 1
        _ = genomes.claim(outcome.genome)
        let share = rank(outcome.score)
        let isBest = best.first.map { outcome.score.isBetter(than: $0.score) } ?? true
        let isElite = best.count < Self.elite || outcome.score.isBetter(than: best[best.count - 1].score)
        switch (due.removeValue(forKey: FreshDesigns.hash(outcome.genome)), form) {
        case (.arm(let arm)?, .incumbents): pay(arm, outcome, isBest: isBest)
        case (.arm(let arm)?, _): arms[0].pay(isBest ? 1 : isElite ? 0.5 : 0, to: arm)
        default: payValues(outcome.genome, share)
        }
        if isElite { join(outcome) }
    }

    /// A design from an arm; nil where the arm is a random design.
    private mutating func candidate(_ arm: Int, attempt: Int) -> [Double]? {
        switch form {
        case .incumbents:
            guard let base = incumbents[arm]?.best.genome else {
                return best.count < 2 || generator.chance(0.5) ? nil : crossed()
            }
            let changes = (generator.chance(0.3) ? 2 : 1) + attempt / 10
            return genomes.neighbour(of: base, changes: changes, local: 0.5, &generator)
        case .factored:
            let haste = Double(attempt) / Double(Genomes.patience)
            return genomes.canonical(
                (0..<genomes.length).map { place in
                    let isRandom = attempt > 0 && generator.chance(haste)
                    let level = isRandom ? generator.below(levels.counts[place]) : arms[place].choose(&generator)
                    return levels.value(in: level, at: place, &generator)
                })
        case .portfolio:
            guard best.count >= 2 else { return nil }
            return made(by: Operator.allCases[arm], attempt: attempt)
        }
    }

    private mutating func made(by operation: Operator, attempt: Int) -> [Double]? {
        let base = best[min(generator.below(best.count), generator.below(best.count))].genome
        let more = attempt / 10
        switch operation {
        case .random: return nil
        case .smallStep: return genomes.neighbour(of: base, changes: 1 + more, local: 1, &generator)
        case .anyChange: return genomes.neighbour(of: base, changes: 1 + more, local: 0, &generator)
        case .twoChanges: return genomes.neighbour(of: base, changes: 2 + more, local: 0.5, &generator)
        case .fourChanges: return genomes.neighbour(of: base, changes: 4 + more, local: 0.5, &generator)
        case .crossover where attempt < 10: return crossed()
        case .crossover, .crossoverAndStep:
            return genomes.neighbour(of: crossed(), changes: 1 + more, local: 0.5, &generator)
        }
    }

    /// A cross of two of the best designs.
    private mutating func crossed() -> [Double] {
        let parents = (best[generator.below(best.count)].genome, best[generator.below(best.count)].genome)
        return crossover.child(of: parents.0, and: parents.1, &generator)
    }

    /// Pays a design's arm, which takes what is better in its place, or makes room when it no longer improves.
    private mutating func pay(_ arm: Int, _ outcome: Outcome, isBest: Bool) {
        guard var incumbent = incumbents[arm] else {
            incumbents[arm] = Incumbent(best: outcome)
            return arms[0].pay(isBest ? 1 : 0.5, to: arm)
        }
        let isBetter = outcome.score.isBetter(than: incumbent.best.score)
        arms[0].pay((isBetter ? own : 0) + (isBest ? 1 - own : 0), to: arm)
        incumbent.stale += 1
        if isBetter { incumbent = Incumbent(best: outcome) }
        incumbents[arm] = incumbent.stale >= patience ? nil : incumbent
        if incumbent.stale >= patience { arms[0].reset(arm) }
    }

    private mutating func payValues(_ genome: [Double], _ share: Double) {
        guard form == .factored else { return }
        let flags = genomes.active(genome)
        for (place, value) in genome.enumerated() where flags[place] {
            arms[place].pay(share, to: levels.level(of: value, at: place))
        }
    }

    /// The share of the last rewards that a score beats; 0 without a reward, and halved where constraints are violated.
    private mutating func rank(_ score: Score) -> Double {
        guard let reward = score.reward else { return 0 }
        let beaten = recent.reduce(0.0) { $0 + ($1 < reward ? 1 : $1 == reward ? 0.5 : 0) }
        let share = recent.isEmpty ? 0.5 : beaten / Double(recent.count)
        if recent.count < Self.window { recent.append(reward) } else { recent[count % Self.window] = reward }
        return score.violation > 0 ? share / 2 : share
    }

    private mutating func join(_ outcome: Outcome) {
        let place = best.firstIndex { outcome.score.isBetter(than: $0.score) } ?? best.count
        best.insert(outcome, at: place)
        if best.count > Self.elite { best.removeLast() }
    }
}
