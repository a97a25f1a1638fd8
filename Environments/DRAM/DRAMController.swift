public import Gym
import Synchronization

/// A memory controller with one DRAM channel that serves a fixed trace of requests: the cost model behind
/// `dram-controller-v0`, whose design is ArchGym's ten knobs, and `dram-controller-full-v0`, which adds more.
public struct DRAMController: CostModel {
    /// Which knobs a design has.
    public enum Profile: Sendable {
        /// ArchGym's ten; the mapping of addresses is an option.
        case archGym
        /// Also write drain, a cap on row hits, power-down and the mapping.
        case full
    }

    /// The profile's knobs and the metrics of a run.
    public private(set) var spec: EnvironmentSpec
    private let profile: Profile
    let device: Device
    private let constraints: Constraints
    private let traces: DecodedTraces

    /// What the catalog lists as `dram-controller-v0`.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in Oneshot(try DRAMController(options)) }
    }

    /// What the catalog lists as `dram-controller-full-v0`.
    public static var fullEntry: EnvironmentEntry {
        EnvironmentEntry(fullDatasheet) { options in Oneshot(try DRAMController(options, profile: .full)) }
    }

    /// Reads and decodes the workload, or takes `requests` in its place, and evaluates the reference design.
    ///
    /// - Throws: `GymError` for a workload that can't be read, or a mapping that does not fit the device.
    public init(_ options: Options, profile: Profile = .archGym, requests: RequestTrace? = nil) throws {
        self.profile = profile
        let device = try DRAMController.device(options)
        // Whole picoseconds, as DRAMSys has them: 1200 MHz is 833 ps.
        let tick = Int((1e6 / options.number("trace_clock_mhz")).rounded())
        let requests = try requests ?? DRAMController.requests(options)
        let mappings = try profile == .full ? AddressMapping.patterns : [DRAMController.mapping(options, of: device)]
        (self.device, constraints) = (device, Constraints(device))
        traces = DecodedTraces(requests, device: device, mappings: mappings, tick: tick)
        let space = profile == .full ? ControllerKnobs.fullSpace(for: device) : ControllerKnobs.space(for: device)
        let id = profile == .full ? DRAMController.fullDatasheet.id : DRAMController.datasheet.id
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: ControllerReport.metrics)
        guard let action = space.defaultAction else { return }
        let reference = try evaluate(action, deadline: .none).metrics
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: spec.metrics, reference: reference)
    }

    /// Serves the trace with a controller of this design.
    ///
    /// - Throws: `DeadlineExpired`; the deadline is looked at every millisecond or so.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        var run = try controller(of: action)
        try run.run(deadline)
        let report = ControllerReport(run, device: device)
        if let flaw = report.flaw { return .invalid(.failed(flaw), metricCount: report.values.count) }
        return Evaluation(metrics: report.values)
    }

    /// Every command that a controller of this design issues, in order.
    package func commands(of action: Action) throws -> [IssuedCommand] {
        var run = try controller(of: action, records: true)
        try run.run(.none)
        return run.recorder?.commands ?? []
    }

    func controller(of action: Action, records: Bool = false) throws -> Controller {
        let trace = try traces.trace(profile == .full ? ControllerKnobs.mapping(of: action) : 0)
        return Controller(
            ControllerKnobs(action, device: device), device: device, constraints: constraints, trace: trace,
            records: records)
    }

    private static func device(_ options: Options) throws -> Device {
        let name = options.text("device")
        guard let device = Device.named(name) else {
            throw GymError.unknown(.badOption, "device", name, among: Device.all.map(\.name))
        }
        return device
    }

    private static func mapping(_ options: Options, of device: Device) throws -> String {
        var name = options.text("mapping")
        if name == usualMapping { name = device.usualMapping }
        guard device.mappings.contains(name) else {
            throw GymError(
                .badOption, "the mapping '\(name)' does not fit the device '\(device.name)'",
                hint: "mappings of this device: " + device.mappings.joined(separator: ", "), field: "mapping")
        }
        return name
    }

    private static func requests(_ options: Options) throws -> RequestTrace {
        let number = options.number("requests")
        guard let count = Int(exactly: number) else {
            throw GymError(
                .badOption, "'requests' is \(Value.format(number)), not a whole number", field: "requests")
        }
        if let file = options.files["workload"] {
            let trace = try RequestTrace(path: file.path, name: file.name)
            return count == 0 ? trace : trace.prefix(count)
        }
        let workload = GeneratedWorkload(rawValue: options.text("workload")) ?? .mixed
        return workload.trace(requests: count == 0 ? GeneratedWorkload.requestCount : count)
    }
}

/// A trace as each mapping decodes it, each once and when it is first asked for.
private final class DecodedTraces: Sendable {
    private let requests: RequestTrace
    let device: Device
    private let mappings: [String]
    private let tick: Int
    private let decoded: Mutex<[DecodedTrace?]>

    init(_ requests: RequestTrace, device: Device, mappings: [String], tick: Int) {
        (self.requests, self.device, self.mappings, self.tick) = (requests, device, mappings, tick)
        decoded = Mutex([DecodedTrace?](repeating: nil, count: mappings.count))
    }

    func trace(_ index: Int) throws -> DecodedTrace {
        try decoded.withLock { traces in
            if let trace = traces[index] { return trace }
            guard let mapping = AddressMapping.named(mappings[index], of: device) else {
                throw GymError(.badOption, "the mapping '\(mappings[index])' does not fit '\(device.name)'")
            }
            let trace = try DecodedTrace(requests, device: device, mapping: mapping, tick: tick)
            traces[index] = trace
            return trace
        }
    }
}
