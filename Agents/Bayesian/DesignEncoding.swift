import Gym
import Learning

/// Turns genomes into the designs of a kernel: a number into its place on its scale, a choice into its index, and what
/// is not active into a value that no active one has.
struct DesignEncoding: Sendable {
    private let genomes: Genomes
    /// One entry per value of a genome.
    let axes: [DesignKernel.Axis]
    /// How many choices there are where all values choose among the same ones; nil else.
    let alphabet: Int?

    init(_ genomes: Genomes) {
        self.genomes = genomes
        axes = (0..<genomes.length).map { genomes.parameter(at: $0).isCategorical ? .choice : .number }
        let domains = Set(genomes.space.parameters.map(\.domain))
        let isSequence = genomes.length > 2 && domains.count == 1 && genomes.space.activity.isEmpty
        if isSequence, case .categorical(let choices)? = domains.first, choices.count > 1, choices.count <= 40 {
            alphabet = choices.count
        } else {
            alphabet = nil
        }
    }

    func design(_ genome: [Double]) -> [Double] {
        let flags = genomes.space.activity.isEmpty ? nil : genomes.active(genome)
        return genome.indices.map { place in
            let parameter = genomes.parameter(at: place)
            guard flags?[place] ?? true else { return parameter.isCategorical ? -1 : -0.5 }
            return parameter.isCategorical ? genome[place] : parameter.encode(genome[place])
        }
    }

    /// The design of a genome that differs little from another one.
    func design(_ genome: [Double], near other: [Double], _ known: [Double]) -> [Double] {
        guard genomes.space.activity.isEmpty else { return design(genome) }
        var result = known
        for place in genome.indices where genome[place] != other[place] {
            let parameter = genomes.parameter(at: place)
            result[place] = parameter.isCategorical ? genome[place] : parameter.encode(genome[place])
        }
        return result
    }
}
