/// A point of a `Space` in natural coordinates: integers, reals, ordinals hold their value, categoricals the index of
/// their choice; an inactive parameter holds its lowest value.
public typealias Action = [Double]

/// Ordered parameters with constraints between them and conditions under which each is active.
///
/// One kind of space describes designs, an agent's hyperparameters and what a sweep draws from.
public struct Space: Sendable {
    /// At most this many parameters.
    public static let parameterLimit = 1_000

    /// The axes, in the order of an action's coordinates.
    public let parameters: [Parameter]
    /// What every legal action satisfies.
    public let constraints: [Expression]
    /// For a conditional parameter, when it is active; it is inactive too when a parameter it depends on is.
    public let activity: [String: Expression]

    let constraintTests: [Predicate]
    /// One entry per parameter, nil for an unconditional one.
    let activityTests: [Predicate?]

    /// Makes a space that is written in the program; a mistake in it stops the program with its sentence.
    public init(
        _ parameters: [Parameter], constraints: [String] = [], activity: [String: String] = [:]
    ) {
        do {
            try self.init(checking: parameters, constraints: constraints, activity: activity)
        } catch {
            preconditionFailure("a space in the program is wrong: \(error)")
        }
    }

    /// Makes a space that came from outside.
    ///
    /// - Throws: `GymError` (`bad-input`): an empty or backward domain, a name twice, a scale that a domain does not
    ///   allow, a default outside its domain, or a condition that refers to a later parameter.
    public init(
        checking parameters: [Parameter], constraints: [String] = [], activity: [String: String] = [:]
    ) throws {
        try Space.check(parameters)
        self.parameters = parameters
        self.constraints = try constraints.map(Expression.init)
        self.activity = try activity.mapValues(Expression.init)
        constraintTests = try self.constraints.map { try Predicate($0, quantities: parameters) }
        let conditions = self.activity
        activityTests = try parameters.enumerated().map { index, parameter in
            guard let condition = conditions[parameter.name] else { return nil }
            // Only earlier parameters may decide, so that one pass in order settles all of them.
            return try Predicate(condition, quantities: Array(parameters[..<index]))
        }
        for name in activity.keys.sorted() where !parameters.contains(where: { $0.name == name }) {
            throw GymError.unknown(.badInput, "parameter", name, among: parameters.map(\.name))
        }
    }

    /// The number of points before constraints, every parameter counted as active; infinite with a real parameter.
    public var cardinality: Double {
        parameters.reduce(1) { $0 * $1.count }
    }

    /// The place of a parameter; nil where the space has none of that name.
    public func index(of name: String) -> Int? {
        parameters.firstIndex { $0.name == name }
    }

    /// Which parameters matter at this action.
    public func active(_ action: Action) -> [Bool] {
        var flags = [Bool](repeating: true, count: parameters.count)
        for (index, test) in activityTests.enumerated() {
            guard let test else { continue }
            flags[index] = test.places.allSatisfy { flags[$0] } && test.isTrue(action)
        }
        return flags
    }

    /// The same design with every inactive parameter at its lowest value, so that equal designs are equal numbers.
    public func canonical(_ action: Action) -> Action {
        guard !activity.isEmpty else { return action }
        var result = action
        for (index, isActive) in active(action).enumerated() where !isActive {
            result[index] = parameters[index].lowest
        }
        return result
    }

    /// Whether the action is legal: the right length, every value in its domain, every constraint satisfied.
    public func contains(_ action: Action) -> Bool {
        guard action.count == parameters.count else { return false }
        for (parameter, value) in zip(parameters, action) where !parameter.contains(value) { return false }
        return satisfiesConstraints(canonical(action))
    }

    /// Whether the constraints hold of an action whose values lie in their domains.
    public func satisfiesConstraints(_ action: Action) -> Bool {
        constraintTests.allSatisfy { $0.isTrue(action) }
    }

    /// Whether those constraints hold whose last parameter is this one, so that a design which is chosen parameter by
    /// parameter can keep them as it grows; the later values don't matter.
    public func satisfiesConstraints(_ action: Action, decidedBy index: Int) -> Bool {
        constraintTests.allSatisfy { $0.places.max() != index || $0.isTrue(action) }
    }

    /// Whether a constraint's last parameter is this one.
    public func decidesConstraint(_ index: Int) -> Bool {
        constraintTests.contains { $0.places.max() == index }
    }

    /// Checks an action that came from outside and returns it in canonical form.
    ///
    /// - Throws: `GymError` (`illegal-action`) that names the first parameter or constraint that is broken.
    public func checked(_ action: Action) throws -> Action {
        guard action.count == parameters.count else {
            throw GymError(
                .illegalAction, "an action has \(action.count) values, the space has \(parameters.count) parameters")
        }
        for (parameter, value) in zip(parameters, action) where !parameter.contains(value) {
            throw parameter.outside(value)
        }
        // Adding zero makes minus zero plain, so that equal designs have equal bits.
        let action = canonical(action).map { $0 + 0 }
        for test in constraintTests where !test.isTrue(action) {
            throw GymError(.illegalAction, "the design breaks the constraint '\(test.expression.text)'")
        }
        return action
    }

    private static func check(_ parameters: [Parameter]) throws {
        guard parameters.count <= parameterLimit else {
            throw GymError(.tooLarge, "a space has \(parameters.count) parameters; at most \(parameterLimit) fit")
        }
        var seen: Set<String> = []
        for parameter in parameters {
            guard !parameter.name.isEmpty, !parameter.name.hasPrefix("_"), seen.insert(parameter.name).inserted else {
                throw GymError(
                    .badInput, "a parameter's name is empty, begins with '_' or is there twice: '\(parameter.name)'",
                    field: parameter.name)
            }
            if let flaw = parameter.flaw {
                throw GymError(.badInput, "the parameter '\(parameter.name)' \(flaw)", field: parameter.name)
            }
            if let value = parameter.defaultValue { _ = try parameter.value(of: value, code: .badInput) }
        }
    }
}

extension Space: Hashable {
    /// Two spaces are equal when their parameters, constraints and conditions are.
    public static func == (left: Space, right: Space) -> Bool {
        left.parameters == right.parameters && left.constraints == right.constraints && left.activity == right.activity
    }

    /// Hashes the parameters.
    public func hash(into hasher: inout Hasher) { hasher.combine(parameters) }
}

extension Parameter {
    /// What is wrong with the declaration, as the rest of a sentence; nil where nothing is.
    fileprivate var flaw: String? {
        switch domain {
        case .integer(_, let step) where step < 1: return "has a step below 1"
        case .integer(let range, _) where range.lowerBound < -(1 << 53) || range.upperBound > 1 << 53:
            return "has integers beyond 2^53"
        case .real(let range) where !range.lowerBound.isFinite || !range.upperBound.isFinite:
            return "has a range that is not finite"
        case .real(let range) where !(range.upperBound - range.lowerBound).isFinite:
            return "has a range that is wider than a double"
        case .ordinal(let values) where values.isEmpty || values.contains { !$0.isFinite }:
            return "has no values, or values that are not finite"
        case .ordinal(let values) where zip(values, values.dropFirst()).contains { $0 >= $1 }:
            return "has ordinal values that do not rise"
        case .categorical(let choices) where choices.isEmpty || Set(choices).count != choices.count:
            return "has no choices, or one twice"
        case .categorical where scale != .linear: return "has a scale, but its choices have no order"
        default:
            return scale != .linear && lowest <= 0 ? "has the scale \(scale) and values that are not positive" : nil
        }
    }
}
