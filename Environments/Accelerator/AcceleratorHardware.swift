public import Gym

/// The hardware of a DNN accelerator, judged on whole networks with a mapping found for every layer: the cost model
/// behind `accelerator-hardware-v0`.
public struct AcceleratorHardware: CostModel {
    /// The hardware's parameters and what it is judged by.
    public private(set) var spec: EnvironmentSpec
    /// Layers that need the same work are mapped once.
    private let layers: [(layer: Layer, count: Int)]
    private let surroundings: HardwareDesign.Surroundings
    private let evaluations: Int
    private let goal: MappingSearch.Goal

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in Oneshot(try AcceleratorHardware(options)) }
    }

    /// Reads the network and evaluates the reference design.
    ///
    /// - Throws: `GymError` for a network that can't be read or a number that is not whole.
    public init(_ options: Options) throws {
        func whole(_ name: String) throws -> Int {
            guard let number = Int(exactly: options.number(name)) else {
                throw GymError(
                    .badOption, "'\(name)' is \(Value.format(options.number(name))), not a whole number", field: name)
            }
            return number
        }
        let batch = try whole("batch")
        var layers: [(layer: Layer, count: Int)] = []
        for layer in try MappingProblem.network(options).layers {
            let layer = try layer.batched(batch)
            if let place = layers.firstIndex(where: { $0.layer.isLike(layer) }) {
                layers[place].count += layer.repeats
            } else {
                layers.append((layer, layer.repeats))
            }
        }
        self.layers = layers
        evaluations = try whole("mapper_evaluations")
        goal = MappingSearch.Goal(rawValue: options.text("mapper_goal")) ?? .product
        surroundings = HardwareDesign.Surroundings(
            technology: Technology(rawValue: options.text("technology")) ?? .nm45, clock: options.number("clock_mhz"))
        let (id, space) = (AcceleratorHardware.datasheet.id, HardwareDesign.space)
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: AcceleratorHardware.metrics)
        guard let action = space.defaultAction else { return }
        let reference = try evaluate(action, deadline: .none).metrics
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: spec.metrics, reference: reference)
    }

    /// Maps every layer and adds up; infeasible where the search finds no mapping of a layer that fits.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let design = HardwareDesign(action, in: surroundings)
        let last = design.architecture.levels.count - 1
        var (cycles, macs, mac, dram, energy) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (layer, count) in layers {
            let space = MappingSpace(MappingModel(layer, on: design.architecture), rules: design.rules)
            let search = MappingSearch(space, goal: goal)
            guard let found = try search.run(evaluations: evaluations, seed: 0, deadline: deadline) else {
                return .invalid(
                    .infeasible("mapping: no mapping of '\(layer.name)' was found that fits"),
                    metricCount: AcceleratorHardware.metrics.count)
            }
            let times = Double(count)
            cycles += found.report.cycles * times
            macs += Double(layer.macs) * times
            mac += found.report.macEnergy * times
            dram += found.report.levelEnergies[last] * times
            energy += found.report.energy * times
        }
        let microseconds = cycles / surroundings.clock
        return Evaluation(metrics: [
            microseconds * 1e-3, energy * 1e-9, design.architecture.area, energy * 1e-3 / microseconds,
            macs / (cycles * Double(design.architecture.multipliers)), mac * 1e-9, dram * 1e-9,
            (energy - mac - dram) * 1e-9,
        ])
    }

    private static let metrics = [
        Metric("latency", unit: "ms", goal: .minimize, note: "of all layers, one after the other"),
        Metric("energy", unit: "mJ", goal: .minimize, note: "multipliers and storage"),
        Metric("area", unit: "mm2", goal: .minimize, note: "scratchpads, buffer and multipliers, and 10 % for wires"),
        Metric("power", unit: "mW", goal: .minimize, note: "energy over latency"),
        Metric("utilisation", unit: "1", goal: .maximize, note: "share of multipliers and cycles that do work"),
        Metric("energy_mac", unit: "mJ", goal: .minimize, note: "of the multipliers"),
        Metric("energy_dram", unit: "mJ", goal: .minimize, note: "of DRAM"),
        Metric("energy_chip", unit: "mJ", goal: .minimize, isPositive: false, note: "of buffer and scratchpads"),
    ]

    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "accelerator-hardware-v0", title: "Accelerator",
        summary: "the hardware of a DNN accelerator for whole networks, every layer mapped by a search",
        description: [modelled, mapper, omissions].joined(separator: "\n\n"),
        options: [
            OptionSpec(
                "network", .workload(Network.all.map(\.name)), default: "alexnet",
                note: "a built-in network, or a table of layers (columns " + Network.columns.joined(separator: ", ")
                    + ")"),
            OptionSpec("batch", .number(1...1_024), default: 1, note: "images or sequences at once"),
            OptionSpec(
                "technology", .choice(Technology.allCases.filter { $0 != .normalised }.map(\.rawValue)),
                default: .text(Technology.nm45.rawValue), note: "the process of memories and multipliers"),
            OptionSpec("clock_mhz", .number(10...10_000), default: 1_000, note: "of everything on the chip"),
            OptionSpec(
                "mapper_evaluations", .number(100...1_000_000), default: 500,
                note: "mappings that the search tries for each different layer"),
            OptionSpec(
                "mapper_goal", .choice(MappingSearch.Goal.allCases.map(\.rawValue)),
                default: .text(MappingSearch.Goal.product.rawValue),
                note: "what it minimises for each layer; edp is energy times cycles"),
        ],
        references: AcceleratorMapping.datasheet.references + [
            "Kwon et al., MAESTRO, MICRO 2019 (dataflows)", "Du et al., ShiDianNao, ISCA 2015 (os)",
            "NVDLA, nvdla.org (ws)", "Krishnan et al., ArchGym, ISCA 2023 (hardware as a search space)",
        ],
        history: ["v0: first version"])

    private static let modelled = """
        An array of multipliers, each with scratchpads for inputs, weights and outputs, a shared buffer of banks and \
        DRAM. Every layer of a network is mapped on it and priced by the model of accelerator-mapping-v0, whose \
        datasheet says how it agrees with Timeloop 2.0; latency and energy add up over layers, area does not depend \
        on them. A dataflow is a rule for mappings: ws unrolls C over columns and K over rows and keeps weights \
        beside the multipliers, os Q and P and keeps outputs, is C and P, Q and keeps inputs, rs (row stationary) Q, \
        K and S, C, K and keeps all three, free leaves it to the search; all may also unroll groups and batch, or \
        depthwise layers would leave the array idle. Half of the shared buffer is filled while the other half is \
        used.
        """

    private static let mapper = """
        The search for mappings is hill climbing from random starts with a fixed seed, so that a design always costs \
        the same. It is no optimum: `mapper_evaluations` buys better mappings, and with few of them a better machine \
        can look a little worse than another by luck of the search. Dataflows that unroll dimensions which a layer \
        lacks, such as os for matrix products with one row, leave the array idle, as they do in hardware.
        """

    private static let omissions = """
        Left out: layers that do not multiply, energy of wires, leakage, conflicts between banks, reuse between \
        layers, and sizes that do not divide: a dimension is only split into its factors. Energies of DRAM are per \
        bit and do not depend on dram_gbps; wider DRAM costs no area.
        """
}
