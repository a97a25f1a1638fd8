public import Gym

/// Two sub-accelerators and the networks that they run, chosen together: the cost model behind
/// `accelerator-codesign-v0`.
public struct AcceleratorCodesign: CostModel {
    /// Both machines, the schedule and a network for each task.
    public private(set) var spec: EnvironmentSpec
    private let tasks: [CodesignTask]
    /// For each parameter of a whole design, of which the space may leave parts out, its place in an action, or the
    /// value that it always has.
    private let choices: [(place: Int?, value: Double)]
    /// Where in an action each task's network is described.
    private let places: [Range<Int>]
    private let specs: CodesignSpecs
    private let surroundings: HardwareDesign.Surroundings
    private let dramGigabytes: Double
    private let costs: LayerCosts

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in Oneshot(try AcceleratorCodesign(options)) }
    }

    /// Reads the options and evaluates the reference design.
    ///
    /// - Throws: `GymError` for a number that is not whole.
    public init(_ options: Options) throws {
        let evaluations = options.number("mapper_evaluations")
        guard let evaluations = Int(exactly: evaluations) else {
            throw GymError(
                .badOption, "'mapper_evaluations' is \(Value.format(evaluations)), not a whole number",
                field: "mapper_evaluations")
        }
        let usual = CodesignSpecs.all[options.text("tasks")] ?? CodesignSpecs(latency: 1, energy: 1, area: 1)
        let tasks = options.text("tasks").split(separator: "-").compactMap { CodesignTask(rawValue: String($0)) }
        self.tasks = tasks
        func limit(_ name: String, _ usual: Double) -> Double {
            options.number(name) == 0 ? usual : options.number(name)
        }
        specs = CodesignSpecs(
            latency: limit("latency_spec", usual.latency), energy: limit("energy_spec", usual.energy),
            area: limit("area_spec", usual.area))
        surroundings = HardwareDesign.Surroundings(
            technology: Technology(rawValue: options.text("technology")) ?? .nm45, clock: options.number("clock_mhz"))
        dramGigabytes = options.number("dram_gbps")
        costs = LayerCosts(evaluations: evaluations, goal: .product)
        let whole = AcceleratorCodesign.space(tasks)
        let space = try AcceleratorCodesign.part(of: whole, options.text("search"))
        let usualDesign = whole.defaultAction ?? whole.parameters.map(\.lowest)
        choices = zip(whole.parameters, usualDesign).map { parameter, usual in
            (space.index(of: parameter.name), parameter.name.hasPrefix("net") ? parameter.highest : usual)
        }
        places = tasks.indices.map { task in
            let first = whole.parameters.firstIndex { $0.name.hasPrefix("net\(task + 1)_") } ?? 0
            return first..<(first + tasks[task].parameters("").count)
        }
        let id = AcceleratorCodesign.datasheet.id
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: AcceleratorCodesign.metrics)
        guard let action = space.defaultAction else { return }
        let reference = try evaluate(action, deadline: .none).metrics
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: spec.metrics, reference: reference)
    }

    /// Maps every layer of both networks on both machines, schedules them and adds up.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let action = choices.map { choice in choice.place.map { action[$0] } ?? choice.value }
        let machines = [0, AcceleratorCodesign.machineParameters].map { machine(action[$0..<($0 + 4)]) }
        var networks: [Network] = []
        var table: [[CodesignSchedule.Work]] = []
        for (task, place) in zip(tasks, places) {
            let network = task.network(action[place])
            networks.append(network)
            var row: [CodesignSchedule.Work] = []
            for layer in network.layers {
                let layer = try layer.padded()
                let works = try machines.map { try costs.cost(of: layer, on: $0, deadline: deadline) }
                guard works.contains(where: { $0 != nil }) else {
                    return .invalid(
                        .infeasible("mapping: no mapping of '\(network.name) \(layer.name)' was found that fits"),
                        metricCount: AcceleratorCodesign.metrics.count)
                }
                row.append(works.map { $0.map { ($0.cycles, $0.energy) } })
            }
            table.append(row)
        }
        let mode = CodesignSchedule.Mode.allCases[Int(action[2 * AcceleratorCodesign.machineParameters])]
        guard let schedule = CodesignSchedule(table, mode: mode) else {
            return .invalid(
                .infeasible("schedule: a layer does not fit the machine that its task is bound to"),
                metricCount: AcceleratorCodesign.metrics.count)
        }
        let accuracies = zip(tasks, networks).map { $0.supposedAccuracy($1) }
        let area = machines.reduce(0) { $0 + $1.architecture.area }
        let (latency, energy) = (schedule.cycles / surroundings.clock * 1e-3, schedule.energy * 1e-9)
        let share = schedule.busy.reduce(0, +) / (2 * schedule.cycles)
        return Evaluation(metrics: [
            accuracies.reduce(0, +) / Double(tasks.count), latency, energy, area,
            specs.excess(latency: latency, energy: energy, area: area), accuracies[0], accuracies[1], share,
            networks.reduce(0.0) { $0 + Double($1.macs) } * 1e-6,
        ])
    }

    private func machine(_ action: ArraySlice<Double>) -> HardwareDesign {
        let numbers = Array(action)
        // The squarest array of so many multipliers.
        let multipliers = Int(numbers[1])
        var rows = Int(Double(multipliers).squareRoot())
        while !multipliers.isMultiple(of: rows) { rows -= 1 }
        // GB/s to words of 16 bits a cycle.
        let words = numbers[2] * 500 / surroundings.clock
        return HardwareDesign(
            HardwareDesign.Parts(
                dataflow: AcceleratorCodesign.dataflows[Int(numbers[0])], columns: multipliers / rows, rows: rows,
                bufferBytes: Int(numbers[3]) * 1_024, bufferBandwidth: words,
                dramGigabytes: dramGigabytes * numbers[2] / AcceleratorCodesign.bandwidth), in: surroundings)
    }

    private static let machineParameters = 4
    private static let dataflows: [HardwareDesign.Dataflow] = [
        .weightStationary, .outputStationary, .rowStationary,
    ]
    /// GB/s of both machines' networks on chip together.
    private static let bandwidth = 64.0

    static func space(_ tasks: [CodesignTask]) -> Space {
        var parameters: [Parameter] = []
        for machine in 1...2 {
            parameters += [
                Parameter(
                    "acc\(machine)_dataflow", .categorical(dataflows.map(\.rawValue)),
                    default: machine == 1 ? "ws" : "os",
                    note: "of sub-accelerator \(machine); see "
                        + "accelerator-hardware-v0"),
                Parameter(
                    "acc\(machine)_pes", .integer(64...3_072, step: 64), default: 896,
                    note: "multipliers, in the squarest array of so many"),
                Parameter(
                    "acc\(machine)_bandwidth", .integer(8...56, step: 8), unit: "GB/s", default: 32,
                    note: "between buffer and array; the same share of DRAM's bandwidth goes with it"),
                Parameter(
                    "acc\(machine)_kib", .ordinal([32, 64, 128, 256, 512]), scale: .log2, unit: "KiB", default: 128,
                    note: "of the buffer"),
            ]
        }
        parameters.append(
            Parameter(
                "schedule", .categorical(CodesignSchedule.Mode.allCases.map(\.rawValue)), default: "greedy",
                note: "each task on its own machine, the other way round, or every layer where it is done first"))
        for (place, task) in tasks.enumerated() { parameters += task.parameters("net\(place + 1)_") }
        return Space(
            parameters, constraints: ["acc1_pes + acc2_pes <= 4096", "acc1_bandwidth + acc2_bandwidth <= 64"])
    }

    /// What a search that is not joint may choose.
    private static func part(of whole: Space, _ search: String) throws -> Space {
        let names = whole.parameters.filter { parameter in
            let isNetwork = parameter.name.hasPrefix("net")
            return search == "networks" ? isNetwork : search == "machines" ? !isNetwork : true
        }
        let constraints = search == "networks" ? [] : whole.constraints.map(\.text)
        return try Space(checking: names, constraints: constraints)
    }

    private static let metrics = [
        Metric(
            "accuracy", unit: "%", goal: .maximize,
            note: "mean of the tasks, supposed by a synthetic formula: nothing was trained"),
        Metric("latency", unit: "ms", goal: .minimize, note: "until both tasks are done"),
        Metric("energy", unit: "mJ", goal: .minimize, note: "of both tasks"),
        Metric("area", unit: "mm2", goal: .minimize, note: "of both sub-accelerators"),
        Metric(
            "excess", unit: "1", goal: .minimize, isPositive: false,
            note: "by what shares latency, energy and area pass their specs, added; 0 where all are met"),
        Metric("accuracy1", unit: "%", goal: .maximize, note: "of the first task, supposed"),
        Metric("accuracy2", unit: "%", goal: .maximize, note: "of the second task, supposed"),
        Metric("busy", unit: "1", goal: .maximize, note: "share of the time in which a sub-accelerator has a layer"),
        Metric("macs", unit: "M", goal: .minimize, note: "multiply-accumulates of both networks"),
    ]
}

/// What a design must meet.
struct CodesignSpecs: Sendable {
    /// ms.
    let latency: Double
    /// mJ.
    let energy: Double
    /// mm².
    let area: Double

    /// In this model's own units; NASAIC's are of another model.
    static let all = [
        "cifar-nuclei": CodesignSpecs(latency: 6, energy: 20, area: 8),
        "cifar-stl": CodesignSpecs(latency: 3, energy: 10, area: 8),
        "cifar-cifar": CodesignSpecs(latency: 1, energy: 3, area: 8),
    ]

    func excess(latency: Double, energy: Double, area: Double) -> Double {
        max(0, latency / self.latency - 1) + max(0, energy / self.energy - 1) + max(0, area / self.area - 1)
    }
}
