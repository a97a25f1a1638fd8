public import Gym
import Learning

/// Bayesian optimisation: a Gaussian process over designs predicts the reward with its uncertainty, and the design that
/// promises most is tried next.
///
/// Numbers act through their scale, choices by overlap; effects that add up and those that don't are told apart by what
/// was seen (`Learning.DesignKernel`), and a design whose values all choose among the same things is compared as a
/// sequence too. Hyperparameters of the kernel are fitted (MAP) when the designs have grown by a share; between, the
/// factor grows. The promise is searched coordinate by coordinate from the best designs and from random ones; what was
/// tried is never tried again. Designs under way count as if they gave their mean. Where constraints are broken or
/// designs are infeasible, a second process learns that, and a promise counts with the probability of feasibility.
/// A front of two metrics has a process each, and what is promised is hypervolume (`Learning.FrontImprovement`).
/// Rewards of a positive metric are logarithms already; outliers below are cut off. Until the last part of a known
/// budget a design's chance deviation from the smooth function promises nothing: it teaches nothing of other designs.
/// Takes O(n²) memory for n known designs.
public struct BayesianSearch: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "bayesian"
    /// What it does.
    public static let summary = "Bayesian optimisation: a Gaussian process over designs says where to look next"
    /// Fits and searches take most of its time.
    public static let takesNotes = true
    /// Its hyperparameters; `points` without a value is chosen from the budget.
    public static let hyperparameters = Space([
        Parameter("startup", .integer(2...500), scale: .log2, default: 10, note: "random designs before the first fit"),
        Parameter(
            "acquisition", .categorical(["logei", "ucb", "thompson"]), default: "logei",
            note: "expected improvement by its logarithm, an upper bound, or a drawn function's best; two metrics of a "
                + "pareto objective always go by the volume to be expected"),
        Parameter("beta", .real(0.1...10), scale: .log2, default: 1.8, note: "deviations above the mean, of ucb"),
        Parameter(
            "kernel", .categorical(["auto", "mixed", "sequence"]), default: "auto",
            note: "auto compares sequences as such where all values choose among the same things; mixed never does"),
        Parameter(
            "additive", .categorical(["on", "off"]), default: "on",
            note: "whether each parameter, and each pair, has an effect by itself, beside all together"),
        Parameter(
            "gap", .real(0.05...1), default: 0.4,
            note: "what a pair of a sequence's symbols still counts for each symbol between them"),
        Parameter(
            "region", .categorical(["none", "turbo"]), default: "none",
            note: "turbo searches around the best design, nearer without success, and begins anew when too near"),
        Parameter(
            "finale", .real(0...1), default: 0.3,
            note: "the share of the budget, at its end, in which luck counts: before, what a smooth function can't say "
                + "of a design promises nothing; where the budget is not known, every other time"),
        Parameter("starts", .integer(1...16), scale: .log2, default: 8, note: "best and random designs to search from"),
        Parameter(
            "screen", .integer(1...16), scale: .log2, default: 16,
            note: "of a parameter's values, so many with the best mean have their promise computed; fewer when over "
                + "200 designs are known"),
        Parameter(
            "pool", .integer(1...512), scale: .log2, default: 128,
            note: "random designs looked at for the starts; fewer when over 100 designs are known"),
        Parameter(
            "refit", .real(0.01...1), scale: .log2, default: 0.1,
            note: "by what share designs must grow in number before the kernel is fitted again, once there are 50"),
        Parameter(
            "points", .integer(50...5_000), scale: .log2,
            note: "designs known at most, beyond that the best and the latest; left out: the sample budget, between "
                + "200 and 1,000"),
    ])

    private let startup: Int
    private let acquisition: Acquisition
    private let beta: Double
    private let budget: Int?
    private let finale: Double
    private let search: PromiseSearch
    private let encoding: DesignEncoding
    private let fresh: Surrogate
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials
    private let goals: Goals
    /// One for the reward, or one for each of two metrics.
    private var objectives: [Surrogate]
    /// There is one as soon as a design was infeasible or broke a constraint.
    private var feasibility: Surrogate?
    private var region: TrustRegion?
    private var elite = Elite()
    private var told = 0
    private var proposals = 0
    private var recollection = Recollection()

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        let genomes = try Genomes(problem, agent: Self.name)
        trials = Trials(genomes, seed: seed)
        generator = Generator(seed: seed, Self.name)
        startup = settings.integer("startup") ?? 10
        acquisition = settings.choice("acquisition").flatMap(Acquisition.init) ?? .logei
        beta = settings.number("beta") ?? 1.8
        budget = problem.sampleBudget.map { $0 / genomes.horizon }
        finale = settings.number("finale") ?? 0.3
        encoding = DesignEncoding(genomes)
        search = PromiseSearch(
            starts: settings.integer("starts") ?? 8, screen: settings.integer("screen") ?? 16,
            pool: settings.integer("pool") ?? 128, encoding: encoding)
        let alphabet = settings.choice("kernel") == "mixed" ? nil : encoding.alphabet
        let kernel = DesignKernel(
            encoding.axes,
            sequence: alphabet.map { SequenceFeatures(alphabet: $0, decay: settings.number("gap") ?? 0.4) },
            isAdditive: settings.choice("additive") != "off")
        let points = settings.integer("points") ?? min(1_000, max(200, problem.sampleBudget ?? 1_000))
        // Comparing very long designs costs too much to do it with many.
        let most = max(50, Int((2e8 / Double(max(1, genomes.length))).squareRoot()))
        fresh = Surrogate(kernel, limit: min(points, most), growth: settings.number("refit") ?? 0.1)
        goals = Goals(problem)
        objectives = [Surrogate](repeating: fresh, count: goals.count)
        region = settings.choice("region") == "turbo" ? TrustRegion(encoding.axes) : nil
        self.genomes = genomes
    }

    /// The most promising design for each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        recollection = Recollection()
        return try nextActions(observations)
    }

    /// The same by what was noted of hyperparameters and designs: neither is searched for.
    public mutating func ask(_ observations: [Observation], recalling note: [UInt64]) throws -> [Action] {
        recollection = Recollection(reading: note)
        let actions = try nextActions(observations)
        guard recollection.isSpent else {
            throw GymError(.replayMismatch, "resume refused: a note of the agent '\(Self.name)' is too long")
        }
        return actions
    }

    /// Hyperparameters where they were fitted, then of each slot the generator and the design.
    public var note: [UInt64] { recollection.words }

    /// Remembers each design and what became of it.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension BayesianSearch {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        proposals += 1
        guard told >= startup, objectives[0].count >= 2 else {
            return try genomes.random(&generator, legal: legal)
        }
        for place in objectives.indices { try objectives[place].prepare(&recollection) }
        try feasibility?.prepare(&recollection)
        var (memory, random) = (recollection, generator)
        let found = try memory.genome(genomes.length, &random) { try mostPromising(legal: legal, &$0) }
        (recollection, generator) = (memory, random)
        guard let found, genomes.claim(found) else { return try genomes.random(&generator, legal: legal) }
        let design = encoding.design(found)
        for place in objectives.indices { objectives[place].lie(design) }
        feasibility?.lie(design)
        return found
    }

    private func mostPromising(legal: [[Bool]]?, _ generator: inout Generator) throws -> [Double]? {
        let isSmooth = budget.map { Double(proposals) < (1 - finale) * Double($0) } ?? proposals.isMultiple(of: 2)
        var outlook = Outlook(
            acquisition, beta: beta, isSmooth: isSmooth, elite: elite, objectives: objectives, feasibility: feasibility)
        let heads = elite.heads(search.starts, &generator)
        if acquisition == .thompson, elite.isFeasible, goals.count == 1 {
            return try search.draw(
                from: objectives[0], &outlook, heads: heads, genomes: genomes, region: region, legal: legal, &generator)
        }
        return try search.best(
            &outlook, known: objectives[0].count, heads: heads, genomes: genomes, region: region, legal: legal,
            &generator)
    }

    mutating func learn(from outcome: Outcome) {
        told += 1
        _ = genomes.claim(outcome.genome)
        let design = encoding.design(outcome.genome)
        let (reward, violation) = (outcome.score.reward, outcome.score.violation)
        if feasibility == nil, reward == nil || violation > 0 {
            // Until now all designs were feasible, and the objective's process has seen them all.
            var process = fresh
            for row in 0..<objectives[0].count { process.learn(objectives[0].process.design(at: row), 1) }
            feasibility = process
        }
        let label = reward == nil ? -1 : violation > 0 ? -min(1, 0.1 + violation) : 1
        feasibility?.learn(design, label)
        guard let values = goals.values(outcome), let reward else { return }
        for (place, value) in values.enumerated() { objectives[place].learn(design, value) }
        elite.insert(Elite.Member(score: outcome.score, values: values, genome: outcome.genome))
        if violation == 0, region?.learn(design, min(1e150, max(-1e150, reward))) == true { restart() }
    }

    /// Begins a new region: what was learned is put aside, what was tried is not.
    private mutating func restart() {
        objectives = [Surrogate](repeating: fresh, count: goals.count)
        (feasibility, elite, told) = (nil, Elite(), 0)
    }
}
