import Foundation
import Gym

/// What the log keeps of an environment's description: all that its columns and numbers mean, and no more, so that a
/// reworded note does not make another table.
struct SpaceRecord: Codable, Sendable {
    fileprivate struct Axis: Codable {
        var name, domain, scale, unit: String
        var low, high: Double?
        var step: Int?
        var values: [Double]?
        var choices: [String]?
    }

    fileprivate struct Quantity: Codable {
        var name, unit, goal: String
        var isPositive, isDeterministic: Bool
    }

    let environment: String
    fileprivate let parameters: [Axis]
    private let constraints: [String]
    private let activity: [String: String]
    private let observations: [String]
    fileprivate let metrics: [Quantity]
    private let horizon: Int
    private let isPure: Bool

    /// Notes what a description says.
    init(_ spec: EnvironmentSpec) {
        environment = spec.id
        parameters = spec.actionSpace.parameters.map(Axis.init)
        constraints = spec.actionSpace.constraints.map(\.text)
        activity = spec.actionSpace.activity.mapValues(\.text)
        observations = spec.observationNames
        metrics = spec.metrics.map {
            Quantity(
                name: $0.name, unit: $0.unit, goal: $0.goal.rawValue, isPositive: $0.isPositive,
                isDeterministic: $0.isDeterministic)
        }
        (horizon, isPure) = (spec.horizon, spec.isPure)
    }

    /// Reads what `text` wrote.
    init(text: String) throws {
        self = try JSONDecoder().decode(SpaceRecord.self, from: Data(text.utf8))
    }

    /// As JSON; equal descriptions give equal texts.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The description again, without its notes and defaults.
    func spec(reference: [Double?], traits: [Double] = []) throws -> EnvironmentSpec {
        EnvironmentSpec(
            id: environment,
            actionSpace: try Space(
                checking: parameters.map { try $0.parameter() }, constraints: constraints, activity: activity),
            observationNames: observations,
            metrics: metrics.map {
                Metric(
                    $0.name, unit: $0.unit, goal: Metric.Goal(rawValue: $0.goal) ?? .minimize,
                    isPositive: $0.isPositive, isDeterministic: $0.isDeterministic)
            }, horizon: horizon, isPure: isPure, reference: reference, traits: traits)
    }
}

extension SpaceRecord.Axis {
    fileprivate init(_ parameter: Parameter) {
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
    }

    fileprivate func parameter() throws -> Parameter {
        let range = (low ?? 0)...max(low ?? 0, high ?? 0)
        let whole = (Int(exactly: range.lowerBound) ?? 0, Int(exactly: range.upperBound) ?? 0)
        let domain: Parameter.Domain =
            switch self.domain {
            case "integer": .integer(whole.0...max(whole.0, whole.1), step: step ?? 1)
            case "real": .real(range)
            case "ordinal": .ordinal(values ?? [])
            case "categorical": .categorical(choices ?? [])
            default: throw GymError(.logUnusable, "the log holds an unknown kind of parameter: '\(self.domain)'")
            }
        return Parameter(name, domain, scale: Parameter.Scale(rawValue: scale) ?? .linear, unit: unit)
    }
}
