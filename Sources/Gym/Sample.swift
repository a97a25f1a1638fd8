/// What a trial is, as the log keeps it: what its samples mean and how to make them again.
public struct TrialDescription: Sendable, Hashable {
    /// What to do when the study already has a trial of this label.
    public enum Resumption: String, Sendable, Hashable, CaseIterable {
        /// Refuse: a trial begins once.
        case fresh
        /// Begin at number 0 again: every sample must equal the logged one, new ones follow after the last.
        case replay
        /// Go on after the last logged number, as an outside client does that lost its session.
        case append
    }

    /// The study's name.
    public var study: String
    /// Unique in its study.
    public var label: String
    /// The agent's name, or what an outside client calls itself.
    public var agent: String
    /// The agent's settings as JSON text.
    public var settings: String
    /// The seed of agent and environment.
    public var seed: UInt64
    /// Every option, files by name and content hash, as `Options.identity`.
    public var options: String
    /// As `Objective.text`.
    public var objective: String
    /// The budget as a person reads it.
    public var budget: String
    /// How many slots step together.
    public var slots: Int
    /// Whether observations and masks are kept too.
    public var recordsObservations: Bool
    /// What to do when it exists.
    public var resumption: Resumption

    /// Describes a trial.
    public init(
        study: String, label: String, agent: String = "", settings: String = "{}", seed: UInt64 = 0,
        options: String = "", objective: String = "", budget: String = "", slots: Int = 1,
        recordsObservations: Bool = false, resumption: Resumption = .fresh
    ) {
        (self.study, self.label, self.agent, self.settings) = (study, label, agent, settings)
        (self.seed, self.options, self.objective, self.budget) = (seed, options, objective, budget)
        (self.slots, self.recordsObservations, self.resumption) = (slots, recordsObservations, resumption)
    }
}

/// One evaluation as a row of the log.
public struct Sample: Sendable, Hashable {
    /// The trial's number in the log.
    public var trial: Int64
    /// Counted in the trial from 0.
    public var number: Int64
    /// Which slot of the batch.
    public var slot: Int
    /// Counted per slot from 0.
    public var episode: Int64
    /// Counted in the episode from 0.
    public var step: Int
    /// What was done, in canonical form.
    public var action: Action
    /// What the agent saw before it acted; stored only where the trial records observations.
    public var observation: Observation
    /// Metrics, status, termination; its observation is what came next.
    public var evaluation: Evaluation
    /// Reward and violation under the trial's objective.
    public var score: Score
    /// The episode was cut at the horizon.
    public var truncated: Bool
    /// Answered from the trial's own history.
    public var isCached: Bool
    /// `model`, or `proxy` for a learned one.
    public var fidelity: String
    /// How long the evaluation took. A clock's word: not compared on replay.
    public var seconds: Double
    /// Seconds of search since the trial began, resumed time included. A clock's word: not compared on replay.
    public var at: Double

    /// Makes a row.
    public init(
        trial: Int64, number: Int64, slot: Int, episode: Int64, step: Int, action: Action, observation: Observation,
        evaluation: Evaluation, score: Score, truncated: Bool, isCached: Bool, fidelity: String = "model",
        seconds: Double, at: Double
    ) {
        (self.trial, self.number, self.slot) = (trial, number, slot)
        (self.episode, self.step, self.action) = (episode, step, action)
        (self.observation, self.evaluation, self.score) = (observation, evaluation, score)
        (self.truncated, self.isCached, self.fidelity) = (truncated, isCached, fidelity)
        (self.seconds, self.at) = (seconds, at)
    }

    /// Whether both rows say the same, but for what clocks decide.
    public func agrees(with other: Sample) -> Bool {
        var (mine, theirs) = (self, other)
        (mine.seconds, mine.at, theirs.seconds, theirs.at) = (0, 0, 0, 0)
        // Observations are stored on request only; what follows from them is compared in any case.
        (mine.observation, theirs.observation) = (Observation(), Observation())
        (mine.evaluation.observation, theirs.evaluation.observation) = (Observation(), Observation())
        return mine == theirs
    }
}

/// Where the broker writes samples; the log is one, and it reaches the broker only as this.
public protocol SampleSink: Sendable {
    /// Opens a trial for appending, as its resumption says.
    ///
    /// - Returns: its number in the log, how many samples it has, and its seconds of search so far.
    /// - Throws: `GymError`: a trial that exists already, or that was begun with other settings (`replay-mismatch`).
    func open(_ trial: TrialDescription, spec: EnvironmentSpec) throws -> (trial: Int64, count: Int64, seconds: Double)

    /// Appends samples of any trials in one transaction; when it returns they survive a crash of the process.
    func append(_ samples: [Sample]) throws

    /// Notes how a trial stands.
    func finish(trial: Int64, status: TrialStatus) throws

    /// The samples of a trial from a number on, at most `limit`, in order.
    func samples(of trial: Int64, from number: Int64, limit: Int) throws -> [Sample]
}
