import Foundation

/// Threads that do jobs. A thread that an evaluation does not give back is replaced, and ends when it comes back.
final class WorkerThreads: @unchecked Sendable {
    /// The most threads that may be stuck at once; beyond it they are not replaced.
    private static let stuckLimit = 64
    /// The most threads that wait for outside workers.
    private static let waitingLimit = 1_024

    private let condition = NSCondition()
    // What follows is touched under the condition's lock only.
    private var jobs: [Job] = []
    private var ended: [Job] = []
    private var isStopping = false
    private var stuckCount = 0
    private var threadCount = 0
    /// Threads without a job: those that wait for one, and those that were begun or woken for one and have not got it.
    private var freeCount = 0

    private let waker: Waker
    private let isElastic: Bool

    /// Starts threads that evaluate; each wakes the broker when a job has ended.
    init(count: Int, waker: Waker) {
        (self.waker, isElastic) = (waker, false)
        for _ in 0..<count { spawn() }
    }

    /// Threads that only wait, one for each unit as far as there may be: what they wait for is done elsewhere.
    init(waitingWith waker: Waker) { (self.waker, isElastic) = (waker, true) }

    /// Puts a job in line.
    func submit(_ job: Job) {
        let missing = condition.withLock {
            jobs.append(job)
            guard isElastic else { return 0 }
            // Threads that were woken, or have only begun, will still take units that are left.
            let wanted = jobs.reduce(0) { $0 + $1.unitsLeft } - freeCount
            let missing = max(0, min(wanted, WorkerThreads.waitingLimit - threadCount))
            threadCount += missing
            return missing
        }
        for _ in 0..<missing { spawn() }
        // Signalled without the lock: whoever wakes would only wait for it.
        if job.unitCount == 1 { condition.signal() } else { condition.broadcast() }
    }

    /// The jobs that have ended since the last call.
    func takeEnded() -> [Job] {
        condition.withLock {
            defer { ended = [] }
            return ended
        }
    }

    /// Starts threads in place of those that were given up.
    func replace(_ count: Int) {
        let allowed = condition.withLock {
            let allowed = min(count, WorkerThreads.stuckLimit - stuckCount)
            stuckCount += allowed
            return allowed
        }
        for _ in 0..<allowed { spawn() }
    }

    /// Ends every thread after the unit that it is at.
    func stop() {
        condition.withLock {
            isStopping = true
            condition.broadcast()
        }
    }

    private func spawn() {
        condition.withLock { freeCount += 1 }
        let thread = Thread { [self] in
            while let job = nextJob(), work(on: job) {}
        }
        thread.name = "sextant worker"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Does what is left of a job; false where this thread was given up meanwhile and has to end.
    private func work(on job: Job) -> Bool {
        while let unit = job.take() {
            let (isLast, wasAbandoned) = job.run(unit)
            if wasAbandoned {
                condition.withLock { stuckCount -= 1 }
                return false
            }
            guard isLast else { continue }
            condition.withLock { ended.append(job) }
            waker.wake()
        }
        condition.withLock { freeCount += 1 }
        return true
    }

    /// The first job that has units left, waiting for one; nil when the threads are to end.
    private func nextJob() -> Job? {
        condition.withLock {
            while !isStopping {
                guard let job = jobs.first else {
                    condition.wait()
                    continue
                }
                if job.unitsLeft > 0 {
                    freeCount -= 1
                    return job
                }
                jobs.removeFirst()
            }
            return nil
        }
    }
}
