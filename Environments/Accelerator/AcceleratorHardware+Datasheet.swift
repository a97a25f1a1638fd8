public import Gym

extension AcceleratorHardware {
    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "accelerator-hardware-v0", title: "Accelerator",
        summary: "the hardware of a DNN accelerator for whole networks, every layer mapped by a search",
        description: [modelled, systolic, mapper, omissions].joined(separator: "\n\n"),
        options: [
            OptionSpec(
                "network", .workload(Network.all.map(\.name)), default: "alexnet",
                note: "a built-in network, or a table of layers (columns " + Network.columns.joined(separator: ", ")
                    + ")"),
            OptionSpec("batch", .number(1...1_024), default: 1, note: "images or sequences at once"),
            OptionSpec(
                "group_width", .number(1...4_096), default: 1,
                note:
                    "channels that make a group in what are depthwise convolutions of the network; 1 leaves it as it is"
            ),
            OptionSpec(
                "technology", .choice(Technology.allCases.filter { $0 != .normalised }.map(\.rawValue)),
                default: .text(Technology.nm45.rawValue), note: "the process of memories and multipliers"),
            OptionSpec("clock_mhz", .number(10...10_000), default: 1_000, note: "of everything on the chip"),
            OptionSpec(
                "array", .choice(["mesh", "systolic"]), default: "mesh",
                note: "whether the buffer sends operands to every multiplier, or they pass from one to the next"),
            OptionSpec(
                "padding", .choice(["none", "smooth"]), default: "smooth",
                note: "whether loops may run for nothing up to the next number without a prime factor above 7, so that "
                    + "they can be split; never in a systolic array"),
            OptionSpec(
                "first_fill", .choice(["no", "yes"]), default: "no",
                note: "whether a layer waits for its first tiles of weights and inputs"),
            OptionSpec(
                "output_bits", .number(0...128), default: 0,
                note: "bits of outputs and their partial sums; 0 for word_bits"),
            OptionSpec(
                "wire_energy", .number(0...100), default: 0,
                note: "pJ of a bit over a millimetre of the mesh; 0.1 to 0.2 is usual at 45 nm"),
            OptionSpec(
                "mapper_evaluations", .number(0...1_000_000), default: 500,
                note: "mappings that the search tries for each different layer; with 0 mappings are made in closed form"
            ),
            OptionSpec(
                "mapper_goal", .choice(MappingSearch.Goal.allCases.map(\.rawValue)),
                default: .text(MappingSearch.Goal.product.rawValue),
                note: "what it minimises for each layer; edp is energy times cycles"),
        ],
        references: AcceleratorMapping.datasheet.references + [
            "Kwon et al., MAESTRO, MICRO 2019 (dataflows)", "Du et al., ShiDianNao, ISCA 2015 (os)",
            "NVDLA, nvdla.org (ws)", "Samajdar et al., SCALE-Sim, ISPASS 2020 (systolic arrays)",
            "Krishnan et al., ArchGym, ISCA 2023 (hardware as a search space)",
        ],
        history: ["v0: first version"])

    private static let modelled = """
        An array of multipliers, each with scratchpads for inputs, weights and outputs, a shared buffer of banks and \
        DRAM. Every layer of a network is mapped on it and priced by the model of accelerator-mapping-v0, whose \
        datasheet says how it agrees with Timeloop 2.0; latency and energy add up over layers, area does not depend \
        on them. A dataflow is a rule for mappings: ws unrolls C over columns and K over rows, keeps weights beside \
        the multipliers and runs N, P and Q while they stay; os unrolls Q and P and keeps outputs while C, R and S \
        run, and inputs for the channels K inside; is unrolls C and P, Q and keeps inputs while K, R and S run; rs \
        (row stationary) unrolls Q, K and S, C, K and keeps all three, with K innermost, then C and R; free leaves \
        it to the search. All may also unroll groups and batch, or depthwise layers would leave the array idle. The \
        shared buffer is either filled by halves while the other half is used, or as a whole while the multipliers \
        wait.
        """

    private static let systolic = """
        With array=systolic the cycles of the multipliers are those of SCALE-Sim 3 (exact on its 18 published rows), \
        from the first operand to the last result with groups one after the other, for ws, os and is; the mapping \
        then decides only what memories see, and a layer takes the longer of the two.
        """

    private static let mapper = """
        The search for mappings is hill climbing, first from a mapping made in closed form and then from random \
        starts, with a fixed seed, so that a design always costs the same. It is no optimum: `mapper_evaluations` \
        buys better mappings, and with few of them a better machine can look a little worse than another by luck of \
        the search. Dataflows that unroll dimensions which a layer lacks, such as os for matrix products with one row, \
        leave the array idle, as they do in hardware. `input_words`, `weight_words` and `output_words` are inert for \
        everything but area where the dataflow does not use that scratchpad.
        """

    private static let omissions = """
        Left out: layers that do not multiply, leakage, conflicts between banks and reuse between layers. Energies of \
        DRAM are per bit and do not depend on dram_gbps; wider DRAM costs no area. Wires cost nothing unless \
        wire_energy says what; a word goes half of the used columns and rows, each as wide as a multiplier with its \
        scratchpads.
        """
}
