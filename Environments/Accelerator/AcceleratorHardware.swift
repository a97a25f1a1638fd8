public import Gym

/// The hardware of a DNN accelerator, judged on whole networks with a mapping found for every layer: the cost model
/// behind `accelerator-hardware-v0`.
public struct AcceleratorHardware: CostModel {
    /// The hardware's parameters and what it is judged by.
    public private(set) var spec: EnvironmentSpec
    /// Layers that need the same work are mapped once.
    private let layers: LayerList
    private let surroundings: HardwareDesign.Surroundings
    private let costs: LayerCosts

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
        let isSystolic = options.text("array") == "systolic"
        let network = try MappingProblem.network(options).regrouped(width: try whole("group_width"))
        // The fronts of a systolic array are counted for the layer as it is.
        layers = try LayerList(
            network, batch: try whole("batch"), isPadded: options.text("padding") == "smooth" && !isSystolic)
        costs = LayerCosts(
            evaluations: try whole("mapper_evaluations"),
            goal: MappingSearch.Goal(rawValue: options.text("mapper_goal")) ?? .product)
        surroundings = HardwareDesign.Surroundings(
            technology: Technology(rawValue: options.text("technology")) ?? .nm45, clock: options.number("clock_mhz"),
            wireEnergy: options.number("wire_energy"), outputBits: try whole("output_bits"),
            startsEmpty: options.text("first_fill") == "yes", isSystolic: isSystolic)
        let (id, space) = (AcceleratorHardware.datasheet.id, HardwareDesign.space(isSystolic: isSystolic))
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: AcceleratorHardware.metrics)
        guard let action = space.defaultAction else { return }
        let reference = try evaluate(action, deadline: .none).metrics
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: spec.metrics, reference: reference)
    }

    /// Maps every layer and adds up; infeasible where no mapping of a layer is found that fits.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let design = HardwareDesign(action, in: surroundings)
        let multipliers = Double(design.architecture.multipliers)
        var (cycles, compute, macs, share) = (0.0, 0.0, 0.0, 0.0)
        var (mac, dram, wires, energy) = (0.0, 0.0, 0.0, 0.0)
        var occurrences = 0.0
        for (layer, count) in layers.layers {
            guard let cost = try costs.cost(of: layer, on: design, deadline: deadline) else {
                return .invalid(
                    .infeasible("mapping: no mapping of '\(layer.name)' was found that fits"),
                    metricCount: AcceleratorHardware.metrics.count)
            }
            let times = Double(count)
            occurrences += times
            cycles += cost.cycles * times
            compute += cost.computeCycles * times
            macs += Double(layer.macs) * times
            share += Double(layer.macs) / (cost.cycles * multipliers) * times
            mac += cost.macEnergy * times
            dram += cost.dramEnergy * times
            wires += cost.wireEnergy * times
            energy += cost.energy * times
        }
        let microseconds = cycles / surroundings.clock
        return Evaluation(metrics: [
            microseconds * 1e-3, energy * 1e-9, design.architecture.area, energy * 1e-3 / microseconds,
            macs / (cycles * multipliers), mac * 1e-9, dram * 1e-9, (energy - mac - dram - wires) * 1e-9, wires * 1e-9,
            cycles, compute, share / occurrences,
        ])
    }

    private static let metrics = [
        Metric("latency", unit: "ms", goal: .minimize, note: "of all layers, one after the other"),
        Metric("energy", unit: "mJ", goal: .minimize, note: "multipliers, storage and wires"),
        Metric("area", unit: "mm2", goal: .minimize, note: "scratchpads, buffer and multipliers, and 10 % for wires"),
        Metric("power", unit: "mW", goal: .minimize, note: "energy over latency"),
        Metric("utilisation", unit: "1", goal: .maximize, note: "share of multipliers and cycles that do work"),
        Metric("energy_mac", unit: "mJ", goal: .minimize, note: "of the multipliers"),
        Metric("energy_dram", unit: "mJ", goal: .minimize, note: "of DRAM"),
        Metric("energy_chip", unit: "mJ", goal: .minimize, isPositive: false, note: "of buffer and scratchpads"),
        Metric("energy_wires", unit: "mJ", goal: .minimize, isPositive: false, note: "of the mesh; see wire_energy"),
        Metric("cycles", unit: "1", goal: .minimize, note: "of all layers"),
        Metric("compute_cycles", unit: "1", goal: .minimize, note: "of all layers, without limits of bandwidth"),
        Metric("layer_utilisation", unit: "1", goal: .maximize, note: "the same share of each layer, their mean"),
    ]
}
