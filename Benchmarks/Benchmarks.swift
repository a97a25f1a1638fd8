/// Prints the figures that the project quotes: all of them, or those named as arguments; after `search`, agents.
@main
struct Benchmarks {
    private static let all: [(name: String, run: @Sendable () throws -> [String])] = [
        ("step", StepBenchmark.roundTrip), ("batch", StepBenchmark.batch), ("workers", WorkerBenchmark.run),
        ("log", logBenchmark), ("study", StudyBenchmark.run), ("report", ReportBenchmark.run),
        ("dram", DRAMBenchmark.run), ("accelerator", AcceleratorBenchmark.run), ("soc", SoCBenchmark.run),
        ("logic", LogicBenchmark.run), ("proxy", ProxyBenchmark.report), ("policy", PolicyBenchmark.report),
        ("models", ModelBenchmark.report), ("search", SearchBenchmark.report),
        ("proxy-search", ProxySearchBenchmark.report),
    ]

    static func main() throws {
        if try Counterpart.serve(Array(CommandLine.arguments.dropFirst())) { return }
        let chosen = CommandLine.arguments.dropFirst()
        print(Measurement.calibrationLine)
        for (name, run) in all where chosen.isEmpty || chosen.contains(name) {
            print("\n\(name)")
            for line in try run() { print("  " + line) }
        }
    }
}
