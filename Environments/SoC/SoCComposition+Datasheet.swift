public import Gym

extension SoCComposition {
    /// What the model is and how far it may be trusted.
    public static let datasheet = Datasheet(
        id: "soc-composition-v0", title: "SoC",
        summary: "how many cores and accelerators a system on chip has, their frequencies, links and scheduler",
        description: [
            SoCScheduling.modelled, SoCScheduling.agreement, design, areas, inert, SoCScheduling.omissions,
        ].joined(separator: "\n\n"),
        options: [
            OptionSpec(
                "workload", .workload(["wifi", "radio"] + BuiltInProfiles.radio.map(\.name)), default: "wifi",
                note: "the applications: sender and receiver of WiFi, all of radio and radar, one, or a file in the "
                    + "notation of applications"),
            OptionSpec(
                "weights", .text, default: "",
                note: "how often each application comes; as the workload says where nothing is"),
            OptionSpec("gap", .number(0...1e9), default: 150, note: "mean us between jobs, exponential"),
            OptionSpec("jobs", .number(1...100_000), default: 100, note: "jobs of a run"),
            OptionSpec("cap", .number(1...1_000_000), default: 12, note: "the most jobs in the system"),
            OptionSpec("seed", .number(0...0x1p53), default: 1, note: "a whole number: which stream of jobs"),
        ],
        references: SoCScheduling.references, history: ["v0: first version"])

    private static let design = """
        A design has one to four little and big cores, up to two accelerators of matrix products, six of Fourier \
        transforms and three Viterbi decoders; a governor of the cores, or fixed frequencies; a rule that places \
        tasks; communication from element to element or through memory; and the bandwidth to the accelerators of \
        Fourier transforms. Every design runs the same jobs.
        """

    private static let areas = """
        Area is 14.94 mm2 for four cores of each kind without accelerators, 0.34 mm2 an accelerator of Fourier \
        transforms and 0.27 mm2 a Viterbi decoder: a line through DS3's published compositions, within 0.3 mm2 of \
        them but for the largest, which is 1.5 mm2 larger. That a big core takes 2.6, a little one 0.45 and a matrix \
        multiplier 0.3 mm2 is our estimate.
        """

    private static let inert = """
        `mm` is inert for every metric but area where no application multiplies matrices; `fft_bandwidth` is inert \
        where no application has a Fourier transform, with communication through memory, or where the rule sends none \
        to its accelerators.
        """
}
