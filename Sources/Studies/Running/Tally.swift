public import Gym

/// The best design that a trial has found.
public struct Best: Sendable, Hashable {
    /// The number of its sample in the trial.
    public let sample: Int64
    /// The design, canonical.
    public let action: Action
    /// In the order of the environment's metrics.
    public let metrics: [Double?]
    /// Reward and violation; a design that breaks a constraint is best only while none is found that keeps all.
    public let score: Score
}

/// What a trial has done so far.
public struct Tally: Sendable, Hashable {
    /// Evaluations that were paid for, infeasible and failed ones included.
    public private(set) var samples = 0
    /// Answers from the trial's own history, which are free.
    public private(set) var cached = 0
    /// How many of the samples were infeasible.
    public private(set) var infeasible = 0
    /// How many of the samples failed.
    public private(set) var failed = 0
    /// How many of the samples came from the log of an earlier run.
    public private(set) var replayed = 0
    /// The best design; nil while none had a reward.
    public private(set) var best: Best?
    /// Paid samples since the best score rose.
    public private(set) var sinceBest = 0
    /// How the best rose.
    public private(set) var ascent = Ascent()
    /// The metrics of the first samples that break no constraint, where they are kept: of designs that were drawn at
    /// random they say how good those are in general.
    public private(set) var early: [[Double?]] = []
    /// The episodes of an environment of several steps; none in a one-shot one, where a sample is all there is.
    public private(set) var episodes: Episodes?
    private let keepsEarly: Bool
    private var reasons: [String: Int] = [:]
    private static let earlyLimit = 256

    /// Begins to count; `keepsEarly` says whether the first 256 samples' metrics are kept.
    init(keepsEarly: Bool = false, hasEpisodes: Bool = false) {
        self.keepsEarly = keepsEarly
        episodes = hasEpisodes ? Episodes() : nil
    }

    /// Begins to count what a log holds of a trial, so that its result needs no run.
    public init(of trial: Trial) { self.init(trial.cell) }

    init(_ cell: Cell) { self.init(keepsEarly: cell.isRandom, hasEpisodes: cell.spec.horizon > 1) }

    /// Counts a logged sample; they come in the order of their numbers. Where evaluations were averaged, each counts.
    public mutating func count(_ sample: Sample) {
        let step = Step(
            number: sample.number, observation: sample.evaluation.observation, finalObservation: nil,
            score: sample.score, truncated: sample.truncated, evaluation: sample.evaluation,
            isCached: sample.isCached, seconds: sample.seconds)
        count(step, action: sample.action, slot: sample.slot, isReplay: true)
    }

    /// Every answer, paid or not.
    public var proposals: Int { samples + cached }

    /// Why samples were infeasible or failed, most often; nil where none was. At most 32 reasons are told apart.
    public var commonReason: (text: String, count: Int)? {
        reasons.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
    }

    /// Counts what came of an action; `isReplay` says that the log held it already.
    mutating func count(_ step: Step, action: Action, slot: Int, isReplay: Bool) {
        episodes?.count(step, slot: slot)
        if step.isCached {
            cached += 1
            return
        }
        if isReplay { replayed += 1 }
        samples += 1
        sinceBest += 1
        switch step.evaluation.status {
        case .ok: break
        case .infeasible(let reason):
            infeasible += 1
            note(reason)
        case .failed(let reason):
            failed += 1
            note(reason)
        }
        if step.score.isBetter(than: best?.score ?? Score(reward: nil, violation: 0)) {
            best = Best(sample: step.number, action: action, metrics: step.evaluation.metrics, score: step.score)
            sinceBest = 0
        }
        ascent.note(best, after: samples)
        // A design that breaks a constraint may look better than any that keeps them.
        if keepsEarly, early.count < Tally.earlyLimit, step.score.violation == 0 {
            early.append(step.evaluation.metrics)
        }
    }

    private mutating func note(_ reason: String) {
        if reasons[reason] != nil || reasons.count < 32 { reasons[reason, default: 0] += 1 }
    }
}

/// How a trial ended.
public struct TrialResult: Sendable, Hashable {
    /// Why no more was asked.
    public enum Ending: String, Sendable, Hashable {
        /// The budget's samples are used up.
        case samples
        /// Ten times the budget was proposed: the agent repeats itself, or the space is exhausted.
        case proposals
        /// No better score for as long as the budget allows.
        case plateau
        /// The budget's minutes are over.
        case minutes
        /// The user stopped the study; the trial can be resumed.
        case stopped
    }

    /// What it did.
    public let tally: Tally
    /// Why it ended.
    public let ending: Ending

    /// Sums up a trial.
    public init(tally: Tally, ending: Ending) { (self.tally, self.ending) = (tally, ending) }
}
