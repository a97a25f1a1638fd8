public import Gym

/// How many elements of which kind a system on chip has, how they are clocked, joined and scheduled, judged by a fixed
/// stream of jobs: the cost model behind `soc-composition-v0`.
public struct SoCComposition: CostModel {
    /// The composition's parameters and what it is judged by.
    public private(set) var spec: EnvironmentSpec
    private let applications: [Application]
    private let platform: Platform
    private let gap: Double
    private let jobs: Int
    private let cap: Int
    private let seed: UInt64

    static let rules: [PlacingRule] = [.met, .eft, .etf, .stf, .heftRT]

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in Oneshot(try SoCComposition(options)) }
    }

    /// Reads the workload and evaluates the reference design.
    ///
    /// - Throws: `GymError` for a workload that can't be read or has tasks that cores can't run.
    public init(_ options: Options) throws {
        applications = try SoCProblem.applications(options)
        guard let platform = BuiltInProfiles.platforms.first else {
            throw GymError(.internal, "a built-in platform is missing")
        }
        self.platform = platform
        (gap, jobs) = (options.number("gap"), try SoCProblem.whole(options, "jobs"))
        (cap, seed) = (try SoCProblem.whole(options, "cap"), UInt64(try SoCProblem.whole(options, "seed")))
        // Whatever is left of a design, its cores must be able to run everything.
        _ = try TaskTables(applications, on: platform.resized(["MM": 0, "FFT": 0, "VIT": 0]))
        let (id, space) = (SoCComposition.datasheet.id, SoCComposition.space)
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: SoCComposition.metrics)
        guard let action = space.defaultAction else { return }
        let reference = try evaluate(action, deadline: .none).metrics
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: SoCComposition.metrics, reference: reference)
    }

    /// Runs the jobs on the composition.
    ///
    /// - Throws: `DeadlineExpired`.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let design = CompositionDesign(action)
        let tables = try TaskTables(applications, on: design.platform(from: platform))
        var settings = SimulationSettings()
        (settings.jobs, settings.cap, settings.sharesMemory) = (jobs, cap, design.sharesMemory)
        let arrivals = Arrivals(mean: gap, weights: applications.map(\.weight), jobs: jobs, seed: seed)
        var simulation = Simulation(tables, arrivals, settings)
        var placer = Placer(design.rule, on: tables)
        try placer.run(&simulation, deadline)
        let tally = simulation.tally
        guard let latency = tally.meanLatency, tally.completed == jobs else {
            return .invalid(.failed("not every job was completed"), metricCount: SoCComposition.metrics.count)
        }
        let energy = tally.totalEnergy * 1e3
        let makespan = Double(tally.lastCompletion) * 1e-3
        let busy = Double(tally.active.reduce(0, +)) / (Double(tables.elementCount) * Double(tally.lastCompletion))
        return Evaluation(metrics: [
            latency, energy, design.area, energy * makespan, energy / Double(jobs) * 1e3, makespan, busy,
            simulation.temperature, latency * energy * design.area,
        ])
    }

    private static let metrics = [
        Metric("latency", unit: "us", goal: .minimize, note: "mean of all jobs, from injection to the last task"),
        Metric("energy", unit: "mJ", goal: .minimize, note: "of all elements for all jobs"),
        Metric("area", unit: "mm2", goal: .minimize, note: "of the chip"),
        Metric("edp", unit: "uJ*s", goal: .minimize, note: "energy times makespan"),
        Metric("energy_per_job", unit: "uJ", goal: .minimize, note: "energy over jobs"),
        Metric("makespan", unit: "ms", goal: .minimize, note: "until the last job is complete"),
        Metric("utilisation", unit: "1", goal: .maximize, note: "busy share of elements and time"),
        Metric("heat", unit: "C", goal: .minimize, note: "of the hottest place at the end"),
        Metric("product", unit: "1", goal: .minimize, note: "latency times energy times area"),
    ]

    static let space = Space(
        [
            Parameter("a7", .integer(1...4), default: 4, note: "little cores"),
            Parameter("a15", .integer(1...4), default: 4, note: "big cores"),
            Parameter("mm", .integer(0...2), default: 0, note: "accelerators of matrix products"),
            Parameter("fft", .integer(0...6), default: 2, note: "accelerators of Fourier transforms"),
            Parameter("vit", .integer(0...3), default: 1, note: "Viterbi decoders"),
            Parameter(
                "governor", .categorical(["performance", "ondemand", "powersave", "fixed"]), default: "performance",
                note: "how the cores' frequencies are chosen"),
            Parameter(
                "a7_clock", .ordinal([600, 800, 1_000, 1_200, 1_400]), unit: "MHz", default: 1_400,
                note: "of the little cores where it is fixed"),
            Parameter(
                "a15_clock", .ordinal([600, 800, 1_000, 1_200, 1_400, 1_600, 1_800, 2_000]), unit: "MHz",
                default: 2_000, note: "of the big cores where it is fixed"),
            Parameter(
                "scheduler", .categorical(rules.map(\.name)), default: "etf", note: "the rule that places tasks"),
            Parameter(
                "communication", .categorical(["element", "memory"]), default: "element",
                note: "whether data pass from element to element, or through memory"),
            Parameter(
                "fft_bandwidth", .ordinal([10, 100, 1_000]), scale: .log2, default: 10,
                note: "volume a us between the accelerators of Fourier transforms and cores or matrix products"),
        ],
        activity: [
            "a7_clock": "governor == fixed", "a15_clock": "governor == fixed", "fft_bandwidth": "fft >= 1",
        ])
}

/// A composition in the engine's words.
struct CompositionDesign {
    private let action: Action

    init(_ action: Action) { self.action = action }

    private var counts: [String: Int] {
        [
            "A7": Int(action[0]), "A15": Int(action[1]), "MM": Int(action[2]), "FFT": Int(action[3]),
            "VIT": Int(action[4]),
        ]
    }

    var rule: PlacingRule { SoCComposition.rules[Int(action[8])] }
    var sharesMemory: Bool { action[9] == 1 }

    func platform(from whole: Platform) -> Platform {
        var platform = whole
        for (cluster, frequency) in [("A7", action[6]), ("A15", action[7])] {
            guard let place = platform.index(of: cluster) else { continue }
            let governors: [Governor] = [.performance, .ondemand, .powersave, .constant(Int(frequency))]
            platform.clusters[place].governor = governors[Int(action[5])]
        }
        if let fft = platform.index(of: "FFT") {
            for cluster in ["A7", "A15", "MM"] {
                guard let place = platform.index(of: cluster) else { continue }
                (platform.bandwidths[fft][place], platform.bandwidths[place][fft]) = (action[10], action[10])
            }
        }
        return platform.resized(counts)
    }

    /// mm²: a line through the published compositions for accelerators; cores as estimates for 28 nm.
    var area: Double {
        let (a7, a15, mm, fft, vit) = (action[0], action[1], action[2], action[3], action[4])
        return 14.94 - 0.45 * (4 - a7) - 2.6 * (4 - a15) + 0.34 * fft + 0.27 * vit + 0.3 * mm
    }
}
