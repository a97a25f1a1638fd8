public import Gym

/// Chooses an agent by budget, objectives, horizon and space, and hands the problem over to it: the default.
///
/// What counts is evaluations: samples in a one-shot problem, episodes in others. The rule follows what was measured on
/// the synthetic benchmarks (Experiments/agents-versus-peers.md): a Gaussian process finds most with few of them but
/// costs more time with every one, so that with many it only begins, and a quick search goes on from what it found.
public struct AutoSearch: Agent {
    /// The name in manifests.
    public static let name = "auto"
    /// What it does.
    public static let summary = "Chooses among the other agents by budget and space: the default"
    /// It has none: every choice follows from the problem.
    public static let hyperparameters = Space([])
    /// One of those that it chooses among does.
    public static let takesNotes = true

    /// So many evaluations are few.
    private static let few = 200
    /// So many the Gaussian process has where they are not few.
    private static let beginning = 100
    /// Beyond so many values of a design or episode comparing them costs too much.
    private static let longest = 200

    /// An agent, and before which sample it is asked.
    private struct Stage: Sendable {
        let end: Int
        var agent: any Agent
    }

    private var stages: [Stage]
    private var count = 0
    /// Which agents were chosen, and why.
    public let decision: String?

    /// Chooses; throws when the agent chosen can't work on the problem.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        let (names, ends, reason) = Self.choice(problem)
        stages = try zip(names, ends).map { name, end in
            let agent = try AgentCatalog.make(name, problem, seed: Generator.derive(seed, [Self.name, name]))
            return Stage(end: end, agent: agent)
        }
        decision = reason
    }

    private var current: Int { stages.firstIndex { count < $0.end } ?? stages.count - 1 }

    /// The action of the agent whose turn it is, in each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        try stages[current].agent.ask(observations)
    }

    /// Of the agent whose turn it is.
    public var note: [UInt64] { stages[current].agent.note }

    /// That agent's action, by its note.
    public mutating func ask(_ observations: [Observation], recalling note: [UInt64]) throws -> [Action] {
        try stages[current].agent.ask(observations, recalling: note)
    }

    /// Tells that agent, and those that come after it.
    public mutating func tell(_ transitions: [Transition]) throws {
        for stage in current..<stages.count { try stages[stage].agent.tell(transitions) }
        count += transitions.count
    }
}

extension AutoSearch {
    /// The agents in their order, before which sample each is asked, and why in words.
    private static func choice(_ problem: Problem) -> (names: [String], ends: [Int], reason: String) {
        let (space, horizon) = (problem.spec.actionSpace, max(1, problem.spec.horizon))
        let evaluations = problem.sampleBudget.map { $0 / horizon }
        let word = horizon == 1 ? "samples" : "episodes"
        func only(_ name: String, _ reason: String) -> (names: [String], ends: [Int], reason: String) {
            ([name], [.max], "\(name), since \(reason)")
        }
        if problem.objective.kind == .pareto, problem.objective.terms.count > 1 {
            return only("nsga2", "there are \(problem.objective.terms.count) objectives")
        }
        if horizon == 1, let evaluations, space.cardinality <= Double(evaluations) {
            return only("grid", "the budget is enough for all \(Int(space.cardinality)) designs")
        }
        let (length, overflows) = horizon.multipliedReportingOverflow(by: space.parameters.count)
        if overflows || length > longest {
            return only("annealing", "there are \(overflows ? "too many" : "\(length)") values to choose")
        }
        if let evaluations, evaluations <= few { return only("bayesian", "\(evaluations) \(word) are few") }
        let amount = evaluations.map { "\($0) \(word) are many" } ?? "there may be many \(word)"
        guard horizon == 1 else { return only("annealing", amount) }
        return (
            ["bayesian", "genetic"], [beginning, .max],
            "bayesian for the first \(beginning) samples, then genetic, since \(amount)"
        )
    }
}
