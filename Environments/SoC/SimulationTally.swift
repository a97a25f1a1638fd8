/// What is counted over a run.
package struct SimulationTally: Sendable {
    /// Jobs that entered the system.
    package private(set) var injected = 0
    /// Jobs that are complete, those of the warm-up among them.
    package private(set) var completedInAll = 0
    /// Jobs that were completed after the warm-up.
    package private(set) var completed = 0
    /// Jobs in the system.
    package var inSystem: Int { injected - completedInAll }
    /// us from injection to completion, of all jobs that were completed after the warm-up.
    package private(set) var latencySum = 0
    /// Of each job that was completed after the warm-up, in the order of completion.
    package private(set) var latencies: [JobLatency] = []
    /// us at which the last job was completed.
    package private(set) var lastCompletion = 0
    /// Jobs that missed their deadline, of those that were completed after the warm-up.
    package private(set) var missed = 0
    /// us by which jobs missed their deadlines.
    package private(set) var tardiness = 0.0
    /// Jobs times us spent in the system so far: what the sum of all latencies grows by.
    package private(set) var jobTime = 0
    /// Jobs that were already there, summed over injections.
    package private(set) var metSum = 0
    /// J of each element.
    package internal(set) var energy: [Double]
    /// us that each element ran tasks.
    package private(set) var active: [Int]
    /// Ticks at which each element was busy while another task, its data there, waited for it.
    package private(set) var blocking: [Int]
    /// Tasks that have finished.
    package private(set) var finished = 0
    private var clock = 0

    /// How long one job took.
    package struct JobLatency: Sendable, Hashable {
        /// The job's number, by injection.
        package let job: Int
        /// us at which it entered the system.
        package let injected: Int
        /// us.
        package let latency: Int
    }

    init(elements: Int) {
        energy = [Double](repeating: 0, count: elements)
        active = [Int](repeating: 0, count: elements)
        blocking = active
    }

    /// J of all elements.
    package var totalEnergy: Double { energy.reduce(0, +) }

    /// us; nil before a job is complete.
    package var meanLatency: Double? { completed > 0 ? Double(latencySum) / Double(completed) : nil }

    /// Brings `jobTime` up to a time.
    mutating func moveClock(to time: Int) {
        jobTime += inSystem * (time - clock)
        clock = time
    }

    /// `jobTime` as it stands at a time that is not before the last event.
    package func jobTime(at time: Int) -> Int { jobTime + inSystem * (time - clock) }

    mutating func inject(at time: Int) {
        moveClock(to: time)
        metSum += inSystem
        injected += 1
    }

    mutating func complete(
        _ slot: JobSlot, at time: Int, deadline: Double?, _ settings: SimulationSettings
    ) {
        moveClock(to: time)
        completedInAll += 1
        lastCompletion = time
        guard time >= settings.warmUp else { return }
        let latency = time - slot.injected
        completed += 1
        latencySum += latency
        if settings.keepsLatencies {
            latencies.append(JobLatency(job: slot.job, injected: slot.injected, latency: latency))
        }
        if let deadline, Double(latency) > deadline {
            missed += 1
            tardiness += Double(latency) - deadline
        }
    }

    mutating func count(_ state: ElementState, _ element: Int, start: Int, finish: Int, lastTick: Int) {
        finished += 1
        active[element] += max(0, finish - start)
        if state.blockedFrom < .max {
            blocking[element] += max(0, lastTick - max(state.taken + 1, state.blockedFrom) + 1)
        }
    }
}
