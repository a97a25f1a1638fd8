/// An environment's description as files keep it: everything that the columns and numbers of a log or a learned model
/// mean. Equal descriptions give equal records.
package struct SpecRecord: Codable, Sendable, Hashable {
    /// How much of a description is kept.
    package enum Extent: Sendable {
        /// What tells one meaning from another: a reworded note makes no other record.
        case meaning
        /// Notes, defaults, the reference's metrics and traits too.
        case whole
    }

    fileprivate struct Axis: Codable, Sendable, Hashable {
        var name, domain, scale, unit: String
        var low, high: Double?
        var step: Int?
        var values: [Double]?
        var choices: [String]?
        var note: String?
        /// The default, one or the other.
        var number: Double?
        var word: String?
    }

    fileprivate struct Quantity: Codable, Sendable, Hashable {
        var name, unit, goal: String
        var isPositive, isDeterministic: Bool
        var note: String?
    }

    /// The environment's id.
    package let environment: String
    fileprivate let parameters: [Axis]
    private let constraints: [String]
    private let activity: [String: String]
    /// What it shows.
    package let observations: [String]
    fileprivate let metrics: [Quantity]
    /// The most steps of an episode.
    package let horizon: Int
    private let isPure: Bool
    private let reference: [Double?]?
    private let traits: [Double]?

    /// Notes what a description says.
    package init(_ spec: EnvironmentSpec, _ extent: Extent) {
        let isWhole = extent == .whole
        environment = spec.id
        parameters = spec.actionSpace.parameters.map { Axis($0, isWhole: isWhole) }
        constraints = spec.actionSpace.constraints.map(\.text)
        activity = spec.actionSpace.activity.mapValues(\.text)
        observations = spec.observationNames
        metrics = spec.metrics.map {
            Quantity(
                name: $0.name, unit: $0.unit, goal: $0.goal.rawValue, isPositive: $0.isPositive,
                isDeterministic: $0.isDeterministic, note: isWhole ? $0.note : nil)
        }
        (horizon, isPure) = (spec.horizon, spec.isPure)
        (reference, traits) = isWhole ? (spec.reference, spec.traits) : (nil, nil)
    }

    /// How many parameters an action has.
    package var parameterCount: Int { parameters.count }
    /// What its metrics are called.
    package var metricNames: [String] { metrics.map(\.name) }

    /// The description again, with a reference and traits that are kept elsewhere where they are given.
    ///
    /// - Throws: `GymError` (`bad-input`) for what is no description.
    package func spec(reference: [Double?]? = nil, traits: [Double]? = nil) throws -> EnvironmentSpec {
        EnvironmentSpec(
            id: environment,
            actionSpace: try Space(
                checking: parameters.map { try $0.parameter() }, constraints: constraints, activity: activity),
            observationNames: observations,
            metrics: metrics.map {
                Metric(
                    $0.name, unit: $0.unit, goal: Metric.Goal(rawValue: $0.goal) ?? .minimize,
                    isPositive: $0.isPositive, isDeterministic: $0.isDeterministic, note: $0.note ?? "")
            }, horizon: horizon, isPure: isPure, reference: reference ?? self.reference ?? [],
            traits: traits ?? self.traits ?? [])
    }
}

extension SpecRecord.Axis {
    fileprivate init(_ parameter: Parameter, isWhole: Bool) {
        (name, unit, scale) = (parameter.name, parameter.unit, parameter.scale.rawValue)
        switch parameter.domain {
        case .integer(let range, let step):
            (domain, low, high, self.step) = ("integer", Double(range.lowerBound), Double(range.upperBound), step)
        case .real(let range):
            (domain, low, high) = ("real", range.lowerBound, range.upperBound)
        case .ordinal(let values):
            (domain, self.values) = ("ordinal", values)
        case .categorical(let choices):
            (domain, self.choices) = ("categorical", choices)
        }
        guard isWhole else { return }
        (note, number) = (parameter.note, parameter.defaultValue?.number)
        if number == nil { word = parameter.defaultValue?.text }
    }

    fileprivate func parameter() throws -> Parameter {
        let (first, last) = (low ?? .nan, high ?? .nan)
        let domain: Parameter.Domain
        switch self.domain {
        case "integer":
            guard let first = Int(exactly: first), let last = Int(exactly: last), first <= last else { throw flaw }
            domain = .integer(first...last, step: step ?? 1)
        case "real":
            guard first <= last else { throw flaw }
            domain = .real(first...last)
        case "ordinal": domain = .ordinal(values ?? [])
        case "categorical": domain = .categorical(choices ?? [])
        default: throw flaw
        }
        guard let scale = Parameter.Scale(rawValue: scale) else { throw flaw }
        let value = number.map(Value.number) ?? word.map(Value.text)
        return Parameter(name, domain, scale: scale, unit: unit, default: value, note: note ?? "")
    }

    private var flaw: GymError { GymError(.badInput, "the parameter '\(name)' of a recorded space makes no sense") }
}
