public import Gym

/// Follows the advice of a rule of thumb, so that rules stand beside learned policies in one study.
///
/// An environment gives advice as numbers of its observation whose names begin with `advice_`: the choice that the rule
/// would make now. Where the rule's choice is not legal, the first legal one is taken; an environment that gives no
/// such advice is refused.
public struct Heuristic: Agent {
    /// The name in manifests.
    public static let name = "heuristic"
    /// What it does.
    public static let summary = "Follows a rule of thumb that the environment gives advice of, such as etf"
    /// Which rule.
    public static let hyperparameters = Space([
        Parameter(
            "rule", .categorical(["first"] + rules), default: "first",
            note: "whose advice is followed; first: the environment's first one")
    ])

    /// What the names of advice in an observation begin with; learned policies don't see it.
    static let prefix = "advice_"
    private static let rules = ["etf", "eft", "met", "peft", "heft-rt"]

    private let space: Space
    private let column: Int

    /// Prepares to follow a rule.
    ///
    /// - Throws: `GymError` where the environment gives no advice of the rule, or asks for more than one choice.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        space = problem.spec.actionSpace
        let names = problem.spec.observationNames
        let known = names.filter { $0.hasPrefix(Heuristic.prefix) }
        let rule = settings.choice("rule") ?? "first"
        let wanted = rule == "first" ? known.first : Heuristic.prefix + rule
        guard let wanted, let column = names.firstIndex(of: wanted) else {
            let given = known.map { String($0.dropFirst(Heuristic.prefix.count)) }
            throw GymError(
                .badInput, "'\(problem.spec.id)' gives no advice of the rule '\(rule)'",
                hint: given.isEmpty ? "it gives none at all" : "rules: " + given.joined(separator: ", "),
                field: "rule")
        }
        guard space.parameters.count == 1, space.parameters[0].isCategorical else {
            throw GymError(.badInput, "'\(Heuristic.name)' follows advice of one choice only", field: "rule")
        }
        self.column = column
    }

    /// What the rule advises in each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        observations.map { observation in
            let value = observation.values.indices.contains(column) ? observation.values[column] : 0
            let action = [value]
            if space.contains(action), space.allows(action, legal: observation.legal) { return action }
            return [Double(observation.legal?.first?.firstIndex(of: true) ?? 0)]
        }
    }

    /// Nothing is learned.
    public mutating func tell(_ transitions: [Transition]) {}
}
