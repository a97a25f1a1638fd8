/// What a design of blocks takes: FARSI's phases (Boroujerdian et al., ACM TECS 2022) with a sharing rule of our own.
///
/// All tasks whose inputs are complete run at once; a phase ends when one of them does. A task is as fast as its share
/// of its element allows, and its shares of the memories and buses that it reads from and writes to: an element is
/// shared by the tasks on it, a memory by those that read it, and those that write it.
package struct BlockModel: Sendable {
    /// What a design came to.
    package struct Report: Sendable, Hashable {
        /// s.
        package var latency = 0.0
        /// J.
        package var energy = 0.0
        /// m².
        package var area = 0.0
        /// W in the worst window of about 10 ms.
        package var power = 0.0
        /// Bytes of each memory.
        package var capacities: [Double] = []
    }

    /// The workload.
    package let workload: MappingWorkload
    private let outputs: [Double]
    private let readers: [Int]
    private let followers: [[Int]]

    private static let coreRate = 2e9
    private static let coreEnergy = 1 / 47_019_607_843.0
    private static let coreArea = 6.5e-7
    private static let granule = 256_000.0
    private static let window = 0.01

    /// Prepares a workload.
    package init(_ workload: MappingWorkload) {
        self.workload = workload
        var outputs = [Double](repeating: 0, count: workload.tasks.count)
        var followers = [[Int]](repeating: [], count: workload.tasks.count)
        for (place, task) in workload.tasks.enumerated() {
            for input in task.inputs {
                outputs[input.task] += input.bytes
                followers[input.task].append(place)
            }
        }
        (self.outputs, self.followers) = (outputs, followers)
        readers = followers.map(\.count)
    }

    /// What a design comes to, or why it can't be built.
    package func report(_ design: BlockDesign) -> (report: Report?, flaw: BlockFlaw?) {
        if let flaw = placing(design) { return (nil, flaw) }
        var run = Run(self, design)
        if let flaw = run.prepare() { return (nil, flaw) }
        run.play()
        return run.finish()
    }

    private func placing(_ design: BlockDesign) -> BlockFlaw? {
        for (place, task) in workload.tasks.enumerated() {
            let element = design.taskElements[place]
            guard design.elements.indices.contains(element) else {
                return BlockFlaw(code: "element", text: "'\(task.name)' runs on an element that is not there")
            }
            if case .accelerator(let own, _, _) = design.elements[element], own != place, task.cycles > 0 {
                let name = workload.tasks[own].name
                return BlockFlaw(code: "element", text: "'\(task.name)' can't run on the accelerator of '\(name)'")
            }
            guard design.memories.indices.contains(design.taskMemories[place]) else {
                return BlockFlaw(code: "memory", text: "'\(task.name)' writes to a memory that is not there")
            }
        }
        return nil
    }
}

extension BlockModel {
    /// One design in the making of its report.
    private struct Run {
        let model: BlockModel
        let design: BlockDesign
        let memories: Int
        var report = Report()
        /// Work that is left of each task, in instructions; rates are instructions a second.
        var left: [Double]
        var rates: [Double]
        /// Bytes that each task reads from each memory, and may read or write there in a second when alone.
        var reads: [Double]
        var reach: [Double]
        var waits: [Int]
        var readersLeft: [Int]
        var running: [Int] = []
        var live: [Double]
        var peaks: [Double]
        /// J of each task on its element, and J a byte of each memory once its capacity is known.
        var joules: [Double]
        /// What was done in each phase: s, and of each running task the share of its work.
        var phases: [(seconds: Double, shares: [(task: Int, share: Double)])] = []

        init(_ model: BlockModel, _ design: BlockDesign) {
            (self.model, self.design, memories) = (model, design, design.memories.count)
            let tasks = model.workload.tasks
            left = tasks.map { $0.cycles * 2 }
            rates = [Double](repeating: 0, count: tasks.count)
            reads = [Double](repeating: 0, count: tasks.count * memories)
            reach = reads
            waits = tasks.map(\.inputs.count)
            readersLeft = model.readers
            live = [Double](repeating: 0, count: memories)
            peaks = live
            joules = rates
        }

        /// Finds out what tasks read and how fast alone.
        mutating func prepare() -> BlockFlaw? {
            let tasks = model.workload.tasks
            let between = design.reach()
            for (place, task) in tasks.enumerated() where task.cycles > 0 {
                for input in task.inputs { reads[place * memories + design.taskMemories[input.task]] += input.bytes }
                let element = design.taskElements[place]
                switch design.elements[element] {
                case .core:
                    rates[place] = BlockModel.coreRate
                    joules[place] = left[place] * BlockModel.coreEnergy
                case .accelerator(_, let clock, let unroll):
                    guard let own = task.accelerator else { continue }
                    rates[place] = left[place] / (own.cycles / (1e8 * Double(clock) * Double(unroll)))
                    joules[place] = own.energy * 1e-15 * 0.064 * Double(unroll)
                }
                let written = model.outputs[place] > 0 ? design.taskMemories[place] : -1
                for memory in 0..<memories where reads[place * memories + memory] > 0 || memory == written {
                    guard let from = design.elementBuses[element], design.buses.indices.contains(from) else {
                        return BlockFlaw(code: "bus", text: "the element of '\(task.name)' hangs on no bus")
                    }
                    guard let to = design.memories[memory].bus, design.buses.indices.contains(to) else {
                        return BlockFlaw(code: "bus", text: "a memory of '\(task.name)' hangs on no bus")
                    }
                    guard between[from][to] > 0 else {
                        return BlockFlaw(code: "unreachable", text: "'\(task.name)' has no way to its memory")
                    }
                    reach[place * memories + memory] = min(between[from][to], design.memories[memory].bandwidth)
                }
            }
            return nil
        }

        mutating func play() {
            // Those that a task without work sets free are started by its end.
            let first = waits.indices.filter { waits[$0] == 0 }
            for task in first { start(task) }
            var counts = [Double](repeating: 0, count: design.elements.count + 2 * memories)
            var speeds = [Double](repeating: 0, count: left.count)
            while !running.isEmpty {
                count(&counts)
                var step = Double.infinity
                for task in running {
                    speeds[task] = speed(task, counts)
                    step = min(step, left[task] / speeds[task])
                }
                report.latency += step
                var shares: [(task: Int, share: Double)] = []
                var ended: [Int] = []
                for task in running {
                    let total = model.workload.tasks[task].cycles * 2
                    let done = speeds[task] * step
                    shares.append((task, min(done, left[task]) / total))
                    left[task] -= done
                    if left[task] <= 1e-9 * total { ended.append(task) }
                }
                phases.append((step, shares))
                running.removeAll { ended.contains($0) }
                for task in ended { end(task) }
            }
        }

        /// How many running tasks are on each element, read each memory and write it.
        private func count(_ counts: inout [Double]) {
            for place in counts.indices { counts[place] = 0 }
            let base = design.elements.count
            for task in running {
                counts[design.taskElements[task]] += 1
                for memory in 0..<memories where reads[task * memories + memory] > 0 { counts[base + memory] += 1 }
                if model.outputs[task] > 0 { counts[base + memories + design.taskMemories[task]] += 1 }
            }
        }

        private func speed(_ task: Int, _ counts: [Double]) -> Double {
            let base = design.elements.count
            let work = model.workload.tasks[task].cycles * 2
            var speed = rates[task] / counts[design.taskElements[task]]
            for memory in 0..<memories {
                let bytes = reads[task * memories + memory]
                guard bytes > 0 else { continue }
                speed = min(speed, reach[task * memories + memory] / counts[base + memory] * work / bytes)
            }
            let memory = design.taskMemories[task]
            let bytes = model.outputs[task]
            guard bytes > 0 else { return speed }
            return min(speed, reach[task * memories + memory] / counts[base + memories + memory] * work / bytes)
        }

        private mutating func start(_ task: Int) {
            let memory = design.taskMemories[task]
            live[memory] += model.outputs[task]
            peaks[memory] = max(peaks[memory], live[memory])
            if left[task] > 0 { running.append(task) } else { end(task) }
        }

        private mutating func end(_ task: Int) {
            // A buffer is given back when its last reader has ended.
            for input in model.workload.tasks[task].inputs {
                readersLeft[input.task] -= 1
                if readersLeft[input.task] == 0 { live[design.taskMemories[input.task]] -= model.outputs[input.task] }
            }
            for follower in model.followers[task] {
                waits[follower] -= 1
                if waits[follower] == 0 { start(follower) }
            }
        }

        /// Memories get their sizes, and everything its energy and area.
        mutating func finish() -> (report: Report?, flaw: BlockFlaw?) {
            var points: [MemoryTable.Point] = []
            for (place, memory) in design.memories.enumerated() {
                let needed = max(1, (peaks[place] / BlockModel.granule).rounded(.up)) * BlockModel.granule
                let bytes = memory.capacity ?? needed
                let table = memory.isDRAM ? MemoryTable.dram : MemoryTable.sram
                guard let point = MemoryTable.point(table, bytes: bytes) else {
                    return (nil, BlockFlaw(code: "capacity", text: "a memory would need \(Int(bytes)) bytes"))
                }
                points.append(point)
                report.capacities.append(bytes)
                let isUsed = design.taskMemories.indices.contains {
                    design.taskMemories[$0] == place && model.outputs[$0] > 0
                }
                if isUsed { report.area += point.area }
            }
            addTasks(points)
            addPower()
            return (report, nil)
        }

        private mutating func addTasks(_ points: [MemoryTable.Point]) {
            var used = [Bool](repeating: false, count: design.elements.count)
            for (place, task) in model.workload.tasks.enumerated() where task.cycles > 0 {
                used[design.taskElements[place]] = true
                for memory in 0..<memories { joules[place] += reads[place * memories + memory] * points[memory].read }
                joules[place] += model.outputs[place] * points[design.taskMemories[place]].write
                report.energy += joules[place]
            }
            for (place, element) in design.elements.enumerated() where used[place] {
                switch element {
                case .core: report.area += BlockModel.coreArea
                case .accelerator(let task, _, let unroll):
                    let area = model.workload.tasks[task].accelerator?.area ?? 0
                    report.area += area * 1e-12 * 0.0374 * Double(unroll)
                }
            }
        }

        /// Phases are put together as long as a window stays within 10 ms.
        private mutating func addPower() {
            var (seconds, energy) = (0.0, 0.0)
            for phase in phases {
                if seconds > 0, seconds + phase.seconds > BlockModel.window {
                    report.power = max(report.power, energy / seconds)
                    (seconds, energy) = (0, 0)
                }
                seconds += phase.seconds
                for item in phase.shares { energy += joules[item.task] * item.share }
            }
            if seconds > 0 { report.power = max(report.power, energy / seconds) }
        }
    }
}
