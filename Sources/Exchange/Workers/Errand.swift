import Foundation
import Gym
import Synchronization
import Wire

/// One thing that an outside worker is to do, and the thread that waits for it.
final class Errand: Sendable {
    /// How it ended.
    enum Ending: Sendable {
        case done(WorkerReport.Outcome)
        /// The worker could not do it and says why.
        case refused(GymError)
        /// The worker is gone.
        case lost
    }

    /// How far it is.
    private enum State {
        case waiting
        case running(peer: [UInt8])
        /// Nobody waits any more.
        case givenUp
        case ended(Ending, peer: [UInt8])
    }

    /// How often a waiting thread looks whether its session still wants it.
    private static let glanceSeconds = 1.0

    let instance: UInt64
    let making: WorkerOrder.Making
    let deed: WorkerOrder.Run.Deed
    /// The worker that has the instance; nil where any may do it.
    let home: [UInt8]?
    let deadline: Deadline

    private let state = Mutex(State.waiting)
    private let bell = DispatchSemaphore(value: 0)

    init(
        instance: UInt64, making: WorkerOrder.Making, deed: WorkerOrder.Run.Deed, home: [UInt8]?, deadline: Deadline
    ) {
        (self.instance, self.making, self.deed) = (instance, making, deed)
        (self.home, self.deadline) = (home, deadline)
    }

    /// Whether it may still be given to a worker.
    var isWaiting: Bool { state.withLock { if case .waiting = $0 { true } else { false } } }

    /// Notes that a worker has it, from when on its time counts; false where nobody waits any more.
    func begin(at peer: [UInt8]) -> Bool {
        let isWanted = state.withLock { state in
            guard case .waiting = state else { return false }
            state = .running(peer: peer)
            return true
        }
        guard isWanted else { return false }
        deadline.endQueueing()
        // Whoever waits looks up once in a while; only where that may be too late is it worth waking.
        if deadline.secondsLeft < 2 * Errand.glanceSeconds { bell.signal() }
        return true
    }

    /// Ends it; does nothing where it ended before.
    func end(_ ending: Ending, peer: [UInt8]) {
        state.withLock { state in
            switch state {
            case .waiting, .running: state = .ended(ending, peer: peer)
            case .givenUp, .ended: break
            }
        }
        bell.signal()
    }

    /// Waits for the ending.
    ///
    /// - Throws: `DeadlineExpired`: its time is over, and whatever comes back for it later is ignored.
    func wait() throws -> (ending: Ending, peer: [UInt8]) {
        while true {
            if case .ended(let ending, let peer) = state.withLock({ $0 }) { return (ending, peer) }
            if deadline.hasPassed, giveUp() { throw DeadlineExpired() }
            let seconds = min(max(deadline.secondsLeft, 0) + 0.001, Errand.glanceSeconds)
            _ = bell.wait(timeout: .now() + seconds)
        }
    }

    private func giveUp() -> Bool {
        state.withLock { state in
            if case .ended = state { return false }
            state = .givenUp
            return true
        }
    }
}
