public import Gym

/// Attention on an array with vector lanes: the cost model behind `accelerator-attention-v0`, whose design is a
/// dataflow with its mapping, the size of the array, the buffer and the bandwidth.
public struct AcceleratorAttention: CostModel {
    /// The design's parameters and what it is judged by.
    public private(set) var spec: EnvironmentSpec
    private let workload: AttentionWorkload
    private let clock: Double
    private let withLinear: Bool

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in Oneshot(try AcceleratorAttention(options)) }
    }

    /// Sets the workload and evaluates the reference design, FuseMax's cloud configuration.
    ///
    /// - Throws: `GymError` for a batch that is not whole.
    public init(_ options: Options) throws {
        let number = options.number("batch")
        guard let batch = Int(exactly: number), let tokens = Int(options.text("tokens")),
            let model = AttentionWorkload.models.first(where: { $0.name == options.text("model") })
        else {
            throw GymError(.badOption, "'batch' is \(Value.format(number)), not a whole number", field: "batch")
        }
        workload = AttentionWorkload(model, tokens: tokens, batch: batch)
        clock = options.number("clock_mhz") * 1e6
        withLinear = options.text("scope") == "layer"
        let (id, space) = (AcceleratorAttention.datasheet.id, AcceleratorAttention.space)
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: AcceleratorAttention.metrics)
        guard let action = space.defaultAction else { return }
        let reference = try evaluate(action, deadline: .none).metrics
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: spec.metrics, reference: reference)
    }

    /// Prices a design; infeasible (`buffer`) where FuseMax's tiles do not fit.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let design = AttentionDesign(action, clock: clock)
        guard var cost = design.cost(workload) else {
            return .invalid(
                .infeasible("buffer: it can't hold one tile of each operand"),
                metricCount: AcceleratorAttention.metrics.count)
        }
        if withLinear {
            cost = cost + AttentionLinear.cost(workload, on: design.hardware, isFuseMax: design.fuseMax != nil)
        }
        let cycles = cost.latency * clock
        return Evaluation(metrics: [
            cost.latency * 1e3, cost.energy * 1e-12, cost.traffic * 1e-9, cost.energy * 1e-12 / cost.latency,
            cost.arrayCycles / cycles, cost.vectorCycles / cycles, cost.traffic / cost.latency * 1e-9,
            design.arrayArea,
        ])
    }

    private static let metrics = [
        Metric("latency", unit: "ms", goal: .minimize, note: "of the batch, one layer"),
        Metric("energy", unit: "J", goal: .minimize, note: "operations, buffers and DRAM at 45 nm; without leakage"),
        Metric("traffic", unit: "GB", goal: .minimize, note: "from and to DRAM"),
        Metric("power", unit: "W", goal: .minimize, note: "energy over latency"),
        Metric("array_utilisation", unit: "1", goal: .maximize, note: "share of the time in which the array has work"),
        Metric(
            "vector_utilisation", unit: "1", goal: .maximize, note: "share of the time in which the lanes have work"),
        Metric("bandwidth_used", unit: "GB/s", goal: .minimize, note: "traffic over latency"),
        Metric(
            "array_area", unit: "mm2", goal: .minimize,
            note: "array and lanes at 45 nm; only known for fusemax and fusemax-arch"),
    ]
}

/// A design in the words of the models.
struct AttentionDesign {
    private enum Dataflow {
        case unfused
        case flat(FlatAttention?)
        case fuseMax(FuseMax)
    }

    let hardware: AttentionHardware
    private let dataflow: Dataflow

    init(_ action: Action, clock: Double) {
        let word = AcceleratorAttention.dataflows[Int(action[0])]
        hardware = AttentionHardware(
            side: Int(action[1]), buffer: Int(action[2]) << 20, bandwidth: action[3] * 0x1p30, clock: clock)
        if let fuseMax = FuseMax(rawValue: word) {
            dataflow = .fuseMax(fuseMax)
        } else if word == "flat" {
            dataflow = .flat(action[4] == 0 ? nil : AttentionDesign.mapping(action))
        } else {
            dataflow = .unfused
        }
    }

    /// Which FuseMax it is; nil for FLAT and unfused.
    var fuseMax: FuseMax? {
        if case .fuseMax(let variant) = dataflow { return variant }
        return nil
    }

    func cost(_ workload: AttentionWorkload) -> AttentionCost? {
        switch dataflow {
        case .unfused: UnfusedAttention.cost(workload, on: hardware)
        case .flat(let mapping):
            (mapping ?? FlatAttention.best(workload, on: hardware)).cost(workload, on: hardware)
        case .fuseMax(let variant): variant.cost(workload, on: hardware)
        }
    }

    /// The parameters behind `flat_mapping`, in the space's order.
    private static func mapping(_ action: Action) -> FlatAttention {
        var onChip: FlatAttention.Places = []
        for (place, tensor) in AcceleratorAttention.tensors.enumerated() where action[7 + place] == 1 {
            onChip.insert(tensor.place)
        }
        return FlatAttention(
            onChip: onChip, scoreStationary: FlatAttention.Stationary.allCases[Int(action[12])],
            outputStationary: action[13] == 0 ? .output : .weight,
            granularity: FlatAttention.Granularity.allCases[Int(action[5])], rows: Int(action[6]))
    }

    /// mm² of array and lanes as published for each side; nil for hardware whose area was not.
    var arrayArea: Double? {
        guard let fuseMax, fuseMax != .cascade else { return nil }
        return [16: 5.44, 32: 20.3, 64: 78.4, 128: 308, 256: 1_221, 512: 4_885][hardware.side]
    }
}
