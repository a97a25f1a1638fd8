public import Gym

extension AcceleratorCodesign {
    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "accelerator-codesign-v0", title: "Accelerator",
        summary: "two different sub-accelerators and the networks of two tasks, chosen together under three specs",
        description: [modelled, supposed, inert, omissions].joined(separator: "\n\n"),
        options: [
            OptionSpec(
                "tasks", .choice(["cifar-nuclei", "cifar-stl", "cifar-cifar"]), default: "cifar-nuclei",
                note: "the two data sets, whose networks run side by side"),
            OptionSpec(
                "search", .choice(["joint", "machines", "networks"]), default: "joint",
                note: "what a design chooses: all, the machines for the networks of the highest supposed accuracy, or "
                    + "the networks for the default machines"),
            OptionSpec(
                "latency_spec", .number(0...1e6), default: 0, note: "ms; 0 for the tasks' own, " + specs(\.latency)),
            OptionSpec(
                "energy_spec", .number(0...1e6), default: 0, note: "mJ; 0 for the tasks' own, " + specs(\.energy)),
            OptionSpec("area_spec", .number(0...1e6), default: 0, note: "mm2; 0 for the tasks' own, " + specs(\.area)),
            OptionSpec(
                "technology", .choice(Technology.allCases.filter { $0 != .normalised }.map(\.rawValue)),
                default: .text(Technology.nm45.rawValue), note: "the process of memories and multipliers"),
            OptionSpec("clock_mhz", .number(10...10_000), default: 1_000, note: "of everything on the chip"),
            OptionSpec("dram_gbps", .number(1...1_000), default: 25.6, note: "GB/s of DRAM that both share"),
            OptionSpec(
                "mapper_evaluations", .number(0...1_000_000), default: 0,
                note: "mappings that a search tries for each layer on each machine; 0 for mappings in closed form"),
        ],
        references: AcceleratorMapping.datasheet.references + [
            "Yang et al., Co-Exploration of Neural Architectures and Heterogeneous ASIC Accelerator Designs Targeting "
                + "Multiple Tasks (NASAIC), DAC 2020: the form of the problem"
        ],
        history: ["v0: first version"])

    private static func specs(_ spec: KeyPath<CodesignSpecs, Double>) -> String {
        CodesignSpecs.all.sorted { $0.key < $1.key }.map { "\($0.key) \(Value.format($0.value[keyPath: spec]))" }
            .joined(separator: ", ")
    }

    private static let modelled = """
        Two tasks each need a network, and two sub-accelerators run both at once: arrays of multipliers with \
        scratchpads and a buffer as in accelerator-hardware-v0, each with a dataflow of its own, that share at most \
        4096 multipliers, 64 GB/s between buffers and arrays, and DRAM. Each layer is mapped on each machine in closed \
        form and priced by the model of accelerator-mapping-v0. Layers of a task follow one another; a schedule binds \
        tasks to machines or runs each layer where it is done first. Networks for cifar and stl are kin of ResNet-9 \
        (filters of the stem and three blocks, residual convolutions in each), for nuclei a U-Net. Specs on latency, \
        energy and area are options: `excess` adds by what shares they are passed, and a manifest sets them as \
        constraints, such as "excess <= 0".
        """

    private static let supposed = """
        The accuracies are synthetic: no network was trained, and none of them is a measurement. A formula supposes an \
        error that falls with a power of a network's weights, so that larger networks do better with falling returns; \
        it is set so that the largest come near the figures that NASAIC published. Its absolute costs come from \
        another model, so that only the form of the problem is comparable, not its numbers.
        """

    private static let inert = """
        `acc1_bandwidth`, `acc2_bandwidth`, `acc1_kib` and `acc2_kib` are inert for latency where the multipliers are \
        slower, and for energy where tiles fit either way.
        """

    private static let omissions = """
        Left out: pooling, activations and what lies between layers, transfers between the two machines (a layer's \
        outputs go through DRAM in any case), leakage and wires.
        """
}
