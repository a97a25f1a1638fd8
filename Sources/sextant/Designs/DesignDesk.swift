import Environments
import Exchange
import Files
import Foundation
import Gym

/// Where designs are evaluated: a session of the broker for every set of options that lines of a batch name.
final class DesignDesk {
    /// An environment with certain options, ready for designs.
    struct Counter {
        let session: ClientSession
        let options: Options
        fileprivate var lastUse: Int
    }

    private let entry: EnvironmentEntry
    /// What the command line gave.
    private let given: [String: Value]
    private let broker: Broker
    private let threads: Int
    private let timeout: Double
    private var workloads: [String: WorkloadFile]
    private var counters: [String: Counter] = [:]
    private var uses = 0
    private let started = Int(Date().timeIntervalSince1970 * 1_000)
    /// Holds what lines wrote in place of files.
    private let folder = FileManager.default.temporaryDirectory.appending(path: "sextant-designs-\(getpid())")
    /// So many sessions are open at once.
    private static let limit = 16

    init(
        _ entry: EnvironmentEntry, given: [String: Value], workloads: [String: WorkloadFile], broker: Broker,
        threads: Int, timeout: Double
    ) {
        (self.entry, self.given, self.workloads, self.broker) = (entry, given, workloads, broker)
        (self.threads, self.timeout) = (threads, timeout)
    }

    /// The session for the options of the command line with these in their place.
    ///
    /// - Throws: `GymError`, for example for a file that can't be read.
    func counter(_ more: [String: Value]) throws -> Counter {
        uses += 1
        let options = given.merging(more) { $1 }
        let key = options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: "\u{0}")
        if var counter = counters[key] {
            counter.lastUse = uses
            counters[key] = counter
            return counter
        }
        let named = try Dictionary(uniqueKeysWithValues: options.map { ($0.key, try value($0.value, of: $0.key)) })
        let complete = try Options(named, declared: entry.datasheet.options, workloads: workloads)
        // Made here as well: what is wrong with a line's file is said with its place, before there is a trial in a log.
        if !more.isEmpty { _ = try entry.make(complete) }
        if counters.count >= DesignDesk.limit, let oldest = counters.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            try oldest.value.session.close()
            counters[oldest.key] = nil
        }
        let client = try Client(endpoint: broker.endpoints[0], context: broker.context)
        let label = "evaluate-\(started)" + (uses == 1 ? "" : "-\(uses)")
        let session = try client.make(
            entry.datasheet.id, options: named,
            trial: TrialDescription(study: "evaluate", label: label, agent: "evaluate", slots: threads),
            deadlineSeconds: timeout)
        let counter = Counter(session: session, options: complete, lastUse: uses)
        counters[key] = counter
        return counter
    }

    /// Ends all sessions.
    func close() throws {
        for counter in counters.values { try counter.session.close() }
        counters = [:]
        try? FileManager.default.removeItem(at: folder)
    }

    /// An option's value; the name of a file where the line holds the file's text.
    private func value(_ value: Value, of option: String) throws -> Value {
        guard let kind = entry.datasheet.options.first(where: { $0.name == option })?.kind,
            case .workload(let names) = kind, !names.contains(value.text), workloads[value.text] == nil
        else { return value }
        guard value.text.contains("\n") || value.text.hasPrefix("{") else {
            let file = try WorkloadFile.read(value.text, path: value.text, builtIn: names)
            return register(file)
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "\(option)-\(uses)").path
        try Data(value.text.utf8).write(to: URL(filePath: path))
        let file = try WorkloadFile.read("\(option)-\(uses)", path: path, builtIn: [])
        return register(file)
    }

    private func register(_ file: WorkloadFile) -> Value {
        workloads[file.name] = file
        broker.register([file])
        return .text(file.name)
    }
}
