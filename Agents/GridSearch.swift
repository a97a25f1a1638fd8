public import Gym

/// Visits the points of a grid, whatever is found: all values of a parameter, or as many levels as are asked for.
///
/// A grid is hardly ever finished, so that by default its points come in a shuffled order that favours no parameter.
/// Points that break a constraint are passed over; when all were visited, random designs follow.
public struct GridSearch: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "grid"
    /// What it does.
    public static let summary = "The points of a grid, shuffled, in order, or as a Latin hypercube"
    /// Its hyperparameters.
    public static let hyperparameters = Space([
        Parameter(
            "levels", .integer(2...1_000), scale: .log2,
            note: "values of a number that has more, its ends among them; left out: all, and 21 of a real one"),
        Parameter(
            "order", .categorical(["shuffled", "counting", "latin"]), default: "shuffled",
            note: "shuffled, the last parameter fastest, or each parameter's values equally often over the budget"),
    ])

    private static let patience = 1_000
    private static let pointLimit: UInt64 = 1 << 62

    private let levels: [Int]
    private let order: String
    /// How many points there are; where they are too many to count, those over the values from `firstCounted` on.
    private let pointCount: UInt64
    private let firstCounted: Int
    private let shuffle: [Shuffle]
    private var next: UInt64 = 0
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        genomes = try Genomes(problem, agent: Self.name)
        trials = Trials(genomes, seed: seed)
        var generator = Generator(seed: seed, Self.name)
        let (asked, genomes) = (settings.integer("levels"), self.genomes)
        levels = (0..<genomes.length).map { place in
            let parameter = genomes.parameter(at: place)
            let most = parameter.discreteCount ?? asked ?? 21
            return parameter.isCategorical ? most : min(most, asked ?? most)
        }
        let order = settings.choice("order") ?? "shuffled"
        var (count, place) = (UInt64(1), levels.count)
        while place > 0, count <= Self.pointLimit / UInt64(levels[place - 1]) {
            place -= 1
            count *= UInt64(levels[place])
        }
        firstCounted = place
        pointCount = order == "latin" ? UInt64(max(1, problem.sampleBudget ?? 1_000)) : count
        let shuffled = order == "latin" ? genomes.length : 1
        shuffle = (0..<shuffled).map { [pointCount] _ in Shuffle(count: pointCount, key: generator.next()) }
        (self.order, self.generator) = (order, generator)
    }

    /// The next points of the grid.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Remembers what was tried; results change nothing.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension GridSearch {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        for _ in 0..<Self.patience where next < pointCount {
            var genome = genomes.canonical(order == "latin" ? latin(next) : point(next))
            next += 1
            if genomes.repair(&genome, legal: legal, &generator), genomes.claim(genome) { return genome }
        }
        return try genomes.random(&generator, legal: legal)
    }

    mutating func learn(from outcome: Outcome) { _ = genomes.claim(outcome.genome) }

    private func point(_ number: UInt64) -> [Double] {
        var rest = order == "shuffled" ? shuffle[0].place(of: number) : number
        var genome = [Double](repeating: 0, count: genomes.length)
        for place in genome.indices.reversed() {
            let count = UInt64(levels[place])
            let digit = place < firstCounted ? splitmix64(number ^ UInt64(place) << 48) : rest
            genome[place] = value(Int(digit % count), at: place)
            rest /= count
        }
        return genome
    }

    /// Of `pointCount` strata of every parameter each is met once.
    private func latin(_ number: UInt64) -> [Double] {
        (0..<genomes.length).map { place in
            let stratum = shuffle[place].place(of: number).multipliedFullWidth(by: UInt64(levels[place]))
            return value(Int(pointCount.dividingFullWidth(stratum).quotient), at: place)
        }
    }

    private func value(_ level: Int, at place: Int) -> Double {
        let (parameter, last) = (genomes.parameter(at: place), levels[place] - 1)
        guard let count = parameter.discreteCount else { return parameter.decode(Double(level) / Double(max(1, last))) }
        return parameter.value(at: last == count - 1 ? level : (level * (count - 1) + last / 2) / max(1, last))
    }
}

/// A permutation of 0 ..< count that needs no memory: four rounds of Feistel's network over the next power of four,
/// again and again until the number falls into the range.
private struct Shuffle: Sendable {
    private let count: UInt64
    private let key: UInt64
    private let halfBits: UInt64

    init(count: UInt64, key: UInt64) {
        (self.count, self.key) = (count, key)
        halfBits = max(1, UInt64(UInt64.bitWidth - (count - 1).leadingZeroBitCount + 1) / 2)
    }

    func place(of number: UInt64) -> UInt64 {
        let mask = (UInt64(1) << halfBits) - 1
        var place = number
        repeat {
            var (left, right) = (place >> halfBits, place & mask)
            for round in UInt64(0)..<4 { (left, right) = (right, left ^ (splitmix64(right ^ key &+ round) & mask)) }
            place = left << halfBits | right
        } while place >= count
        return place
    }
}
