import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// How the numbers of an environment of steps go on from one step to the next, and where episodes begin: what makes
/// episodes of a proxy of single steps.
public struct StepRules: Sendable, Codable {
    /// How one number goes on.
    struct Rule: Sendable, Codable {
        enum Kind: String, Sendable, Codable {
            /// It changes by the same amount in every step.
            case steady
            /// Its change is foretold.
            case change
            /// The factor that it changes by is foretold, as a logarithm.
            case factor
            /// It is foretold itself.
            case itself
            /// Nothing is known of it.
            case missing
        }

        let kind: Kind
        /// Of a steady one by how much.
        var amount = 0.0
    }

    /// Where an episode may begin.
    struct Start: Sendable, Codable {
        let seen: [Double]
        /// What metrics count as before the first step: what first steps from here gave on average.
        let metrics: [Double?]
    }

    /// The environment.
    let environment: SpecRecord
    let starts: [Start]
    /// One per number that is seen.
    let seen: [Rule]
    /// One per metric.
    let metrics: [Rule]
    /// The places of the numbers that steps read: the others never differ.
    let read: [Int]
    /// Whether episodes end by themselves at the horizon.
    let endsAtHorizon: Bool
    /// Whether some end before, which is then foretold.
    let endsEarly: Bool
    /// The hashes of all that was seen before a step that was learned from, sorted.
    let states: [UInt64]

    /// The name of the metric that says whether an episode ends.
    static let ending = "ends"

    /// The environment's description.
    ///
    /// - Throws: `GymError` (`bad-input`) for what is no description.
    func spec(id: String? = nil) throws -> EnvironmentSpec {
        let spec = try environment.spec()
        return try EnvironmentSpec(
            id: id ?? spec.id, actionSpace: spec.actionSpace, observationNames: spec.observationNames,
            metrics: spec.metrics, horizon: spec.horizon, isPure: false, reference: spec.reference
        ).checked()
    }

    /// Whether a step from here was learned from.
    public func knows(_ seen: [Double]) -> Bool {
        let hash = DesignRows.hash(seen)
        var (low, high) = (0, states.count)
        while low < high {
            let middle = (low + high) / 2
            if states[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < states.count && states[low] == hash
    }

    /// The names of single steps' metrics, in their order: what is seen next, metrics, and the end.
    var foretold: [String] {
        let labels = StepRules.labels(environment.observations)
        return zip(labels, seen).filter { $1.isForetold }.map { "next_\($0.0)" }
            + zip(environment.metricNames, metrics).filter { $1.isForetold }.map(\.0)
            + (endsEarly ? [Self.ending] : [])
    }

    /// Names that a parameter can have, each once.
    static func labels(_ names: [String]) -> [String] {
        let plain = names.map { name in
            String(name.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" }.prefix(80)).lowercased()
        }
        let counts = Dictionary(plain.map { ($0, 1) }, uniquingKeysWith: +)
        return plain.enumerated().map { place, name in counts[name] == 1 ? name : "\(name)_\(place)" }
    }

    /// The logarithm of the factor between two positive numbers.
    static func ratio(_ after: Double, _ before: Double) -> Double { log(after / before) }

    /// The factor of a logarithm, within what doubles hold.
    static func power(_ logarithm: Double) -> Double { exp(min(700, max(-700, logarithm))) }

    /// Whether the parts fit each other and the proxy of single steps.
    func fits(_ proxy: Proxy) -> Bool {
        let parameters = proxy.spec.actionSpace.parameters
        return seen.count == environment.observations.count && metrics.count == environment.metricNames.count
            && !starts.isEmpty
            && starts.allSatisfy {
                $0.seen.count == seen.count && $0.metrics.count == metrics.count && $0.seen.allSatisfy(\.isFinite)
            }
            && read.allSatisfy(seen.indices.contains) && environment.horizon > 1
            && parameters.count == read.count + environment.parameterCount
            && proxy.spec.metrics.map(\.name) == foretold
            && seen.allSatisfy { $0.kind != .factor && $0.kind != .missing }
    }
}

extension StepRules.Rule {
    var isForetold: Bool { kind != .steady && kind != .missing }

    /// The number after a step, from what it was and what a proxy of single steps says.
    func next(_ before: Double?, _ told: Double) -> Double? {
        switch kind {
        case .steady: before.map { $0 + amount }
        case .change: before.map { $0 + told }
        case .factor: before.map { $0 * StepRules.power(told) }
        case .itself: told
        case .missing: nil
        }
    }

    /// What a proxy of single steps is to say of a step; nil where that can't be known.
    func target(_ before: Double?, _ after: Double?) -> Double? {
        guard let after else { return nil }
        switch kind {
        case .change: return before.map { after - $0 }
        case .factor: return before.map { StepRules.ratio(after, $0) }
        case .itself: return after
        case .steady, .missing: return nil
        }
    }
}
