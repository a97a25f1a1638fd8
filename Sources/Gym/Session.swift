/// What the session gave for one slot of one step.
public struct Step: Sendable, Hashable {
    /// The number of the sample in its trial, from 0.
    public var number: Int64
    /// What the next `ask` shows: after an ended episode, the fresh one's first observation.
    public var observation: Observation
    /// The last observation of the episode that this step ended; nil where none ended.
    public var finalObservation: Observation?
    /// Reward and violation under the session's objective.
    public var score: Score
    /// The episode was cut at the horizon.
    public var truncated: Bool
    /// Metrics, status and termination.
    public var evaluation: Evaluation
    /// Answered from the trial's own history, without an evaluation.
    public var isCached: Bool
    /// How long the evaluation took; 0 for a cached one.
    public var seconds: Double

    /// Makes a step.
    public init(
        number: Int64, observation: Observation, finalObservation: Observation?, score: Score, truncated: Bool,
        evaluation: Evaluation, isCached: Bool, seconds: Double
    ) {
        (self.number, self.observation, self.finalObservation) = (number, observation, finalObservation)
        (self.score, self.truncated, self.evaluation) = (score, truncated, evaluation)
        (self.isCached, self.seconds) = (isCached, seconds)
    }
}

/// The one way to an environment: as many slots as the session was made with, stepped together, every sample logged.
public protocol Session: Sendable {
    /// The environment behind it.
    var spec: EnvironmentSpec { get }
    /// Begins an episode in every slot; one seed per slot.
    func reset(seeds: [UInt64]) throws -> [Observation]
    /// Steps the first slots, as many as there are actions, and answers in slot order; a slot whose episode ends begins
    /// the next one at once.
    func step(_ actions: [Action]) throws -> [Step]
    /// Gives the session up and notes how its trial stands; what was acknowledged stays in the log.
    func close(_ status: TrialStatus) throws
}
