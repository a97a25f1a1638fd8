import Gym
import Samples
public import Studies
import Synchronization

/// Reads lotteries back from a log: whose each trial is, and what all of them came to.
///
/// A trial that has ended is counted once, however often its page is written anew; its samples are read page by page.
public final class LoggedLotteries: Sendable {
    private let plans: [String: Plan]
    private let counted = Mutex<[Int64: TrialResult]>([:])

    /// `plans` are those of the studies whose manifest could be read again, by their names.
    public init(plans: [String: Plan]) { self.plans = plans.filter { $0.value.kind == .lottery } }

    /// The contender that each trial of a lottery belongs to, by the trial's key.
    var contenders: [String: String] {
        var contenders: [String: String] = [:]
        for plan in plans.values {
            for trial in plan.trials {
                contenders[StudyTrial.key(plan.study, trial.label)] = trial.cell.draw?.contender
            }
        }
        return contenders
    }

    /// What a study's trials of one problem came to, one result per budget; none where it is no lottery.
    func results(of study: String, _ trials: [StudyTrial], log: SampleLog) throws -> [LotteryResult] {
        guard let plan = plans[study] else { return [] }
        let known = Dictionary(
            trials.map { ($0.summary.description.label, $0.summary) }, uniquingKeysWith: { first, _ in first })
        let outcomes = try plan.trials.map { trial -> Runner.Outcome in
            guard let summary = known[trial.label] else { return .notBegun }
            switch summary.status {
            case .finished: return .finished(try result(trial, summary, log))
            case .failed(let reason): return .failed(GymError(.internal, reason))
            case .running, .stopped: return .notBegun
            }
        }
        return LotteryResult.all(of: plan, outcomes: outcomes)
    }

    private func result(_ trial: Trial, _ summary: TrialSummary, _ log: SampleLog) throws -> TrialResult {
        if let known = counted.withLock({ $0[summary.number] }) { return known }
        var tally = Tally(of: trial)
        try log.eachPage(of: summary) { page in for sample in page { tally.count(sample) } }
        let result = TrialResult(tally: tally, ending: .samples)
        counted.withLock { $0[summary.number] = result }
        return result
    }
}
