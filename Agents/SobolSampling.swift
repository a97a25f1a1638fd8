public import Gym
import Learning

/// Fills the space evenly: the points of Sobol's sequence, scrambled, whatever is found.
///
/// The design after 2^k others lies where they left the widest gap. Coordinates that a condition switches off fall
/// away, points that break a constraint or come twice are passed over; budgets of a power of two are filled best.
public struct SobolSampling: Agent, EpisodeSearch {
    /// The name in manifests.
    public static let name = "sobol"
    /// What it does.
    public static let summary = "An even filling of the space by Sobol's scrambled sequence: random search's better"
    /// One hyperparameter: whether a design may come twice.
    public static let hyperparameters = Space([
        Parameter(
            "duplicates", .categorical(["drop", "keep"]), default: "drop",
            note: "whether a point that falls on a design that was proposed before is proposed again")
    ])

    private static let patience = 1_000

    private let sequence: Sobol
    private var point: UInt32 = 0
    private var generator: Generator
    private var genomes: Genomes
    var trials: Trials

    /// Prepares a search; throws when an episode has over a million values.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        genomes = try Genomes(problem, keepsDuplicates: settings.choice("duplicates") == "keep", agent: Self.name)
        trials = Trials(genomes, seed: seed)
        var generator = Generator(seed: seed, Self.name)
        sequence = Sobol(seeds: (0..<genomes.length).map { _ in UInt32(truncatingIfNeeded: generator.next()) })
        self.generator = generator
    }

    /// The next points of the sequence.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] { try nextActions(observations) }

    /// Remembers what was tried; results change nothing.
    public mutating func tell(_ transitions: [Transition]) { takeIn(transitions) }
}

extension SobolSampling {
    mutating func propose(legal: [[Bool]]?) throws -> [Double] {
        for _ in 0..<Self.patience {
            var genome = genomes.canonical((0..<genomes.length).map(value))
            point &+= 1
            if genomes.repair(&genome, legal: legal, &generator), genomes.claim(genome) { return genome }
        }
        return try genomes.random(&generator, legal: legal)
    }

    mutating func learn(from outcome: Outcome) { _ = genomes.claim(outcome.genome) }

    private func value(at place: Int) -> Double {
        let (parameter, share) = (genomes.parameter(at: place), sequence.coordinate(place, of: point))
        guard let count = parameter.discreteCount else { return parameter.decode(share) }
        return parameter.value(at: min(count - 1, Int(share * Double(count))))
    }
}
