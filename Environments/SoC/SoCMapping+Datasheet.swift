public import Gym

extension SoCMapping {
    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "soc-mapping-v0", title: "SoC",
        summary: "blocks of a system on chip and their links, and where each task of a workload runs and writes",
        description: [modelled, agreement, design, inert, notation, omissions].joined(separator: "\n\n"),
        options: [
            OptionSpec(
                "workload", .workload(MappingWorkload.builtIn.map(\.name)), default: "audio-decoder",
                note: "audio for augmented reality, edge detection, a camera's pipeline, or a file in the notation "
                    + "of workloads"),
            OptionSpec(
                "preset", .choice(["blocks", "archgym-farsi"]), default: "blocks",
                note: "every kind of block, or ArchGym's vector of 18 numbers and two a task, in its limited mode"),
            OptionSpec(
                "invalid", .choice(["repaired", "infeasible"]), default: "repaired",
                note: "what becomes of a task on another's accelerator and of buses without links; archgym-farsi is "
                    + "never repaired"),
        ],
        references: [
            "Boroujerdian et al., FARSI: An Early-stage Design Space Exploration Framework to Tame the "
                + "Domain-specific System-on-chip Complexity, ACM TECS 22(2), 2023",
            "Krishnan et al., ArchGym: An Open-Source Gymnasium for Machine Learning Assisted Architecture Design, "
                + "ISCA 2023 (the vector and the budgets)",
            "Balasubramonian et al., CACTI 7, TACO 2017 (memories)",
        ],
        history: ["v0: first version"])

    private static let modelled = """
        A workload is a graph of tasks with work and bytes. All tasks whose inputs are complete run at once; a phase \
        ends when one of them does. A task is as fast as the slowest of: its share of its element, and, reading and \
        writing each for itself, its shares of the memories that hold its inputs and its results, and the buses on \
        the way. An element is shared by the tasks that run on it, a memory and the buses on the way to it by those \
        that use that memory in that direction. An A53 does 2e9 instructions a second; accelerators have cycles at \
        100 MHz, a clock and so many iterations at once. A memory is as large as what lies in it at most, in steps \
        of 256 kB; a result lies there until its last reader has ended. Energy and area are those of elements and \
        memories, buses cost nothing. Power is that of the worst window of about 10 ms.
        """

    private static let agreement = """
        Against 26 designs that FARSI evaluated: in 21 latency agrees within 0.04 %; in five, with several cores or \
        a core and an accelerator, FARSI shares elements in another way that its paper does not tell, and latency \
        differs by up to 15 %. Given the memory's capacity, energy and area agree to 1e-9 in all. FARSI's rule for \
        that capacity is not known; ours is the peak of what is alive. The tests print the table. This is agreement \
        with a model, not with silicon.
        """

    private static let design = """
        Three elements, memories and buses. `element1` is a core or the accelerator of a task, with clock and \
        unrolling; memories are DRAM or SRAM of some width and clock; buses are joined as a chain, a star or not. \
        `TASK_on` says where a task runs, `TASK_to` where its results lie. What can't be built is infeasible with a \
        code: `element` (a task on another's accelerator), `bus` (a block on no bus, a memory on two), `unreachable` \
        (no way to a memory), `capacity` (more than 46.08 MB). By default such designs are repaired instead: the \
        task goes to its own accelerator or to a core, and buses are joined.
        """

    private static var inert: String {
        let numbers = 1...3
        let blocks = numbers.flatMap { number in
            ["element\(number)", "element\(number)_task", "element\(number)_clock", "element\(number)_unroll"]
                + ["memory\(number)", "memory\(number)_width", "memory\(number)_clock", "memory\(number)_bus"]
                + ["bus\(number)_width", "bus\(number)_clock", "element\(number)_bus"]
        }
        let tasks = MappingWorkload.builtIn.first?.tasks.map(\.name) ?? []
        let silent = tasks.map { "\($0)_on" } + ["source_to", "sink_to", "last_to"]
        let names = (blocks + ["links"] + silent).map { "`\($0)`" }.joined(separator: ", ")
        return
            "\(names) are inert where no task runs on or lies in the block, where something else is slower, or where a "
            + "task runs alone on whatever core; a task without work takes no time anywhere."
    }

    private static let notation = """
        A workload is a YAML file: `workloads: [{ name: camera, budgets: { latency: 34, power: 8.7, area: 17 }, \
        tasks: [...] }]` (ms, mW, mm2), a task `{ name: scale, cycles: 23110600, after: { source: 91053 }, \
        accelerator: { cycles: 1390260, energy: 26887, area: 14601, unroll: 151 } }` (cycles of an A53, bytes that \
        are read, cycles at 100 MHz, fJ and um2 before scaling, iterations). The file's first workload is taken.
        """

    private static let omissions = """
        Left out: energy and area of buses, leakage, contention at routers, and FARSI's larger libraries. ArchGym's \
        preset has its limited mode; its accelerator is that of the first task that has one.
        """
}
