public import Gym

extension SoCScheduling {
    /// What the environment is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "soc-scheduling-v0", title: "SoC",
        summary: "jobs on a system on chip: on which element does each ready task run?",
        description: [modelled, agreement, decisions, rewards, advice, omissions].joined(separator: "\n\n"),
        options: SoCProblem.options, references: references, history: ["v0: first version"])

    static let references = [
        "Arda et al., DS3: A System-Level Domain-Specific System-on-Chip Simulation Framework, IEEE TC 69(8), 2020",
        "Topcuoglu, Hariri and Wu, Performance-effective and low-complexity task scheduling for heterogeneous "
            + "computing, IEEE TPDS 13(3), 2002",
        "Arabnejad and Barbosa, List scheduling algorithm for heterogeneous systems by an optimistic cost table, "
            + "IEEE TPDS 25(3), 2014",
        "Sung et al., DeepSoCS: A Neural Scheduler for Heterogeneous System-on-Chip Resource Scheduling, "
            + "Electronics 9(6), 2020",
        "Sung and Ryoo, SoCRATES: System-on-Chip Resource Adaptive Scheduling using Deep RL, ICMLA 2021",
        "Mack et al., Performant, Multi-Objective Scheduling of Highly Interleaved Task Graphs on Heterogeneous "
            + "System on Chip Devices, IEEE TPDS 33(4), 2022 (HEFT_RT)",
    ]

    static let modelled = """
        Jobs arrive, each an application: a graph of tasks that hand data over. Elements of several clusters run them, \
        some only certain tasks. The clock ticks in us by DS3's rules: at a tick all ready tasks are placed, then \
        those start whose data have arrived and whose element is free; transfers take volume over bandwidth, rounded \
        down, and don't hinder one another. Frequencies change every 10 us by the clusters' governors; energy is \
        leakage, which grows with heat, dynamic power by how many elements of a cluster are busy, and a base load; \
        heat is a model of five places. Idle ticks are skipped.
        """

    static let agreement = """
        Against 35 published runs of DS3 (three platforms, five rules, both ways of communication, governors, other \
        numbers of elements): every task's element, start and finish, every latency, activity and blocking are equal; \
        energy and heat agree to the published digits. The tests print the table. This is agreement with a \
        simulator; its authors found it within some 3 to 7 % of two boards.
        """

    private static let decisions = """
        One decision a ready task: `element`, with a mask for those that can't run it. By default the task that could \
        finish first is decided on next (order=finish), so that whoever always takes the element of the earliest \
        finish is ETF. The observation has the state of jobs, the task's place in its graph, and for every element \
        its time, how much later than on the best one it would be done, the same with the best way on to the end \
        (outlook), waiting time, transfer, queue and speed. With observation=graph features of the task's neighbours, \
        passed along the graph as means, and summaries of its job and of all jobs are added.
        """

    static let rewards = """
        `accumulate: job_time` sums to the sum of all latencies, the exact objective where every job is completed; \
        `accumulate: bonus` is SoCRATES' reward, `accumulate: elapsed` the makespan, `accumulate: step_energy` the \
        energy, `accumulate: final_latency` the mean latency at the end alone. `latency` and the other metrics say \
        how things stand so far. With an end by the clock jobs that are not complete count in job_time, not in \
        latency.
        """

    static let advice = """
        The last numbers of an observation, whose names begin with `advice_`, are what rules of thumb would choose \
        now: the agent `heuristic` follows them, learned policies don't see them.
        """

    static let omissions = """
        Left out: contention of transfers, a network on chip, latency of DRAM, tasks that are interrupted. A network, \
        as DS3's paper describes one, is not in its published code.
        """
}

extension SoCOrdering {
    /// What the environment is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "soc-ordering-v0", title: "SoC",
        summary: "jobs on a system on chip: which ready task is placed next, where it would be done first?",
        description: [
            SoCScheduling.modelled, SoCScheduling.agreement, decisions, SoCScheduling.rewards, SoCScheduling.advice,
            SoCScheduling.omissions,
        ].joined(separator: "\n\n"),
        options: SoCProblem.options.filter { $0.name != "order" && $0.name != "observation" } + [
            OptionSpec("window", .number(1...64), default: 16, note: "how many ready tasks may be chosen from")
        ],
        references: SoCScheduling.references, history: ["v0: first version"])

    private static let decisions = """
        One decision a ready task, as DeepSoCS has it: `task` chooses among the ready tasks, in the order in which \
        they got ready, under a mask; it is placed on the element where it would be done first. Those behind the \
        window wait until there is room. The observation has for every place of the window the task's time and \
        finish there, its place in its graph and its job's age. `task` is inert where the ready tasks are alike, as \
        the first tasks of several jobs of one application.
        """
}
