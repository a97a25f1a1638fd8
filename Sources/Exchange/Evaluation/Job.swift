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
        renew(unit)
        work(self, unit)
        return progress.withLock { progress in
            if progress.states[unit] == .abandoned { return (false, true) }
            progress.states[unit] = .ended
            progress.open -= 1
            return (progress.open == 0, false)
        }
    }

    /// Notes that the next evaluation of a unit begins now.
    func renew(_ unit: Int) {
        let now = Monotonic.seconds
        progress.withLock { if $0.states[unit] != .abandoned { $0.states[unit] = .running(since: now) } }
    }

    /// Whether the unit was given up, so that its result must not be used.
    func isAbandoned(_ unit: Int) -> Bool { progress.withLock { $0.states[unit] == .abandoned } }

    /// The deadline of the evaluation that a unit begins now.
    func deadline(of unit: Int) -> Deadline {
        let end = Mutex(Monotonic.seconds + allowance)
        let clock = Shared(end)
        return Deadline(
            secondsLeft: { clock.value.withLock { $0 - Monotonic.seconds } },
            queueing: { [self] isQueueing in
                clock.value.withLock { $0 = isQueueing ? .infinity : Monotonic.seconds + allowance }
                if isQueueing { rest(unit) } else { renew(unit) }
            },
            { [self] in
                isDropped.load(ordering: .relaxed) || clock.value.withLock { Monotonic.seconds > $0 }
            })
    }

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
