public import Gym

/// A stand-in for a memory controller: closed formulas over ten knobs in integer arithmetic, so that every evaluation
/// is exact on any machine and every design can be enumerated. It measures search agents, not memories.
public struct SyntheticDRAM10: CostModel {
    /// What the model is; the reference metrics belong to the chosen texture.
    public let spec: EnvironmentSpec
    private let landscape: Landscape

    /// The landscape of a texture; 0 is the published one.
    public init(texture: UInt64 = 0) {
        landscape = Landscape(texture: texture)
        let reference = Self.space.defaultAction.map(landscape.metrics)
        spec = EnvironmentSpec(
            id: "synthetic-dram10-v0", actionSpace: Self.space, metrics: Self.metrics,
            reference: reference ?? [])
    }

    /// Cost, latency and power; never infeasible.
    public func evaluate(_ action: Action, deadline: Deadline) -> Evaluation {
        Evaluation(metrics: landscape.metrics(of: action))
    }

    private static let space = Space([
        Parameter("page_policy", .categorical(["Open", "OpenAdaptive", "Closed", "ClosedAdaptive"]), default: "Open"),
        Parameter("scheduler", .categorical(["Fifo", "FrFcfs", "FrFcfsGrp"]), default: "FrFcfs"),
        Parameter("scheduler_buffer", .categorical(["Bankwise", "ReadWrite", "Shared"]), default: "Bankwise"),
        Parameter("request_buffer_size", .integer(1...8), default: 8, note: "entries"),
        Parameter("resp_queue", .categorical(["Fifo", "Reorder"]), default: "Fifo"),
        Parameter("refresh_policy", .categorical(["NoRefresh", "AllBank"]), default: "AllBank"),
        Parameter("refresh_max_postponed", .integer(1...8), default: 8),
        Parameter("refresh_max_pulledin", .integer(1...8), default: 8),
        Parameter("arbiter", .categorical(["Simple", "Fifo"]), default: "Simple"),
        Parameter("max_active_transactions", .integer(1...128), scale: .log2, default: 128),
    ])

    private static let metrics = [
        Metric("cost", unit: "nJ", goal: .minimize, note: "latency times power"),
        Metric("latency", unit: "ps", goal: .minimize, note: "an invented latency, whole picoseconds"),
        Metric("power", unit: "uW", goal: .minimize, note: "an invented power, whole microwatts"),
    ]
}

extension SyntheticDRAM10 {
    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in
            let texture = options.number("texture")
            guard let seed = UInt64(exactly: texture) else {
                throw GymError(
                    .badOption, "'texture' is \(Value.format(texture)), not a whole number", field: "texture")
            }
            return Oneshot(SyntheticDRAM10(texture: seed))
        }
    }

    private static let datasheet = Datasheet(
        id: "synthetic-dram10-v0", title: "Synthetic",
        summary: "A closed formula shaped like a memory controller, for measuring search agents",
        description: """
            Ten knobs named like a DRAM controller's, 18,874,368 designs, and integer formulas that were made up to \
            have a memory controller's shape: one strong knob (max_active_transactions explains 0.68 of the variance \
            of the logarithm of cost, scheduler 0.17), weaker ones, and interactions that matter only near the \
            optimum. A hash of the design moves latency by up to 0.8 % either way, so that neighbouring designs never \
            tie. It says nothing about real memories: the names carry no physics.

            The minimum over all designs, by enumeration, is cost 6.65418807, at page_policy OpenAdaptive, scheduler \
            FrFcfsGrp, scheduler_buffer Bankwise, request_buffer_size 4, resp_queue Reorder, refresh_policy AllBank, \
            refresh_max_postponed 5, refresh_max_pulledin 2, arbiter Fifo, max_active_transactions 32 (latency 29,889 \
            ps, power 222,630 uW). The next designs have 6.65431676, 6.66213135, 6.66236424 and 6.66356436. The least \
            latency is 29,829 ps, the least power 193,580 uW.

            The share of designs at or below a cost: 1e-6 6.6920, 1e-5 6.7672, 1e-4 6.8722, 1e-3 7.1173, 1 % 7.5863, \
            5 % 8.2201, 10 % 8.7285, 25 % 9.8517, 50 % 11.5339, 75 % 14.0656, 90 % 17.0989, 99 % 24.771, all 34.163. \
            The score of a search is (11.5339 - best) / (11.5339 - 6.65418807).

            The option texture guards against tuning to one landscape. Any other texture than 0 permutes the choices \
            of each unordered parameter, turns each ordered one round or not, and seeds the hash anew; the figures \
            above then hold but for the last half per cent.
            """,
        options: [
            OptionSpec(
                "texture", .number(0...0x1p53), default: 0,
                note: "a whole number; 0 is the published landscape, any other one permutes and roughens it anew")
        ],
        references: ["Sebastiano Vigna, splitmix64: the hash behind the texture"],
        history: ["v0: first version"])
}

/// The formulas, over indices of choices counted from 0 as they were published.
private struct Landscape: Sendable {
    private static let sizes = [4, 3, 3, 8, 2, 2, 8, 8, 2, 128]
    private static let hitLatency = [15_000, 15_600, 30_000, 19_200]
    private static let missLatency = [45_000, 39_000, 30_000, 34_000]
    private static let schedulerGain = [0, 150, 230]
    private static let bufferMultiple = [8, 2, 1]
    private static let queueWeight = [90, 130, 170]
    private static let pagePower = [18_000, 11_000, 0, 5_000]
    private static let schedulerPower = [0, 4_200, 7_600]

    /// For each parameter, the published index behind each index of the space.
    private let permutations: [[Int]]
    private let key: UInt64

    init(texture: UInt64) {
        let plain = Self.sizes.map { Array(0..<$0) }
        guard texture > 0 else {
            (permutations, key) = (plain, 0x53_4558_5441)
            return
        }
        var generator = Generator(seed: texture, "synthetic-dram10")
        permutations = plain.enumerated().map { place, indices in
            // An ordered axis keeps its neighbours, or nothing could be learned from its order.
            let isOrdered = [3, 6, 7, 9].contains(place)
            if isOrdered { return generator.chance(0.5) ? indices.reversed() : indices }
            return generator.shuffled(indices)
        }
        key = generator.next()
    }

    func metrics(of action: Action) -> [Double?] {
        let lowest = [0.0, 0, 0, 1, 0, 0, 1, 1, 0, 1]
        let x = action.indices.map { permutations[$0][Int(action[$0] - lowest[$0])] }
        let hits = Self.hits(x)
        let flat = zip(x, Self.sizes).reduce(0) { $0 * $1.1 + $1.0 }
        let texture = Int(splitmix64(UInt64(flat) ^ key) >> 54)
        let latency = Self.latency(x, hits: hits) * (63_488 + texture) / 64_000
        let power = Self.power(x, hits: hits)
        return [Double(latency) * Double(power) / 1e9, Double(latency), Double(power)]
    }

    private static func entries(_ x: [Int]) -> Int { (x[3] + 1) * bufferMultiple[x[2]] }

    /// Row hits per thousand requests.
    private static func hits(_ x: [Int]) -> Int {
        let active = x[9] + 1
        let window = min(entries(x), active)
        let gain = schedulerGain[x[1]] * (1_000 * window / (window + 6)) / 1_000
        return 520 + gain - min(300, 3 * max(0, active - 48))
    }

    /// Picoseconds before the texture.
    private static func latency(_ x: [Int], hits: Int) -> Int {
        let active = x[9] + 1
        var total = (hits * hitLatency[x[0]] + (1_000 - hits) * missLatency[x[0]]) / 1_000
        total += 90_000 / active + active * queueWeight[x[2]] * (x[1] == 0 ? 2 : 1)
        switch (arbiter: x[8], queue: x[4]) {
        case (1, 0): total += 800
        case (1, _): total += 3_000 - min(active, 32) * 150
        case (_, 0): break
        default: total += 3_000 - min(active, 32) * 150 + 2_500
        }
        return total + refresh(x)
    }

    private static func refresh(_ x: [Int]) -> Int {
        let (postponed, pulledIn, active) = (x[6] + 1, x[7] + 1, x[9] + 1)
        var total = (x[5] == 0 ? 6_000 : 2_600) * (1_000 - 70 * (postponed - 1)) / 1_000
        if postponed > 5 { total += (postponed - 5) * (postponed - 5) * 300 }
        let idle = max(0, 40 - active)
        total += 2_000 - min(2_000, (pulledIn - 1) * idle * 8) + (pulledIn - 1) * active * 3
        return postponed * pulledIn > 40 ? total + 3_000 : total
    }

    /// Microwatts.
    private static func power(_ x: [Int], hits: Int) -> Int {
        let isClosed = x[0] == 2
        let fixed = 120_000 + pagePower[x[0]] + schedulerPower[x[1]] + (isClosed ? 52_000 : 0)
        let activity = (1_000 - hits) * (isClosed ? 60 : 160) + (x[9] + 1) * 260
        let queues = entries(x) * 420 + x[4] * 5_200 + x[8] * 3_100
        return fixed + activity + queues + x[5] * 6_000 + (8 - (x[6] + 1)) * 350 + (x[7] + 1) * 500
    }
}
