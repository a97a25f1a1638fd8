public import Gym

/// ArchGym's MAESTRO environment over this project's model: the cost model behind `archgym-maestro-v0`.
public struct ArchGymMaestro: CostModel {
    /// ArchGym's 17 parameters under its own names, its observations and its rewards.
    public private(set) var spec: EnvironmentSpec
    private let layer: Layer

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in Oneshot(try ArchGymMaestro(options)) }
    }

    /// Reads the layer and evaluates the reference design.
    ///
    /// - Throws: `GymError` for a network that can't be read or a layer that it does not have.
    public init(_ options: Options) throws {
        layer = try MappingProblem.network(options).layer(options.text("layer"))
        let (id, space) = (ArchGymMaestro.datasheet.id, ArchGymMaestro.space(layer))
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: ArchGymMaestro.metrics)
        guard let action = space.defaultAction else { return }
        let reference = try evaluate(action, deadline: .none).metrics
        spec = EnvironmentSpec(id: id, actionSpace: space, metrics: spec.metrics, reference: reference)
    }

    /// Deals the layer's tiles out and prices them.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let numbers = action.map { Int($0) }
        let (outer, inner) = (numbers[0..<8], numbers[8..<16])
        let dealt = try ClusterMapping(
            layer, outer: tiles(Array(outer.dropFirst()), seed: numbers[0]),
            inner: tiles(Array(inner.dropLast()), seed: numbers[15]), multipliers: ArchGymMaestro.multipliers,
            most: numbers[16])
        guard let report = dealt.report else {
            return .invalid(.failed("a mapping that always fits did not"), metricCount: ArchGymMaestro.metrics.count)
        }
        let multipliers = Double(ArchGymMaestro.multipliers)
        // ArchGym's formula: multipliers, shared buffer and the multipliers' buffers, in square micrometres.
        let area =
            multipliers * 4_470 + Double((dealt.outerWords + 32_767) / 32_768) * 4_161.536
            + Double((dealt.innerWords + 63) / 64) * 4_505.1889 * multipliers
        let (runtime, energy) = (report.cycles, report.energy)
        return Evaluation(metrics: [
            runtime, Double(layer.macs) / runtime, energy, area, 1 / runtime, 1 / (runtime * energy * 1e4), 1 / area,
        ])
    }

    /// The parameters between two seeds: parallel dimension and tiles of S, R, K, C, X, Y.
    private func tiles(_ numbers: [Int], seed: Int) -> ClusterMapping.Tiles {
        let parallel: [LoopDimension] = [.k, .c, .q, .p]
        var sizes = layer.extents
        (sizes[.s], sizes[.r], sizes[.k], sizes[.c]) = (numbers[1], numbers[2], numbers[3], numbers[4])
        // X and Y are tiles of inputs, which give outputs as far as a filter fits in them and their padding.
        sizes[.q] = max(0, numbers[5] + 2 * layer.paddingWidth - layer.extents[.s]) / layer.strideWidth + 1
        sizes[.p] = max(0, numbers[6] + 2 * layer.padding - layer.extents[.r]) / layer.strideHeight + 1
        (sizes[.n], sizes[.g]) = (1, 1)
        return ClusterMapping.Tiles(
            sizes: sizes, parallel: parallel[numbers[0]], order: ArchGymMaestro.order(seed - 1) + [.n, .g])
    }

    /// The permutation of six dimensions with this number in the order of dictionaries.
    private static func order(_ number: Int) -> [LoopDimension] {
        var left: [LoopDimension] = [.k, .c, .q, .p, .r, .s]
        var (rest, count) = (number, 720)
        var order: [LoopDimension] = []
        while !left.isEmpty {
            count /= left.count
            order.append(left.remove(at: rest / count))
            rest %= count
        }
        return order
    }

    /// ArchGym's array, whatever `num_pe` says.
    private static let multipliers = 1_024

    static func space(_ layer: Layer) -> Space {
        let extents = layer.extents
        let width = max(1, layer.inputWidth(extents) - 2 * layer.paddingWidth)
        let height = max(1, layer.inputHeight(extents) - 2 * layer.padding)
        func level(_ name: String) -> [Parameter] {
            func tile(_ letter: String, _ extent: Int, from least: Int = 1, default usual: Int) -> Parameter {
                Parameter(
                    "\(letter)_\(name)", .integer(max(1, least)...extent), default: .number(Double(min(usual, extent))),
                    note: "of a tile of \(name), in \(letter.uppercased())")
            }
            let isOuter = name == "l2"
            return [
                Parameter(
                    "ckxy_\(name)", .categorical(["K", "C", "X", "Y"]), default: isOuter ? "K" : "C",
                    note: "along what tiles of \(name) are dealt out"),
                tile("s", extents[.s], from: extents[.s] - 1, default: extents[.s]),
                tile("r", extents[.r], from: extents[.r] - 1, default: extents[.r]),
                tile("k", extents[.k], default: 1), tile("c", extents[.c], default: isOuter ? 64 : 1),
                tile("x", width, default: extents[.s]), tile("y", height, default: extents[.r]),
            ]
        }
        func seed(_ name: String) -> Parameter {
            Parameter(
                "seed_\(name)", .integer(1...720), default: 1, note: "which order loops over tiles of \(name) have")
        }
        return Space(
            [seed("l2")] + level("l2") + level("l1") + [
                seed("l1"),
                Parameter(
                    "num_pe", .integer(1...1_024), scale: .log2, default: 64,
                    note: "multipliers of a cluster at most; the array always has 1024"),
            ])
    }

    private static let metrics = [
        Metric("runtime", unit: "1", goal: .minimize, note: "cycles"),
        Metric("throughput", unit: "1", goal: .maximize, note: "multiply-accumulates a cycle"),
        Metric(
            "energy", unit: "1", goal: .minimize,
            note: "in multiply-accumulates, with MAESTRO's 1.68 for an access of L1 and 18.61 for one of L2"),
        Metric("area", unit: "um2", goal: .minimize, note: "by ArchGym's formula, of buffers as large as tiles need"),
        Metric("reward_latency", unit: "1", goal: .maximize, note: "ArchGym's 1 / runtime"),
        Metric("reward_energy", unit: "1", goal: .maximize, note: "ArchGym's 1 / (runtime * energy * 10000)"),
        Metric("reward_area", unit: "1", goal: .maximize, note: "ArchGym's 1 / area"),
    ]

    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "archgym-maestro-v0", title: "Accelerator",
        summary: "ArchGym's MAESTRO environment: the mapping of one layer on two levels, under its names",
        description: [modelled, differences].joined(separator: "\n\n"),
        options: [
            OptionSpec(
                "network", .workload(Network.all.map(\.name)), default: "resnet18",
                note: "whose layer is mapped: a built-in network, or a table of layers (columns "
                    + Network.columns.joined(separator: ", ") + ")"),
            OptionSpec("layer", .text, default: "2", note: "a layer of the network, by name or by number from 1"),
        ],
        references: [
            "Krishnan et al., ArchGym, ISCA 2023: parameters, ranges and rewards",
            "Kwon et al., MAESTRO, MICRO 2019: two-level mappings and energies of accesses",
            "Kao and Krishna, GAMMA, ICCAD 2020: the encoding",
        ],
        history: ["v0: first version"])

    private static let modelled = """
        The 17 parameters of ArchGym's mapping environment with its names and ranges, of which tiles depend on the \
        layer: tiles of the outer level are dealt out to clusters of multipliers along one dimension, tiles of the \
        inner level to the multipliers of a cluster along another, and a seed is the number of a permutation of K, C, \
        X, Y, R and S that orders the loops over tiles. Buffers and bandwidths have no limits, as in ArchGym, and the \
        array has 1024 multipliers. Accesses are counted by the model of accelerator-mapping-v0; tiles that do not \
        divide run their last turn for nothing. The rewards are ArchGym's and follow from the metrics.
        """

    private static let differences = """
        What differs, on purpose: all 17 parameters are used and an action always means the same mapping, where \
        ArchGym drew four tiles anew from an unseeded generator and its reinforcement learning could reach one point \
        only; an episode is one step. Runtime and energy come from another model than MAESTRO's, which is an order of \
        magnitude apart from its own peers: the tests print how the two rank 30 published runs. Not every tile size \
        matters: `s_l1`, `r_l1`, `x_l1`, `y_l1`, `k_l1` and `c_l1` are inert beyond the tile of the outer level, and \
        both seeds are inert where the loops of their level run once.
        """
}
