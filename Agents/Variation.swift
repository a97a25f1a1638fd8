import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// Crossover and mutation of genomes: runs of one or more actions of a mixed space, one after the other.
///
/// Numeric operators work on the parameter's scale, where the lowest value is 0 and the highest 1.
struct Variation: Sendable {
    enum Crossover: String, CaseIterable {
        case uniform, onePoint = "one-point", twoPoint = "two-point", sbx
    }

    enum Mutation: String, CaseIterable {
        case reset, polynomial, mixed
    }

    let space: Space
    var crossover: Crossover
    /// How likely two parents are mixed at all; the first one is copied otherwise.
    var crossoverRate: Double
    var mutation: Mutation
    /// How likely each value is mutated.
    var mutationRate: Double
    /// The distribution index η of SBX and polynomial mutation: the greater, the nearer to the parents.
    var index: Double

    /// A child of two genomes; constraints are not looked at.
    func child(of first: [Double], and second: [Double], _ generator: inout Generator) -> [Double] {
        var genome = first
        var donors = [Bool](repeating: true, count: first.count)
        if generator.chance(crossoverRate) { mix(&genome, with: second, &donors, &generator) }
        for place in genome.indices where generator.chance(mutationRate) {
            genome[place] = mutated(genome[place], parameter(at: place), &generator)
        }
        return space.settled(genome, fromFirst: donors, first, second, &generator)
    }

    private func parameter(at place: Int) -> Parameter { space.parameters[place % space.parameters.count] }
}

extension Variation {
    private func mix(
        _ genome: inout [Double], with other: [Double], _ donors: inout [Bool], _ generator: inout Generator
    ) {
        let count = genome.count
        switch crossover {
        case .uniform:
            for place in donors.indices { donors[place] = generator.chance(0.5) }
        case .onePoint:
            let cut = generator.below(count + 1)
            for place in cut..<count { donors[place] = false }
        case .twoPoint:
            let cuts = [generator.below(count + 1), generator.below(count + 1)].sorted()
            for place in cuts[0]..<cuts[1] { donors[place] = false }
        case .sbx:
            for place in donors.indices where generator.chance(0.5) {
                donors[place] = false
                let parameter = parameter(at: place)
                guard !parameter.isCategorical, genome[place] != other[place] else { continue }
                genome[place] = blend(genome[place], other[place], parameter, &generator)
            }
        }
        for place in donors.indices where !donors[place] {
            if crossover != .sbx || parameter(at: place).isCategorical { genome[place] = other[place] }
        }
    }

    /// Simulated binary crossover (Deb and Agrawal, 1995): a value about as far from a parent as one-point crossover
    /// of binary numbers would put it.
    private func blend(_ a: Double, _ b: Double, _ parameter: Parameter, _ generator: inout Generator) -> Double {
        let (x, y, u) = (parameter.encode(a), parameter.encode(b), generator.unit())
        let spread = pow(u <= 0.5 ? 2 * u : 1 / (2 * (1 - u)), 1 / (index + 1))
        let side = generator.chance(0.5) ? spread : -spread
        return parameter.decode(0.5 * ((1 + side) * x + (1 - side) * y))
    }

    private func mutated(_ value: Double, _ parameter: Parameter, _ generator: inout Generator) -> Double {
        let resets = mutation == .reset || (mutation == .mixed && generator.chance(0.5))
        guard !resets, !parameter.isCategorical else { return reset(value, parameter, &generator) }
        let here = parameter.encode(value)
        let moved = polynomial(here, &generator)
        let result = parameter.decode(moved)
        guard result == value, let rank = parameter.rank(of: value), let count = parameter.discreteCount, count > 1
        else { return result }
        // A step too small to reach the next value would be no mutation, so it goes to the next one.
        let step = moved > here ? 1 : -1
        return parameter.value(at: (0..<count).contains(rank + step) ? rank + step : rank - step)
    }

    /// Another value, all equally likely.
    private func reset(_ value: Double, _ parameter: Parameter, _ generator: inout Generator) -> Double {
        guard let count = parameter.discreteCount, let rank = parameter.rank(of: value), count > 1 else {
            return parameter.sample(&generator)
        }
        let other = generator.below(count - 1)
        return parameter.value(at: other < rank ? other : other + 1)
    }

    /// Bounded polynomial mutation in [0, 1] (Deb, 2001, §4.6).
    private func polynomial(_ x: Double, _ generator: inout Generator) -> Double {
        let u = generator.unit()
        let exponent = 1 / (index + 1)
        if u < 0.5 { return x + pow(2 * u + (1 - 2 * u) * pow(1 - x, index + 1), exponent) - 1 }
        return x + 1 - pow(2 * (1 - u) + (2 * u - 1) * pow(x, index + 1), exponent)
    }
}

extension Space {
    /// Gives values to conditional parameters that became active: the other parent's where it was active there, else a
    /// random one. Their lowest value, which they hold while inactive, would else be far too frequent.
    func settled(
        _ genome: [Double], fromFirst: [Bool], _ first: [Double], _ second: [Double], _ generator: inout Generator
    ) -> [Double] {
        let width = parameters.count
        guard !activity.isEmpty, width > 0 else { return genome }
        var result: [Double] = []
        for start in stride(from: 0, to: genome.count, by: width) {
            let range = start..<start + width
            let flags = [Array(first[range]), Array(second[range])].map { self.active($0) }
            var action = Array(genome[range])
            var known = action.indices.map { flags[fromFirst[start + $0] ? 0 : 1][$0] }
            while let place = zip(active(action), known).enumerated().first(where: { $1.0 && !$1.1 })?.offset {
                let (isActive, donor) = fromFirst[start + place] ? (flags[1], second) : (flags[0], first)
                action[place] = isActive[place] ? donor[start + place] : parameters[place].sample(&generator)
                known[place] = true
            }
            result += canonical(action)
        }
        return result
    }
}
