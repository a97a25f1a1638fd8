public import Gym

extension AcceleratorMapping {
    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "accelerator-mapping-v0", title: "Accelerator",
        summary: "the mapping of one layer of a network on a DNN accelerator: tiling, loop order, unrolling, bypassing",
        description: [modelled, agreement, design, inert, notation, omissions].joined(separator: "\n\n"),
        options: MappingProblem.options,
        references: [
            "Parashar et al., Timeloop: A Systematic Approach to DNN Accelerator Evaluation, ISPASS 2019; version 2.0",
            "Chen et al., Eyeriss: A Spatial Architecture for Energy-Efficient Dataflow, ISCA 2016",
            "Balasubramonian et al., CACTI 7, TACO 2017",
            "Shao et al., Aladdin, ISCA 2014 (logic at 40 nm)",
            "Stillmaker and Baas, Scaling equations for the accurate prediction of CMOS device performance, "
                + "Integration 2017",
        ] + Architecture.all.map { "architecture \($0.name): \($0.technology.source)" },
        history: ["v0: first version"])

    private static let modelled = """
        A layer is a nest of eight loops, N G K C P Q R S, with channels per group, so that depthwise and grouped \
        convolutions, matrix products and the batched products of attention are all counted alike. A mapping splits \
        every loop over the levels of storage, in time or unrolled over a mesh. The model counts in closed form what \
        each level reads and is written for each operand: a tile stays while loops do not touch it, along the \
        innermost loop that does only what is new is fetched, and the loops around repeat it all; a word that \
        several instances need is read once (multicast), sums of outputs are formed on the way. Perfect double \
        buffering hides transfers: cycles are those of the multipliers or of the slowest bandwidth, whichever are \
        more. Energy is what blocks read and written cost, with separate energies, and the multipliers; leakage \
        where an architecture has it.
        """

    private static let agreement = """
        Against 150 published runs of Timeloop 2.0 (random mappings of 18 layers on three architectures): in 86 rows \
        every count of reads, fills, updates and tiles is equal, cycles within 2e-5, energy within 1e-6. In 64 rows \
        a filter's loop and an output's loop both lie above a level, where Timeloop extrapolates from the first \
        turns: there 49 rows are equal, the rest within 5 % in cycles and energy. The tests print the table. This is \
        agreement with a model, not with silicon.
        """

    private static let design = """
        Each prime factor of each dimension has a parameter, `k_2_1` being the first factor 2 of K, that says in \
        which loop it runs: `glb` in time at that level, `glb_x` and `glb_y` unrolled over the columns and rows of \
        the mesh below it. `order_glb_k` ranks a level's loops, `keep_glb_w` says whether a level has a tile of an \
        operand. Factors always multiply to the layer, so that only capacity and meshes can be exceeded; the reason \
        says which and by how much, with the code `capacity` or `mesh`. By default a factor that finds no room on \
        its mesh runs in time at the same level; then four in five random designs fit, else one in twelve. With \
        form=stepwise tiles are chosen first, then factors, the large ones first, then loops; masks leave only what \
        fits, and the metric `gain` sums to how much better the whole is than everything in DRAM.
        """

    /// The orders of the default instance are named, since most loops of a random mapping run once.
    private static var inert: String {
        let orders = ["dram", "glb", "rf"].flatMap { level in
            ["k", "c", "p", "q", "r", "s"].map { "`order_\(level)_\($0)`" }
        }
        let keeps = ["glb", "rf"].flatMap { level in ["w", "i", "o"].map { "`keep_\(level)_\($0)`" } }
        return "Most parameters of order, such as \(orders.joined(separator: ", ")), are inert where the loops of a "
            + "level run once or do not change which operand stays; \(keeps.joined(separator: ", ")) are inert where "
            + "the mapping does not fit either way."
    }

    private static let notation = """
        An architecture is a YAML file: `technology: 45nm` (or 32nm, 28nm, 22nm, 16nm, normalised), `word_bits`, \
        `clock_mhz`, `mac_energy`, and `levels`, the outermost first, such as `{ name: glb, words: 65536, block: 4, \
        read_bandwidth: 32, write_bandwidth: 32, mesh: [16, 16], holds: IO }`; further keys are memory, read_energy, \
        write_energy (pJ a block), area (mm2), leakage (mW), multicast, reduction, hop_energy (pJ a bit), buffering \
        (ideal, double, single) and shares (of W, I, O); beside the levels may stand widths (bits of W, I, O) and \
        first_fill. A mapping is a YAML file of `levels` such as `{ level: glb, keep: IO, loops: C4 Q7, x: C16, y: \
        K16 }`, loops the outermost first. With architecture=FILE and mapping=FILE, evaluate prices that mapping.
        """

    private static let omissions = """
        Left out: sparsity, conflicts between banks, and whatever is between layers; wires, the first tiles and \
        padding to sizes that divide count only where hop_energy, first_fill and the option padding ask for them. \
        Energies and areas of on-chip memory are interpolated in a table of CACTI 7 for one kind of cell.
        """
}
