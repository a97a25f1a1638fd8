import Gym
import Synchronization

/// A log in memory, with a switch that makes it fail.
final class MemorySink: SampleSink {
    struct State {
        var trials: [String] = []
        var rows: [[Sample]] = []
        var endings: [Int64: TrialStatus] = [:]
        var isFailing = false
    }

    let state = Mutex(State())

    func open(_ trial: TrialDescription, spec: EnvironmentSpec) throws -> (trial: Int64, count: Int64, seconds: Double)
    {
        try state.withLock { state in
            let name = "\(trial.study)/\(trial.label)"
            if let place = state.trials.firstIndex(of: name) {
                guard trial.resumption != .fresh else { throw GymError(.usage, "the trial '\(name)' exists") }
                return (Int64(place), Int64(state.rows[place].count), state.rows[place].last?.at ?? 0)
            }
            state.trials.append(name)
            state.rows.append([])
            return (Int64(state.trials.count - 1), 0, 0)
        }
    }

    func append(_ samples: [Sample]) throws {
        try state.withLock { state in
            if state.isFailing { throw GymError(.logUnusable, "the disk is full") }
            for sample in samples { state.rows[Int(sample.trial)].append(sample) }
        }
    }

    func finish(trial: Int64, status: TrialStatus) { state.withLock { $0.endings[trial] = status } }

    func samples(of trial: Int64, from number: Int64, limit: Int) throws -> [Sample] {
        state.withLock { Array($0.rows[Int(trial)].dropFirst(Int(number)).prefix(limit)) }
    }

    /// The rows of a trial, by the order in which trials were opened.
    func rows(_ trial: Int = 0) -> [Sample] { state.withLock { $0.rows[trial] } }
}
