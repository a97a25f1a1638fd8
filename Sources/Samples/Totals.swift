import GRDB
import Gym

/// What a trial's row sums up about its samples.
struct Totals: Sendable {
    var samples: Int64 = 0
    var evaluated: Int64 = 0
    var infeasible: Int64 = 0
    var failed: Int64 = 0
    var seconds = 0.0
    var best: (number: Int64, score: Score)?

    /// Counts one sample more; of equally good ones the first stays the best.
    mutating func add(_ sample: Sample) {
        samples += 1
        if !sample.isCached { evaluated += 1 }
        switch sample.evaluation.status {
        case .ok: break
        case .infeasible: infeasible += 1
        case .failed: failed += 1
        }
        seconds = max(seconds, sample.at)
        if sample.score.isBetter(than: best?.score ?? Score(reward: nil, violation: 0)) {
            best = (sample.number, sample.score)
        }
    }

    init() {}

    /// Reads the columns of a trial's row.
    init(_ row: Row) {
        (samples, evaluated) = (row["samples"], row["evaluated"])
        (infeasible, failed, seconds) = (row["infeasible"], row["failed"], row["seconds"])
        if let number: Int64 = row["best"] {
            best = (number, Score(reward: row["best_reward"], violation: row["best_violation"] ?? 0))
        }
    }

    static let update = """
        UPDATE trials SET samples = ?, evaluated = ?, infeasible = ?, failed = ?, seconds = ?, best = ?,
            best_violation = ?, best_reward = ? WHERE id = ?
        """

    /// Binds the arguments of `update`.
    func bind(to row: inout RowBinder, trial: Int64) {
        row.put(samples)
        row.put(evaluated)
        row.put(infeasible)
        row.put(failed)
        row.put(seconds)
        if let best {
            row.put(best.number)
            row.put(best.score.violation)
            row.put(best.score.reward)
        } else {
            row.putNull(times: 3)
        }
        row.put(trial)
    }
}
