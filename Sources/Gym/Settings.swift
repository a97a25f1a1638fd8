/// The hyperparameters of one agent: a checked value for each, or none where the agent is to choose from the budget.
public struct Settings: Sendable, Hashable {
    /// What is set, defaults included; names without a value are left to the agent.
    public let values: [String: Value]

    /// Fills in defaults and checks what was given against the agent's own space.
    ///
    /// - Throws: `GymError` (`bad-input`): an unknown name with a guess, or a value that a hyperparameter can't take.
    public init(_ given: [String: Value] = [:], space: Space) throws {
        for name in given.keys.sorted() where space.index(of: name) == nil {
            throw GymError.unknown(.badInput, "hyperparameter", name, among: space.parameters.map(\.name))
        }
        var values: [String: Value] = [:]
        for parameter in space.parameters {
            guard let written = given[parameter.name] ?? parameter.defaultValue else { continue }
            values[parameter.name] = parameter.named(try parameter.value(of: written, code: .badInput))
        }
        self.values = values
    }

    /// A number, nil where it is left to the agent.
    public func number(_ name: String) -> Double? { values[name]?.number }

    /// A whole number, nil where it is left to the agent.
    public func integer(_ name: String) -> Int? { number(name).map { Int($0) } }

    /// A word, nil where it is left to the agent.
    public func choice(_ name: String) -> String? { values[name]?.text }
}
