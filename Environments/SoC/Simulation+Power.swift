/// Sampling: what idle elements take, governors and heat.
extension Simulation {
    /// Looks at every element, by number.
    mutating func sample() {
        let counts = now >= settings.warmUp
        for element in elements.indices {
            let cluster = tables.clusterOf[element]
            let isBusy = elements[element].isBusy
            if !isBusy {
                evaluate(element)
                if settings.tracksEnergy, power.busy[cluster] == 0 { power.restCluster(cluster) }
            }
            if settings.tracksEnergy, counts {
                tally.energy[element] += power.sampledJoules(
                    cluster, isBusy: isBusy, period: settings.samplingPeriod)
            }
        }
    }

    /// Looks at an element at the end of a sampling period. The first one of a cluster moves its governor, with what
    /// is known of the others then; heat moves when every cluster has been looked at.
    mutating func evaluate(_ element: Int) {
        let cluster = tables.clusterOf[element]
        let tick = Int(instant)
        if power.changesFrequency {
            elements[element].measure(at: tick, settings.samplingPeriod, start: runningSince(element))
        }
        let (isFirst, areAll) = power.markEvaluated(cluster, at: tick)
        guard isFirst, tick > 0 else { return }
        if power.changesFrequency {
            var sum = 0.0
            for other in elements.indices where tables.clusterOf[other] == cluster {
                sum += elements[other].utilisation
            }
            power.govern(cluster, utilisation: sum)
        }
        if areAll, settings.tracksEnergy, tick.isMultiple(of: 2 * settings.samplingPeriod) {
            power.warm(throttling: settings.throttles)
        }
    }

    private func runningSince(_ element: Int) -> Int? {
        elements[element].isBusy ? tasks[elements[element].task].start : nil
    }

    /// Ends the run: the sample of its last tick belongs to it.
    mutating func finish() {
        guard !hasFinished else { return }
        hasFinished = true
        let tick = Int(instant)
        if isOver, !isAfterTick, Double(tick) == instant, tick == samplingTick {
            now = tick
            sample()
        }
        if !isOver, settings.end.isFinite { tally.moveClock(to: Int(settings.end)) }
        isOver = true
    }
}

extension ElementState {
    /// Takes in a task that has finished.
    mutating func countBusy(from start: Int, to finish: Int, _ period: Int) {
        let begin = (max(0, finish - 1)) / period * period
        if window != begin { (window, busyInWindow) = (begin, 0) }
        busyInWindow += Double(finish - max(start, begin))
    }

    /// The busy share of the period that ends now, with what runs since `start`.
    mutating func measure(at tick: Int, _ period: Int, start: Int?) {
        let begin = tick - period
        var sum = window == begin ? busyInWindow : 0
        if let start { sum += Double(tick - max(start, begin)) }
        utilisation = sum / Double(period)
    }
}

extension Simulation {
    /// °C of the hottest place.
    package var temperature: Double { power.temperature }
}
