public import Gym

extension DRAMController {
    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "dram-controller-v0", title: "DRAM",
        summary:
            "a memory controller with one DRAM channel that serves a trace: ten knobs for latency, time and energy",
        description: [modelled, agreement, knobs, effects, workloads, omissions].joined(separator: "\n\n"),
        options: [
            OptionSpec(
                "workload", .workload(GeneratedWorkload.allCases.map(\.rawValue)), default: "mixed",
                note: "the requests to serve: generated ones, or a file of STL, DRAMsim3 text or binary form"),
            OptionSpec(
                "requests", .number(0...1_000_000), default: 0,
                note: "how many of them, from the first; 0 for 20,000 generated ones or the whole file"),
            OptionSpec(
                "device", .choice(Device.all.map(\.name)), default: "DDR4-2400",
                note: "the memory behind the controller; it decides which refresh policies there are"),
            OptionSpec(
                "mapping", .choice([usualMapping] + AddressMapping.names), default: .text(usualMapping),
                note: "which address bits choose row, bank, bank group and column, the most significant first; "
                    + Device.all.map { "\($0.name): " + $0.mappings.joined(separator: ", ") }.joined(separator: "; ")
                    + "; \(usualMapping) is the first of these"),
            OptionSpec(
                "trace_clock_mhz", .number(1...10_000), default: 1_200,
                note: "the clock of the trace's timestamps, in MHz, rounded to whole picoseconds"),
        ],
        references: [
            "Steiner et al., DRAMSys4.0: An Open-Source Simulation Framework for In-depth DRAM Analyses, IJPP 2022",
            "Chandrasekar et al., DRAMPower: Open-source DRAM Power & Energy Estimation Tool, 2012",
            "Krishnan et al., ArchGym: An Open-Source Gymnasium for Machine Learning Assisted Architecture Design, "
                + "ISCA 2023",
            "Rixner et al., Memory Access Scheduling, ISCA 2000 (FR-FCFS)",
        ] + Device.all.map { "\($0.name), table version \(Device.tableVersion): \($0.source)" },
        history: ["v0: first version"])

    /// What the model is with all its knobs.
    public static let fullDatasheet = Datasheet(
        id: "dram-controller-full-v0", title: "DRAM",
        summary: "the same controller with write drain, a cap on row hits, power-down and the mapping as knobs",
        description: [modelled, fullKnobs, agreement, knobs, effects, workloads, omissions].joined(separator: "\n\n"),
        options: datasheet.options.filter { $0.name != "mapping" },
        references: datasheet.references + [
            "Zhang et al., A Permutation-based Page Interleaving Scheme, MICRO 2000 (RoBaBgCoXor)",
            "Kaseridis et al., Minimalist Open-page, MICRO 2011 (MOP4CLXOR)",
        ],
        history: ["v0: first version"])

    /// The choice of mapping that leaves it to the device.
    static let usualMapping = "default"

    private static let modelled = """
        One initiator plays a trace of reads and writes; a controller with the semantics of DRAMSys 5.0 (open- and \
        closed-page policies with their adaptive forms, FIFO and FR-FCFS scheduling, three kinds of request buffer, \
        response queue, arbiter, refresh with postponing and pulling in) issues commands to one channel of \
        \(Device.all.map(\.name).joined(separator: ", ")) under all timing constraints of the standard. Time is \
        counted in whole cycles of the memory, a period being rounded to picoseconds as in DRAMSys (1200 MHz is \
        833 ps); from event to event nothing is simulated. Writes are ordinary requests with responses. `latency` \
        counts from the moment when a request stands at the controller's port, that is when all earlier ones were \
        accepted; `total_latency` counts from the trace's timestamp, and so contains the wait behind a full buffer. \
        `total_time` ends with the last response. A request longer than a burst is served as several; address bits \
        that the mapping does not name have no effect, so addresses beyond the device's capacity fold into it. \
        Energy is that of the chips' cores from data-sheet currents (classic DRAMPower, VDD and VPP); every \
        evaluation checks that it equals power times time and that every request was served once.
        """

    private static let agreement = """
        Against 55 published runs of DRAMSys 5.0 with DDR4-2400 (five traces of 20,000 requests), over the \
        configurations of each trace, mean and worst error: total time 0.000 % and 0.01 %, latency 0.06 % and 0.5 %, \
        total latency 0.09 % and 0.3 %, energy 0.07 % and 0.4 %, power 0.04 % and 0.4 %, row-hit rate 0.0003 and \
        0.004, activates 0.07 % and 1.0 %; refreshes are equal, and rank correlations are 1.000. The means are those \
        of the worst trace. With the arbiters Fifo and Reorder every run is equal to the cycle; without an arbiter, \
        which of a request and a command of the same cycle comes first depends in DRAMSys on the order inside its \
        simulation kernel, which is met in most cases but not in all. Energy is 0.04 % lower throughout, since the \
        peer's energy takes the period as 833.33 ps. LPDDR4-3200 and HBM2-2000 (eight runs): total time within \
        0.3 %, latency within 1 %. Against ArchGym's own simulator, DRAMSys 4.0 with DDR3-1600 on ArchGym's traces \
        (device DDR3-1600, trace_clock_mhz 800; 2,240 runs): total time within 0.3 %, energy within 0.2 %; the rest \
        lies in how version 4.0 postpones and pulls in refreshes. The tests print the table. An independent checker \
        verifies every constraint on the command traces of random designs. DDR4-3200, DDR5-4800 and GDDR6-14 have no \
        runs of DRAMSys to be compared with: the checker verifies their command traces too, and tests verify the \
        latency of lone requests, the bandwidth of streams and the cost of refreshing against their data sheets. \
        Commands are stamped at their first cycle; that DDR5 counts latencies from the second cycle of a read is left \
        out, so that a lone read takes tRCD + RL + D on it as well.
        """
}
