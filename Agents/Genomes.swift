import Gym

/// The genomes of a problem: runs of `horizon` actions of its space, one after the other; remembers which were tried.
struct Genomes: Sendable {
    /// How often a search looks for a genome that is new before it takes a random one.
    static let patience = 50

    let space: Space
    let horizon: Int
    /// How many values a genome has.
    let length: Int
    /// Whether a genome that was tried before is tried again.
    let keepsDuplicates: Bool
    private var fresh: FreshDesigns

    /// - Throws: `GymError` (`bad-input`) when a genome has over a million values.
    init(_ problem: Problem, keepsDuplicates: Bool = false, agent: String) throws {
        space = problem.spec.actionSpace
        horizon = max(1, problem.spec.horizon)
        let (length, overflows) = horizon.multipliedReportingOverflow(by: space.parameters.count)
        guard !overflows, length <= 1_000_000 else {
            throw GymError(
                .badInput,
                "'\(agent)' searches whole episodes, and one has \(horizon) steps of "
                    + "\(space.parameters.count) parameters, more than 1,000,000 values", hint: "sextant agents")
        }
        (self.length, self.keepsDuplicates) = (length, keepsDuplicates)
        fresh = FreshDesigns(space)
    }

    /// The parameter behind a value.
    func parameter(at place: Int) -> Parameter { space.parameters[place % space.parameters.count] }

    /// Remembers a genome; false where it was tried before and must not be again.
    mutating func claim(_ genome: [Double]) -> Bool { fresh.claim(genome) || keepsDuplicates }

    /// Whether a genome was tried before and must not be again.
    func isKnown(_ genome: [Double]) -> Bool { !keepsDuplicates && fresh.contains(genome) }

    /// A random genome; in a one-shot problem one that is new, as long as there is any.
    mutating func random(_ generator: inout Generator, legal: [[Bool]]?) throws -> [Double] {
        if horizon == 1, !keepsDuplicates { return try fresh.draw(&generator, legal: legal) }
        var genome: [Double] = []
        for step in 0..<horizon { genome += try space.sample(&generator, legal: step == 0 ? legal : nil) }
        return genome
    }

    /// Brings a genome's first action under the mask; false where some action breaks a constraint.
    func repair(_ genome: inout [Double], legal: [[Bool]]?, _ generator: inout Generator) -> Bool {
        let width = space.parameters.count
        guard width > 0 else { return true }
        if legal != nil {
            let first = space.masked(Array(genome[..<width]), legal: legal, &generator)
            genome.replaceSubrange(..<width, with: first)
        }
        guard !space.constraints.isEmpty else { return true }
        return stride(from: 0, to: genome.count, by: width).allSatisfy {
            space.satisfiesConstraints(horizon == 1 ? genome : Array(genome[$0..<$0 + width]))
        }
    }

    /// The genome with every action in canonical form.
    func canonical(_ genome: [Double]) -> [Double] {
        guard !space.activity.isEmpty else { return genome }
        guard horizon > 1 else { return space.canonical(genome) }
        let width = space.parameters.count
        return stride(from: 0, to: genome.count, by: width).flatMap { space.canonical(Array(genome[$0..<$0 + width])) }
    }

    /// Which values of a genome matter.
    func active(_ genome: [Double]) -> [Bool] {
        guard !space.activity.isEmpty else { return [Bool](repeating: true, count: genome.count) }
        let width = space.parameters.count
        return stride(from: 0, to: genome.count, by: width).flatMap { space.active(Array(genome[$0..<$0 + width])) }
    }
}

extension Genomes {
    /// Changes some active values of a genome, at least one: a choice to any other one, a number with the probability
    /// `local` to a near one. Values that become active are drawn anew. Constraints are not looked at.
    func neighbour(of genome: [Double], changes: Int, local: Double, _ generator: inout Generator) -> [Double] {
        guard length > 0 else { return genome }
        var result = genome
        let flags = space.activity.isEmpty ? nil : active(genome)
        for _ in 0..<changes {
            var place = generator.below(length)
            while let flags, !flags[place] { place = (place + 1) % length }
            result[place] = parameter(at: place).moved(from: result[place], local: local, &generator)
        }
        guard flags != nil else { return result }
        let donors = [Bool](repeating: true, count: length)
        return space.settled(result, fromFirst: donors, genome, genome, &generator)
    }
}

extension Parameter {
    /// Another value where there is one: with the probability `local` a near one of an ordered domain, where a step is
    /// as likely to have one size as twice that size; else any other.
    func moved(from value: Double, local: Double, _ generator: inout Generator) -> Double {
        let isNear = !isCategorical && generator.chance(local)
        guard let count = discreteCount, let rank = rank(of: value) else {
            guard isNear else { return sample(&generator) }
            let step = 0.5 / Double(1 << generator.below(8)) * (2 * generator.unit() - 1)
            let place = abs(encode(value) + step)
            return decode(place > 1 ? 2 - place : place)
        }
        guard count > 1 else { return value }
        guard isNear, count > 2 else {
            let other = generator.below(count - 1)
            return self.value(at: other < rank ? other : other + 1)
        }
        let sizes = Int.bitWidth - (count / 2).leadingZeroBitCount
        let step = 1 << generator.below(sizes)
        let (up, down) = (rank + step < count, rank - step >= 0)
        if up, down { return self.value(at: generator.chance(0.5) ? rank + step : rank - step) }
        return self.value(at: up ? rank + step : down ? rank - step : rank > 0 ? rank - 1 : 1)
    }
}
