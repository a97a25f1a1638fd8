public import Gym

/// Ants choose every value by the pheromone on it; the best of them leave more behind, and what is not renewed fades
/// (Dorigo and Stützle, 2004).
///
/// Pheromone is a share between a floor and 1, as in the hyper-cube framework (Blum and Dorigo, 2004), so that neither
/// the scale nor the sign of rewards matters; only which design is better does. An ant that ends where one has been
/// before chooses ever more of its values at random.
public struct AntColony: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "ant-colony"
    /// What it does.
    public static let summary = "Ant colony: values of the best designs attract more tries, and fade when not renewed"
    /// Its hyperparameters.
    public static let hyperparameters = Space(
        [
            Parameter(
                "deposit", .categorical(["share", "archgym"]), default: "share",
                note: "share: scale-free; archgym: a tenth of 1/cost, or the reward, on the global best alone"),
            Parameter("ants", .integer(1...100), scale: .log2, default: 8, note: "designs between two deposits"),
            Parameter(
                "greediness", .real(0...1), default: 0.5, note: "how likely an ant takes the strongest value outright"),
            Parameter("evaporation", .real(0.01...0.9), scale: .log2, default: 0.2, note: "the share that fades"),
            Parameter(
                "decay", .real(0...0.5), default: 0,
                note: "the share by which an ant's own values go back to the start, so that others differ"),
            Parameter("floor", .real(0.0001...0.5), scale: .log2, default: 0.02, note: "the least pheromone, over n"),
            Parameter(
                "update", .categorical(["iteration-best", "global-best", "both"]), default: "both",
                note: "whose values gain: the best of these ants, the best of all, or both in turn"),
            Parameter(
                "levels", .integer(4...256), scale: .log2, default: 32, note: "parts of a number's range, at most"),
            Parameter(
                "restart", .integer(10...10_000), scale: .log2, default: 1_000,
                note: "samples without a new best after which all pheromone is evened out"),
            Parameter("start", .real(0.001...10), scale: .log2, default: 0.1, note: "of archgym: the first pheromone"),
        ], activity: ["start": "deposit == archgym", "floor": "deposit == share", "update": "deposit == share"])

    private let ants: Int
    private let greediness: Double
    private let evaporation: Double
    private let decay: Double
    private let floor: Double
    private let update: String
    private let restart: Int
    private let isScaleFree: Bool
    private let start: Double
    /// The metric that ArchGym's rule deposits by, where it is to be minimised.
    private let cost: Int?
    private let levels: Levels
    private var pheromone: [[Double]] = []
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials
    private var best: Outcome?
    private var iterationBest: Outcome?
    private var count = 0
    private var lastImprovement = 0

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        genomes = try Genomes(problem, agent: Self.name)
        trials = Trials(genomes, seed: seed)
        generator = Generator(seed: seed, Self.name)
        ants = settings.integer("ants") ?? 8
        greediness = settings.number("greediness") ?? 0.5
        evaporation = settings.number("evaporation") ?? 0.2
        decay = settings.number("decay") ?? 0
        floor = settings.number("floor") ?? 0.02
        update = settings.choice("update") ?? "both"
        restart = settings.integer("restart") ?? 1_000
        isScaleFree = settings.choice("deposit") != "archgym"
        start = settings.number("start") ?? 0.1
        let term = problem.objective.terms.first?.metric
        cost = problem.objective.kind == .maximize ? nil : problem.spec.metrics.firstIndex { $0.name == term }
        levels = Levels(genomes, limit: settings.integer("levels") ?? 32)
        pheromone = levels.counts.map(even)
    }

    /// The designs of the next ants.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Counts each ant; after the last one of an iteration the best leave pheromone.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension AntColony {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        for attempt in 0..<Genomes.patience {
            let haste = Double(attempt) / Double(Genomes.patience)
            var genome: [Double] = []
            genome.reserveCapacity(genomes.length)
            for place in 0..<genomes.length {
                let level =
                    attempt > 0 && generator.chance(haste)
                    ? generator.below(levels.counts[place]) : choice(at: place)
                genome.append(levels.value(in: level, at: place, &generator))
            }
            genome = genomes.canonical(genome)
            if genomes.repair(&genome, legal: legal, &generator), genomes.claim(genome) { return genome }
        }
        return try genomes.random(&generator, legal: legal)
    }

    mutating func learn(from outcome: Outcome) {
        count += 1
        _ = genomes.claim(outcome.genome)
        forget(outcome.genome)
        if iterationBest.map({ outcome.score.isBetter(than: $0.score) }) ?? true { iterationBest = outcome }
        if best.map({ outcome.score.isBetter(than: $0.score) }) ?? true { (best, lastImprovement) = (outcome, count) }
        guard count.isMultiple(of: ants) else { return }
        if isScaleFree { depositShare() } else { depositByReward() }
        iterationBest = nil
        if count - lastImprovement >= restart { (pheromone, lastImprovement) = (levels.counts.map(even), count) }
    }

    private func even(_ count: Int) -> [Double] {
        [Double](repeating: isScaleFree ? 1 / Double(count) : start, count: count)
    }

    /// The strongest level, or one by the wheel of fortune.
    private mutating func choice(at place: Int) -> Int {
        let isGreedy = generator.chance(greediness)
        return pheromone[place].withUnsafeBufferPointer { amounts in
            guard isGreedy else {
                var ball = generator.unit() * amounts.reduce(0, +)
                for (level, amount) in amounts.enumerated() {
                    ball -= amount
                    if ball < 0 { return level }
                }
                return amounts.count - 1
            }
            // The search for the strongest begins anywhere, so that no value wins its ties always.
            var level = generator.below(amounts.count)
            for other in amounts.indices where amounts[other] > amounts[level] { level = other }
            return level
        }
    }

    /// An ant's own values go back towards the start.
    private mutating func forget(_ genome: [Double]) {
        guard decay > 0 else { return }
        for (place, value) in genome.enumerated() {
            let level = levels.level(of: value, at: place)
            let even = isScaleFree ? 1 / Double(levels.counts[place]) : start
            pheromone[place][level] += decay * (even - pheromone[place][level])
        }
    }

    /// All pheromone fades, and what fades is given to the values of the best, so that a place's sum stays 1.
    private mutating func depositShare() {
        let takesGlobal = update == "global-best" || (update == "both" && (count / ants).isMultiple(of: 2))
        guard let giver = takesGlobal ? best : iterationBest, giver.score.reward != nil else { return }
        let flags = genomes.active(giver.genome)
        for (place, value) in giver.genome.enumerated() where flags[place] {
            let (level, least) = (levels.level(of: value, at: place), floor / Double(levels.counts[place]))
            for other in pheromone[place].indices {
                pheromone[place][other] = max(least, (1 - evaporation) * pheromone[place][other])
            }
            pheromone[place][level] += evaporation
        }
    }

    /// ArchGym's rule (after DeepSwarm): only the values of the best fade, and gain by its cost or reward.
    private mutating func depositByReward() {
        guard let best, let reward = best.score.reward else { return }
        let paid =
            cost.flatMap { best.metrics.indices.contains($0) ? best.metrics[$0] : nil }.map { 0.1 / $0 } ?? reward
        guard paid.isFinite else { return }
        for (place, value) in best.genome.enumerated() {
            let level = levels.level(of: value, at: place)
            let old = pheromone[place][level]
            pheromone[place][level] = max(0, old + evaporation * (paid - old))
        }
    }
}
