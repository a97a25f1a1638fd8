public import Gym

/// Blocks of a system on chip and what runs and lies where: the cost model behind `soc-mapping-v0`.
public struct SoCMapping: CostModel {
    /// The blocks, their links and the mapping as parameters.
    public private(set) var spec: EnvironmentSpec
    private let model: BlockModel
    private let coding: BlockCoding
    private let repairs: Bool

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in Oneshot(try SoCMapping(options)) }
    }

    /// Reads the workload and evaluates the reference design: one core, one DRAM, one bus.
    ///
    /// - Throws: `GymError` for a workload that can't be read.
    public init(_ options: Options) throws {
        let workload = try SoCMapping.workload(options)
        model = BlockModel(workload)
        coding = BlockCoding(workload, isArchGym: options.text("preset") == "archgym-farsi")
        repairs = options.text("invalid") == "repaired"
        let (id, space) = (SoCMapping.datasheet.id, coding.space)
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: SoCMapping.metrics)
        guard let action = space.defaultAction else { return }
        spec = EnvironmentSpec(
            id: id, actionSpace: space, metrics: SoCMapping.metrics,
            reference: evaluate(action, deadline: .none).metrics)
    }

    private static func workload(_ options: Options) throws -> MappingWorkload {
        let all = try options.files["workload"].map { try MappingWorkload.read(path: $0.path) }
        let name = options.text("workload")
        if let workload = all?.first { return workload }
        guard let workload = MappingWorkload.builtIn.first(where: { $0.name == name }) else {
            throw GymError.unknown(.badOption, "workload", name, among: MappingWorkload.builtIn.map(\.name))
        }
        return workload
    }

    /// Prices a design; infeasible with a reason code where it can't be built.
    public func evaluate(_ action: Action, deadline: Deadline) -> Evaluation {
        let (design, flaw) = coding.design(action, repairs: repairs)
        if let flaw { return invalid(flaw) }
        let (report, broken) = model.report(design)
        guard let report else { return invalid(broken ?? BlockFlaw(code: "element", text: "it can't be built")) }
        let budgets = model.workload.budgets
        let (latency, power, area) = (report.latency * 1e3, report.power * 1e3, report.area * 1e6)
        func excess(_ value: Double, _ budget: Double) -> Double {
            value > budget ? (value - budget) / budget : 1e-9
        }
        let distance =
            excess(power, budgets.power) + excess(area, budgets.area) + excess(latency, budgets.latency)
        return Evaluation(metrics: [
            latency, report.energy * 1e3, area, power, distance, report.capacities.reduce(0, +) * 1e-6,
            latency * report.energy * 1e3,
        ])
    }

    private func invalid(_ flaw: BlockFlaw) -> Evaluation {
        .invalid(.infeasible("\(flaw.code): \(flaw.text)"), metricCount: SoCMapping.metrics.count)
    }

    private static let metrics = [
        Metric("latency", unit: "ms", goal: .minimize, note: "of the whole workload"),
        Metric("energy", unit: "mJ", goal: .minimize, note: "of elements and memories, once through the workload"),
        Metric("area", unit: "mm2", goal: .minimize, note: "of the elements and memories that are used"),
        Metric("power", unit: "mW", goal: .minimize, note: "of the worst window of about 10 ms"),
        Metric(
            "distance", unit: "1", goal: .minimize,
            note: "how far latency, power and area are above their budgets, each relative to it; FARSI's goal"),
        Metric("memory", unit: "MB", goal: .minimize, note: "capacity of all memories"),
        Metric("edp", unit: "uJ*s", goal: .minimize, note: "energy times latency"),
    ]
}
