public import Gym

/// ArchGym's Timeloop environment over this project's model: the cost model behind `archgym-timeloop-v0`.
public struct ArchGymTimeloop: CostModel {
    /// ArchGym's 26 parameters under its own names, its observations and its costs.
    public private(set) var spec: EnvironmentSpec
    private let layers: LayerList
    private let costs: LayerCosts
    private let targets: (energy: Double, area: Double, cycles: Double)

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in Oneshot(try ArchGymTimeloop(options)) }
    }

    /// Reads the network and evaluates the reference design.
    ///
    /// - Throws: `GymError` for a network that can't be read or a number that is not whole.
    public init(_ options: Options) throws {
        let evaluations = options.number("mapper_evaluations")
        guard let evaluations = Int(exactly: evaluations) else {
            throw GymError(
                .badOption, "'mapper_evaluations' is \(Value.format(evaluations)), not a whole number",
                field: "mapper_evaluations")
        }
        let isUsual = options.text("network") == ArchGymTimeloop.alexNet.name
        let network = try isUsual ? ArchGymTimeloop.alexNet : MappingProblem.network(options)
        layers = try LayerList(network, batch: 1, isPadded: true)
        costs = LayerCosts(evaluations: evaluations, goal: .product)
        targets = (
            options.number("energy_target"), options.number("area_target"), options.number("latency_target")
        )
        let id = ArchGymTimeloop.datasheet.id
        spec = EnvironmentSpec(id: id, actionSpace: ArchGymTimeloop.space, metrics: ArchGymTimeloop.metrics)
        guard let action = spec.actionSpace.defaultAction else { return }
        let reference = try evaluate(action, deadline: .none).metrics
        spec = EnvironmentSpec(id: id, actionSpace: spec.actionSpace, metrics: spec.metrics, reference: reference)
    }

    /// Maps every layer on the template with these sizes and adds up.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let (design, dummyArea) = ArchGymTimeloop.design(action)
        var (cycles, energy) = (0.0, 0.0)
        for (layer, count) in layers.layers {
            guard let cost = try costs.cost(of: layer, on: design, deadline: deadline) else {
                return .invalid(
                    .infeasible("mapping: no mapping of '\(layer.name)' was found that fits"),
                    metricCount: ArchGymTimeloop.metrics.count)
            }
            cycles += cost.cycles * Double(count)
            energy += cost.energy * Double(count) * 1e-6
        }
        let area = design.architecture.area + dummyArea * (1 + Architecture.wiring)
        func distance(_ value: Double, _ target: Double) -> Double { max(0, (value - target) / target) }
        let distances = [
            distance(energy, targets.energy), distance(area, targets.area), distance(cycles, targets.cycles),
        ]
        // What meets its target costs 1e-5 in ArchGym, so that 1 over it can be a reward.
        let costs = distances.map { $0 == 0 ? 1e-5 : $0 } + [1e-3 + distances.reduce(0, +)]
        return Evaluation(metrics: ([energy, area, cycles] + costs).map(Optional.some))
    }

    /// The convolutions of the two-tower AlexNet, of which ArchGym's five layers are.
    private static let alexNet = Network(
        "alexnet-conv", Network.groupedAlexNet.layers.filter { $0.name.hasPrefix("conv") })

    /// How memories of each class are built.
    private enum MemoryClass: String, CaseIterable {
        case regfile
        case smartSRAM = "smartbuffer_SRAM"
        case smartRegisters = "smartbuffer_RF"
        case sram = "SRAM"

        func memory(rows: Int, bits: Int) -> Technology.Memory {
            let isSRAM = self == .smartSRAM || self == .sram
            let base =
                isSRAM
                ? Technology.nm45.memory(rows: rows, bits: bits) : Technology.nm45.registers(rows: rows, bits: bits)
            guard self == .smartSRAM || self == .smartRegisters else { return base }
            let counters = Technology.nm45.addressing(rows: rows)
            return Technology.Memory(
                read: base.read + counters.energy, write: base.write + counters.energy,
                area: base.area + counters.area)
        }
    }

    /// The architecture of an action, and the area of its dummy buffers, which hold nothing in the template.
    private static func design(_ action: Action) -> (HardwareDesign, Double) {
        func number(_ name: String) -> Int { space.index(of: name).map { Int(action[$0]) } ?? 0 }
        func pad(_ name: String, _ operand: Operand) -> StorageLevel {
            let kind = MemoryClass.allCases[number("\(name)_CLASS")]
            let (depth, block) = (
                number("\(name)_ATRIBUTES.memory_depth"), number("\(name)_ATRIBUTES.block-size")
            )
            let memory = kind.memory(rows: depth, bits: 16 * block)
            return StorageLevel(
                name.lowercased(), words: depth * block, block: block,
                readBandwidth: Double(number("\(name)_ATRIBUTES.read_bandwidth")),
                writeBandwidth: Double(number("\(name)_ATRIBUTES.write_bandwidth")), readEnergy: memory.read,
                writeEnergy: memory.write, area: memory.area, holds: OperandSet(operand))
        }
        let columns = number("MAC_MESH_X")
        let rows = number("NUM_PEs") / columns
        let (depth, block) = (
            number("SHARED_GLB_ATTRIBUTES.memory_depth"), number("SHARED_GLB_ATTRIBUTES.block-size")
        )
        let banks = number("SHARED_GLB_ATTRIBUTES.n_banks")
        let bank = MemoryClass.allCases[number("SHARED_GLB_CLASS")].memory(rows: depth / banks, bits: 16 * block)
        let inputsAndOutputs: OperandSet = [OperandSet(.inputs), OperandSet(.outputs)]
        let buffer = StorageLevel(
            "shared_glb", words: depth * block, block: block,
            readBandwidth: Double(number("SHARED_GLB_ATTRIBUTES.read_bandwidth")),
            writeBandwidth: Double(number("SHARED_GLB_ATTRIBUTES.write_bandwidth")), readEnergy: bank.read,
            writeEnergy: bank.write, area: bank.area * Double(banks), mesh: (columns, rows), holds: inputsAndOutputs)
        let energy = MainMemory.lpddr4.energyPerBit * 64
        let dram = StorageLevel("dram", block: 4, readEnergy: energy, writeEnergy: energy)
        let dummy = MemoryClass.allCases[number("DUMMY_BUFFER_CLASS")].memory(
            rows: number("DUMMY_BUFFER_ATTRIBUTES.depth"), bits: 16 * number("DUMMY_BUFFER_ATTRIBUTES.block-size"))
        let architecture = Architecture(
            "eyeriss_like",
            levels: [
                pad("PSUM_SPAD", .outputs), pad("WEIGHTS_SPAD", .weights), pad("IFMAP_SPAD", .inputs), buffer, dram,
            ],
            macEnergy: Technology.nm45.macEnergy(bits: 16), macArea: Technology.nm45.macArea(bits: 16),
            technology: .nm45)
        let rules = MappingRules(
            columns: [.q, .k], rows: [.s, .c, .k],
            kept: [OperandSet(.outputs), OperandSet(.weights), OperandSet(.inputs), inputsAndOutputs, nil],
            loops: [[.k], [.c, .r], []], fills: false)
        return (HardwareDesign(architecture, rules: rules), dummy.area * Double(columns))
    }

    private static let metrics = [
        Metric("energy", unit: "uJ", goal: .minimize, note: "of all layers"),
        Metric("area", unit: "mm2", goal: .minimize, note: "of the chip"),
        Metric("cycles", unit: "1", goal: .minimize, note: "of all layers, one after the other"),
        Metric("cost_energy", unit: "1", goal: .minimize, note: "ArchGym's: how far energy is above its target"),
        Metric("cost_area", unit: "1", goal: .minimize, note: "ArchGym's: how far area is above its target"),
        Metric("cost_latency", unit: "1", goal: .minimize, note: "ArchGym's: how far cycles are above their target"),
        Metric("cost_joint", unit: "1", goal: .minimize, note: "ArchGym's: 0.001 and the three distances"),
    ]

    private static let space = Space(array + pads + buffers)

    private static func choice(_ name: String, _ usual: String, _ note: String) -> Parameter {
        Parameter(name, .categorical(MemoryClass.allCases.map(\.rawValue)), default: .text(usual), note: note)
    }

    private static func powers(_ name: String, _ range: ClosedRange<Int>, _ usual: Double, _ note: String) -> Parameter
    {
        Parameter(
            name, .ordinal(range.map { Double(1 << $0) }), scale: .log2, default: .number(usual), note: note)
    }

    private static let array = [
        Parameter(
            "NUM_PEs", .integer(14...336, step: 14), default: 168, note: "multipliers, each with three scratchpads"),
        Parameter("MAC_MESH_X", .ordinal([2, 7, 14]), default: 14, note: "columns of the array"),
    ]

    /// Of inputs, sums and weights.
    private static let pads = [("IFMAP_SPAD", 16.0, 1.0), ("PSUM_SPAD", 16, 1), ("WEIGHTS_SPAD", 256, 1)].flatMap {
        name, depth, block in
        [
            choice("\(name)_CLASS", "smartbuffer_RF", "how the scratchpad is built"),
            powers("\(name)_ATRIBUTES.memory_depth", 1...16, depth, "rows of the scratchpad"),
            powers("\(name)_ATRIBUTES.block-size", 0...2, block, "words of a row"),
            powers("\(name)_ATRIBUTES.read_bandwidth", 1...4, 2, "words a cycle"),
            powers("\(name)_ATRIBUTES.write_bandwidth", 1...4, 2, "words a cycle"),
        ]
    }

    private static let buffers = [
        choice("DUMMY_BUFFER_CLASS", "regfile", "how the buffer of a column is built; it holds nothing"),
        powers("DUMMY_BUFFER_ATTRIBUTES.depth", 1...16, 16, "rows of a column's buffer"),
        powers("DUMMY_BUFFER_ATTRIBUTES.block-size", 0...2, 1, "words of a row"),
        choice("SHARED_GLB_CLASS", "smartbuffer_SRAM", "how the shared buffer is built"),
        powers("SHARED_GLB_ATTRIBUTES.memory_depth", 10...16, 16_384, "rows of the shared buffer"),
        powers("SHARED_GLB_ATTRIBUTES.n_banks", 4...7, 32, "banks of the shared buffer"),
        powers("SHARED_GLB_ATTRIBUTES.block-size", 0...2, 4, "words of a row"),
        powers("SHARED_GLB_ATTRIBUTES.read_bandwidth", 1...4, 16, "words a cycle"),
        powers("SHARED_GLB_ATTRIBUTES.write_bandwidth", 1...4, 16, "words a cycle"),
    ]

    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "archgym-timeloop-v0", title: "Accelerator",
        summary: "ArchGym's Timeloop environment: the sizes of an Eyeriss-like accelerator, under its names",
        description: [modelled, inert, differences].joined(separator: "\n\n"),
        options: [
            OptionSpec(
                "network", .workload([alexNet.name] + Network.all.map(\.name)), default: .text(alexNet.name),
                note: "a built-in network, or a table of layers (columns " + Network.columns.joined(separator: ", ")
                    + ")"),
            OptionSpec(
                "energy_target", .number(1e-6...1e12), default: 20_444.2, note: "uJ; ArchGym's 29206 * 0.7"),
            OptionSpec("area_target", .number(1e-6...1e6), default: 1.7255, note: "mm2; ArchGym's 2.03 * 0.85"),
            OptionSpec(
                "latency_target", .number(1...1e15), default: 6_308_563.2, note: "cycles; ArchGym's 7885704 * 0.8"),
            OptionSpec(
                "mapper_evaluations", .number(0...1_000_000), default: 500,
                note: "mappings that the search tries for each different layer; 0 for mappings in closed form"),
        ],
        references: AcceleratorMapping.datasheet.references + [
            "Krishnan et al., ArchGym, ISCA 2023: parameters, values, template, targets and costs"
        ],
        history: ["v0: first version"])

    private static let modelled = """
        The 26 parameters of ArchGym's TimeloopGym with its names and values: the array, scratchpads for inputs, \
        sums and weights beside each multiplier, a buffer in each column that holds nothing, and the shared buffer, at \
        45 nm with LPDDR4. The template is its Eyeriss-like one: columns unroll Q and K only, rows S, C and K, \
        the shared buffer keeps inputs and outputs, weights pass it by, and only K runs in the scratchpad for sums, \
        C and R in that for weights. A PE count of 14 is ArchGym's 'PE[0..13]'. The four costs are its reward \
        formulations (lower is better): the distance above a target, 1e-5 where it is met, and the sum of the three \
        with 0.001.
        """

    private static var inert: String {
        let names = ["IFMAP", "PSUM", "WEIGHTS"].flatMap { pad in
            ["read", "write"].map { "`\(pad)_SPAD_ATRIBUTES.\($0)_bandwidth`" }
        }
        return names.joined(separator: ", ") + " are inert: a multiplier takes a word of each operand a cycle, and 2 "
            + "is the least that they offer."
    }

    private static let differences = """
        What differs, on purpose: every design is mapped with a fixed seed, so that results can be replayed, where \
        ArchGym ran Timeloop's random mapper without one; a design without a mapping is infeasible with its reason, \
        where ArchGym reported -1 and a cost of 1500; every value of every parameter can be reached. Energies and \
        areas are this project's (CACTI 7, Aladdin), not Accelergy's, so absolute figures and the share of designs \
        that meet the targets are not ArchGym's. DUMMY_BUFFER_CLASS, DUMMY_BUFFER_ATTRIBUTES.depth and \
        DUMMY_BUFFER_ATTRIBUTES.block-size change the area alone.
        """
}
