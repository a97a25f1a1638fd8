public import Gym

/// The mapping of one layer on fixed hardware as one design: the cost model behind `accelerator-mapping-v0`.
public struct AcceleratorMapping: CostModel {
    /// A parameter for every prime factor, loop order and kept tile; the defaults are the reference mapping.
    public private(set) var spec: EnvironmentSpec
    let space: MappingSpace
    private let foldsOverflow: Bool

    /// What the catalog lists: the whole mapping at once, or choice by choice.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in
            let problem = try MappingProblem(options)
            return options.text("form") == "stepwise"
                ? AcceleratorMappingSteps(problem) : Oneshot(try AcceleratorMapping(problem))
        }
    }

    init(_ problem: MappingProblem) throws {
        (space, foldsOverflow) = (problem.space, problem.foldsOverflow)
        let (id, actions) = (AcceleratorMapping.datasheet.id, try problem.space.space(default: problem.reference))
        spec = EnvironmentSpec(id: id, actionSpace: actions, metrics: MappingMetrics.all)
        let reference = MappingMetrics.evaluation(of: problem.reference, by: problem.space.model)
        spec = EnvironmentSpec(
            id: id, actionSpace: actions, metrics: MappingMetrics.all, reference: reference.metrics)
    }

    /// Prices a mapping; infeasible with a reason code where it does not fit.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        MappingMetrics.evaluation(of: space.mapping(of: action, foldsOverflow: foldsOverflow), by: space.model)
    }
}

/// What the options of `accelerator-mapping-v0` ask for.
struct MappingProblem: Sendable {
    let space: MappingSpace
    /// The mapping of the option `mapping`, or the best of a short search.
    let reference: Mapping
    /// Whether a factor that finds no room on its mesh runs in time.
    let foldsOverflow: Bool

    private static let searched = "searched"
    private static let referenceEvaluations = 2_000

    init(_ options: Options) throws {
        var layer = try MappingProblem.layer(options)
        let architecture = try MappingProblem.architecture(options)
        let isPadded = options.text("padding") == "smooth"
        let given = try options.files["mapping"].map { try Mapping(path: $0.path, for: architecture) }
        if isPadded {
            // A mapping of one's own says how far its loops run.
            layer = try given.map { try $0.padding(layer) } ?? layer.padded()
        }
        space = MappingSpace(MappingModel(layer, on: architecture))
        foldsOverflow = options.text("overflow") == "time"
        if let file = options.files["mapping"], let given {
            reference = given
            if let flaw = space.model.report(reference).flaw, flaw.code == "factors" {
                throw GymError(
                    .badInput,
                    "the mapping '\(file.name)' does not fit the layer '\(layer.name)': "
                        + flaw.text(on: architecture), field: "mapping")
            }
        } else {
            let found = try MappingSearch(space).run(evaluations: MappingProblem.referenceEvaluations, seed: 0)
            reference = found?.mapping ?? Mapping(outermost: layer, on: architecture)
        }
    }

    /// The network that the option `network` names or whose file it is.
    static func network(_ options: Options) throws -> Network {
        if let file = options.files["network"] { return try Network(path: file.path, name: file.name) }
        let name = options.text("network")
        guard let network = Network.named(name) else {
            throw GymError.unknown(.badOption, "network", name, among: Network.all.map(\.name))
        }
        return network
    }

    private static func layer(_ options: Options) throws -> Layer {
        let number = options.number("batch")
        guard let batch = Int(exactly: number) else {
            throw GymError(.badOption, "'batch' is \(Value.format(number)), not a whole number", field: "batch")
        }
        return try network(options).layer(options.text("layer")).batched(batch)
    }

    static func architecture(_ options: Options) throws -> Architecture {
        if let file = options.files["architecture"] { return try Architecture(path: file.path) }
        let name = options.text("architecture")
        guard let architecture = Architecture.named(name) else {
            throw GymError.unknown(.badOption, "architecture", name, among: Architecture.all.map(\.name))
        }
        return architecture
    }

    static let options = [
        OptionSpec(
            "network", .workload(Network.all.map(\.name)), default: "resnet18",
            note: "whose layer is mapped: a built-in network, or a table of layers (columns "
                + Network.columns.joined(separator: ", ") + ")"),
        OptionSpec("layer", .text, default: "2", note: "a layer of the network, by name or by number from 1"),
        OptionSpec("batch", .number(1...1_024), default: 1, note: "images or sequences at once"),
        OptionSpec(
            "architecture", .workload(Architecture.all.map(\.name)), default: "small",
            note: "the hardware: a built-in one, or a file in the notation of architectures"),
        OptionSpec(
            "mapping", .workload([searched]), default: .text(searched),
            note: "the design's defaults: the best of \(referenceEvaluations) that a search tries, or a file in the "
                + "notation of mappings, which evaluate then prices as it stands"),
        OptionSpec(
            "padding", .choice(["none", "smooth"]), default: "none",
            note: "whether loops may run for nothing beyond the layer: up to the next number without a prime factor "
                + "above 7, or as far as the loops of the given mapping go"),
        OptionSpec(
            "overflow", .choice(["time", "infeasible"]), default: "time",
            note: "what becomes of a factor that finds no room on its mesh, as nine in ten random designs have one: it "
                + "runs in time at the same level, or the design is infeasible"),
        OptionSpec(
            "form", .choice(["oneshot", "stepwise"]), default: "oneshot",
            note: "a whole mapping at once, or a choice a step with masks for what does not fit"),
    ]
}

/// What a mapping is judged by.
enum MappingMetrics {
    static let all = [
        Metric("latency", unit: "us", goal: .minimize, note: "cycles at the architecture's clock"),
        Metric("energy", unit: "uJ", goal: .minimize, note: "multipliers, storage and leakage; of the option batch"),
        Metric("cycles", unit: "1", goal: .minimize, note: "of multipliers or of the slowest bandwidth"),
        Metric("compute_cycles", unit: "1", goal: .minimize, note: "without limits of bandwidth"),
        Metric("utilisation", unit: "1", goal: .maximize, note: "share of multipliers and cycles that do work"),
        Metric("energy_mac", unit: "uJ", goal: .minimize, note: "of the multipliers"),
        Metric("energy_dram", unit: "uJ", goal: .minimize, note: "of the outermost level"),
        Metric("energy_chip", unit: "uJ", goal: .minimize, isPositive: false, note: "of all inner levels"),
        Metric(
            "energy_other", unit: "uJ", goal: .minimize, isPositive: false,
            note: "of wires and leakage, where an architecture has them"),
        Metric("dram_read", unit: "1", goal: .minimize, note: "words read from the outermost level"),
        Metric("dram_written", unit: "1", goal: .minimize, note: "words written to the outermost level"),
    ]

    static func evaluation(of mapping: Mapping, by model: MappingModel) -> Evaluation {
        let (report, flaw) = model.report(mapping)
        guard let report else {
            let reason = flaw?.text(on: model.architecture) ?? "unknown"
            return .invalid(.infeasible(reason), metricCount: all.count)
        }
        return Evaluation(metrics: values(report, model).map(Optional.some))
    }

    static func values(_ report: MappingReport, _ model: MappingModel) -> [Double] {
        let architecture = model.architecture
        let last = architecture.levels.count - 1
        let dram = report.traffic(last)
        let chip = report.levelEnergies[..<last].reduce(0, +)
        return [
            report.cycles / architecture.clock, report.energy * 1e-6, report.cycles, Double(report.computeCycles),
            Double(model.layer.macs) / (report.cycles * Double(architecture.multipliers)), report.macEnergy * 1e-6,
            report.levelEnergies[last] * 1e-6, chip * 1e-6,
            (report.networkEnergy + report.leakageEnergy) * 1e-6, Double(dram.read), Double(dram.written),
        ]
    }
}
