import Files
public import Gym

/// The cost model behind `dram-controller-v0`: a memory controller with one DRAM channel that serves a fixed trace of
/// requests. The design is the controller's ten knobs; see the datasheet.
public struct DRAMController: CostModel {
    /// ArchGym's ten knobs and the metrics of a run.
    public private(set) var spec: EnvironmentSpec
    private let device: Device
    private let constraints: Constraints
    private let trace: DecodedTrace
    private let tick: Int

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in Oneshot(try DRAMController(options)) }
    }

    /// Reads and decodes the workload and evaluates the reference design.
    ///
    /// - Throws: `GymError` for a workload that can't be read, or a mapping that does not fit the device.
    public init(_ options: Options) throws {
        let device = try DRAMController.device(options)
        let mapping = try DRAMController.mapping(options, of: device)
        // Whole picoseconds, as DRAMSys has them: 1200 MHz is 833 ps.
        let tick = Int((1e6 / options.number("trace_clock_mhz")).rounded())
        let requests = try DRAMController.requests(options)
        let trace = try DecodedTrace(requests, device: device, mapping: mapping, tick: tick)
        try self.init(device: device, trace: trace, tick: tick)
    }

    private init(device: Device, trace: DecodedTrace, tick: Int) throws {
        (self.device, self.trace, self.tick) = (device, trace, tick)
        constraints = Constraints(device)
        let space = ControllerKnobs.space(for: device)
        spec = EnvironmentSpec(
            id: DRAMController.datasheet.id, actionSpace: space, metrics: ControllerReport.metrics)
        guard let action = space.defaultAction else { return }
        let reference = try evaluate(action, deadline: .none).metrics
        spec = EnvironmentSpec(id: spec.id, actionSpace: space, metrics: spec.metrics, reference: reference)
    }

    /// Serves the trace with a controller of this design.
    ///
    /// - Throws: `DeadlineExpired`; the deadline is looked at every millisecond or so.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        var run = Controller(
            ControllerKnobs(action, device: device), device: device, constraints: constraints, trace: trace)
        try run.run(deadline)
        let report = ControllerReport(run, device: device, tick: tick)
        if let flaw = report.flaw { return .invalid(.failed(flaw), metricCount: report.values.count) }
        return Evaluation(metrics: report.values)
    }

    /// Every command that a controller of this design issues, in order.
    package func commands(of action: Action) throws -> [IssuedCommand] {
        var run = Controller(
            ControllerKnobs(action, device: device), device: device, constraints: constraints, trace: trace,
            records: true)
        try run.run(.none)
        return run.recorder?.commands ?? []
    }

    private static func device(_ options: Options) throws -> Device {
        let name = options.text("device")
        guard let device = Device.named(name) else {
            throw GymError.unknown(.badOption, "device", name, among: Device.all.map(\.name))
        }
        return device
    }

    private static func mapping(_ options: Options, of device: Device) throws -> AddressMapping {
        var name = options.text("mapping")
        if name == usualMapping { name = device.usualMapping }
        guard let mapping = AddressMapping.named(name, of: device) else {
            throw GymError(
                .badOption, "the mapping '\(name)' does not fit the device '\(device.name)'",
                hint: "mappings of this device: " + device.mappings.joined(separator: ", "), field: "mapping")
        }
        return mapping
    }

    private static func requests(_ options: Options) throws -> RequestTrace {
        if let file = options.files["workload"] {
            return try RequestTrace(stl: TextLines(path: file.path, name: file.name))
        }
        return (GeneratedWorkload(rawValue: options.text("workload")) ?? .mixed).trace()
    }
}
