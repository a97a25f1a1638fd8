/// What happens between ticks: jobs arrive, tasks begin, go on and finish.
extension Simulation {
    /// Plans an event `delay` us after this instant. Whether it comes before or after its tick is DS3's rule: after
    /// where it was created less than a tick before, or exactly one but itself after a tick.
    mutating func push(_ element: Int, after delay: Double) {
        let time = instant + delay
        let isAfter = delay == 0 || instant > time - 1 || (instant == time - 1 && isAfterTick)
        push(element, at: time, isAfter: isAfter && time == time.rounded(.down))
    }

    mutating func push(_ element: Int, at time: Double, isAfter: Bool) {
        let order = sequence | (isAfter ? EventHeap.Event.afterBit : 0)
        events.insert(EventHeap.Event(time: time, order: order, element: element))
        sequence += 1
    }

    mutating func handle(_ event: EventHeap.Event) {
        (instant, isAfterTick) = (event.time, event.isAfter)
        let element = event.element
        guard element != Simulation.generator else {
            generate()
            return
        }
        switch elements[element].phase {
        case .starting:
            elements[element].isBusy = true
            let cluster = tables.clusterOf[element]
            power.busy[cluster] += 1
            beginSegment(element)
        case .running:
            evaluate(element)
            beginSegment(element)
        case .ending:
            if instant.truncatingRemainder(dividingBy: Double(settings.samplingPeriod)) == 0 { evaluate(element) }
            finishTask(element)
        case .free: preconditionFailure("a free element has an event")
        }
    }

    /// A task runs on to the next sample, or to its end.
    private mutating func beginSegment(_ element: Int) {
        let cluster = tables.clusterOf[element]
        let slowdown = power.slowdown[cluster]
        let left = elements[element].duration - elements[element].elapsed
        let remaining = left + left * slowdown
        let period = Double(settings.samplingPeriod)
        let window = period - instant.truncatingRemainder(dividingBy: period)
        let step: Double
        if remaining > window {
            step = window
            elements[element].elapsed += step / (1 + slowdown)
            elements[element].phase = .running
        } else {
            step = remaining
            elements[element].phase = .ending
        }
        if settings.tracksEnergy {
            let joules = power.beginSegment(cluster, lasting: step)
            if instant >= Double(settings.warmUp) { tally.energy[element] += joules }
        }
        push(element, after: step)
    }

    private mutating func finishTask(_ element: Int) {
        let task = elements[element].task
        let finish = Int(instant)
        tasks[task].finish = finish
        let start = tasks[task].start
        let slot = task / tables.longest
        power.busy[tables.clusterOf[element]] -= 1
        if power.changesFrequency { elements[element].countBusy(from: start, to: finish, settings.samplingPeriod) }
        tally.count(elements[element], element, start: max(start, settings.warmUp), finish: finish, lastTick: lastTick)
        (elements[element].phase, elements[element].isBusy, elements[element].task) = (.free, false, -1)
        if settings.records {
            record.append(
                ScheduledTask(
                    job: slots[slot].job, application: slots[slot].application, task: task - slot * tables.longest,
                    element: element, start: start, finish: finish))
        }
        if queuedCount > 0 { nextTick = min(nextTick, tickAfterInstant) }
        release(followersOf: task, slot)
        slots[slot].tasksLeft -= 1
        if slots[slot].tasksLeft == 0 { complete(slot, at: finish) }
    }

    /// The last tick before this instant.
    private var lastTick: Int {
        let floor = Int(instant)
        return isAfterTick || Double(floor) < instant ? floor : floor - 1
    }

    /// The tick that sees what happens now.
    var tickAfterInstant: Int { lastTick + 1 }

    private mutating func release(followersOf task: Int, _ slot: Int) {
        let row = Int(tasks[task].row)
        for place in tables.followerStart[row]..<tables.followerStart[row + 1] {
            let follower = slot * tables.longest + tables.followers[place]
            tasks[follower].inputsLeft -= 1
            if tasks[follower].inputsLeft == 0 { getReady(follower, slot) }
        }
    }

    private mutating func getReady(_ task: Int, _ slot: Int) {
        var tick = tickAfterInstant
        if settings.sharesMemory, let memory = tables.platform.memory {
            let row = Int(tasks[task].row)
            var arrival = 0
            for input in tables.inputStart[row]..<tables.inputStart[row + 1] {
                let source = tasks[slot * tables.longest + tables.inputs[input]]
                let time = tables.transfer(input, memoryAnd: Int(source.element), memory)
                arrival = max(arrival, source.finish + time)
            }
            tick = max(tick, arrival)
            waiting.append((task, arrival))
        } else {
            ready.append(task)
        }
        nextTick = min(nextTick, tick)
    }

    private mutating func complete(_ slot: Int, at time: Int) {
        tally.complete(slots[slot], at: time, deadline: tables.applications[slots[slot].application].deadline, settings)
        freeSlots.append(slot)
        if tally.completedInAll >= settings.jobs || (tally.inSystem == 0 && !expectsJobs) { isOver = true }
    }

    private mutating func generate() {
        guard tally.inSystem < settings.cap else {
            push(Simulation.generator, after: 1)
            return
        }
        expectsJobs = false
        inject(arrivals.pending)
        if let next = arrivals.next() { expect(next) }
    }

    /// Plans the arrival of a job after the one that was just injected.
    mutating func expect(_ next: Arrivals.Job) {
        arrivals.pending = next.application
        expectsJobs = true
        push(Simulation.generator, after: Double(next.gap))
    }

    /// A job enters the system; its first tasks are ready.
    mutating func inject(_ application: Int) {
        let slot = freeSlots.popLast() ?? addSlot()
        let time = Int(instant)
        let first = tables.taskStart[application]
        let count = tables.taskStart[application + 1] - first
        slots[slot] = JobSlot(
            job: tally.injected, application: application, injected: time, tasksLeft: count)
        tally.inject(at: time)
        for place in 0..<count {
            let task = slot * tables.longest + place
            let inputs = tables.inputStart[first + place + 1] - tables.inputStart[first + place]
            tasks[task] = TaskState(row: Int32(first + place), inputsLeft: Int32(inputs))
            if inputs == 0 { ready.append(task) }
        }
        nextTick = min(nextTick, tickAfterInstant)
    }

    private mutating func addSlot() -> Int {
        slots.append(JobSlot())
        tasks.append(contentsOf: repeatElement(TaskState(), count: tables.longest))
        return slots.count - 1
    }
}
