public import Gym

extension AcceleratorAttention {
    static let dataflows = ["unfused", "flat"] + FuseMax.allCases.map(\.rawValue)

    /// The tensors that FLAT may give a place on the chip.
    static let tensors: [(name: String, place: FlatAttention.Places)] = [
        ("queries", .queries), ("keys", .keys), ("values", .values), ("outputs", .outputs), ("scores", .scores),
    ]

    static let space = Space(
        [
            Parameter(
                "dataflow", .categorical(dataflows), default: "fusemax", note: "how the products and softmax are fused"
            ),
            Parameter(
                "array_side", .ordinal([16, 32, 64, 128, 256, 512]), scale: .log2, default: 256,
                note: "multipliers along a side of the square array, and vector lanes"),
            Parameter(
                "buffer_mib", .ordinal([1, 2, 4, 8, 16, 32, 64]), scale: .log2, unit: "MiB", default: 16,
                note: "between array and DRAM"),
            Parameter(
                "bandwidth_gib", .ordinal([25, 50, 100, 200, 400, 800, 1_600]), scale: .log2, unit: "GiB/s",
                default: 400, note: "from and to DRAM"),
            Parameter(
                "flat_mapping", .categorical(["searched", "given"]), default: "searched",
                note: "whether FLAT's mapping is the best of up to 576, as the artifact searches it, or the one below"),
            Parameter(
                "granularity", .categorical(FlatAttention.Granularity.allCases.map(\.rawValue)), default: "row",
                note: "whether some rows of scores are fused at once, or a head"),
            Parameter(
                "rows", .ordinal([64, 128, 256, 512, 1_024, 2_048, 4_096]), scale: .log2, default: 256,
                note: "rows of scores at once"),
        ]
            + tensors.map {
                Parameter(
                    $0.name + "_place", .categorical(["dram", "chip"]), default: $0.name == "scores" ? "chip" : "dram",
                    note: "where the \($0.name) have their place between uses")
            } + [
                Parameter(
                    "score_stationary", .categorical(FlatAttention.Stationary.allCases.map(\.rawValue)),
                    default: "output", note: "what stays in the array during QK"),
                Parameter(
                    "output_stationary", .categorical(["output", "weight"]), default: "output",
                    note: "what stays in the array during AV: the results, or the values"),
            ],
        activity: Dictionary(
            uniqueKeysWithValues: [
                ("flat_mapping", "dataflow == flat"), ("granularity", "flat_mapping == given"),
                ("rows", "granularity == row"),
                ("score_stationary", "flat_mapping == given"), ("output_stationary", "flat_mapping == given"),
            ] + tensors.map { ($0.name + "_place", "flat_mapping == given") }))

    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "accelerator-attention-v0", title: "Accelerator",
        summary: "attention of a transformer on an array with vector lanes: unfused, FLAT or FuseMax",
        description: [modelled, agreement, inert, omissions].joined(separator: "\n\n"),
        options: [
            OptionSpec(
                "model", .choice(AttentionWorkload.models.map(\.name)), default: "bert",
                note: "heads, depth and widths; "
                    + AttentionWorkload.models.map {
                        "\($0.name): \($0.heads) heads of \($0.depth), width \($0.width), \($0.middle) in the middle"
                    }.joined(separator: "; ")),
            OptionSpec(
                "tokens", .choice((10...20).map { "\(1 << $0)" }), default: "4096", note: "length of each sequence"),
            OptionSpec("batch", .number(1...4_096), default: 64, note: "sequences at once"),
            OptionSpec(
                "scope", .choice(["attention", "layer"]), default: "attention",
                note: "attention alone, or with the six linear layers around it"),
            OptionSpec("clock_mhz", .number(10...10_000), default: 940, note: "of array and lanes"),
        ],
        references: [
            "Nayak et al., FuseMax: Leveraging Extended Einsums to Optimize Attention Accelerator Design, MICRO 2024, "
                + "and its published artifact",
            "Kao et al., FLAT: An Optimized Dataflow for Mitigating Attention Bottlenecks, ASPLOS 2023",
            "Dao, FlashAttention-2, ICLR 2024 (one pass over each row of scores)",
        ],
        history: ["v0: first version"])

    private static let modelled = """
        A batch of sequences passes one attention layer of a transformer on a square array of multipliers with as \
        many vector lanes as its side, a buffer and DRAM; words have two bytes. `unfused` hands scores over in DRAM; \
        `flat` keeps the scores of some rows or of a head on the chip, as far as they fit, and spills the rest; the \
        three FuseMax dataflows pass each row once: `fusemax-cascade` on FLAT's hardware, `fusemax-arch` with an \
        array that does exponentials (as six multiply-adds), `fusemax` also with the paper's interleaving. Latency \
        is the longer of computation and transfer, in closed form. With scope=layer the projections and the \
        feed-forward part are added. Energy is that of operations in bfloat16, buffers and HBM2 (3.9 pJ a bit) at 45 \
        nm.
        """

    private static let agreement = """
        Against 84 rows of FuseMax's published artifact (256 x 256, 400 GiB/s, four models, 1 Ki to 1 Mi tokens): \
        latency and traffic of the FuseMax dataflows and of FLAT agree to 1e-6 and of unfused within 0.1 %; those of \
        the linear layers to 1e-6. Energy is within 0.6 % for fusemax and fusemax-arch, 2.4 % for flat, 4 % for \
        fusemax-cascade and unfused, 0.3 % for linear layers; what buffers cost in it is a fit to those rows and is \
        carried to other array sides by how often tiles are read, which nothing confirms. The search for FLAT's \
        mapping reproduces the published speed-ups of FuseMax over FLAT: 6.72 on average for attention, 5.3 for the \
        layer. The tests print the table. These figures test agreement with the artifact's model, not with silicon.
        """

    private static let inert = """
        `score_stationary`, `output_stationary`, `queries_place`, `keys_place`, `values_place`, `outputs_place`, \
        `granularity` and `rows` are inert where the operands that they concern are on the chip and nothing is \
        spilled, or where computation takes longer than transfer and traffic does not change. `bandwidth_gib` is \
        inert for everything but latency once computation takes longer; `buffer_mib` is inert for unfused.
        """

    private static let omissions = """
        Left out: causal masks, softmax's numerical error, leakage, what it costs to start, and the area of FLAT's \
        array, which was not published; `array_area` is the published sweep of FuseMax's. The bare cascade's array \
        has no larger buffer than is given.
        """
}
