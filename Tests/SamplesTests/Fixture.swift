import Foundation
import GRDB
import Gym
import Samples

/// A folder of its own, removed with the value's last reference.
final class Folder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "samples-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String = "sextant.db") -> String { url.appending(path: name).path }
}

/// Environments, trials and samples to log.
enum Fixture {
    /// Every domain, a conditional parameter, and names that SQL would trip over.
    static let spec = EnvironmentSpec(
        id: "every-domain-v0",
        actionSpace: Space(
            [
                Parameter("policy", .categorical(["Open", "it's", "", "naïve \"☃\""])),
                Parameter("count", .integer(-4...4, step: 2)),
                Parameter("large", .integer(-(1 << 53)...1 << 53)),
                Parameter("share", .real(-1...1)),
                Parameter("width", .ordinal([0.5, 1, 64])),
                Parameter("ways", .ordinal([1, 2, 8]), scale: .log2),
                Parameter("depth", .real(2...3)),
                Parameter("a\"b; DROP TABLE trials --", .integer(0...9)),
                Parameter("Count", .integer(0...9)),
                Parameter("select", .categorical(["x", "y"])),
            ], constraints: ["count <= 4"], activity: ["depth": "policy == Open", "select": "count > 0"]),
        observationNames: ["load", "queue"],
        metrics: [
            Metric("latency", unit: "ns", goal: .minimize), Metric("energy", unit: "uJ", goal: .minimize),
            Metric("WIDTH", unit: "1", goal: .maximize),
        ], horizon: 3, isPure: false, reference: [10, nil, 2])

    /// A plain space with the given parameters and metrics of the same id.
    static func plain(_ id: String = "plain-v0", parameters: Int = 2, metrics: Int = 2) -> EnvironmentSpec {
        EnvironmentSpec(
            id: id, actionSpace: Space((0..<parameters).map { Parameter("p\($0)", .integer(0...1_000)) }),
            metrics: (0..<metrics).map { Metric("m\($0)", unit: "ns", goal: .minimize) })
    }

    static func trial(
        _ label: String = "first", study: String = "study", resumption: TrialDescription.Resumption = .fresh,
        recordsObservations: Bool = false
    ) -> TrialDescription {
        TrialDescription(
            study: study, label: label, agent: "genetic", settings: "{\"population\":32}", seed: 1,
            options: "workload=stream", objective: "minimize latency", budget: "100 samples", slots: 4,
            recordsObservations: recordsObservations, resumption: resumption)
    }

    /// Sample `number` of a trial on a plain space: a pure function of its number.
    static func sample(
        _ number: Int, trial: Int64, parameters: Int = 2, metrics: Int = 2, reward: Double?? = .none
    ) -> Sample {
        var generator = Generator(seed: UInt64(number))
        return Sample(
            trial: trial, number: Int64(number), slot: number % 4, episode: Int64(number / 4), step: 0,
            action: (0..<parameters).map { _ in Double(generator.below(1_001)) }, observation: Observation(),
            evaluation: Evaluation(metrics: (0..<metrics).map { _ in generator.unit() }),
            score: Score(reward: reward ?? generator.unit(), violation: 0), truncated: false, isCached: false,
            seconds: 0.5, at: Double(number))
    }

    static func samples(_ range: Range<Int>, trial: Int64) -> [Sample] { range.map { sample($0, trial: trial) } }
}

extension SampleLog {
    /// Opens a trial on a plain space and gives its number.
    func opened(_ trial: TrialDescription = Fixture.trial(), _ spec: EnvironmentSpec = Fixture.plain()) throws -> Int64
    {
        try open(trial, spec: spec).trial
    }

    /// All samples of a trial.
    func all(_ trial: Int64) throws -> [Sample] { try samples(of: trial, from: 0, limit: 1 << 40) }
}

/// Reads a log as an outside program does.
func query(_ path: String, _ sql: String) throws -> [Row] {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    return try queue.read { db in try Row.fetchAll(db, sql: sql) }
}

/// What a piece of work throws; nil where it throws nothing or something else.
func gymError(_ body: () throws -> Void) -> GymError? {
    do {
        try body()
        return nil
    } catch {
        return error as? GymError
    }
}

/// Whether to run faults at full count.
let isFull = ProcessInfo.processInfo.environment["SEXTANT_FAULTS"] == "full"

/// Changes a log as no program of ours would.
func change(_ path: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    try queue.write { db in try db.execute(sql: sql) }
}
