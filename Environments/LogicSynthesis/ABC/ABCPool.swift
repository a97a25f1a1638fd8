import Dispatch
import Foundation
import Gym
import Synchronization

/// As many ABC processes as may run at once, shared by all circuits; none is begun before it is needed.
final class ABCPool: Sendable {
    private let idle: Mutex<[ABCWorker]>
    private let all: [ABCWorker]
    private let turns: DispatchSemaphore

    init(_ program: ABCProgram, count: Int) {
        all = (0..<max(1, count)).map { _ in ABCWorker(program) }
        idle = Mutex(all)
        turns = DispatchSemaphore(value: all.count)
    }

    /// Hands a worker to `body`, the one that has the state loaded where it is free. Waiting for one does not count
    /// against the deadline.
    func withWorker<Result>(
        for state: CircuitState, deadline: Deadline, _ body: (ABCWorker) throws -> Result
    ) throws -> Result {
        if turns.wait(timeout: .now()) == .timedOut {
            deadline.beginQueueing()
            defer { deadline.endQueueing() }
            while turns.wait(timeout: .now() + .milliseconds(20)) == .timedOut { try deadline.check() }
        }
        defer { turns.signal() }
        let worker = idle.withLock { idle in
            idle.remove(at: idle.lastIndex { $0.loaded == state.name } ?? idle.count - 1)
        }
        defer { idle.withLock { $0.append(worker) } }
        return try body(worker)
    }

    /// Seconds that all callers have waited for ABC, and how many processes were begun; for when nothing runs.
    var totals: (seconds: Double, beginnings: Int) {
        idle.withLock { idle in
            (idle.reduce(0) { $0 + $1.secondsInside }, idle.reduce(0) { $0 + $1.beginnings })
        }
    }
}
