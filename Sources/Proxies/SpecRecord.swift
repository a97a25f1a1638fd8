import Gym

/// An environment's description as a model file holds it: all that designs and numbers mean.
struct SpecRecord: Sendable, Codable {
    struct Axis: Sendable, Codable {
        var name, domain, scale, unit, note: String
        var low, high: Double?
        var step: Int?
        var values: [Double]?
        var choices: [String]?
        var number: Double?
        var word: String?
    }

    struct Quantity: Sendable, Codable {
        var name, unit, goal, note: String
        var isPositive, isDeterministic: Bool
    }

    let id: String
    let parameters: [Axis]
    let constraints: [String]
    let activity: [String: String]
    let metrics: [Quantity]
    let reference: [Double?]

    init(_ spec: EnvironmentSpec) {
        id = spec.id
        parameters = spec.actionSpace.parameters.map(Axis.init)
        constraints = spec.actionSpace.constraints.map(\.text)
        activity = spec.actionSpace.activity.mapValues(\.text)
        metrics = spec.metrics.map {
            Quantity(
                name: $0.name, unit: $0.unit, goal: $0.goal.rawValue, note: $0.note, isPositive: $0.isPositive,
                isDeterministic: $0.isDeterministic)
        }
        reference = spec.reference
    }

    /// The description again.
    ///
    /// - Throws: `GymError` (`bad-input`) for what is no description.
    func spec() throws -> EnvironmentSpec {
        try EnvironmentSpec(
            id: id,
            actionSpace: Space(
                checking: parameters.map { try $0.parameter() }, constraints: constraints, activity: activity),
            metrics: metrics.map {
                Metric(
                    $0.name, unit: $0.unit, goal: Metric.Goal(rawValue: $0.goal) ?? .minimize,
                    isPositive: $0.isPositive, isDeterministic: $0.isDeterministic, note: $0.note)
            }, reference: reference
        ).checked()
    }
}

extension SpecRecord.Axis {
    init(_ parameter: Parameter) {
        (name, unit, note) = (parameter.name, parameter.unit, parameter.note)
        (scale, number, word) = (parameter.scale.rawValue, parameter.defaultValue?.number, nil)
        if number == nil { word = parameter.defaultValue?.text }
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
    }

    func parameter() throws -> Parameter {
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
        return Parameter(name, domain, scale: scale, unit: unit, default: value, note: note)
    }

    private var flaw: GymError { GymError(.badInput, "the parameter '\(name)' of a proxy's space makes no sense") }
}
