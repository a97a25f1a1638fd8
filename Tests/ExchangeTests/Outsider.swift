import Exchange
import Foundation
import Gym
import Synchronization

/// A worker on a thread of its own, as another process would be one.
final class Outsider: Sendable {
    private struct State {
        var events: [String] = []
        var refusal: GymError?
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let isStopped = Atomic(false)

    /// Begins to work for a broker.
    init(_ environments: [EnvironmentEntry], at endpoint: String, capacity: Int = 1, name: String = "outsider") {
        var configuration = Worker.Configuration(environments: environments)
        (configuration.capacity, configuration.name) = (capacity, name)
        configuration.onEvent = { [self] event in state.withLock { $0.events.append(event) } }
        let settled = configuration
        let thread = Thread { [self] in
            do {
                let worker = try Worker(settled, endpoint: endpoint)
                try worker.run { isStopped.load(ordering: .relaxed) }
            } catch {
                let refusal = error as? GymError ?? GymError(.internal, "\(error)")
                state.withLock { $0.refusal = refusal }
            }
            state.withLock { $0.hasEnded = true }
        }
        thread.start()
    }

    /// Takes leave; when this returns the broker has been told, unless it is gone.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        _ = wait { hasEnded }
    }

    /// What it was told of, in order.
    var events: [String] { state.withLock { $0.events } }
    /// Why the broker does not want it.
    var refusal: GymError? { state.withLock { $0.refusal } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
}

/// Something that is waited for on a thread of its own.
final class Asked<Answer: Sendable>: Sendable {
    private let kept = Mutex<Result<Answer, any Error>?>(nil)

    init(_ body: @escaping @Sendable () throws -> Answer) {
        let thread = Thread { [self] in
            let found = Result { try body() }
            kept.withLock { $0 = found }
        }
        thread.start()
    }

    /// What came of it; nil before it is over.
    var answer: Result<Answer, any Error>? { kept.withLock { $0 } }
}

/// Waits until something is true; false where it is not within half a minute.
func wait(until isTrue: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
        if isTrue() { return true }
        usleep(2_000)
    }
    return false
}
