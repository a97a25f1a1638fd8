import Agents
import Exchange
import Files
import Foundation
import Gym
import Samples
import Studies

/// What a study costs beside its evaluations: the plan of many trials, and all that runs around a slow model.
enum StudyBenchmark {
    private static let napSeconds = 0.005
    private static let width = 2
    private static let samples = 1_000

    /// Prints the plan's CPU time, and the runner's share of the time on the wall.
    static func run() throws -> [String] {
        let catalogs = Catalogs(environments: [Null.entry, ShortNap.entry], agents: AgentCatalog.entries)
        let many = """
            { study: many, kind: lottery, environment: null-v0, budget: 500, seeds: 20,
              lottery: { draws: 124, agents: [annealing, genetic, ant-colony, bandit] } }
            """
        var count = 0
        let planning = try (0..<5).map { _ in
            try Measurement.threadSeconds { count = try plan(many, catalogs).trials.count }
        }.min()
        let alone = (0..<3).map { _ in Measurement.wallSeconds(naps) }.min() ?? .nan
        let lines = try [1, Manifest.defaultBatch].map { batch in
            let wall = try (0..<3).map { _ in try study(catalogs, batch: batch) }.min() ?? .nan
            return String(
                format: "%d samples of a model that sleeps 5 ms, 2 workers, batch %d: %.3f s, bare threads %.3f s: "
                    + "%.2f %% more", samples, batch, wall, alone, (wall / alone - 1) * 100)
        }
        return [String(format: "planning a lottery of %d trials: %.2f s, best of 5", count, planning ?? .nan)] + lines
    }

    private static func plan(_ text: String, _ catalogs: Catalogs) throws -> Plan {
        try Manifest.plan(
            YAMLDocument.parse(text, file: "benchmark"), folder: "", defaultName: "benchmark", catalogs: catalogs)
    }

    /// The same evaluations by bare threads, which is the least that they can take.
    private static func naps() {
        let group = DispatchGroup()
        for _ in 0..<width {
            Thread.detachNewThread(in: group) {
                for _ in 0..<(samples / width) { Thread.sleep(forTimeInterval: napSeconds) }
            }
        }
        group.wait()
    }

    /// Runs a study of two trials through broker and log, and returns its seconds on the wall.
    private static func study(_ catalogs: Catalogs, batch: Int) throws -> Double {
        let plan = try plan(
            """
            { study: naps, environment: short-nap-v0, agent: random, budget: \(samples / width), seeds: 2,
              batch: \(batch) }
            """, catalogs)
        return try Measurement.inFolder { folder in
            let log = try SampleLog(path: folder.appending(path: "naps.db").path, mode: .write)
            defer { log.close() }
            try log.begin(study: plan.study, manifest: plan.resolved, versions: "", host: "")
            var configuration = Broker.Configuration(environments: catalogs.environments)
            configuration.workers = width
            let broker = try Broker(configuration, sink: log, endpoints: ["inproc://study-benchmark"])
            defer { broker.stop() }
            let start = ContinuousClock.now
            let runner = Runner(plan, width: width, clock: { (ContinuousClock.now - start) / .seconds(1) }) { trial in
                let client = try Client(endpoint: "inproc://study-benchmark", context: broker.context)
                return Runner.Opening(
                    try client.make(
                        trial.cell.environment.datasheet.id, options: trial.cell.options.values,
                        objective: trial.cell.objective, trial: trial.description(resumption: .fresh)))
            }
            return try Measurement.wallSeconds {
                try Runner.requireSuccess(of: runner.run(board: ProgressBoard(plan)), study: plan.study)
            }
        }
    }
}

extension Thread {
    /// Runs `body` on a thread of its own that a group waits for.
    fileprivate static func detachNewThread(in group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        group.enter()
        Thread.detachNewThread {
            body()
            group.leave()
        }
    }
}

/// The null model, with the pace of a fast simulator.
private struct ShortNap: CostModel {
    let spec = EnvironmentSpec(
        id: "short-nap-v0", actionSpace: Null().spec.actionSpace, metrics: Null().spec.metrics,
        reference: Null().spec.reference)

    func evaluate(_ action: Action, deadline: Deadline) -> Evaluation {
        Thread.sleep(forTimeInterval: 0.005)
        return Null().evaluate(action, deadline: deadline)
    }

    static let entry = EnvironmentEntry(
        Datasheet(id: "short-nap-v0", title: "Benchmark", summary: "Five milliseconds.", description: "Nothing.")
    ) { _ in Oneshot(ShortNap()) }
}
