/// EFT, ETF and ETF-LB: where a task would be done first.
extension Simulation {
    /// us from now until a task's inputs would be at an element, 0 where they are there.
    func transferTime(_ task: Int, to element: Int) -> Double {
        let row = Int(tasks[task].row)
        let base = task / tables.longest * tables.longest
        var latest = 0
        if settings.sharesMemory, let memory = tables.platform.memory {
            for input in tables.inputStart[row]..<tables.inputStart[row + 1] {
                latest = max(latest, tables.transfer(input, memoryAnd: element, memory))
            }
            return Double(latest)
        }
        for input in tables.inputStart[row]..<tables.inputStart[row + 1] {
            let source = tasks[base + tables.inputs[input]]
            let arrival = source.finish + tables.transfer(input, from: Int(source.element), to: element)
            latest = max(latest, arrival - now)
        }
        return Double(latest)
    }

    /// us from now until a task would be done on an element, by what is placed there; `time` is what it takes.
    func finishTime(_ task: Int, on element: Int, taking time: Double) -> Double {
        let wait = max(elements[element].available - Double(now), 0)
        return time + max(transferTime(task, to: element), wait)
    }

    /// The element where a task would be done first, the lowest of equals.
    func earliest(_ task: Int) -> PlacingScratch.Placement {
        let row = Int(tasks[task].row)
        var best = PlacingScratch.Placement(element: -1, value: .infinity)
        for place in tables.choiceStart[row]..<tables.choiceStart[row + 1] {
            let choice = tables.choices[place]
            let value = finishTime(task, on: choice.element, taking: choice.time)
            if value < best.value { best = PlacingScratch.Placement(element: choice.element, value: value) }
        }
        return best
    }

    /// The same by present frequencies; of equals the element with the fewest tasks over the run.
    private func earliestBalanced(_ task: Int) -> PlacingScratch.Placement {
        let row = Int(tasks[task].row)
        var best = PlacingScratch.Placement(element: -1, value: .infinity)
        for place in tables.choiceStart[row]..<tables.choiceStart[row + 1] {
            let choice = tables.choices[place]
            let time = choice.time * (1 + power.slowdown[tables.clusterOf[choice.element]])
            let value = finishTime(task, on: choice.element, taking: time)
            let isLess = best.element >= 0 && placed[choice.element] < placed[best.element]
            if value < best.value || (value == best.value && isLess) {
                best = PlacingScratch.Placement(element: choice.element, value: value)
            }
        }
        return best
    }

    /// EFT.
    mutating func placeInOrder() {
        for task in ready {
            let best = earliest(task)
            place(task, on: best.element, availableIn: best.value)
        }
    }

    /// ETF and ETF-LB. Tasks are queued in the order in which they are chosen.
    mutating func placeEarliest(balancing: Bool) {
        let count = ready.count
        scratch.order.removeAll(keepingCapacity: true)
        scratch.best.removeAll(keepingCapacity: true)
        for task in ready {
            scratch.order.append(task)
            scratch.best.append(balancing ? earliestBalanced(task) : earliest(task))
        }
        for round in 0..<count {
            var chosen = -1
            for place in 0..<count where scratch.order[place] >= 0 {
                if chosen < 0 || scratch.best[place].value < scratch.best[chosen].value { chosen = place }
            }
            let (task, best) = (scratch.order[chosen], scratch.best[chosen])
            scratch.order[chosen] = -1
            place(task, on: best.element, availableIn: best.value)
            placed[best.element] += 1
            if let place = ready.firstIndex(of: task) { ready.swapAt(round, place) }
            // What an element has to do only grows, so that only those can change which wanted this one.
            for place in 0..<count where scratch.order[place] >= 0 {
                guard balancing || scratch.best[place].element == best.element else { continue }
                let other = scratch.order[place]
                scratch.best[place] = balancing ? earliestBalanced(other) : earliest(other)
            }
        }
    }
}
