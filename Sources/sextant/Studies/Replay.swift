import Agents
import ArgumentParser
import Environments
import Exchange
import Files
import Foundation
import Gym
import Samples
import Studies

/// `sextant replay`: evaluates logged designs again and compares.
struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate logged designs again and compare with the log.",
        discussion: "Pure models only: what an episode gave depends on its course, and --resume checks that.")

    @Argument(help: "The study's name.")
    var study: String

    @Option(help: "The number of a sample; with --trial where the study has several trials.")
    var sample: Int64?

    @Option(help: "The trial's label.")
    var trial: String?

    @Flag(help: "The best design of each trial (the default).")
    var best = false

    @Flag(help: "Every sample.")
    var all = false

    @Option(help: "How many threads evaluate (default: all cores).")
    var workers: Int?

    @OptionGroup var log: LogOptions

    func run() throws {
        let samples = try log.reading()
        defer { samples.close() }
        let manifest = try samples.manifest(of: study)
        guard !manifest.isEmpty else {
            throw GymError(
                .usage, "the study '\(study)' was begun by an outside client, so there is no manifest to replay it from"
            )
        }
        guard !manifest.hasPrefix(Import.mark) else {
            throw GymError(.usage, "the study '\(study)' was imported: what made its samples is not Sextant")
        }
        let plan = try Manifest.plan(
            YAMLDocument.parse(manifest, file: "the manifest of \(study) in \(log.log)"), folder: "",
            defaultName: study,
            catalogs: Catalogs(
                environments: EnvironmentCatalog.entries, agents: AgentCatalog.entries,
                defaultAgent: AgentCatalog.defaultName, proxy: Offers.proxy))
        let trials = try samples.trials(of: study).filter { trial == nil || $0.description.label == trial }
        guard !trials.isEmpty else {
            throw GymError.unknown(
                .usage, "trial", trial ?? "", among: try samples.trials(of: study).map(\.description.label))
        }
        var differing = 0
        for trial in trials {
            guard let planned = plan.trials.first(where: { $0.label == trial.description.label }) else { continue }
            differing += try replay(trial, planned.cell, samples)
        }
        if differing > 0 {
            throw GymError(
                .replayMismatch, "\(Figures.count(differing)) samples differ from the log",
                hint: "the environment or the program changed since; sextant studies \(study) says with what it ran")
        }
    }

    /// Replays one trial's samples and returns how many differ.
    private func replay(_ trial: TrialSummary, _ cell: Cell, _ samples: SampleLog) throws -> Int {
        let threads = try Threads.count(workers)
        var configuration = Broker.Configuration(environments: [cell.environment])
        configuration.workers = threads
        for file in cell.options.files.values { configuration.workloads[file.name] = file }
        let broker = try Broker(configuration, sink: NoLog(), endpoints: ["inproc://sextant"])
        defer { broker.stop() }
        let client = try Client(endpoint: "inproc://sextant", context: broker.context)
        let session = try client.make(
            cell.environment.datasheet.id, options: cell.options.values, objective: cell.objective,
            trial: TrialDescription(study: "replay", label: "replay", slots: threads))
        var (count, differing, next) = (0, 0, all ? 0 : sample ?? trial.best?.number ?? 0)
        while true {
            let page = try samples.samples(of: trial.number, from: next, limit: all ? 64 * threads : 1)
            let evaluated = page.filter { sample in
                if case .failed = sample.evaluation.status { false } else { true }
            }
            for (sample, step) in zip(evaluated, try session.evaluate(evaluated.map(\.action))) {
                let agrees =
                    sample.evaluation.metrics == step.evaluation.metrics
                    && sample.evaluation.status == step.evaluation.status
                (count, differing) = (count + 1, differing + (agrees ? 0 : 1))
                if !all || !agrees { Terminal.put(line(trial, sample, step, session.spec, agrees: agrees)) }
            }
            guard all, let last = page.last, !Interruption.isRequested else { break }
            next = last.number + 1
        }
        if all {
            Terminal.put(
                "  \(trial.description.label)  \(Figures.count(count)) samples, \(Figures.count(differing)) differ")
        }
        return differing
    }

    private func line(
        _ trial: TrialSummary, _ sample: Sample, _ step: Step, _ spec: EnvironmentSpec, agrees: Bool
    ) -> String {
        let values = zip(spec.metrics, zip(sample.evaluation.metrics, step.evaluation.metrics)).prefix(agrees ? 3 : 99)
            .filter { agrees || $0.1.0 != $0.1.1 }
            .map { metric, pair in
                func text(_ value: Double?) -> String { value.map { Figures.quantity($0, unit: metric.unit) } ?? "–" }
                return "\(metric.name) \(text(pair.1)) (logged \(text(pair.0)))"
            }
        return "  \(trial.description.label)  #\(sample.number)  \(values.joined(separator: "  "))  "
            + (agrees ? "bit-identical" : "DIFFERS")
    }
}
