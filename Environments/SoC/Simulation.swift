import Gym

/// Jobs on a system on chip, event by event: DS3's rules (Arda et al., IEEE TC 69(8), 2020) to the last task, without
/// its idle ticks.
///
/// The clock ticks in us. At a tick the tasks that are ready are placed, then those start whose data have arrived and
/// whose element is free. All else happens before a tick, after it or between two: `advance` goes on until tasks wait
/// to be placed, whoever places them calls `place` for each and then `commit`.
package struct Simulation: Sendable {
    /// What runs where, and how long.
    package let tables: TaskTables
    /// What the run is told.
    package let settings: SimulationSettings

    // Jobs: slots are used again once a job is complete; a task of a job is `slot * tables.longest + place`.
    var slots: [JobSlot] = []
    var freeSlots: [Int] = []
    var tasks: [TaskState] = []
    /// Tasks whose inputs are complete and that no element was chosen for, in the order in which they got ready.
    package internal(set) var ready: [Int] = []
    /// With shared memory: tasks whose inputs are still on their way to it, with the tick of their arrival.
    var waiting: [(task: Int, at: Int)] = []
    var arrivals: Arrivals
    /// Whether a job is on its way.
    var expectsJobs = false

    // Elements.
    package internal(set) var elements: [ElementState]
    var queues: [[QueuedTask]]
    var queuedCount = 0
    /// How many tasks ETF-LB has placed on each element.
    var placed: [Int]

    // Time.
    var events = EventHeap()
    var sequence: UInt64 = 0
    /// The instant of the event that is being handled, us; fractions come from slowed clusters.
    var instant = 0.0
    /// Whether that instant lies after its tick.
    var isAfterTick = false
    /// The tick that is being handled, or was last.
    package internal(set) var now = 0
    var nextTick = Int.max
    /// Whether `advance` has given tasks to place at `now`.
    var isPaused = false
    package internal(set) var isOver = false
    var hasFinished = false

    // Heat and power.
    var power: PowerState
    var samplingTick: Int

    /// What is counted.
    package internal(set) var tally: SimulationTally
    /// Every task that has run, where `settings.records` asks for it.
    package internal(set) var record: [ScheduledTask] = []
    var scratch = PlacingScratch()

    /// Prepares a run; nothing has happened yet.
    package init(_ tables: TaskTables, _ arrivals: Arrivals, _ settings: SimulationSettings = SimulationSettings()) {
        (self.tables, self.arrivals, self.settings) = (tables, arrivals, settings)
        elements = (0..<tables.elementCount).map { _ in ElementState() }
        queues = [[QueuedTask]](repeating: [], count: tables.elementCount)
        placed = [Int](repeating: 0, count: tables.elementCount)
        power = PowerState(tables.platform)
        tally = SimulationTally(elements: tables.elementCount)
        samplingTick = settings.tracksEnergy || power.changesFrequency ? 0 : Int.max
        nextTick = samplingTick
        let first = self.arrivals.next()
        if settings.startsFull, let first {
            inject(first.application)
            for _ in 1..<max(1, settings.cap) {
                guard let next = self.arrivals.next() else { break }
                inject(next.application)
            }
            if let next = self.arrivals.next() { expect(next) }
        } else if let first {
            self.arrivals.pending = first.application
            expectsJobs = true
            push(Simulation.generator, at: Double(first.gap), isAfter: false)
        }
    }

    /// The jobs that were given, of which the run may have taken some.
    package var comingJobs: Arrivals { arrivals.rewound }

    /// Stands for the generator of jobs among the elements of the events.
    static let generator = -1

    /// Goes on until tasks are ready to be placed (true) or the run is over (false).
    package mutating func advance() -> Bool {
        precondition(!isPaused, "tasks wait to be placed")
        while !isOver {
            let event = events.first
            if let event, event.time < Double(nextTick) || (event.time == Double(nextTick) && !event.isAfter) {
                guard event.time < settings.end else { break }
                handle(events.removeFirst())
            } else {
                guard nextTick != Int.max, Double(nextTick) < settings.end else { break }
                if beginTick() { return true }
                finishTick()
            }
        }
        finish()
        return false
    }

    /// Puts the tasks that `place` was called for in their elements' queues and ends the tick.
    package mutating func commit() {
        precondition(isPaused, "nothing waits to be placed")
        isPaused = false
        for task in ready { enqueue(task) }
        ready.removeAll(keepingCapacity: true)
        finishTick()
    }

    /// Chooses an element for a ready task: it is free for others `value` us from now at the latest.
    mutating func place(_ task: Int, on element: Int, availableIn value: Double) {
        tasks[task].element = Int32(element)
        elements[element].available = Double(now) + value
    }

    /// Moves a ready task to a place in the order in which `commit` queues them.
    mutating func queueNext(_ task: Int, at place: Int) {
        if let found = ready[place...].firstIndex(of: task) { ready.swapAt(place, found) }
    }

    /// Chooses an element for a ready task.
    mutating func place(_ task: Int, on element: Int) { tasks[task].element = Int32(element) }
}

/// What a run is told.
package struct SimulationSettings: Sendable {
    /// At most this many jobs are in the system.
    package var cap = 1_000_000
    /// The run is over when so many jobs are complete, or all that come.
    package var jobs = Int.max
    /// us at which the run is over anyway.
    package var end = Double.infinity
    /// us before which nothing is counted.
    package var warmUp = 0
    /// Standard deviation of a task's time, relative to it.
    package var noise = 0.0
    /// Where noise comes from.
    package var seed: UInt64 = 0
    /// Whether data pass through memory instead of from element to element.
    package var sharesMemory = false
    /// Whether older jobs' tasks come first in the queue of an element, as in DS3 but not in gym-ds3.
    package var sortsByJob = true
    /// Whether jobs fill the system at the beginning.
    package var startsFull = false
    /// Whether power, heat and energy are followed.
    package var tracksEnergy = true
    /// us between two samples of power and two decisions of a governor.
    package var samplingPeriod = 10
    /// Whether clusters fall to their trip frequencies when they are hot.
    package var throttles = false
    /// Whether the latency of every job is kept.
    package var keepsLatencies = false
    /// Whether every task is written down.
    package var records = false

    /// DS3's defaults.
    package init() {}
}

/// One job that is in the system.
struct JobSlot: Sendable {
    var job = 0
    var application = 0
    var injected = 0
    /// Tasks that have not finished.
    var tasksLeft = 0
}

/// What becomes of one task of a job.
struct TaskState: Sendable {
    /// Its row in the tables.
    var row: Int32 = 0
    /// Inputs that are not complete.
    var inputsLeft: Int32 = 0
    /// Where it runs; -1 before it is placed.
    var element: Int32 = -1
    /// Another task that must finish first, since a plan says so; -1 for none.
    var follows: Int32 = -1
    /// The job of that task: its slot may be used again by then.
    var followsJob = 0
    /// Whole us; -1 before.
    var start = -1
    /// Whole us; -1 before.
    var finish = -1
}

/// A task that waits in the queue of its element.
struct QueuedTask: Sendable {
    let task: Int
    /// Queues are in the order of job and number, or of number alone.
    let job: Int
    let number: UInt64
    /// The tick at which its data have arrived.
    let stamp: Int
    /// The tick at which it was placed.
    let placed: Int
}

/// What an element is doing.
package struct ElementState: Sendable {
    enum Phase: Sendable {
        case free, starting, running, ending
    }

    var phase = Phase.free
    /// Whether it has begun its task; a task that starts at a tick is busy after it.
    package internal(set) var isBusy = false
    /// The task; -1 for none.
    var task = -1
    /// us of the task at the highest frequency, noise included.
    var duration = 0.0
    /// us of it that are done, as at the highest frequency.
    var elapsed = 0.0
    /// The tick at which it was taken from the queue.
    var taken = 0
    /// us at which the placed tasks will be done, as a placing rule estimated it.
    package internal(set) var available = 0.0
    /// The tick from which another task blocks on this element.
    var blockedFrom = Int.max
    /// Busy share of the last sampling period that was looked at.
    var utilisation = 0.0
    /// us in which tasks that have finished ran since the last sample, and when that was.
    var busyInWindow = 0.0
    var window = 0
}

/// One task of a schedule, in whole us.
package struct ScheduledTask: Sendable, Hashable {
    /// The job's number, by injection.
    package let job: Int
    /// The application's place in the tables.
    package let application: Int
    /// The task's place in its application.
    package let task: Int
    /// The element's number.
    package let element: Int
    /// us.
    package let start: Int
    /// us.
    package let finish: Int
}
