/// What an agent is to solve.
public struct Problem: Sendable {
    /// The environment, with its action space.
    public let spec: EnvironmentSpec
    /// What counts as better; agents maximise the reward that it gives.
    public let objective: Objective
    /// How many samples will be paid for; agents may scale themselves to it. Nil where it is not known.
    public let sampleBudget: Int?
    /// How many actions each `ask` returns.
    public let slots: Int
    /// Other instances of the environment that were searched before; agents may learn from them what is often good.
    public var precedents: [Precedent] = []

    /// Poses a problem.
    public init(spec: EnvironmentSpec, objective: Objective, sampleBudget: Int?, slots: Int) {
        (self.spec, self.objective) = (spec, objective)
        (self.sampleBudget, self.slots) = (sampleBudget, slots)
    }
}

/// What was found on another instance of an environment with the same parameters, such as another circuit.
public struct Precedent: Sendable, Hashable {
    /// What that instance is like, as `EnvironmentSpec.traits`.
    public let traits: [Double]
    /// Designs that were tried there, canonical, the best first and none twice.
    public let designs: [Action]
    /// The score of each under the problem's objective; every one has a reward.
    public let scores: [Score]

    /// Notes what was found.
    public init(traits: [Double], designs: [Action], scores: [Score]) {
        (self.traits, self.designs, self.scores) = (traits, designs, scores)
    }
}

/// What became of one action: what an agent learns from.
public struct Transition: Sendable, Hashable {
    /// The number of the sample in its trial, from 0.
    public var sample: Int64
    /// What was done, in canonical form.
    public var action: Action
    /// What the agent saw before.
    public var observation: Observation
    /// What it would see next in the same episode; the final observation where the episode ended.
    public var nextObservation: Observation
    /// More is better; nil when the status is not ok.
    public var reward: Double?
    /// How far the design is from satisfying the constraints, relative to their bounds; 0 where it does.
    public var violation: Double
    /// The episode ended by the environment's rules.
    public var terminated: Bool
    /// The episode was cut at the horizon.
    public var truncated: Bool
    /// Metrics and status.
    public var evaluation: Evaluation

    /// Records what became of an action.
    public init(
        sample: Int64, action: Action, observation: Observation = Observation(),
        nextObservation: Observation = Observation(), reward: Double?, violation: Double = 0, terminated: Bool = true,
        truncated: Bool = false, evaluation: Evaluation
    ) {
        (self.sample, self.action, self.observation) = (sample, action, observation)
        (self.nextObservation, self.reward, self.violation) = (nextObservation, reward, violation)
        (self.terminated, self.truncated, self.evaluation) = (terminated, truncated, evaluation)
    }
}

/// Searches. An agent is a pure function of (problem, settings, seed, history): asked and told the same, it asks the
/// same, bit for bit; resuming a trial rests on that.
public protocol Agent: Sendable {
    /// The name in manifests: lower-case words joined by `-`.
    static var name: String { get }
    /// What it does, in one line.
    static var summary: String { get }
    /// Its hyperparameters with their defaults: what a lottery draws from.
    static var hyperparameters: Space { get }
    /// Whether asks cost so much that their notes are worth keeping; false where nothing else is said.
    static var takesNotes: Bool { get }

    /// Prepares a search; throws `GymError` for a problem that it can't work on.
    init(_ problem: Problem, settings: Settings, seed: UInt64) throws

    /// One legal action per observation; there are as many observations as slots.
    mutating func ask(_ observations: [Observation]) throws -> [Action]

    /// What became of the last actions, in the same order. There may be fewer than were asked for, since a budget is
    /// met exactly, and some that were never asked for, since a study may begin with designs of its own.
    mutating func tell(_ transitions: [Transition]) throws

    /// What the last `ask` found and would take long to find again, in words whose meaning is the agent's own: a pure
    /// function of what actions are one of. A log keeps it, so that a trial is resumed quickly.
    var note: [UInt64] { get }

    /// The actions that `ask` gives, and the state that it leaves, by the note that it left.
    ///
    /// - Throws: `GymError` (`replay-mismatch`) for words that can't be this ask's note. Others may go unnoticed: who
    ///   calls this asks in full now and then, and compares.
    mutating func ask(_ observations: [Observation], recalling note: [UInt64]) throws -> [Action]

    /// What it settled on for its problem, and why, in a few words for people; nil where there is nothing to say.
    var decision: String? { get }
}

extension Agent {
    /// Few agents take notes.
    public static var takesNotes: Bool { false }
    /// Nothing.
    public var note: [UInt64] { [] }
    /// Asks, whatever the note.
    public mutating func ask(_ observations: [Observation], recalling note: [UInt64]) throws -> [Action] {
        try ask(observations)
    }
    /// Nothing: it does what its hyperparameters say.
    public var decision: String? { nil }
}

/// What a catalog lists: an agent's name, hyperparameters, and how to make one.
public struct AgentEntry: Sendable {
    /// The name in manifests.
    public let name: String
    /// What it does, in one line.
    public let summary: String
    /// Its hyperparameters with their defaults.
    public let hyperparameters: Space
    /// Whether its asks leave notes that are worth keeping.
    public let takesNotes: Bool
    private let maker: @Sendable (Problem, Settings, UInt64) throws -> any Agent

    /// Lists a type of agent.
    public init<A: Agent>(_ type: A.Type) {
        (name, summary, hyperparameters, takesNotes) = (A.name, A.summary, A.hyperparameters, A.takesNotes)
        maker = { try A($0, settings: $1, seed: $2) }
    }

    /// Makes an agent for a problem.
    public func make(_ problem: Problem, settings: Settings, seed: UInt64) throws -> any Agent {
        try maker(problem, settings, seed)
    }
}
