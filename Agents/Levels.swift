import Gym

/// The values of a genome counted in levels, for agents that keep a table per value: a discrete parameter has a level
/// for each value, or for a run of neighbouring ones where they are too many; a real one has equal parts of its scale.
struct Levels: Sendable {
    private let genomes: Genomes
    /// How many levels each place of a genome has.
    let counts: [Int]

    init(_ genomes: Genomes, limit: Int) {
        self.genomes = genomes
        counts = (0..<genomes.length).map { place in
            let parameter = genomes.parameter(at: place)
            guard let count = parameter.discreteCount else { return limit }
            return parameter.isCategorical ? count : min(count, limit)
        }
    }

    /// The level that a value lies in.
    func level(of value: Double, at place: Int) -> Int {
        let (parameter, levels) = (genomes.parameter(at: place), counts[place])
        guard let count = parameter.discreteCount else {
            return min(levels - 1, max(0, Int(parameter.encode(value) * Double(levels))))
        }
        guard let rank = parameter.rank(of: value) else { return 0 }
        return levels == count ? rank : Int(Double(rank) * Double(levels) / Double(count))
    }

    /// A value in a level, all equally likely.
    func value(in level: Int, at place: Int, _ generator: inout Generator) -> Double {
        let (parameter, levels) = (genomes.parameter(at: place), counts[place])
        guard let count = parameter.discreteCount else {
            return parameter.decode((Double(level) + generator.unit()) / Double(levels))
        }
        guard levels < count else { return parameter.value(at: level) }
        let width = Double(count) / Double(levels)
        let (first, end) = (Int((Double(level) * width).rounded(.up)), Int((Double(level + 1) * width).rounded(.up)))
        return parameter.value(at: min(count - 1, first + generator.below(max(1, end - first))))
    }

    /// The levels of all values of a genome.
    func of(_ genome: [Double]) -> [Int32] { genome.indices.map { Int32(level(of: genome[$0], at: $0)) } }

    /// Where each level of a number lies among them, from 0 to 1; nil for a choice, whose levels have no order.
    func positions(at place: Int) -> [Double]? {
        let (parameter, levels) = (genomes.parameter(at: place), counts[place])
        guard !parameter.isCategorical else { return nil }
        return (0..<levels).map { level in
            parameter.discreteCount == nil
                ? (Double(level) + 0.5) / Double(levels) : Double(level) / Double(max(1, levels - 1))
        }
    }
}
