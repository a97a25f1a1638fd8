public import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// Fits a random forest to what was seen and tries the design with the greatest expected improvement next (SMAC, Hutter
/// and others, 2011).
///
/// The first designs are Sobol's. Then the forest predicts a mean and a variance for random designs and for what local
/// searches from the best known ones come by; some suggestions are random all the same. Rewards of a positive metric
/// are logarithms already; those far below the others are cut off. A design without a reward counts as worse than all
/// others, one that violates constraints as worse than all that keep them, by how much. Parameters that are not active
/// lie out of their range. Time and memory of a suggestion grow with the designs known, of which there are at most
/// `points`, the best and the latest.
public struct ForestSearch: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "forest"
    /// What it does.
    public static let summary = "A random forest with uncertainty says where to look next: mixed, conditional designs"
    /// Its hyperparameters; `startup` without a value is chosen from the budget.
    public static let hyperparameters = Space([
        Parameter(
            "startup", .integer(2...1_000), scale: .log2,
            note: "even designs before the first forest; left out: a tenth of the budget, between 10 and 50"),
        Parameter("trees", .integer(1...200), scale: .log2, default: 20, note: "how many trees the forest has"),
        Parameter("features", .real(0.1...1), default: 0.8, note: "the share of parameters that compete for a split"),
        Parameter("leaf", .integer(1...20), scale: .log2, default: 1, note: "designs in a leaf at least"),
        Parameter("split", .integer(2...40), scale: .log2, default: 2, note: "designs that are split, at least"),
        Parameter(
            "thresholds", .categorical(["best", "random"]), default: "best",
            note: "whether a number is split where the error falls most, or anywhere"),
        Parameter(
            "bootstrap", .categorical(["on", "off"]), default: "on",
            note: "whether each tree sees a draw of the designs, or all of them"),
        Parameter(
            "interleave", .real(0...0.5), default: 0.05, note: "how likely a suggestion is a random design instead"),
        Parameter("challengers", .integer(1...10_000), scale: .log2, default: 256, note: "random designs looked at"),
        Parameter("starts", .integer(0...20), default: 5, note: "best known designs that local searches begin from"),
        Parameter(
            "floor", .real(1e-8...0.1), scale: .log2, default: 1e-4,
            note: "the least variance of a prediction, the variance of all rewards being 1"),
        Parameter(
            "refit", .real(0...0.5), default: 0.01,
            note: "by what share designs must grow in number before a new forest is grown"),
        Parameter(
            "points", .integer(50...10_000), scale: .log2, default: 2_000,
            note: "designs known at most, beyond that the best and the latest"),
    ])

    /// A design that was tried: its genome, its coordinates, and what became of it.
    private struct Known: Sendable {
        let genome: [Double]
        let design: [Double]
        let score: Score
    }

    private let startup: Int
    private let rules: RandomForest.Rules
    private let interleave: Double
    private let challengers: Int
    private let starts: Int
    private let growth: Double
    private let limit: Int
    private let encoding: DesignEncoding
    private let axes: [RandomForest.Axis]
    private let sequence: Sobol
    private var point: UInt32 = 0
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials
    /// In the order in which they were told.
    private var known: [Known] = []
    /// The best of them, the best first.
    private var elite: [(score: Score, genome: [Double])] = []
    private var forest: RandomForest?
    /// The best target that the forest has seen.
    private var best = 0.0
    private var nextFit = 0

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        let genomes = try Genomes(problem, agent: Self.name)
        trials = Trials(genomes, seed: seed)
        var generator = Generator(seed: seed, Self.name)
        let budget = (problem.sampleBudget ?? 1_000) / genomes.horizon
        startup = settings.integer("startup") ?? min(50, max(10, budget / 10))
        var rules = RandomForest.Rules()
        rules.trees = settings.integer("trees") ?? 20
        rules.share = settings.number("features") ?? 0.8
        rules.minLeaf = settings.integer("leaf") ?? 1
        rules.minSplit = settings.integer("split") ?? 2
        rules.cutsAtRandom = settings.choice("thresholds") == "random"
        rules.isBagged = settings.choice("bootstrap") != "off"
        rules.floor = settings.number("floor") ?? 1e-4
        self.rules = rules
        interleave = settings.number("interleave") ?? 0.05
        challengers = settings.integer("challengers") ?? 256
        starts = settings.integer("starts") ?? 5
        growth = settings.number("refit") ?? 0.01
        // Of very long designs fewer are kept, so that memory is bounded by size as well as number.
        limit = min(settings.integer("points") ?? 2_000, max(50, 10_000_000 / max(1, genomes.length)))
        encoding = DesignEncoding(genomes)
        axes = (0..<genomes.length).map { place in
            let parameter = genomes.parameter(at: place)
            return parameter.isCategorical ? .choice(parameter.discreteCount ?? 1) : .number
        }
        sequence = Sobol(seeds: (0..<genomes.length).map { _ in UInt32(truncatingIfNeeded: generator.next()) })
        (self.generator, self.genomes) = (generator, genomes)
    }

    /// The most promising design for each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Remembers each design and what became of it.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension ForestSearch {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        guard known.count + trials.busy >= startup, known.count >= 2 else { return try even(legal: legal) }
        if generator.chance(interleave) { return try genomes.random(&generator, legal: legal) }
        fit()
        guard let forest, let genome = try promising(forest, legal: legal), genomes.claim(genome) else {
            return try genomes.random(&generator, legal: legal)
        }
        return genome
    }

    mutating func learn(from outcome: Outcome) {
        _ = genomes.claim(outcome.genome)
        known.append(
            Known(genome: outcome.genome, design: encoding.design(outcome.genome), score: outcome.score))
        let place = elite.firstIndex { outcome.score.isBetter(than: $0.score) } ?? elite.count
        elite.insert((outcome.score, outcome.genome), at: place)
        if elite.count > 20 { elite.removeLast() }
        if known.count > limit { thin() }
    }

    /// The next point of Sobol's sequence that is new and legal.
    private mutating func even(legal: [[Bool]]?) throws -> [Double] {
        for _ in 0..<Genomes.patience {
            var genome = genomes.canonical(
                (0..<genomes.length).map { place in
                    let (parameter, share) = (genomes.parameter(at: place), sequence.coordinate(place, of: point))
                    guard let count = parameter.discreteCount else { return parameter.decode(share) }
                    return parameter.value(at: min(count - 1, Int(share * Double(count))))
                })
            point &+= 1
            if genomes.repair(&genome, legal: legal, &generator), genomes.claim(genome) { return genome }
        }
        return try genomes.random(&generator, legal: legal)
    }

    /// Keeps the better half of three quarters of the places for the best designs, the other for the latest.
    private mutating func thin() {
        let places = limit * 3 / 4
        let order = known.indices.sorted {
            let (one, other) = (known[$0].score, known[$1].score)
            return one.isBetter(than: other) || (!other.isBetter(than: one) && $0 > $1)
        }
        var kept = Set(order[..<(places / 2)])
        for row in known.indices.reversed() where kept.count < places { kept.insert(row) }
        known = kept.sorted().map { known[$0] }
        nextFit = 0
    }
}

extension ForestSearch {
    private mutating func fit() {
        guard known.count >= nextFit || forest == nil else { return }
        nextFit = known.count + max(1, Int(growth * Double(known.count)))
        let targets = standardTargets()
        best = targets.max() ?? 0
        forest = RandomForest(
            axes, designs: known.map(\.design), targets: targets, rules: rules, using: &generator)
    }

    /// What the forest learns: rewards with mean 0 and variance 1, those apart that are far below the others; worse for
    /// what breaks constraints, and worst for what has no reward.
    private func standardTargets() -> [Double] {
        let rewards = known.compactMap { $0.score.violation > 0 ? nil : $0.score.reward }.map {
            min(1e150, max(-1e150, $0))
        }
        let sorted = rewards.sorted()
        guard let best = sorted.last else {
            return known.map { $0.score.reward == nil ? -2 : -min(1, 0.1 + $0.score.violation) }
        }
        let (median, low) = (sorted[sorted.count / 2], sorted[sorted.count / 4])
        let floor = median - 10 * max(median - low, (best - median) / 4)
        let kept = rewards.map { max($0, floor) }
        let mean = kept.reduce(0) { $0 + $1 / Double(kept.count) }
        let widest = max(.leastNormalMagnitude, kept.reduce(0) { max($0, abs($1 - mean)) })
        let square = kept.reduce(0) { $0 + ($1 - mean) / widest * (($1 - mean) / widest) } / Double(kept.count)
        let scale = max(.leastNormalMagnitude, widest * square.squareRoot())
        let worst = (kept.reduce(.infinity, min) - mean) / scale
        return known.map { known in
            guard let reward = known.score.reward else { return worst - 2 }
            if known.score.violation > 0 { return worst - min(1.5, 0.5 + known.score.violation) }
            return (max(min(1e150, reward), floor) - mean) / scale
        }
    }

    /// The new genome with the greatest expected improvement among random ones, neighbours of the best known, and what
    /// the searches from those climb to; nil where there is none.
    private mutating func promising(_ forest: RandomForest, legal: [[Bool]]?) throws -> [Double]? {
        var found: (promise: Double, genome: [Double])?
        for _ in 0..<challengers {
            var genome: [Double] = []
            for step in 0..<genomes.horizon {
                genome += try genomes.space.sample(&generator, legal: step == 0 ? legal : nil)
            }
            let promise = self.promise(genome, forest)
            if promise > found?.promise ?? -.infinity, isNew(genome, legal) { found = (promise, genome) }
        }
        var heads = elite.prefix(starts).map(\.genome)
        if let genome = found?.genome { heads.append(genome) }
        for head in heads {
            // A known design improves nothing itself; what lies around it may.
            var here = (promise: -Double.infinity, genome: head)
            while let next = step(from: here, forest, legal) { here = next }
            if here.promise > found?.promise ?? -.infinity { found = here }
        }
        return found?.genome
    }

    /// The best new neighbour where it promises more than the genome itself.
    private mutating func step(
        from here: (promise: Double, genome: [Double]), _ forest: RandomForest, _ legal: [[Bool]]?
    ) -> (promise: Double, genome: [Double])? {
        let design = encoding.design(here.genome)
        var best: (promise: Double, genome: [Double])?
        for place in 0..<genomes.length {
            let around = genomes.neighbours(of: here.genome, at: place)
            let designs = around.map { encoding.design($0, near: here.genome, design) }
            // A condition may change more than the one value.
            let found =
                genomes.space.activity.isEmpty
                ? forest.predictions(around: design, axis: place, values: designs.map { $0[place] })
                : designs.map(forest.prediction)
            for (genome, (mean, variance)) in zip(around, found) {
                let promise = promise(mean, variance)
                if promise > best?.promise ?? here.promise, isNew(genome, legal) { best = (promise, genome) }
            }
        }
        return best
    }

    private func isNew(_ genome: [Double], _ legal: [[Bool]]?) -> Bool {
        !genomes.isKnown(genome)
            && genomes.space.allows(Array(genome.prefix(genomes.space.parameters.count)), legal: legal)
    }

    private func promise(_ genome: [Double], _ forest: RandomForest) -> Double {
        let (mean, variance) = forest.prediction(at: encoding.design(genome))
        return promise(mean, variance)
    }

    /// The logarithm of the expected improvement.
    private func promise(_ mean: Double, _ variance: Double) -> Double {
        let deviation = variance.squareRoot()
        return Normal.logExcess((mean - best) / deviation) + log(deviation)
    }
}
