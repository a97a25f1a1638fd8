public import Gym

/// Keeps a population of designs, mates the better ones and lets children replace the worst.
///
/// In an environment of several steps one individual is a whole episode's actions and its worth is the episode's sum of
/// rewards; slots try individuals side by side. Designs without a reward rank last, then those that violate
/// constraints, by how much (Deb, 2000). No design is tried twice among the last million.
public struct GeneticSearch: Agent {
    /// The name in manifests.
    public static let name = "genetic"
    /// What it does.
    public static let summary = "A population of designs: selection, crossover, mutation; constraints by Deb's rule"
    /// Its hyperparameters; `population` and `mutation_rate` without a value are chosen from budget and space.
    public static let hyperparameters = Space(
        [
            Parameter(
                "population", .integer(4...1_000), scale: .log2,
                note: "designs kept; left out: a fiftieth of the sample budget, between 10 and 100"),
            Parameter("tournament", .integer(1...10), default: 2, note: "how many compete to become a parent"),
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
                "duplicates", .categorical(["drop", "keep"]), default: "drop",
                note: "whether a design that was tried before is tried again"),
        ], activity: ["elite": "survival == elite"])

    private struct Individual: Sendable {
        var genome: [Double]
        var score: Score
    }

    /// An individual under trial in a slot.
    private struct Trial: Sendable {
        var genome: [Double]
        var step = 0
        var total: Double? = 0
        var violation = 0.0
    }

    private enum Survival: String {
        case steady, plus, elite
    }

    private static let patience = 50

    private let space: Space
    private let horizon: Int
    private let size: Int
    private let tournament: Int
    private let survival: Survival
    private let elite: Int
    private let keepsDuplicates: Bool
    private let variation: Variation
    private var generator: Generator
    private var fresh: FreshDesigns
    /// The best first.
    private var population: [Individual] = []
    /// Children that wait for their generation to be complete.
    private var brood: [Individual] = []
    private var trials: [Trial?] = []
    private var busy = 0

    /// Prepares a search.
    ///
    /// - Throws: `GymError` (`bad-input`) when an individual, horizon times parameters, has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        space = problem.spec.actionSpace
        horizon = max(1, problem.spec.horizon)
        let (length, overflows) = horizon.multipliedReportingOverflow(by: space.parameters.count)
        guard !overflows, length <= 1_000_000 else {
            throw GymError(
                .badInput,
                "'\(Self.name)' evolves whole episodes, and one has \(horizon) steps of "
                    + "\(space.parameters.count) parameters, more than 1,000,000 values", hint: "sextant agents")
        }
        size = settings.integer("population") ?? min(100, max(10, (problem.sampleBudget ?? 1_000) / horizon / 50))
        tournament = settings.integer("tournament") ?? 2
        survival = settings.choice("survival").flatMap(Survival.init) ?? .plus
        elite = settings.integer("elite") ?? 1
        keepsDuplicates = settings.choice("duplicates") == "keep"
        variation = Variation(
            space: space, crossover: settings.choice("crossover").flatMap(Variation.Crossover.init) ?? .uniform,
            crossoverRate: settings.number("crossover_rate") ?? 0.9,
            mutation: settings.choice("mutation").flatMap(Variation.Mutation.init) ?? .polynomial,
            mutationRate: settings.number("mutation_rate") ?? 1 / Double(max(1, length)),
            index: settings.number("distribution_index") ?? 10)
        generator = Generator(seed: seed, Self.name)
        fresh = FreshDesigns(space)
    }

    /// The next action of the individual in each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        while trials.count < observations.count { trials.append(nil) }
        return try observations.enumerated().map { slot, observation in
            var trial = try trials[slot] ?? newTrial(observation.legal)
            let width = space.parameters.count
            let range = trial.step * width..<(trial.step + 1) * width
            var action = Array(trial.genome[range])
            if !space.allows(action, legal: observation.legal) {
                action = space.masked(action, legal: observation.legal, &generator)
                if !space.satisfiesConstraints(action) {
                    action = try space.sample(&generator, legal: observation.legal)
                }
                trial.genome.replaceSubrange(range, with: action)
            }
            trials[slot] = trial
            return action
        }
    }

    /// Adds up the rewards of each slot's individual; one whose episode ended joins the population.
    public mutating func tell(_ transitions: [Transition]) {
        for (slot, transition) in transitions.enumerated() {
            guard trials.indices.contains(slot), var trial = trials[slot] else {
                learn(from: transition)
                continue
            }
            trial.step += 1
            trial.total = transition.reward.flatMap { reward in trial.total.map { $0 + reward } }
            trial.violation += transition.violation
            let isOver = transition.terminated || transition.truncated || trial.step == horizon
            trials[slot] = isOver ? nil : trial
            guard isOver else { continue }
            busy -= 1
            join(Individual(genome: trial.genome, score: Self.score(trial.total, trial.violation)))
        }
    }
}

extension GeneticSearch {
    /// A sample that this agent did not ask for, such as one of an earlier study.
    private mutating func learn(from transition: Transition) {
        guard horizon == 1, transition.action.count == space.parameters.count else { return }
        _ = fresh.claim(transition.action)
        join(
            Individual(genome: transition.action, score: Self.score(transition.reward, transition.violation)))
    }

    private static func score(_ reward: Double?, _ violation: Double) -> Score {
        Score(reward: reward.flatMap { $0.isNaN ? nil : $0 }, violation: violation.isNaN ? .infinity : violation)
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

    private mutating func newTrial(_ legal: [[Bool]]?) throws -> Trial {
        let trial = Trial(genome: try newGenome(legal))
        busy += 1
        return trial
    }

    /// A random individual until the population is complete, then a child.
    private mutating func newGenome(_ legal: [[Bool]]?) throws -> [Double] {
        guard population.count + busy >= size, population.count >= 2 else { return try randomGenome(legal) }
        for _ in 0..<Self.patience {
            let (first, second) = (parent(), parent())
            var genome = variation.child(of: population[first].genome, and: population[second].genome, &generator)
            guard repaired(&genome, legal) else { continue }
            if keepsDuplicates || fresh.claim(genome) { return genome }
        }
        return try randomGenome(legal)
    }

    private mutating func parent() -> Int {
        (0..<tournament).reduce(population.count - 1) { best, _ in min(best, generator.below(population.count)) }
    }

    private mutating func randomGenome(_ legal: [[Bool]]?) throws -> [Double] {
        if horizon == 1, !keepsDuplicates { return try fresh.draw(&generator, legal: legal) }
        var genome: [Double] = []
        for step in 0..<horizon { genome += try space.sample(&generator, legal: step == 0 ? legal : nil) }
        return genome
    }

    /// Brings a child's first action under the mask; false where some action breaks a constraint.
    private mutating func repaired(_ genome: inout [Double], _ legal: [[Bool]]?) -> Bool {
        let width = space.parameters.count
        guard width > 0 else { return true }
        if legal != nil {
            let first = space.masked(Array(genome[..<width]), legal: legal, &generator)
            genome.replaceSubrange(..<width, with: first)
        }
        guard !space.constraints.isEmpty else { return true }
        return stride(from: 0, to: genome.count, by: width).allSatisfy {
            space.satisfiesConstraints(Array(genome[$0..<$0 + width]))
        }
    }
}
