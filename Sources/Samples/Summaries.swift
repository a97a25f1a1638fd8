public import Gym

/// One trial at a glance; nothing here needed a look at more than one sample.
public struct TrialSummary: Sendable, Hashable {
    /// Its number in the log.
    public let number: Int64
    /// What it is: study, label, agent, settings, seed, options, objective, budget, slots.
    public let description: TrialDescription
    /// The environment's id.
    public let environment: String
    /// The machine that ran it, as `begin` named it.
    public let host: String
    /// When it began, ISO 8601 in UTC.
    public let created: String
    /// How it stands; one that nobody writes any more is stopped.
    public let status: TrialStatus
    /// How many samples it has.
    public let samples: Int64
    /// How many of them were not answered from the trial's own history.
    public let evaluated: Int64
    /// How many were infeasible.
    public let infeasible: Int64
    /// How many failed.
    public let failed: Int64
    /// Seconds of search up to the last sample.
    public let seconds: Double
    /// The first of the best, as `Score.isBetter` has it; nil where no sample has a reward.
    public let best: Sample?
}

/// One study at a glance.
public struct StudySummary: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// When it was begun, ISO 8601 in UTC.
    public let created: String
    /// The ids of the environments its trials ran on, sorted.
    public let environments: [String]
    /// The names of its agents, sorted.
    public let agents: [String]
    /// How many trials it has.
    public let trials: Int
    /// How many samples they have together.
    public let samples: Int64
    /// The best sample of all trials; nil where there is none, or where the trials were after different things.
    public let best: Sample?
    /// Running where any trial is, else stopped where any is or none has begun, else failed where all have, else
    /// finished.
    public let status: TrialStatus
}
