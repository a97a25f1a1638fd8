public import Gym

extension DRAMController {
    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "dram-controller-v0", title: "DRAM",
        summary: "a memory controller with one DDR4 channel serving a trace: ten knobs for latency, time and energy",
        description: "",
        options: [
            OptionSpec(
                "workload", .workload(GeneratedWorkload.allCases.map(\.rawValue)), default: "mixed",
                note: "the requests to serve: 20,000 generated ones, or a file in STL format"),
            OptionSpec(
                "device", .choice(Device.all.map(\.name)), default: "DDR4-2400",
                note: "the memory behind the controller"),
            OptionSpec(
                "mapping", .choice(AddressMapping.all.map(\.name)), default: "RoBaBgCo",
                note: "which address bits choose row, bank, bank group and column, the most significant first"),
            OptionSpec(
                "trace_clock_mhz", .number(1...10_000), default: 1_200,
                note: "the clock of the trace's timestamps, in MHz"),
        ],
        references: [],
        history: [])
}
