import Gym

/// How a design of blocks is written as an action: three elements, three memories and three buses at most.
struct BlockCoding: Sendable {
    let space: Space
    private let workload: MappingWorkload
    private let isArchGym: Bool
    /// The tasks that have an accelerator.
    private let eligible: [Int]

    private static let blocks = 3
    private static let clocks = [1.0, 4, 6, 8]
    private static let widths = [4.0, 8, 16, 32, 64, 128]
    private static let unrolls = [1.0, 2, 4, 8, 16, 32, 64, 128, 256]

    init(_ workload: MappingWorkload, isArchGym: Bool) {
        (self.workload, self.isArchGym) = (workload, isArchGym)
        eligible = workload.tasks.indices.filter { workload.tasks[$0].accelerator != nil }
        space = isArchGym ? BlockCoding.archGym(workload) : BlockCoding.full(workload, eligible)
    }

    /// The design of an action, or what is wrong with how its blocks hang together.
    func design(_ action: Action, repairs: Bool) -> (design: BlockDesign, flaw: BlockFlaw?) {
        if isArchGym { return archGymDesign(action) }
        var design = fullDesign(action)
        if repairs { repair(&design) }
        return (design, nil)
    }
}

/// The space with every kind of block.
extension BlockCoding {
    private static func full(_ workload: MappingWorkload, _ eligible: [Int]) -> Space {
        let names = eligible.map { workload.tasks[$0].name }
        var activity: [String: String] = [:]
        for number in 1...blocks where !names.isEmpty {
            for suffix in ["task", "clock", "unroll"] {
                activity["element\(number)_\(suffix)"] = "element\(number) == accelerator"
            }
        }
        let links = Parameter(
            "links", .categorical(["chain", "star", "none"]), default: "chain",
            note: "how buses are joined: 1-2-3, 2 and 3 with 1, or not at all")
        let parameters =
            (1...blocks).flatMap { element($0, names) } + (1...blocks).flatMap(memory) + (1...blocks).flatMap(bus)
            + [links]
        return Space(parameters + homes(workload), activity: activity)
    }

    private static func element(_ number: Int, _ names: [String]) -> [Parameter] {
        let kind = "element\(number)"
        let note = "what computes there"
        guard let first = names.first else {
            return [Parameter(kind, .categorical(["core"]), default: "core", note: note)]
        }
        return [
            Parameter(kind, .categorical(["core", "accelerator"]), default: "core", note: note),
            Parameter(
                "\(kind)_task", .categorical(names), default: .text(first), note: "whose accelerator it is"),
            Parameter(
                "\(kind)_clock", .ordinal(clocks), unit: "100 MHz", default: 1, note: "of the accelerator"),
            Parameter(
                "\(kind)_unroll", .ordinal(unrolls), scale: .log2, default: 1,
                note: "iterations at once; at most as many as the task has"),
        ]
    }

    private static func memory(_ number: Int) -> [Parameter] {
        [
            Parameter(
                "memory\(number)", .categorical(["dram", "sram"]), default: "dram", note: "of what it is made"),
            Parameter(
                "memory\(number)_width", .ordinal(widths), scale: .log2, unit: "B", default: 4,
                note: "bytes a cycle, in each direction"),
            Parameter("memory\(number)_clock", .ordinal(clocks), unit: "100 MHz", default: 1, note: "of the memory"),
        ]
    }

    private static func bus(_ number: Int) -> [Parameter] {
        [
            Parameter(
                "bus\(number)_width", .ordinal(widths), scale: .log2, unit: "B", default: 4,
                note: "bytes a cycle, in each direction"),
            Parameter("bus\(number)_clock", .ordinal(clocks), unit: "100 MHz", default: 1, note: "of the bus"),
        ]
    }

    /// Where blocks hang, tasks run and results lie.
    private static func homes(_ workload: MappingWorkload) -> [Parameter] {
        func words(_ kind: String) -> [String] { (1...blocks).map { "\(kind)\($0)" } }
        let hanging = (words("element") + words("memory")).map { block in
            Parameter("\(block)_bus", .categorical(words("bus")), default: "bus1", note: "where it hangs")
        }
        let running = workload.tasks.map { task in
            Parameter(
                "\(task.name)_on", .categorical(words("element")), default: "element1", note: "where the task runs")
        }
        let lying = workload.tasks.map { task in
            Parameter(
                "\(task.name)_to", .categorical(words("memory")), default: "memory1", note: "where its results lie")
        }
        return hanging + running + lying
    }

    private func fullDesign(_ action: Action) -> BlockDesign {
        var design = BlockDesign()
        var place = 0
        func next() -> Double {
            defer { place += 1 }
            return action[place]
        }
        for _ in 0..<BlockCoding.blocks {
            let isAccelerator = next() == 1
            guard !eligible.isEmpty else {
                design.elements.append(.core)
                continue
            }
            let task = eligible[Int(next())]
            let (clock, unroll) = (Int(next()), Int(next()))
            let most = workload.tasks[task].accelerator?.unroll ?? 1
            design.elements.append(
                isAccelerator ? .accelerator(task: task, clock: clock, unroll: min(unroll, most)) : .core)
        }
        for _ in 0..<BlockCoding.blocks {
            let isDRAM = next() == 0
            let (width, clock) = (Int(next()), Int(next()))
            design.memories.append(
                BlockDesign.Memory(
                    isDRAM: isDRAM, bandwidth: BlockDesign.bandwidth(width: width, clock: clock), bus: nil,
                    capacity: nil))
        }
        for _ in 0..<BlockCoding.blocks {
            let (width, clock) = (Int(next()), Int(next()))
            design.buses.append(BlockDesign.bandwidth(width: width, clock: clock))
        }
        design.links = [[(0, 1), (1, 2)], [(0, 1), (0, 2)], []][Int(next())]
        for _ in 0..<BlockCoding.blocks { design.elementBuses.append(Int(next())) }
        for memory in 0..<BlockCoding.blocks { design.memories[memory].bus = Int(next()) }
        for _ in workload.tasks { design.taskElements.append(Int(next())) }
        for _ in workload.tasks { design.taskMemories.append(Int(next())) }
        return design
    }

    /// Makes most designs buildable: a task on a foreign accelerator goes to its own if there is one, else to the
    /// first core, and where there is no core the first element becomes one; buses without links are joined in a chain.
    private func repair(_ design: inout BlockDesign) {
        if !design.elements.contains(.core) { design.elements[0] = .core }
        let core = design.elements.firstIndex(of: .core) ?? 0
        for task in workload.tasks.indices {
            guard case .accelerator(let own, _, _) = design.elements[design.taskElements[task]], own != task else {
                continue
            }
            let home = design.elements.firstIndex { element in
                if case .accelerator(let own, _, _) = element { own == task } else { false }
            }
            design.taskElements[task] = home ?? core
        }
        if design.links.isEmpty { design.links = [(0, 1), (1, 2)] }
    }
}

/// ArchGym's vector, in the mode that its agents use.
extension BlockCoding {
    private static func archGym(_ workload: MappingWorkload) -> Space {
        func block(_ name: String, _ range: ClosedRange<Int>, _ usual: [Int], _ note: String) -> [Parameter] {
            (1...blocks).map {
                Parameter("\(name)\($0)", .integer(range), default: .number(Double(usual[$0 - 1])), note: note)
            }
        }
        let zero = [0, 0, 0]
        return Space(
            block("pe_allocation", 0...1, zero, "0 a core, 1 the accelerator of the first task that has one")
                + block("mem_allocation", 0...3, zero, "a DRAM of 4 bytes a cycle at 100, 400, 600 or 800 MHz")
                + block("bus_allocation", 0...3, zero, "a bus of 4 bytes a cycle at 100, 400, 600 or 800 MHz")
                + block("pe_to_bus", 0...2, zero, "the bus of the element")
                + block("bus_to_bus", -1...2, [-1, -1, -1], "the bus that this one is linked to, -1 for none")
                + block("bus_to_mem", -1...2, [0, -1, -1], "the memory that hangs on this bus, -1 for none")
                + workload.tasks.map {
                    Parameter("\($0.name)_to_pe", .integer(0...2), default: 0, note: "the element of the task")
                }
                + workload.tasks.map {
                    Parameter("\($0.name)_to_mem", .integer(0...2), default: 0, note: "the memory of its results")
                })
    }

    private func archGymDesign(_ action: Action) -> (design: BlockDesign, flaw: BlockFlaw?) {
        let numbers = action.map { Int($0) }
        func triple(_ group: Int) -> ArraySlice<Int> { numbers[group * 3..<group * 3 + 3] }
        var design = BlockDesign()
        for type in triple(0) {
            let task = type == 1 ? eligible.first : nil
            design.elements.append(task.map { .accelerator(task: $0, clock: 1, unroll: 1) } ?? .core)
        }
        func bandwidth(_ choice: Int) -> Double {
            BlockDesign.bandwidth(width: 4, clock: Int(BlockCoding.clocks[choice]))
        }
        design.memories = triple(1).map {
            BlockDesign.Memory(isDRAM: true, bandwidth: bandwidth($0), bus: nil, capacity: nil)
        }
        design.buses = triple(2).map(bandwidth)
        design.elementBuses = Array(triple(3))
        for (bus, other) in triple(4).enumerated() where other >= 0 { design.links.append((bus, other)) }
        for (bus, memory) in triple(5).enumerated() where memory >= 0 {
            guard design.memories[memory].bus == nil else {
                return (design, BlockFlaw(code: "bus", text: "memory \(memory) hangs on two buses"))
            }
            design.memories[memory].bus = bus
        }
        let count = workload.tasks.count
        design.taskElements = Array(numbers[18..<18 + count])
        design.taskMemories = Array(numbers[(18 + count)...])
        return (design, nil)
    }
}
