import Foundation
import Gym
import Reports
import Samples

/// A folder of its own, removed with the value's last reference.
final class Folder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "reports-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}

/// Studies to report, each sample as the test says it.
enum Fixture {
    static let spec = EnvironmentSpec(
        id: "toy-v0",
        actionSpace: Space([
            Parameter("policy", .categorical(["open", "closed"])), Parameter("ways", .integer(1...8)),
            Parameter("share", .real(0...1)),
        ]),
        metrics: [
            Metric("latency", unit: "ns", goal: .minimize), Metric("speed", unit: "1", goal: .maximize),
        ], reference: [10, 1])

    /// One evaluation: its metrics, and what else may be said of it.
    struct Given {
        var latency: Double?
        var speed: Double? = 1
        var violation = 0.0
        var isCached = false
        var status = Evaluation.Status.ok
        var ways = 1.0
    }

    /// Writes a study of trials by label, all of one agent per label before `-s`.
    static func write(
        _ trials: [(label: String, samples: [Given])], to path: String, study: String = "toy",
        objective: String = "minimize latency", status: TrialStatus = .finished, options: String = "workload=a"
    ) throws {
        let log = try SampleLog(path: path, mode: .write)
        defer { log.close() }
        try log.begin(study: study, manifest: "", versions: "test", host: "here")
        let scorer = try Scorer(Objective(text: objective) ?? .first(of: spec), spec: spec)
        for (index, trial) in trials.enumerated() {
            let agent = trial.label.split(separator: "-").first.map(String.init) ?? ""
            let number = try log.open(
                TrialDescription(
                    study: study, label: trial.label, agent: agent, seed: UInt64(index + 1), options: options,
                    objective: objective, budget: "samples: 10", slots: 1), spec: spec
            ).trial
            var samples: [Sample] = []
            for (place, given) in trial.samples.enumerated() {
                let action = [0, given.ways, Double(place % 1_000) / 1_000]
                let evaluation = Evaluation(metrics: [given.latency, given.speed], status: given.status)
                var score = scorer.score(evaluation, action: action)
                if given.violation > 0 { score.violation = given.violation }
                samples.append(
                    Sample(
                        trial: number, number: Int64(place), slot: 0, episode: Int64(place), step: 0, action: action,
                        observation: Observation(), evaluation: evaluation, score: score, truncated: false,
                        isCached: given.isCached, seconds: 0.1, at: Double(place + 1)))
            }
            try log.append(samples)
            try log.finish(trial: number, status: status)
        }
    }

    /// The report of studies in a log.
    static func report(_ studies: [String] = ["toy"], of path: String) throws -> Report {
        let log = try SampleLog(path: path, mode: .read)
        defer { log.close() }
        return try Report(studies, log: log, lotteries: LoggedLotteries(plans: [:]))
    }
}

extension Report {
    /// A figure's rows as objects by column; nil where the report has no such figure.
    func rows(_ name: String) -> [[String: JSON]]? {
        figures.first { $0.name == name }.map { figure in
            figure.rows.map { Dictionary(zip(figure.columns, $0), uniquingKeysWith: { first, _ in first }) }
        }
    }
}
