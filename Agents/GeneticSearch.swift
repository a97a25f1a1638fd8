public import Gym

/// Keeps a population of designs, mates the better ones and lets children replace the worst.
///
/// In an environment of several steps one individual is a whole episode's actions and its worth is the episode's sum of
/// rewards; slots try individuals side by side. Designs without a reward rank last, then those that violate
/// constraints, by how much (Deb, 2000). No design is tried twice among the last million.
public struct GeneticSearch: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "genetic"
    /// What it does.
    public static let summary = "A population of designs: selection, crossover, mutation; constraints by Deb's rule"
    /// Its hyperparameters; `population` and `mutation_rate` without a value are chosen from budget and space.
    public static let hyperparameters = Space(
        [
            Parameter(
                "population", .integer(4...1_000), scale: .log2,
                note: "designs kept; left out: a hundredth of the sample budget, between 10 and 100"),
            Parameter("tournament", .integer(1...10), default: 3, note: "how many compete to become a parent"),
            Parameter(
                "survival", .categorical(["steady", "plus", "elite"]), default: "plus",
                note: "who stays: the best of all at once, the best of parents and children, or children and an elite"),
            Parameter("elite", .integer(0...10), default: 1, note: "parents that outlive their generation"),
            Parameter(
                "crossover", .categorical(["uniform", "one-point", "two-point", "sbx"]), default: "uniform",
                note: "how parents are mixed; sbx blends numbers and swaps choices"),
            Parameter("crossover_rate", .real(0...1), default: 0.9, note: "how likely parents are mixed at all"),
            Parameter(
                "mutation", .categorical(["reset", "polynomial", "mixed"]), default: "polynomial",
                note: "numbers: any other value, a near one, or either; choices: any other"),
            Parameter(
                "mutation_rate", .real(0.001...1), scale: .log2,
                note: "how likely each value mutates; left out: one value of an individual on average"),
            Parameter(
                "distribution_index", .real(1...100), scale: .log2, default: 10,
                note: "of sbx and polynomial mutation: the greater, the nearer to the parents"),
            Parameter(
                "restart", .integer(1...1_000), scale: .log2, default: 20,
                note: "generations without a new best of its own after which a population makes room for a random one"),
            Parameter(
                "duplicates", .categorical(["drop", "keep"]), default: "drop",
                note: "whether a design that was tried before is tried again"),
        ], activity: ["elite": "survival == elite"])

    private struct Individual: Sendable {
        var genome: [Double]
        var score: Score
    }

    private enum Survival: String {
        case steady, plus, elite
    }

    private let size: Int
    private let tournament: Int
    private let survival: Survival
    private let elite: Int
    private let patience: Int
    private let variation: Variation
    private var generator: Generator
    private var genomes: Genomes
    /// The best first.
    private var population: [Individual] = []
    /// Children that wait for their generation to be complete.
    private var brood: [Individual] = []
    /// Individuals since the population's best was born.
    private var stale = 0
    var trials: Trials

    /// Prepares a search.
    ///
    /// - Throws: `GymError` (`bad-input`) when an individual, horizon times parameters, has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        genomes = try Genomes(
            problem, keepsDuplicates: settings.choice("duplicates") == "keep", agent: Self.name)
        trials = Trials(genomes, seed: seed)
        let budget = (problem.sampleBudget ?? 1_000) / genomes.horizon
        size = settings.integer("population") ?? min(100, max(10, budget / 100))
        tournament = settings.integer("tournament") ?? 3
        survival = settings.choice("survival").flatMap(Survival.init) ?? .plus
        elite = settings.integer("elite") ?? 1
        patience = (settings.integer("restart") ?? 20) * size
        variation = Variation(
            space: genomes.space, crossover: settings.choice("crossover").flatMap(Variation.Crossover.init) ?? .uniform,
            crossoverRate: settings.number("crossover_rate") ?? 0.9,
            mutation: settings.choice("mutation").flatMap(Variation.Mutation.init) ?? .polynomial,
            mutationRate: settings.number("mutation_rate") ?? 1 / Double(max(1, genomes.length)),
            index: settings.number("distribution_index") ?? 10)
        generator = Generator(seed: seed, Self.name)
    }

    /// The next action of the individual in each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Adds up the rewards of each slot's individual; one whose episode ended joins the population.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension GeneticSearch {
    mutating func learn(from outcome: Outcome) {
        _ = genomes.claim(outcome.genome)
        stale = population.first.map { outcome.score.isBetter(than: $0.score) } ?? true ? 0 : stale + 1
        if stale >= patience { (population, brood, stale) = ([], [], 0) }
        join(Individual(genome: outcome.genome, score: outcome.score))
    }

    private mutating func join(_ individual: Individual) {
        if survival == .steady || population.count < size {
            insert(individual)
        } else {
            brood.append(individual)
            if brood.count >= size { turnGeneration() }
        }
        if population.count > size { population.removeLast(population.count - size) }
    }

    private mutating func turnGeneration() {
        if survival == .elite { population.removeLast(max(0, population.count - elite)) }
        for child in brood { insert(child) }
        brood = []
    }

    /// Puts an individual at its rank; among equals the newest stands first, so that plateaus are crossed.
    private mutating func insert(_ individual: Individual) {
        var (low, high) = (0, population.count)
        while low < high {
            let middle = (low + high) / 2
            if population[middle].score.isBetter(than: individual.score) { low = middle + 1 } else { high = middle }
        }
        population.insert(individual, at: low)
    }

    /// A random individual until the population is complete, then a child.
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        guard population.count + trials.busy >= size, population.count >= 2 else {
            return try genomes.random(&generator, legal: legal)
        }
        for _ in 0..<Genomes.patience {
            let (first, second) = (parent(), parent())
            var genome = variation.child(of: population[first].genome, and: population[second].genome, &generator)
            if genomes.repair(&genome, legal: legal, &generator), genomes.claim(genome) { return genome }
        }
        return try genomes.random(&generator, legal: legal)
    }

    private mutating func parent() -> Int {
        (0..<tournament).reduce(population.count - 1) { best, _ in min(best, generator.below(population.count)) }
    }
}
