import Foundation
import Gym
import Synchronization

/// Work of one request, cut into units that any worker may take; it is over when every unit has ended or was given up.
final class Job: Sendable {
    /// How far a unit is.
    enum State: Sendable, Equatable {
        case waiting
        /// Since a time of `Monotonic.seconds`; a unit of many evaluations renews it with each.
        case running(since: Double)
        case ended
        /// Its worker did not come back in time.
        case abandoned
    }

    /// The session that waits for it; 0 where none does.
    let session: UInt64
    /// How long one evaluation may take, in seconds.
    let allowance: Double
    /// How many units there are.
    let unitCount: Int
    private let work: @Sendable (Job, Int) -> Void
    private let next = Atomic(0)
    private let isDropped = Atomic(false)
    private let progress: Mutex<(states: [State], open: Int)>

    init(session: UInt64, units: Int, allowance: Double, work: @escaping @Sendable (Job, Int) -> Void) {
        (self.session, self.allowance, unitCount, self.work) = (session, allowance, units, work)
        progress = Mutex(([State](repeating: .waiting, count: units), units))
    }

    /// How many units are left to be taken.
    var unitsLeft: Int { max(0, unitCount - next.load(ordering: .relaxed)) }

    /// A unit that nobody has taken yet; nil where all are taken.
    func take() -> Int? {
        let unit = next.add(1, ordering: .relaxed).oldValue
        return unit < unitCount ? unit : nil
    }

    /// Does a unit; says whether the job is over with it, and whether the worker was given up meanwhile.
    func run(_ unit: Int) -> (isLast: Bool, wasAbandoned: Bool) {
        _ = renew(unit)
        work(self, unit)
        return progress.withLock { progress in
            if progress.states[unit] == .abandoned { return (false, true) }
            progress.states[unit] = .ended
            progress.open -= 1
            return (progress.open == 0, false)
        }
    }

    /// Notes that the next evaluation of a unit begins now; false where the unit was given up.
    func renew(_ unit: Int) -> Bool {
        let now = Monotonic.seconds
        return progress.withLock { progress in
            guard progress.states[unit] != .abandoned else { return false }
            progress.states[unit] = .running(since: now)
            return true
        }
    }

    /// The time that the evaluations of a unit have, one after the other.
    func clock(of unit: Int) -> Clock { Clock(self, unit) }

    /// Stops the time of a unit that waits for its turn elsewhere.
    private func rest(_ unit: Int) {
        progress.withLock { if $0.states[unit] != .abandoned { $0.states[unit] = .waiting } }
    }

    /// Tells running evaluations that nobody waits any more.
    func drop() { isDropped.store(true, ordering: .relaxed) }

    /// Gives up the units that overran their allowance by a quarter and 50 ms, which an evaluation that polls its
    /// deadline never does; returns them, and whether the job is over with that.
    func abandonOverdue() -> (units: [Int], isOver: Bool) {
        let now = Monotonic.seconds
        let patience = allowance * 1.25 + 0.05
        return progress.withLock { progress in
            var given: [Int] = []
            for index in progress.states.indices {
                guard case .running(let since) = progress.states[index], now - since > patience else { continue }
                progress.states[index] = .abandoned
                progress.open -= 1
                given.append(index)
            }
            return (given, !given.isEmpty && progress.open == 0)
        }
    }
}

extension Job {
    /// When the evaluation that a unit is at has to end. One for all evaluations of a unit, since there may be many
    /// short ones.
    final class Clock: Sendable {
        private let job: Job
        private let unit: Int
        /// A time of `Monotonic.seconds`, as bits.
        private let end: Atomic<UInt64>

        fileprivate init(_ job: Job, _ unit: Int) {
            (self.job, self.unit) = (job, unit)
            end = Atomic((Monotonic.seconds + job.allowance).bitPattern)
        }

        /// The next evaluation begins now.
        func restart() { set(Monotonic.seconds + job.allowance) }

        /// What an evaluation is given.
        var deadline: Deadline {
            Deadline(
                secondsLeft: { [self] in secondsLeft },
                queueing: { [self] isQueueing in
                    set(isQueueing ? .infinity : Monotonic.seconds + job.allowance)
                    if isQueueing { job.rest(unit) } else { _ = job.renew(unit) }
                },
                { [self] in job.isDropped.load(ordering: .relaxed) || secondsLeft < 0 })
        }

        private var secondsLeft: Double { Double(bitPattern: end.load(ordering: .relaxed)) - Monotonic.seconds }

        private func set(_ seconds: Double) { end.store(seconds.bitPattern, ordering: .relaxed) }
    }
}
