import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// What happens at a tick: power is sampled, tasks are placed, and those start that can.
extension Simulation {
    /// The first half of the tick at `nextTick`; true where tasks wait to be placed.
    mutating func beginTick() -> Bool {
        now = nextTick
        (instant, isAfterTick) = (Double(now), false)
        if now == samplingTick { sample() }
        if !waiting.isEmpty {
            for item in waiting where item.at <= now { ready.append(item.task) }
            waiting.removeAll { $0.at <= now }
        }
        isPaused = !ready.isEmpty
        return isPaused
    }

    /// Puts a placed task into its element's queue, with the tick at which its data will have arrived there.
    mutating func enqueue(_ task: Int) {
        let element = Int(tasks[task].element)
        precondition(element >= 0, "a ready task was placed nowhere")
        let job = slots[task / tables.longest].job
        let item = QueuedTask(
            task: task, job: settings.sortsByJob ? job : 0, number: sequence, stamp: arrival(of: task, at: element),
            placed: now)
        sequence += 1
        queues[element].append(item)
        var place = queues[element].count - 1
        while place > 0, queues[element][place - 1].job > item.job {
            queues[element].swapAt(place, place - 1)
            place -= 1
        }
        queuedCount += 1
        if elements[element].phase != .free {
            elements[element].blockedFrom = min(elements[element].blockedFrom, max(item.stamp, now))
        }
    }

    /// The tick at which a task's inputs have arrived at an element that is chosen now.
    private func arrival(of task: Int, at element: Int) -> Int {
        let row = Int(tasks[task].row)
        let inputs = tables.inputStart[row]..<tables.inputStart[row + 1]
        guard !inputs.isEmpty else { return now }
        let base = task / tables.longest * tables.longest
        var latest = 0
        if settings.sharesMemory, let memory = tables.platform.memory {
            for input in inputs { latest = max(latest, now + tables.transfer(input, memoryAnd: element, memory)) }
            return latest
        }
        for input in inputs {
            let source = tasks[base + tables.inputs[input]]
            latest = max(latest, source.finish + tables.transfer(input, from: Int(source.element), to: element))
        }
        return latest
    }

    /// The second half of a tick: starts what can start, and finds out when there is something to do again.
    mutating func finishTick() {
        if now == samplingTick { samplingTick += settings.samplingPeriod }
        var next = samplingTick
        if queuedCount > 0 {
            scratch.starts.removeAll(keepingCapacity: true)
            for element in elements.indices where elements[element].phase == .free && !queues[element].isEmpty {
                if let place = queues[element].firstIndex(where: { $0.stamp <= now && hasTurn($0.task) }) {
                    scratch.addStart(queues[element][place], element, place)
                } else {
                    for item in queues[element] where item.stamp > now { next = min(next, item.stamp) }
                }
            }
            for start in scratch.starts { begin(queues[start.element].remove(at: start.place), on: start.element) }
        }
        for item in waiting { next = min(next, item.at) }
        nextTick = next
    }

    /// Whether a plan lets the task start: the one before it on its element has finished.
    private func hasTurn(_ task: Int) -> Bool {
        let before = Int(tasks[task].follows)
        guard before >= 0 else { return true }
        return slots[before / tables.longest].job != tasks[task].followsJob || tasks[before].finish >= 0
    }

    private mutating func begin(_ item: QueuedTask, on element: Int) {
        queuedCount -= 1
        tasks[item.task].start = now
        elements[element].phase = .starting
        elements[element].task = item.task
        elements[element].taken = now
        elements[element].elapsed = 0
        elements[element].duration = duration(of: item.task, on: element)
        var blockedFrom = Int.max
        for other in queues[element] { blockedFrom = min(blockedFrom, other.stamp) }
        elements[element].blockedFrom = blockedFrom
        push(element, at: Double(now), isAfter: true)
    }

    /// us at the highest frequency. Noise depends on job and task alone, so that every rule meets the same luck.
    private func duration(of task: Int, on element: Int) -> Double {
        guard let time = tables.time(Int(tasks[task].row), on: element) else {
            preconditionFailure("a task was placed where it can't run")
        }
        guard settings.noise > 0, time > 0 else { return time }
        let slot = task / tables.longest
        let key = UInt64(slots[slot].job) << 16 ^ UInt64(task - slot * tables.longest)
        var generator = Generator(seed: splitmix64(settings.seed ^ splitmix64(key)))
        let radius = (-2 * log(1 - generator.unit())).squareRoot()
        let normal = radius * cos(2 * Double.pi * generator.unit())
        return max(1, (time + settings.noise * time * normal).rounded())
    }
}

/// Room that ticks and placing rules use again and again.
struct PlacingScratch: Sendable {
    struct Start: Sendable {
        let job: Int
        let number: UInt64
        let element: Int
        let place: Int
    }

    /// What starts at this tick, in the order of the list that DS3 walks.
    var starts: [Start] = []
    var order: [Int] = []
    var best: [Placement] = []
    var counts: [Int] = []

    /// The best element of a task, and us until it would be done there.
    struct Placement: Sendable {
        var element: Int
        var value: Double
    }

    mutating func addStart(_ item: QueuedTask, _ element: Int, _ place: Int) {
        starts.append(Start(job: item.job, number: item.number, element: element, place: place))
        var index = starts.count - 1
        while index > 0,
            (starts[index - 1].job, starts[index - 1].number) > (starts[index].job, starts[index].number)
        {
            starts.swapAt(index, index - 1)
            index -= 1
        }
    }
}
