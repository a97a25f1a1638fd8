public import Gym
import Learning

/// NSGA-II (Deb and others, 2002): a population that spreads along the front of several objectives.
///
/// The objectives are the metrics of a `pareto` objective, each by its own goal; any other objective is a front of one
/// point. Parents and children compete together: first by constraints (Deb's rule on the violation, designs without
/// metrics last), then by front, then by the room around them. No design is tried twice.
public struct ParetoSearch: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "nsga2"
    /// What it does.
    public static let summary = "NSGA-II: a population along the front of several objectives"
    /// Its hyperparameters; `population` and `mutation_rate` without a value are chosen from budget and space.
    public static let hyperparameters = Space([
        Parameter(
            "population", .integer(4...1_000), scale: .log2,
            note: "designs kept; left out: a hundredth of the sample budget, between 20 and 100"),
        Parameter(
            "offspring", .integer(1...1_000), scale: .log2, default: 1,
            note: "children between two selections; 1 is the steady form, the first paper has the population's size"),
        Parameter("tournament", .integer(1...10), default: 4, note: "how many compete to become a parent"),
        Parameter(
            "crossover", .categorical(["uniform", "one-point", "two-point", "sbx"]), default: "sbx",
            note: "how parents are mixed; sbx blends numbers and swaps choices"),
        Parameter("crossover_rate", .real(0...1), default: 0.9, note: "how likely parents are mixed at all"),
        Parameter(
            "mutation", .categorical(["reset", "polynomial", "mixed"]), default: "polynomial",
            note: "numbers: any other value, a near one, or either; choices: any other"),
        Parameter(
            "mutation_rate", .real(0.001...1), scale: .log2,
            note: "how likely each value mutates; left out: half a value of an individual on average"),
        Parameter(
            "distribution_index", .real(1...100), scale: .log2, default: 3,
            note: "of sbx and polynomial mutation: the greater, the nearer to the parents"),
    ])

    private struct Individual: Sendable {
        let genome: [Double]
        /// All to be minimised; empty for a design without metrics.
        let costs: [Double]
        let violation: Double
    }

    private let size: Int
    private let offspring: Int
    private let tournament: Int
    /// The place of each objective's metric, and 1 where it is minimised, -1 where it is maximised.
    private let objectives: [(metric: Int, sign: Double)]
    private let variation: Variation
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials
    /// The best first: by front, then by the room around each.
    private var population: [Individual] = []
    private var brood: [Individual] = []

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        let genomes = try Genomes(problem, agent: Self.name)
        trials = Trials(genomes, seed: seed)
        generator = Generator(seed: seed, Self.name)
        let budget = (problem.sampleBudget ?? 1_000) / genomes.horizon
        size = settings.integer("population") ?? min(100, max(20, budget / 100))
        offspring = settings.integer("offspring") ?? 1
        tournament = settings.integer("tournament") ?? 4
        let isPareto = problem.objective.kind == .pareto
        objectives = (isPareto ? problem.objective.terms : []).compactMap { term in
            guard let place = problem.spec.metrics.firstIndex(where: { $0.name == term.metric }) else { return nil }
            return (place, problem.spec.metrics[place].goal == .minimize ? 1 : -1)
        }
        variation = Variation(
            space: genomes.space, crossover: settings.choice("crossover").flatMap(Variation.Crossover.init) ?? .sbx,
            crossoverRate: settings.number("crossover_rate") ?? 0.9,
            mutation: settings.choice("mutation").flatMap(Variation.Mutation.init) ?? .polynomial,
            mutationRate: settings.number("mutation_rate") ?? 0.5 / Double(max(1, genomes.length)),
            index: settings.number("distribution_index") ?? 3)
        self.genomes = genomes
    }

    /// The next individual in each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Takes in individuals; each `offspring` of them compete with the population.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension ParetoSearch {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        guard population.count >= 2 else { return try genomes.random(&generator, legal: legal) }
        for _ in 0..<Genomes.patience {
            let (first, second) = (parent(), parent())
            var genome = variation.child(of: population[first].genome, and: population[second].genome, &generator)
            if genomes.repair(&genome, legal: legal, &generator), genomes.claim(genome) { return genome }
        }
        return try genomes.random(&generator, legal: legal)
    }

    mutating func learn(from outcome: Outcome) {
        _ = genomes.claim(outcome.genome)
        brood.append(
            Individual(genome: outcome.genome, costs: costs(of: outcome), violation: outcome.score.violation))
        if brood.count >= (population.isEmpty ? size : offspring) { turnGeneration() }
    }

    /// What is to be minimised; empty where anything is missing or no finite number.
    private func costs(of outcome: Outcome) -> [Double] {
        guard let reward = outcome.score.reward else { return [] }
        guard !objectives.isEmpty else { return reward.isFinite ? [-reward] : [] }
        let costs = objectives.compactMap { metric, sign in
            outcome.metrics.indices.contains(metric) ? outcome.metrics[metric].map { $0 * sign } : nil
        }
        return costs.count == objectives.count && costs.allSatisfy(\.isFinite) ? costs : []
    }

    /// Parents and children compete for the places in the next generation.
    private mutating func turnGeneration() {
        let all = population + brood
        brood = []
        let fronts = Pareto.fronts(count: all.count) { Self.isBetter(all[$0], than: all[$1]) }
        population = []
        for front in fronts where population.count < size {
            population += thinned(front.map { all[$0] }, to: size - population.count)
        }
    }

    /// A front in order of the room around its members, at most `count` of them. The most crowded one leaves first,
    /// and room is measured again after each.
    private func thinned(_ front: [Individual], to count: Int) -> [Individual] {
        var left = front
        while left.count > count {
            let room = Pareto.crowding(left.map(\.costs))
            left.remove(at: room.indices.min { room[$0] < room[$1] } ?? 0)
        }
        let room = Pareto.crowding(left.map(\.costs))
        return room.indices.sorted { (-room[$0], $0) < (-room[$1], $1) }.map { left[$0] }
    }

    /// Deb's rule: metrics beat none, less violation beats more, then domination.
    private static func isBetter(_ one: Individual, than other: Individual) -> Bool {
        if one.costs.isEmpty || other.costs.isEmpty { return !one.costs.isEmpty && other.costs.isEmpty }
        if one.violation != other.violation { return one.violation < other.violation }
        return Pareto.dominates(one.costs, other.costs)
    }

    private mutating func parent() -> Int {
        (0..<tournament).reduce(population.count - 1) { best, _ in min(best, generator.below(population.count)) }
    }
}
