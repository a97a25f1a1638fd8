import Foundation
public import Gym
import Synchronization
import Wire

/// A client of a broker, in this process or elsewhere: asks what there is and makes sessions.
public final class Client: Sendable {
    /// One environment that a broker offers.
    public struct Offer: Sendable {
        /// What it is.
        public let datasheet: Datasheet
        /// With default options; nil where it can't be made without one.
        public let spec: EnvironmentSpec?
        /// `built-in`, or the name of the worker that serves it.
        public let servedBy: String
    }

    private let connection: Connection

    /// Connects, with a key where the broker lets only listed keys in. Nothing is sent yet, so a broker may appear
    /// later. A broker without keys does not understand a client that has one.
    ///
    /// - Throws: `GymError` (`usage`) for something that is no endpoint.
    public init(endpoint: String, key: PeerKey? = nil, context: ZeroMQContext = ZeroMQContext()) throws {
        connection = try Connection(endpoint: endpoint, key: key, context: context)
    }

    /// Says hello and returns the broker's name and version; shows whether anybody is there.
    ///
    /// - Throws: `GymError`: `unreachable`, or `unsupported-version`.
    public func greet(as name: String) throws -> String {
        guard case .hello(let hello) = try connection.ask(.hello(.init(client: name, versions: [1]))) else {
            throw Client.confused
        }
        return hello.server
    }

    /// What the broker offers.
    public func list() throws -> [Offer] {
        guard case .list(let listings) = try connection.ask(.list) else { throw Client.confused }
        return listings.map { Offer(datasheet: $0.datasheet, spec: $0.spec, servedBy: $0.servedBy) }
    }

    /// Makes a session with `trial.slots` slots; without an objective the environment's first metric is sought.
    ///
    /// - Throws: `GymError`: `unknown-environment`, `bad-option`, `bad-input`, `replay-mismatch`, or the log's fault.
    public func make(
        _ environment: String, options: [String: Value] = [:], objective: Objective? = nil, trial: TrialDescription,
        isCaching: Bool = true, deadlineSeconds: Double = 0
    ) throws -> ClientSession {
        guard deadlineSeconds >= 0 else {
            throw GymError(.badInput, "a deadline of \(deadlineSeconds) seconds is none", field: "deadlineSeconds")
        }
        let make = Request.Make(
            environment: environment, options: options, objective: objective, slots: trial.slots, trial: trial,
            isCaching: isCaching)
        guard case .made(let made) = try connection.ask(.make(make)) else { throw Client.confused }
        return ClientSession(connection, made, deadlineSeconds: deadlineSeconds)
    }

    /// What an environment is with these options.
    ///
    /// - Throws: `GymError`: `unknown-environment`, `bad-option`, or why no instance could be made.
    public func describe(_ environment: String, options: [String: Value] = [:]) throws -> EnvironmentSpec {
        let make = Request.Make(
            environment: environment, options: options, trial: TrialDescription(study: "", label: ""),
            isDescriptionOnly: true)
        guard case .made(let made) = try connection.ask(.make(make)) else { throw Client.confused }
        return made.spec
    }

    static let confused = GymError(.internal, "the broker answered with another kind of reply than was asked for")
}

/// A session at a broker. Any thread may use it, one at a time.
public final class ClientSession: Session {
    /// The environment behind it.
    public let spec: EnvironmentSpec
    /// How many samples the trial had in the log when the session was made.
    public let logged: Int64

    private let connection: Connection
    private let number: UInt64
    private let deadlineSeconds: Double
    private let sequence = Atomic<UInt64>(0)

    init(_ connection: Connection, _ made: Reply.Made, deadlineSeconds: Double) {
        (self.connection, self.deadlineSeconds) = (connection, deadlineSeconds)
        (spec, logged, number) = (made.spec, made.logged, made.session)
    }

    /// Begins an episode in every slot; one seed per slot.
    public func reset(seeds: [UInt64]) throws -> [Observation] {
        guard case .reset(let observations) = try ask(.reset(seeds)) else { throw Client.confused }
        return observations
    }

    /// Steps the first slots, as many as there are actions.
    public func step(_ actions: [Action]) throws -> [Step] {
        guard case .steps(let steps) = try ask(.step(.packed(actions.flatMap(\.self)))) else { throw Client.confused }
        return steps
    }

    /// Evaluates any number of designs of a pure model, at most 65,536, in order.
    public func evaluate(_ designs: [Action]) throws -> [Step] {
        guard case .steps(let steps) = try ask(.evaluate(.packed(designs.flatMap(\.self)))) else {
            throw Client.confused
        }
        return steps
    }

    /// The samples of the trial in the log, from a number on, at most `limit` and 10,000.
    public func history(from: Int64, limit: Int) throws -> [Sample] {
        guard case .history(let samples) = try ask(.history(from: from, limit: limit)) else { throw Client.confused }
        return samples
    }

    /// Gives the session up; one that the broker has forgotten is given up already.
    public func close(_ status: TrialStatus = .finished) throws {
        do { _ = try ask(.close(status)) } catch let error as GymError {
            guard error.code == .sessionLost || error.code == .expiredSession else { throw error }
        }
    }

    private func ask(_ request: Request) throws -> Reply {
        let next = sequence.add(1, ordering: .relaxed).newValue
        return try connection.ask(
            request, session: number, sequence: next, deadlineSeconds: deadlineSeconds, spec: spec)
    }
}
