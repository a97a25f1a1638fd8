public import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// Proposes what looks more like the good designs than like the others (Bergstra and others, 2011), all parameters
/// together, so that combinations that work are kept (the multivariate form of Optuna).
///
/// The best designs, and all others, each make a density: a sum of kernels, one around each design, that is a product
/// over parameters. Of some candidates drawn from the density of the good ones, the one with the greatest ratio of both
/// densities is proposed; the later candidates look around the best of the earlier ones, and some are neighbours of the
/// best designs, which a density over many values hardly ever draws. While little is known it stays close to the best:
/// so a hundred samples reach further, and later it is wider, so that it does not end in one valley. Designs without a
/// reward, and then those that violate constraints, count as the worst. It keeps the best designs it was told, at most
/// 2,000.
public struct TreeParzen: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "tpe"
    /// What it does.
    public static let summary = "Tree-structured Parzen estimator, multivariate: what good designs have in common"
    /// Its hyperparameters.
    public static let hyperparameters = Space([
        Parameter(
            "startup", .integer(2...1_000), scale: .log2, default: 8, note: "random designs before the first guess"),
        Parameter("good", .real(0.01...0.5), scale: .log2, default: 0.1, note: "the share of designs that are good"),
        Parameter("most", .integer(2...100), scale: .log2, default: 25, note: "good designs at most"),
        Parameter("candidates", .integer(1...256), scale: .log2, default: 8, note: "drawn for each proposal"),
        Parameter(
            "neighbours", .integer(0...256), default: 32,
            note: "candidates beside those, each one or two values away from one of the five best designs"),
        Parameter(
            "bias", .real(0...3), default: 1, note: "the i-th best of the good designs weighs i^-bias; 0: all alike"),
        Parameter(
            "near", .integer(0...100_000), default: 150,
            note: "samples before which it stays close to the best: few draws, most of their values from the best of "
                + "them, a heavier bias, and neighbours one value away from one of the three best"),
        Parameter(
            "keep", .real(0...0.99), default: 0.6,
            note: "the share of values that the later half of the candidates takes from the best of the first half"),
        Parameter(
            "width", .real(0.01...1), scale: .log2, default: 0.1,
            note: "of a number's kernel, in ranges, for one design; it narrows as they grow in number"),
        Parameter(
            "floor", .real(0...0.9), default: 0.3,
            note: "the share of a number's kernel that all its values have alike while the search stays close"),
        Parameter(
            "blur", .real(0.01...10), scale: .log2, default: 0.2,
            note: "of a choice's kernel: what all choices weigh, in designs, beside the design's own; half at first"),
    ])

    /// A genome to propose, and how much more likely it is among the good designs than among the others.
    private struct Candidate {
        let genome: [Double]
        let places: [Int32]
        let promise: Double
    }

    /// What is known of a design.
    private struct Known: Sendable {
        let score: Score
        let levels: [Int32]
    }

    /// How the search goes at one time of it.
    private struct Manner {
        let candidates: Int
        let keep: Double
        let bias: Double
        /// The weight of the i-th of the other designs, from the best to the worst, is its rank to this power.
        let restBias: Double
        /// Of how many of the best designs neighbours are looked at, and how many of their values differ at most.
        let centres: Int
        let changes: Int
    }

    private static let centreCount = 5

    private let startup: Int
    private let share: Double
    private let most: Int
    private let neighbours: Int
    private let near: Int
    private let early: Manner
    private let late: Manner
    /// Of at most this many designs densities are made; beyond it the worst is forgotten.
    private let memory: Int
    private let levels: Levels
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials
    /// The best first.
    private var history: [Known] = []
    /// The genomes of the best, of which neighbours are looked at.
    private var centres: [[Double]] = []
    private var good: ParzenDensity
    private var rest: ParzenDensity
    /// Those of the later search.
    private let lateDensities: (good: ParzenDensity, rest: ParzenDensity)
    private var isLate = false
    private var isFitted = false
    private var scratch: [Double] = []

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        let genomes = try Genomes(problem, agent: Self.name)
        trials = Trials(genomes, seed: seed)
        generator = Generator(seed: seed, Self.name)
        startup = settings.integer("startup") ?? 8
        share = settings.number("good") ?? 0.1
        most = settings.integer("most") ?? 25
        neighbours = settings.integer("neighbours") ?? 32
        near = settings.integer("near") ?? 150
        late = Manner(
            candidates: settings.integer("candidates") ?? 8, keep: settings.number("keep") ?? 0.6,
            bias: settings.number("bias") ?? 1, restBias: 0, centres: Self.centreCount, changes: 2)
        // The worse a design is, the more it says of where not to look.
        early = Manner(
            candidates: 2, keep: 0.8, bias: late.bias * 1.5, restBias: 0.5, centres: 3, changes: 1)
        memory = max(100, min(2_000, 10_000_000 / max(1, genomes.length)))
        let count = genomes.space.parameters.count
        // Tables hold the square of a parameter's levels.
        let levels = Levels(genomes, limit: max(8, min(128, Int((1e6 / Double(max(1, count))).squareRoot()))))
        let axes = (0..<count).map {
            ParzenDensity.Axis(count: levels.counts[$0], positions: levels.positions(at: $0))
        }
        let (width, blur) = (settings.number("width") ?? 0.1, settings.number("blur") ?? 0.2)
        func density(_ width: Double, floor: Double, blur: Double) -> ParzenDensity {
            ParzenDensity(axes, length: genomes.length, width: width, floor: floor, blur: blur)
        }
        // The others are many and lie close to the good ones, which they would smother with kernels as wide.
        let floor = settings.number("floor") ?? 0.3
        good = density(width, floor: floor, blur: blur / 2)
        rest = density(0.7 * width, floor: floor, blur: blur / 4)
        lateDensities = (density(width, floor: 0, blur: blur), density(width / 2, floor: 0, blur: blur / 2))
        (self.genomes, self.levels) = (genomes, levels)
    }

    /// The most promising candidate for each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Remembers each design at its rank.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension TreeParzen {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        guard history.count >= startup else { return try genomes.random(&generator, legal: legal) }
        let manner = history.count < near ? early : late
        fit(manner)
        var best: Candidate?
        var drawn = [Int32](repeating: 0, count: genomes.length)
        var found = 0
        for _ in 0..<manner.candidates * 4 where found < manner.candidates {
            good.draw(&drawn, &generator)
            // The later half looks around the best candidate of the first: most of its values, and some others.
            if let best, found * 2 >= manner.candidates {
                for place in drawn.indices where generator.chance(manner.keep) { drawn[place] = best.places[place] }
            }
            let genome = drawn.indices.map { levels.value(in: Int(drawn[$0]), at: $0, &generator) }
            if consider(genomes.canonical(genome), &best, legal: legal) { found += 1 }
        }
        for _ in 0..<neighbours {
            let centre = centres[generator.below(min(manner.centres, centres.count))]
            let changes = 1 + generator.below(manner.changes)
            consider(genomes.neighbour(of: centre, changes: changes, local: 0.5, &generator), &best, legal: legal)
        }
        if let genome = best?.genome, genomes.claim(genome) { return genome }
        return try genomes.random(&generator, legal: legal)
    }

    /// Puts a genome in the best candidate's place when it promises more; false where it can't be proposed.
    @discardableResult
    private mutating func consider(_ genome: [Double], _ best: inout Candidate?, legal: [[Bool]]?) -> Bool {
        var genome = genome
        guard genomes.repair(&genome, legal: legal, &generator), !genomes.isKnown(genome) else { return false }
        let places = levels.of(genome)
        let promise = good.logarithm(at: places, &scratch) - rest.logarithm(at: places, &scratch)
        if best.map({ promise > $0.promise }) ?? true {
            best = Candidate(genome: genome, places: places, promise: promise)
        }
        return true
    }

    mutating func learn(from outcome: Outcome) {
        _ = genomes.claim(outcome.genome)
        let known = Known(score: outcome.score, levels: levels.of(outcome.genome))
        var (low, high) = (0, history.count)
        while low < high {
            let middle = (low + high) / 2
            if known.score.isBetter(than: history[middle].score) { high = middle } else { low = middle + 1 }
        }
        history.insert(known, at: low)
        if history.count > memory { history.removeLast() }
        if low < Self.centreCount {
            centres.insert(outcome.genome, at: low)
            if centres.count > Self.centreCount { centres.removeLast() }
        }
        isFitted = false
    }

    private mutating func fit(_ manner: Manner) {
        guard !isFitted else { return }
        isFitted = true
        if history.count >= near, !isLate {
            isLate = true
            (good, rest) = lateDensities
        }
        let count = min(most, Int((share * Double(history.count)).rounded(.up)))
        good.fit(history[..<count].lazy.map(\.levels)) { pow(Double($0 + 1), -manner.bias) }
        rest.fit(history[count...].lazy.map(\.levels)) { pow(Double($0) + 0.5, manner.restBias) }
    }
}
