public import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// Changes one design a little at a time and takes the change when it is better, or worse by an amount that shrinks as
/// the budget is spent (Kirkpatrick, Gelatt and Vecchi, 1983).
///
/// Designs that were tried are remembered with their score and walked over for nothing, so that no sample is spent
/// twice. A design without a reward is taken only in place of another one; one that violates constraints is worse than
/// one that violates less, by the difference in violation. Slots try neighbours of the same design.
public struct Annealing: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "annealing"
    /// What it does.
    public static let summary = "Simulated annealing: small changes to one design, worse ones accepted less and less"
    /// Its hyperparameters.
    public static let hyperparameters = Space([
        Parameter(
            "start", .real(0.001...1), scale: .log2, default: 0.1,
            note: "the first temperature, in spreads: the middle half of the rewards of random designs"),
        Parameter(
            "end", .real(0.00001...1), scale: .log2, default: 0.01,
            note: "the last temperature, as a share of the first one; reached at the end of the budget"),
        Parameter(
            "warmup", .real(0...0.5), default: 0.05,
            note: "the share of the budget for random designs, of which the best is the start; at least 5"),
        Parameter("changes", .integer(1...5), default: 1, note: "values changed at once, at most"),
        Parameter("local", .real(0...1), default: 0.5, note: "how likely a number moves to a near one, not to any"),
        Parameter(
            "restart", .integer(10...10_000), scale: .log2, default: 1_000,
            note: "samples without a new best after which the search goes back to the best"),
    ])

    private static let memory = 1 << 16
    private static let freeSteps = 100

    private let budget: Double
    private let start: Double
    private let end: Double
    private let warmup: Int
    private let changes: Int
    private let local: Double
    private let restart: Int
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials
    /// Scores of designs that were tried, by the hash of each; forgotten all at once when there are too many.
    private var known: [UInt64: Score] = [:]
    private var rewards: [Double] = []
    private var spread: Double?
    private var current: Outcome?
    private var best: Outcome?
    private var count = 0
    private var lastImprovement = 0

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        genomes = try Genomes(problem, agent: Self.name)
        trials = Trials(genomes, seed: seed)
        budget = Double(max(1, (problem.sampleBudget ?? 1_000) / genomes.horizon))
        start = settings.number("start") ?? 0.1
        end = settings.number("end") ?? 0.01
        warmup = max(5, Int(budget * (settings.number("warmup") ?? 0.05)))
        changes = settings.integer("changes") ?? 1
        local = settings.number("local") ?? 0.5
        restart = settings.integer("restart") ?? 1_000
        generator = Generator(seed: seed, Self.name)
    }

    /// A neighbour of the current design in each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Takes or leaves each neighbour, in slot order.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension Annealing {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        guard count + trials.busy >= warmup, current != nil else { return try genomes.random(&generator, legal: legal) }
        for attempt in 0..<Self.freeSteps {
            guard let here = current else { break }
            // Where all around is known, the next ring is looked at.
            let changes = 1 + generator.below(self.changes) + attempt / 25
            var genome = genomes.neighbour(of: here.genome, changes: changes, local: local, &generator)
            guard genome != here.genome, genomes.repair(&genome, legal: legal, &generator) else { continue }
            if let score = known[FreshDesigns.hash(genome)] {
                visit(Outcome(genome: genome, score: score, metrics: []))
            } else if genomes.claim(genome) {
                return genome
            }
        }
        return try genomes.random(&generator, legal: legal)
    }

    mutating func learn(from outcome: Outcome) {
        count += 1
        _ = genomes.claim(outcome.genome)
        if known.count >= Self.memory { known = [:] }
        known[FreshDesigns.hash(outcome.genome)] = outcome.score
        measureSpread(outcome.score.reward)
        if best.map({ outcome.score.isBetter(than: $0.score) }) ?? true { (best, lastImprovement) = (outcome, count) }
        if count <= warmup { current = best } else { visit(outcome) }
        if count - lastImprovement >= restart { (current, lastImprovement) = (best, count) }
    }

    /// The spread of the first rewards, at most 100 of them: the range of their middle half. As long as they are all
    /// alike, later ones are taken in their place.
    private mutating func measureSpread(_ reward: Double?) {
        guard rewards.count < min(warmup, 100) || spread == nil, let reward, reward.isFinite else { return }
        if rewards.count >= 100 { rewards.removeFirst(50) }
        rewards.append(reward)
        let sorted = rewards.sorted()
        let range = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
        spread = range > 0 && range.isFinite ? range : nil
    }

    /// Moves to a design, or not, by Metropolis' rule.
    private mutating func visit(_ candidate: Outcome) {
        guard let here = current else {
            current = candidate
            return
        }
        let (new, old) = (candidate.score, here.score)
        let loss: Double
        switch (new.reward, old.reward) {
        case (nil, .some): return
        case (_, nil): loss = 0
        case (let mine?, let its?): loss = new.violation != old.violation ? new.violation - old.violation : its - mine
        }
        guard loss <= 0 || generator.unit() < exp(-loss / temperature) else { return }
        current = candidate
    }

    private var temperature: Double {
        let share = min(1, max(0, Double(count - warmup) / max(1, budget - Double(warmup))))
        return max(.leastNormalMagnitude, (spread ?? 1) * start * pow(end, share))
    }
}
