import Environments
import Exchange
import Files
import Foundation
import Gym
import Proxies
import Samples

/// The environment that a proxy stands for, evaluated through the broker.
final class RealModel {
    private let entry: EnvironmentEntry
    private let options: Options
    private let broker: Broker
    private let log: SampleLog?
    private let session: ClientSession
    /// What the environment is.
    var spec: EnvironmentSpec { session.spec }

    /// Makes the environment with the options that a proxy learned from, and logs where a log is named.
    ///
    /// - Parameters:
    ///   - options: as a log has them: `name=value;…`.
    ///   - given: `name=value` in place of some of these, as for workloads that are files.
    /// - Throws: `GymError`: an option that the environment does not take any more, or a workload's file that is not
    ///   given.
    init(
        _ entry: EnvironmentEntry, options identity: String, given: [String], objective: Objective? = nil,
        study: String = "proxy-score", log path: String? = nil
    ) throws {
        var values = try Assignments.parse(identity.split(separator: ";").map(String.init), of: "--option")
        values.merge(try Assignments.parse(given, of: "--option")) { $1 }
        var workloads: [String: WorkloadFile] = [:]
        for option in entry.datasheet.options {
            guard case .workload(let names) = option.kind, let name = values[option.name]?.text, !names.contains(name)
            else { continue }
            guard !name.hasPrefix("fnv1a:") else {
                throw GymError(
                    .usage, "the proxy learned from a workload of a file, which the log knows by its hash alone",
                    hint: "add --option \(option.name)=FILE")
            }
            workloads[name] = try WorkloadFile.read(name, path: name, builtIn: names)
        }
        options = try Options(values, declared: entry.datasheet.options, workloads: workloads)
        guard options.identity == identity else {
            throw GymError(
                .usage, "the proxy learned from '\(identity)', and this is '\(options.identity)'",
                hint: "score it on what it learned from")
        }
        self.entry = entry
        log = try path.map { try SampleLog(path: $0, mode: .write) }
        if let log, study != "proxy-score" {
            try log.begin(study: study, manifest: "", versions: Fingerprint.versions, host: Fingerprint.host)
        }
        var configuration = Broker.Configuration(environments: [entry])
        (configuration.workers, configuration.workloads) = (try Threads.count(nil), workloads)
        broker = try Broker(configuration, sink: log ?? NoLog(), endpoints: ["inproc://proxy"])
        let client = try Client(endpoint: broker.endpoints[0], context: broker.context)
        session = try client.make(
            entry.datasheet.id, options: options.values, objective: objective,
            trial: TrialDescription(
                study: study, label: "\(study)-\(Int(Date().timeIntervalSince1970 * 1_000))", agent: "proxy"),
            deadlineSeconds: 3_600)
    }

    /// Evaluates designs, in order.
    func evaluate(_ actions: [Action]) throws -> [Evaluation] { try session.evaluate(actions).map(\.evaluation) }

    /// Uniform designs that a proxy does not know, with what they give; fewer where the space has no more.
    func fresh(_ count: Int, seed: UInt64, unlike proxy: Proxy?) throws -> DesignRows {
        var generator = Generator(seed: seed, "proxy", "fresh")
        var actions: Set<Action> = []
        var order: [Action] = []
        for _ in 0..<20 * count where order.count < count {
            let action = try spec.actionSpace.sample(&generator)
            if !(proxy?.knows(action) ?? false), actions.insert(action).inserted { order.append(action) }
        }
        var rows = DesignRows(spec)
        for start in stride(from: 0, to: order.count, by: 64) {
            let page = Array(order[start..<min(start + 64, order.count)])
            for (action, evaluation) in zip(page, try evaluate(page)) {
                rows.add(action, evaluation, from: DesignRows.Source(study: "fresh", agent: "uniform"))
            }
            if Interruption.isRequested { Sextant.leave(with: Interruption.exitCode) }
        }
        return rows
    }

    /// CPU seconds that one evaluation takes on one thread, by some of the designs, for at least a tenth of a second.
    func secondsOfEvaluation(of rows: DesignRows?) throws -> Double? {
        guard let rows, !rows.rows.isEmpty else { return nil }
        var environment = try entry.make(options)
        var (count, seconds) = (0, 0.0)
        for row in rows.rows where count < 20 || seconds < 0.1 {
            seconds += try CPUClock.seconds {
                _ = try environment.reset(seed: 1, deadline: .none)
                _ = try environment.step(row.action, deadline: .none)
            }
            count += 1
        }
        return seconds / Double(count)
    }

    /// Ends the session and the broker.
    func close() {
        try? session.close()
        broker.stop()
        log?.close()
    }
}

/// The processor's time of this thread, which other programs do not lengthen.
enum CPUClock {
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        let start = now()
        try body()
        return now() - start
    }
}
