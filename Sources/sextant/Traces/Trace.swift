import ArgumentParser
import Environments
import Files
import Foundation
import Gym

/// `sextant trace`: makes, converts, describes and records the memory traces that DRAM controllers serve.
struct Trace: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, convert, describe and record memory traces.",
        discussion: """
            Formats: stl (DRAMSys and ArchGym: '12: read 0x40'), dramsim3 ('0x40 READ 12') and binary (Sextant's own). \
            When writing, the file's name decides: .bin is binary, .trace DRAMsim3, the rest STL. Clocks are of the \
            initiator.

            Examples:
              sextant trace generate hashjoin --requests 100000 -o join.bin
              sextant trace convert join.bin join.stl
              sextant trace describe join.stl
              sextant trace record -o sort.stl -- sort words.txt
              sextant evaluate dram-controller-v0 --option workload=sort.stl
            """,
        subcommands: [TraceGenerate.self, TraceConvert.self, TraceDescribe.self, TraceRecord.self])
}

/// Where a trace goes.
struct TraceOutput: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("The file; - is standard output.", valueName: "file"))
    var output = "-"

    @Option(help: "stl, dramsim3 or binary, whatever the file's name says.")
    var format: String?

    func write(_ trace: RequestTrace) throws {
        try TraceOutput.write(trace, to: output, format: format)
    }

    static func write(_ trace: RequestTrace, to path: String, format: String?) throws {
        let names = TraceFormat.allCases.map(\.rawValue)
        let chosen = try format.map { name in
            guard let format = TraceFormat(rawValue: name) else {
                throw GymError.unknown(.usage, "trace format", name, among: names)
            }
            return format
        }
        let file = try OutputFile(path)
        try trace.write(chosen ?? TraceFormat(fileName: path)) { try file.put($0) }
    }
}

/// `sextant trace generate`: a built-in workload of any length.
struct TraceGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make a built-in workload.",
        discussion: "Workloads: " + GeneratedWorkload.allCases.map(\.rawValue).joined(separator: ", ") + ".")

    @Argument(help: "The workload's name.")
    var workload: String

    @Option(help: "How many requests.")
    var requests = GeneratedWorkload.requestCount

    @OptionGroup var output: TraceOutput

    func run() throws {
        guard let generator = GeneratedWorkload(rawValue: workload) else {
            throw GymError.unknown(
                .usage, "workload", workload, among: GeneratedWorkload.allCases.map(\.rawValue))
        }
        try output.write(generator.trace(requests: TraceLimits.checked(requests)))
    }
}

/// What may be asked for.
enum TraceLimits {
    static func checked(_ requests: Int) throws -> Int {
        guard (1...RequestTrace.requestLimit).contains(requests) else {
            throw GymError(
                .usage, "--requests is \(requests), outside 1 … \(RequestTrace.requestLimit)", field: "requests")
        }
        return requests
    }
}

/// `sextant trace convert`: from any format to any other.
struct TraceConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write a trace in another format.")

    @Argument(help: "The trace; its first bytes tell its format.")
    var input: String

    @Argument(help: "The file to write; - is standard output.")
    var output: String

    @Option(help: "stl, dramsim3 or binary, whatever the file's name says.")
    var format: String?

    func run() throws {
        try TraceOutput.write(RequestTrace(path: input, name: input), to: output, format: format)
    }
}

/// `sextant trace describe`: what a trace asks of a memory.
struct TraceDescribe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Say what a trace asks of a memory.")

    @Argument(help: "A file, or the name of a built-in workload.")
    var trace: String

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let requests = try GeneratedWorkload(rawValue: trace)?.trace() ?? RequestTrace(path: trace, name: trace)
        let figures = TraceSummary(requests).figures
        if json {
            Terminal.put(
                JSONText.object([
                    "trace": .text(trace),
                    "figures": .object(
                        Dictionary(figures.map { ($0.name, JSONText.number($0.value)) }) { first, _ in first }),
                ]).line)
            return
        }
        for figure in figures {
            let value =
                figure.value == figure.value.rounded()
                ? "\(Int(figure.value))"
                : String(
                    format: "%.4g", figure.value)
            let unit = figure.unit == "1" ? "" : " " + figure.unit
            let note = figure.note.isEmpty ? "" : "   " + figure.note
            Terminal.put(figure.name.padding(toLength: 16, withPad: " ", startingAt: 0) + value + unit + note)
        }
    }
}
