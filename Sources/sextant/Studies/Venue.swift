import Agents
import Environments
import Exchange
import Files
import Foundation
import Gym
import Samples
import Studies
import Synchronization

/// Where the environments of a study are: a broker of this process, which evaluates itself or has outside workers do
/// it, or a broker elsewhere, which has the log as well.
struct Venue: Sendable {
    /// How long a broker elsewhere may take to appear.
    private static let patience = Duration.seconds(8)

    /// The log, once a study that may begin has opened it; nil at a broker elsewhere.
    let log: DeferredLog?
    /// How many trials run at once, and how many threads of this process evaluate.
    private(set) var threads = 1
    /// This process's broker; nil until it is needed, and at a broker elsewhere.
    private var broker: Broker?
    private let endpoint: String
    private let key: PeerKey?
    private let context = ZeroMQContext()

    /// A broker of this process that evaluates itself.
    static let here = Venue(log: DeferredLog(), endpoint: "inproc://sextant")

    /// A broker of this process that has all evaluations done by workers that come to these endpoints.
    ///
    /// - Throws: `GymError`: an endpoint that is taken, or that may not be bound.
    static func listening(at endpoints: [String], keys: String?, isInsecure: Bool) throws -> Venue {
        var venue = here
        var configuration = Broker.Configuration(environments: [])
        configuration.keys = try keys.map(Keyring.init(folder:))
        configuration.allowsNetwork = isInsecure
        configuration.onEvent = Venue.workersOnly
        try venue.begin(configuration, workerEndpoints: endpoints)
        for endpoint in venue.broker?.workerEndpoints ?? [] {
            Terminal.say(" Listening for workers at \(endpoint)\n")
        }
        return venue
    }

    /// A broker elsewhere.
    static func elsewhere(_ endpoint: String, key: PeerKey?) -> Venue { Venue(log: nil, endpoint: endpoint, key: key) }

    private init(log: DeferredLog?, endpoint: String, key: PeerKey? = nil) {
        (self.log, self.endpoint, self.key) = (log, endpoint, key)
    }

    private mutating func begin(_ configuration: Broker.Configuration, workerEndpoints: [String] = []) throws {
        guard let log else { return }
        broker = try Broker(
            configuration, sink: log, endpoints: [endpoint], workerEndpoints: workerEndpoints, context: context)
    }

    /// Makes ready for a plan; `threads` evaluate and as many trials run at once.
    mutating func open(for plan: Plan, threads: Int) throws {
        self.threads = threads
        if broker == nil {
            var configuration = Broker.Configuration(environments: Offers.entries(of: plan))
            configuration.workers = threads
            try begin(configuration)
        }
        for trial in plan.trials { broker?.register(Array(trial.cell.options.files.values)) }
    }

    /// In words for the first line of a run.
    var text: String { log == nil ? "at \(endpoint)" : "\(threads) worker\(threads == 1 ? "" : "s")" }

    /// A line to the broker; each trial takes one of its own.
    func client() throws -> Client { try Client(endpoint: endpoint, key: key, context: context) }

    /// Ends this process's broker.
    func close() {
        broker?.stop()
        log?.close()
    }

    /// Reads a plan against what is on offer here, and where workers are listened for, waits until one offers what the
    /// plan needs.
    func plan(_ read: (Catalogs) throws -> Plan) throws -> Plan {
        var lastMessage = ""
        while true {
            do {
                let (offered, agents) = (try entries(), AgentCatalog.entries)
                return try read(
                    Catalogs(
                        environments: offered, agents: agents, defaultAgent: AgentCatalog.defaultName,
                        proxy: Offers.proxy))
            } catch let error as GymError where error.code == .unknownEnvironment && broker != nil {
                if error.message != lastMessage { Terminal.say(" Waiting for a worker: \(error.message) yet\n") }
                lastMessage = error.message
                Thread.sleep(forTimeInterval: 0.1)
                if Interruption.isRequested { Sextant.leave(with: Interruption.exitCode) }
            }
        }
    }

    private func entries() throws -> [EnvironmentEntry] {
        if log != nil { return broker?.outsideEntries ?? EnvironmentCatalog.entries }
        let client = try client()
        return try patiently(client.list).map { offer in
            EnvironmentEntry(offer.datasheet) { options in
                Described(spec: try client.describe(offer.datasheet.id, options: options.values))
            }
        }
    }

    /// Whoever begins a broker and its agents together need not care which of them is there first.
    private func patiently<Answer>(_ ask: () throws -> Answer) throws -> Answer {
        let end = ContinuousClock.now + Venue.patience
        while true {
            do { return try ask() } catch let error as GymError
                where error.code == .unreachable && ContinuousClock.now < end
            {
                if Interruption.isRequested { Sextant.leave(with: Interruption.exitCode) }
                Terminal.say(" Waiting for a broker at \(endpoint)\n")
            }
        }
    }

    /// Sessions of one's own trials are no news.
    private static let workersOnly: @Sendable (String) -> Void = { event in
        if !event.hasPrefix("session") { Terminal.event(event) }
    }
}

/// An environment of a broker elsewhere: what it is can be said here, what it gives only there.
private struct Described: Environment {
    let spec: EnvironmentSpec

    mutating func reset(seed: UInt64, deadline: Deadline) throws -> Observation { throw Described.elsewhere }

    mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation { throw Described.elsewhere }

    private static let elsewhere = GymError(.internal, "this environment is evaluated at a broker elsewhere")
}

/// The log of a broker that begins before it is known whether there is anything to log.
final class DeferredLog: SampleSink {
    private let opened = Mutex<SampleLog?>(nil)

    /// Opens the log; it is made where there is none.
    func open(_ path: String) throws -> SampleLog {
        let log = try SampleLog(path: path, mode: .write)
        opened.withLock { $0 = log }
        return log
    }

    func close() { opened.withLock { $0 }?.close() }

    func open(_ trial: TrialDescription, spec: EnvironmentSpec) throws -> (trial: Int64, count: Int64, seconds: Double)
    { try log().open(trial, spec: spec) }

    func append(_ samples: [Sample]) throws { try log().append(samples) }

    func finish(trial: Int64, status: TrialStatus) throws { try log().finish(trial: trial, status: status) }

    func samples(of trial: Int64, from number: Int64, limit: Int) throws -> [Sample] {
        try log().samples(of: trial, from: number, limit: limit)
    }

    private func log() throws -> SampleLog {
        guard let log = opened.withLock({ $0 }) else { throw GymError(.internal, "the log is not open yet") }
        return log
    }
}
