import Agents
public import Gym
public import Testing

/// Spaces and objectives that agents are tried on.
enum Problems {
    /// Every kind of domain, a condition and a constraint.
    static let mixed = Space(
        [
            Parameter("depth", .integer(2...12, step: 2), default: 2),
            Parameter("voltage", .real(0.5...1.5)),
            Parameter("width", .ordinal([8, 16, 64]), scale: .log2),
            Parameter("policy", .categorical(["open", "closed", "adaptive"])),
            Parameter("timeout", .integer(1...4), note: "active with policy adaptive alone"),
        ],
        constraints: ["depth * width <= 400", "policy != closed or depth > 2"],
        activity: ["timeout": "policy == adaptive"])

    /// The space of the bowl: smooth, 6 axes of 101 values.
    static let bowl = Space((0..<6).map { Parameter("x\($0)", .integer(0...100)) })

    /// A space of one kind of axis, for exhausting it: `count` designs.
    static func line(_ count: Int) -> Space { Space([Parameter("x", .integer(1...count))]) }

    static func spec(_ space: Space, horizon: Int = 1) -> EnvironmentSpec {
        EnvironmentSpec(
            id: "trial-v0", actionSpace: space, metrics: [Metric("cost", unit: "1", goal: .minimize)], horizon: horizon)
    }

    static func problem(_ space: Space, budget: Int? = 200, slots: Int = 4, horizon: Int = 1) -> Problem {
        let spec = spec(space, horizon: horizon)
        return Problem(spec: spec, objective: .first(of: spec), sampleBudget: budget, slots: slots)
    }

    /// How near 37 an action lies on every axis, 0 at best.
    static func bowlReward(_ action: Action) -> Double {
        -action.reduce(0) { $0 + ($1 - 37) * ($1 - 37) }
    }

    static func transition(
        _ number: Int, _ action: Action, reward: Double?, violation: Double = 0, isOver: Bool = true
    ) -> Transition {
        let status: Evaluation.Status = reward == nil ? .infeasible("no reward") : .ok
        return Transition(
            sample: Int64(number), action: action, reward: reward, violation: violation, terminated: isOver,
            evaluation: Evaluation(metrics: [reward], terminated: isOver, status: status))
    }
}

extension AgentEntry: CustomTestStringConvertible {
    /// The agent's name, so that a failing test says which one.
    public var testDescription: String { name }

    func made(_ problem: Problem, seed: UInt64 = 1, _ given: [String: Value] = [:]) throws -> any Agent {
        try make(problem, settings: Settings(given, space: hyperparameters), seed: seed)
    }
}

/// Drives an agent over a space and keeps what it did.
struct Drive {
    private(set) var agent: any Agent
    private(set) var actions: [Action] = []
    private(set) var rewards: [Double?] = []
    let slots: Int
    /// The mask that a round's observations carry.
    var legal: [[Bool]]?
    /// Whether every step ends its episode; else the agent counts the steps itself.
    var endsEpisodes = true

    init(_ agent: any Agent, slots: Int = 4, legal: [[Bool]]? = nil) {
        (self.agent, self.slots, self.legal) = (agent, slots, legal)
    }

    var best: Double { rewards.compactMap(\.self).max() ?? -.infinity }

    /// One ask and one tell of at most `limit` transitions; the reward of an action is computed from its number too.
    @discardableResult
    mutating func round(limit: Int = .max, reward: (Int, Action) -> Double?) throws -> [Action] {
        let asked = try agent.ask([Observation](repeating: Observation([], legal: legal), count: slots))
        let done = asked.prefix(limit)
        let transitions = done.enumerated().map { offset, action in
            Problems.transition(
                actions.count + offset, action, reward: reward(actions.count + offset, action), isOver: endsEpisodes)
        }
        try agent.tell(transitions)
        actions += done
        rewards += transitions.map(\.reward)
        return asked
    }

    mutating func run(_ budget: Int, reward: (Action) -> Double?) throws {
        while actions.count < budget { try round(limit: budget - actions.count) { reward($1) } }
    }
}
