import Gym

/// How long a session's evaluations take, so that short ones need not wait for a thread to wake.
struct Pace {
    /// Together they must take less than handing work to another thread and back, some 100 microseconds.
    private static let shortSeconds = 100e-6
    /// How many evaluations have to be known before any is called short.
    private static let leastCount = 64
    /// How much of the slowest one's weight is left after each further one, so that a hiccup is forgotten.
    private static let memory = 0.98

    private var count = 0
    private var slowest = 0.0

    /// Notes how long an evaluation took.
    mutating func note(_ seconds: Double) {
        count += 1
        slowest = max(seconds, slowest * Pace.memory)
    }

    /// Whether so many evaluations will probably be short.
    func isShort(_ evaluations: Int) -> Bool {
        count >= Pace.leastCount && slowest * Double(evaluations) < Pace.shortSeconds
    }
}

extension HostedSession {
    /// How long the broker's thread, which others wait for, will be at an evaluation that was expected to be short.
    private static let patienceSeconds = 0.01

    /// Evaluates a batch on the calling thread where that is quicker than to wake a worker; nil where it is not, or was
    /// not after all. Only for pure models, which may be asked again.
    func evaluateAtOnce(_ batch: Batch, allowance: Double) -> [Evaluations.Outcome]? {
        guard spec.isOneshot, !isRemote, ahead.isEmpty, pace.isShort(batch.tasks.count),
            let instance = slots.first?.instance
        else {
            return nil
        }
        let end = Monotonic.seconds + min(allowance, HostedSession.patienceSeconds)
        let deadline = Deadline { Monotonic.seconds > end }
        var outcomes: [Evaluations.Outcome] = []
        outcomes.reserveCapacity(batch.tasks.count)
        for action in batch.tasks.compactMap(\.action) {
            let start = Monotonic.seconds
            let evaluation = instance.step(action, deadline: deadline)
            let now = Monotonic.seconds
            guard now < end else {
                pace.note(now - start)
                return nil
            }
            outcomes.append(Evaluations.Outcome(evaluation: evaluation, seconds: now - start))
        }
        return outcomes
    }
}
