public import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// Bayesian optimisation.
public struct BayesianSearch: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "bayesian"
    /// What it does.
    public static let summary = "Bayesian optimisation: a Gaussian process over designs says where to look next"
    /// Its hyperparameters.
    public static let hyperparameters = Space([
        Parameter("startup", .integer(2...1_000), scale: .log2, default: 10, note: "random designs before the first fit"),
        Parameter("acquisition", .categorical(["logei", "ucb", "thompson"]), default: "logei", note: "how"),
        Parameter("beta", .real(0.1...10), scale: .log2, default: 1.8, note: "of ucb"),
        Parameter("kernel", .categorical(["auto", "mixed", "sequence"]), default: "auto", note: "k"),
        Parameter("additive", .categorical(["on", "off"]), default: "on", note: "k"),
        Parameter("starts", .integer(1...64), scale: .log2, default: 4, note: "k"),
        Parameter("screen", .integer(1...1024), scale: .log2, default: 16, note: "k"),
        Parameter("pool", .integer(1...1024), scale: .log2, default: 128, note: "k"),
        Parameter("refit", .real(0.01...1), scale: .log2, default: 0.1, note: "k"),
        Parameter("points", .integer(20...5_000), scale: .log2, default: 1_000, note: "k"),
        Parameter("gap", .real(0.01...1), default: 0.7, note: "k"),
    ])

    private let startup: Int
    private let starts: Int
    private let screen: Int
    private let pool: Int
    private let encoding: DesignEncoding
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials
    private var objective: Surrogate
    private var elite: [(reward: Double, genome: [Double])] = []
    private var told = 0

    /// Prepares a search.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        let genomes = try Genomes(problem, agent: Self.name)
        trials = Trials(genomes, seed: seed)
        generator = Generator(seed: seed, Self.name)
        startup = settings.integer("startup") ?? 10
        starts = settings.integer("starts") ?? 8
        screen = settings.integer("screen") ?? 16
        pool = settings.integer("pool") ?? 256
        encoding = DesignEncoding(genomes)
        let alphabet = settings.choice("kernel") == "mixed" ? nil : encoding.alphabet
        let kernel = DesignKernel(
            encoding.axes, sequence: alphabet.map { SequenceFeatures(alphabet: $0, decay: settings.number("gap") ?? 0.7) },
            isAdditive: settings.choice("additive") != "off")
        objective = Surrogate(kernel, limit: settings.integer("points") ?? 1_000, growth: settings.number("refit") ?? 0.1)
        self.genomes = genomes
    }

    /// The most promising design for each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Remembers each design.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension BayesianSearch {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        guard told >= startup, objective.count >= 2 else { return try genomes.random(&generator, legal: legal) }
        objective.prepare()
        var predictor = LocalPredictor(objective.process)
        let best = objective.best
        func promise(_ prediction: (mean: Double, variance: Double)) -> Double {
            let deviation = prediction.variance.squareRoot()
            return Normal.logExcess((prediction.mean - best) / deviation) + log(deviation)
        }
        var fresh: [(promise: Double, genome: [Double])] = []
        for _ in 0..<pool {
            let genome = try randomGenome(legal)
            if genomes.isKnown(genome) { continue }
            let design = encoding.design(genome)
            fresh.append((promise(objective.process.prediction(at: design)), genome))
        }
        fresh.sort { $0.promise > $1.promise }
        var heads = fresh.prefix(starts).map { (promise: $0.promise, genome: $0.genome) }
        heads += elite.prefix(starts).map { (promise: -Double.infinity, genome: $0.genome) }
        var top: (promise: Double, genome: [Double])?
        var seen: Set<[Double]> = []
        for head in heads {
            var here = head
            while seen.insert(here.genome).inserted {
                predictor.move(to: encoding.design(here.genome))
                var around: [(mean: Double, genome: [Double], design: [Double])] = []
                for genome in genomes.space.neighbours(of: here.genome) where !genomes.isKnown(genome) {
                    let design = encoding.design(genome)
                    around.append((predictor.expectation(of: design), genome, design))
                }
                if around.count > screen {
                    around.sort { $0.mean > $1.mean }
                    around.removeLast(around.count - screen)
                }
                var next = here
                for candidate in around {
                    let value = promise(predictor.prediction(of: candidate.design))
                    if value > next.promise { next = (value, candidate.genome) }
                }
                if next.genome == here.genome { break }
                here = next
            }
            if here.promise > (top?.promise ?? -.infinity), !genomes.isKnown(here.genome) { top = here }
        }
        if let genome = top?.genome, genomes.claim(genome) {
            objective.lie(encoding.design(genome))
            return genome
        }
        return try genomes.random(&generator, legal: legal)
    }

    private mutating func randomGenome(_ legal: [[Bool]]?) throws -> [Double] {
        try genomes.space.sample(&generator, legal: legal)
    }

    mutating func learn(from outcome: Outcome) {
        told += 1
        _ = genomes.claim(outcome.genome)
        guard let reward = outcome.score.reward else { return }
        objective.learn(encoding.design(outcome.genome), reward)
        let place = elite.firstIndex { $0.reward < reward } ?? elite.count
        elite.insert((reward, outcome.genome), at: place)
        if elite.count > 64 { elite.removeLast() }
    }
}
