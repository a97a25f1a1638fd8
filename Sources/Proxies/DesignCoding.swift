import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// Designs as each kind of model reads them.
///
/// Further numbers may stand behind a design's own coordinates: what was foretold of cheaper metrics.
struct DesignCoding: Sendable {
    /// At most so many products of features; beyond that a linear model has none.
    private static let pairLimit = 800

    let space: Space
    private let extras: Int

    init(_ space: Space, extras: Int = 0) { (self.space, self.extras) = (space, extras) }

    // MARK: Trees

    /// The axes of a tree.
    var axes: [RandomForest.Axis] {
        space.parameters.map { parameter in
            if case .categorical(let choices) = parameter.domain { .choice(choices.count) } else { .number }
        } + [RandomForest.Axis](repeating: .number, count: extras)
    }

    /// A design for trees: what is not active lies apart, a number below all others, a choice at -1.
    func natural(_ action: Action, _ extra: [Double] = []) -> [Double] {
        let active = flags(action)
        return action.indices.map { place in
            guard active?[place] ?? true else {
                return DesignCoding.apart(space.parameters[place])
            }
            return action[place]
        } + extra
    }

    /// Where trees find a parameter that is not active: below all its values.
    static func apart(_ parameter: Parameter) -> Double {
        parameter.isCategorical ? -1 : 2 * parameter.lowest - parameter.highest - 1
    }

    // MARK: Gaussian processes

    /// The covariance of a process; runs of one alphabet are compared as sequences too.
    var kernel: DesignKernel {
        let axes = space.parameters.map { $0.isCategorical ? DesignKernel.Axis.choice : .number }
        let domains = Set(space.parameters.map(\.domain))
        var sequence: SequenceFeatures?
        if axes.count > 2, domains.count == 1, space.activity.isEmpty, extras == 0,
            case .categorical(let choices)? = domains.first, (2...40).contains(choices.count)
        {
            sequence = SequenceFeatures(alphabet: choices.count)
        }
        return DesignKernel(axes + [DesignKernel.Axis](repeating: .number, count: extras), sequence: sequence)
    }

    /// A design for a process: numbers in 0 … 1 on their scales.
    func scaled(_ action: Action, _ extra: [Double] = []) -> [Double] {
        let active = flags(action)
        return action.indices.map { place in
            let parameter = space.parameters[place]
            guard active?[place] ?? true else { return parameter.isCategorical ? -1 : -0.5 }
            return parameter.isCategorical ? action[place] : parameter.encode(action[place])
        } + extra
    }

    // MARK: Linear models and networks

    /// Which parameter each feature stands for, and whether it is one of a choice.
    private var owners: [(parameter: Int, isChoice: Bool)] {
        space.parameters.enumerated().flatMap { place, parameter in
            [(parameter: Int, isChoice: Bool)](
                repeating: (place, parameter.isCategorical), count: width(of: parameter, at: place))
        } + (0..<extras).map { (space.parameters.count + $0, false) }
    }

    private func width(of parameter: Parameter, at place: Int) -> Int {
        if case .categorical(let choices) = parameter.domain { return choices.count }
        return 1 + (bends(parameter) ? 2 : 0) + (isConditional(parameter) ? 1 : 0)
    }

    /// Whether a number ranges so far that its logarithm and inverse are features too.
    func bends(_ parameter: Parameter) -> Bool {
        parameter.lowest > 0 && parameter.highest >= 4 * parameter.lowest
    }

    /// Whether a parameter may be inactive.
    func isConditional(_ parameter: Parameter) -> Bool { space.activity[parameter.name] != nil }

    /// How many features there are.
    var featureCount: Int { owners.count }

    /// The products that a linear model has: all but those of one choice's features with each other.
    var pairs: [Ridge.Pair] {
        let owners = owners
        var pairs: [Ridge.Pair] = []
        for first in owners.indices {
            for second in first..<owners.count {
                let isOneChoice = owners[first].isChoice && owners[first].parameter == owners[second].parameter
                if !isOneChoice { pairs.append(Ridge.Pair(first, second)) }
                if pairs.count > DesignCoding.pairLimit { return [] }
            }
        }
        return pairs
    }

    /// A design as features: a choice one by one; a number in 0 … 1, where it ranges over a factor of four also its
    /// logarithm and its inverse, since hardware's laws are of these forms; zeros where it is not active, which is then
    /// a feature too.
    func features(_ action: Action, _ extra: [Double] = []) -> [Double] {
        let active = flags(action)
        var features: [Double] = []
        for (place, parameter) in space.parameters.enumerated() {
            let (isActive, value) = (active?[place] ?? true, action[place])
            if case .categorical(let choices) = parameter.domain {
                features += choices.indices.map { isActive && Double($0) == value ? 1 : 0 }
                continue
            }
            let range = parameter.highest - parameter.lowest
            features.append(isActive && range > 0 ? (value - parameter.lowest) / range : 0)
            if bends(parameter) {
                let ratio = value / parameter.lowest
                features += isActive ? [log(ratio) / log(parameter.highest / parameter.lowest), 1 / ratio] : [0, 0]
            }
            if isConditional(parameter) { features.append(isActive ? 1 : 0) }
        }
        return features + extra
    }

    private func flags(_ action: Action) -> [Bool]? { space.activity.isEmpty ? nil : space.active(action) }
}
