import Gym
import Synchronization

/// How far a study is: trials write, whoever shows it reads. Any thread may call it.
public final class ProgressBoard: Sendable {
    /// All trials together at one moment.
    public struct Snapshot: Sendable, Hashable {
        /// Trials that are over.
        public var trialsDone = 0
        /// Trials of the plan.
        public var trials = 0
        /// Samples paid for.
        public var samples = 0
        /// Samples that may still come at most, those done included; nil where a budget is in minutes alone.
        public var sampleBudget: Int?
        /// Samples that were evaluated in this run, not read back from a log.
        public var fresh = 0
        /// Infeasible samples.
        public var infeasible = 0
        /// Failed samples.
        public var failed = 0
        /// The best design's headline number with unit; nil where there is none, or trials can't be compared.
        public var best: String?
        /// Episodes of several steps that ended; nil where no environment has such.
        public var episodes: Int?
        /// The mean of what trials' last hundred episodes returned; nil where none did, or trials can't be compared.
        public var meanReturn: Double?

        /// Nothing done yet.
        public init() {}
    }

    private struct State {
        var tallies: [Tally]
        var isOver: [Bool]
    }

    private let plan: Plan
    /// Turns metrics into the number that people look at; nil where trials have different problems.
    private let scorer: Scorer?
    private let state: Mutex<State>

    /// A board for a plan of which nothing has run.
    public init(_ plan: Plan) {
        self.plan = plan
        let problems = Set(plan.trials.map(\.cell.problemText))
        scorer =
            problems.count == 1
            ? plan.trials.first.flatMap { try? Scorer($0.cell.objective, spec: $0.cell.spec) } : nil
        state = Mutex(
            State(
                tallies: [Tally](repeating: Tally(), count: plan.trials.count),
                isOver: [Bool](repeating: false, count: plan.trials.count)))
    }

    func note(_ trial: Int, _ tally: Tally) {
        state.withLock { $0.tallies[trial] = tally }
    }

    func end(_ trial: Int, _ outcome: Runner.Outcome) {
        state.withLock { state in
            if case .finished(let result) = outcome { state.tallies[trial] = result.tally }
            state.isOver[trial] = true
        }
    }

    /// The sums now. A trial that is over leaves nothing of its budget.
    public func snapshot() -> Snapshot {
        let (tallies, isOver) = state.withLock { ($0.tallies, $0.isOver) }
        var snapshot = Snapshot()
        snapshot.trials = tallies.count
        snapshot.sampleBudget = 0
        var best: Best?
        var returns: [Double] = []
        for (index, tally) in tallies.enumerated() {
            if isOver[index] { snapshot.trialsDone += 1 }
            snapshot.samples += tally.samples
            snapshot.fresh += tally.samples - tally.replayed
            snapshot.infeasible += tally.infeasible
            snapshot.failed += tally.failed
            if let episodes = tally.episodes {
                snapshot.episodes = (snapshot.episodes ?? 0) + episodes.count
                if let mean = episodes.meanReturn { returns.append(mean) }
            }
            let budget = isOver[index] ? tally.samples : plan.trials[index].cell.budget.samples
            snapshot.sampleBudget = budget.flatMap { samples in snapshot.sampleBudget.map { $0 + samples } }
            if let found = tally.best, found.score.isBetter(than: best?.score ?? Score(reward: nil, violation: 0)) {
                best = found
            }
        }
        if let scorer, let best, let value = scorer.headline(best.metrics) {
            snapshot.best = Figures.quantity(value, unit: scorer.headlineMetric.unit)
        }
        if scorer != nil, !returns.isEmpty { snapshot.meanReturn = returns.reduce(0, +) / Double(returns.count) }
        return snapshot
    }
}
