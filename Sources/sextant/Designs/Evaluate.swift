import ArgumentParser
import Environments
import Exchange
import Files
import Foundation
import Gym
import Samples
import Studies
import Synchronization

/// `sextant evaluate`: one design, or a file of them, through the broker on all cores.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate one design, or a file of them.",
        discussion: """
            Parameters that are not set have their defaults. Logged only where --log says so. A line of a batch may \
            name options of the environment beside parameters; a file's text, or its JSON, may stand in its place.

            Examples:
              sextant evaluate dram-controller-v0 --set page_policy=Open --set request_buffer_size=32
              sextant evaluate dram-controller-v0 --option workload=trace.stl --batch designs.jsonl --json
            """)

    @Argument(help: "The environment's id.")
    var environment: String

    @Option(name: .long, help: ArgumentHelp("An option of the environment; may be repeated.", valueName: "name=value"))
    var option: [String] = []

    @Option(name: .long, help: ArgumentHelp("A parameter of the design; may be repeated.", valueName: "name=value"))
    var set: [String] = []

    @Option(help: ArgumentHelp("One JSON object of parameters per line; - reads standard input.", valueName: "file"))
    var batch: String?

    @Option(help: ArgumentHelp("Keep the samples in this log.", valueName: "file"))
    var log: String?

    @Option(help: "How many threads evaluate (default: all cores).")
    var workers: Int?

    @Option(help: ArgumentHelp("Seconds that one evaluation may take.", valueName: "seconds"))
    var timeout = 300.0

    @Option(help: ArgumentHelp("Write a memory controller's commands and latencies as CSV.", valueName: "file"))
    var commandTrace: String?

    @Flag(help: "One JSON object per line.")
    var json = false

    func run() throws {
        let entry = try Offers.entry(environment)
        let given = try Assignments.parse(option, of: "--option")
        let workloads = try files(given, of: entry)
        let base = try Assignments.parse(set, of: "--set")
        let threads = try Threads.count(workers)
        guard timeout >= 0.001 else {
            throw GymError(.usage, "--timeout is \(Value.format(timeout)), less than a millisecond")
        }
        // Made before there is a log: what is wrong with a workload, a design or the first lines leaves none behind.
        let options = try Options(given, declared: entry.datasheet.options, workloads: workloads)
        let prepared = try entry.make(options)
        let space = prepared.spec.actionSpace
        var file = try batch.map { try DesignFile($0) }
        // Large enough to keep all threads busy to the end, small enough that results come while they are awaited.
        let portion = 64 * threads
        var lines = try file?.next(portion) ?? []
        func runs() -> [DesignRun] { DesignRun.runs(lines, options: entry.datasheet.options.map(\.name), space) }
        for run in runs() where run.options.isEmpty { _ = try run.actions(base, space) }
        let single = try file == nil ? space.action(named: base) : []
        if let commandTrace {
            guard batch == nil else {
                throw GymError(.usage, "--command-trace is for one design", hint: "leave out --batch", field: "batch")
            }
            try CommandTraceFile.write(single, of: prepared, to: commandTrace)
        }
        let log = try self.log.map { try SampleLog(path: $0, mode: .write) }
        defer { log?.close() }
        var configuration = Broker.Configuration(environments: [entry])
        (configuration.workers, configuration.workloads) = (threads, workloads)
        let broker = try Broker(configuration, sink: log ?? NoLog(), endpoints: ["inproc://sextant"])
        defer { broker.stop() }
        let desk = DesignDesk(
            entry, given: given, workloads: workloads, broker: broker, threads: threads, timeout: timeout)
        if file == nil { try put([single], of: desk.counter([:])) }
        while !lines.isEmpty {
            for run in runs() {
                let counter = try run.counter(at: desk)
                try put(try run.actions(base, counter.session.spec.actionSpace), of: counter)
            }
            if Interruption.isRequested { Sextant.leave(with: Interruption.exitCode) }
            lines = try file?.next(portion) ?? []
        }
        try desk.close()
    }

    /// The files that options of the command line name.
    private func files(_ given: [String: Value], of entry: EnvironmentEntry) throws -> [String: WorkloadFile] {
        var workloads: [String: WorkloadFile] = [:]
        for (name, value) in given {
            guard let kind = entry.datasheet.options.first(where: { $0.name == name })?.kind,
                case .workload(let names) = kind, !names.contains(value.text)
            else { continue }
            workloads[value.text] = try WorkloadFile.read(value.text, path: value.text, builtIn: names)
        }
        return workloads
    }

    private func put(_ designs: [Action], of counter: DesignDesk.Counter) throws {
        let printer = DesignPrinter(spec: counter.session.spec, options: counter.options, isJSON: json)
        for (action, step) in zip(designs, try counter.session.evaluate(designs)) { try printer.put(action, step) }
    }
}

/// Prints what became of designs.
struct DesignPrinter {
    let spec: EnvironmentSpec
    let options: Options
    let isJSON: Bool

    func put(_ action: Action, _ step: Step) throws {
        let (status, reason) = step.evaluation.status.words
        guard isJSON else {
            Terminal.put(text(action, step, status: status, reason: reason))
            return
        }
        let units = Dictionary(spec.metrics.map { ($0.name, JSONText.text($0.unit)) }, uniquingKeysWith: { a, _ in a })
        Terminal.put(
            JSONText.object([
                "environment": .text(spec.id), "options": .object(options.values.mapValues { JSONText($0) }),
                "action": JSONText(action, of: spec.actionSpace), "status": .text(status), "reason": JSONText(reason),
                "metrics": JSONText(step.evaluation.metrics, of: spec.metrics), "units": .object(units),
            ]).line)
    }

    private func text(_ action: Action, _ step: Step, status: String, reason: String?) -> String {
        let design = spec.actionSpace.named(action).compactMap { name, value in
            value.map { "\(name)=\($0.text)" }
        }
        var text = "  design  " + design.joined(separator: "  ") + "\n"
        if let reason { return text + "  \(status)  \(reason)\n" }
        let rows = zip(spec.metrics, step.evaluation.metrics).map { metric, value in
            [metric.name, value.map(Figures.number) ?? "–", metric.unit == "1" ? "" : metric.unit, metric.note]
        }
        text +=
            Table(
                [Table.Column("metric"), Table.Column("value", .right), Table.Column("unit"), Table.Column("meaning")],
                rows: rows
            ).text
        return text
    }
}

extension Evaluation.Status {
    /// The status as a word, and why it is not ok.
    var words: (status: String, reason: String?) {
        switch self {
        case .ok: ("ok", nil)
        case .infeasible(let reason): ("infeasible", reason)
        case .failed(let reason): ("failed", reason)
        }
    }
}

/// The log of whoever asked for none: takes everything and keeps nothing but how many trials there were, since trials
/// of one number would take each other's place.
final class NoLog: SampleSink {
    private let trials = Atomic<Int64>(0)

    func open(_ trial: TrialDescription, spec: EnvironmentSpec) -> (trial: Int64, count: Int64, seconds: Double) {
        (trials.add(1, ordering: .relaxed).newValue, 0, 0)
    }

    func append(_ samples: [Sample]) {}

    func finish(trial: Int64, status: TrialStatus) {}

    func samples(of trial: Int64, from number: Int64, limit: Int) -> [Sample] { [] }
}
