/// What an agent sees before it acts.
public struct Observation: Sendable, Hashable {
    /// Numbers in the order of the environment's observation names; empty for a one-shot problem.
    public var values: [Double]
    /// For each categorical parameter in order, which choices are legal now; nil where all are.
    public var legal: [[Bool]]?

    /// Makes an observation.
    public init(_ values: [Double] = [], legal: [[Bool]]? = nil) {
        (self.values, self.legal) = (values, legal)
    }
}

/// What one step of an environment, or one evaluation of a cost model, gave.
public struct Evaluation: Sendable, Hashable {
    /// How the evaluation ended. An invalid design is a status, never a magic number.
    public enum Status: Sendable, Hashable {
        /// The metrics hold.
        case ok
        /// The design can't be built or breaks a rule of the model, for this reason.
        case infeasible(String)
        /// The evaluation did not succeed, for this reason; the design itself may be fine.
        case failed(String)
    }

    /// What the agent sees next.
    public var observation: Observation
    /// One number per declared metric, nil where it has none (always when the status is not ok).
    public var metrics: [Double?]
    /// Whether the episode is over by the environment's own rules.
    public var terminated: Bool
    /// How it ended.
    public var status: Status

    /// Makes an evaluation.
    public init(
        observation: Observation = Observation(), metrics: [Double?], terminated: Bool = true, status: Status = .ok
    ) {
        (self.observation, self.metrics) = (observation, metrics)
        (self.terminated, self.status) = (terminated, status)
    }

    /// An evaluation without metrics, for a design or a step that gave none.
    public static func invalid(_ status: Status, metricCount: Int) -> Evaluation {
        Evaluation(metrics: [Double?](repeating: nil, count: metricCount), status: status)
    }
}

/// What an environment instance is; spaces may depend on its options.
public struct EnvironmentSpec: Sendable, Hashable {
    /// `name-vN`; the number rises whenever results can change.
    public let id: String
    /// What an action may be.
    public let actionSpace: Space
    /// One name per number of an observation; empty for a one-shot problem.
    public let observationNames: [String]
    /// What every evaluation reports, in this order; the first is the default objective.
    public let metrics: [Metric]
    /// The most steps of an episode; 1 for a one-shot problem.
    public let horizon: Int
    /// Whether an evaluation depends on the action alone, so that it may be cached and done in any order.
    public let isPure: Bool
    /// The metrics of the reference design (the parameters' defaults), which rewards relate to; nil where unknown.
    public let reference: [Double?]
    /// What this instance is like, in numbers that mean the same in every instance of the environment, such as features
    /// of a circuit; empty where nothing is told. Agents find by them which other instances are similar. They are not
    /// on the wire.
    public let traits: [Double]

    /// Describes an environment.
    public init(
        id: String, actionSpace: Space, observationNames: [String] = [], metrics: [Metric], horizon: Int = 1,
        isPure: Bool = true, reference: [Double?] = [], traits: [Double] = []
    ) {
        (self.id, self.actionSpace, self.observationNames) = (id, actionSpace, observationNames)
        (self.metrics, self.horizon, self.isPure, self.traits) = (metrics, horizon, isPure, traits)
        self.reference = reference.isEmpty ? [Double?](repeating: nil, count: metrics.count) : reference
    }

    /// One step per episode and nothing to see before it, so that a sample says all there is.
    public var isOneshot: Bool { isPure && horizon == 1 }

    /// What its evaluations are, as the log keeps it: `proxy` where the id begins with `proxy-` and eight hexadecimal
    /// digits, as a learned model's does, else `model`.
    public var fidelity: String {
        let words = id.split(separator: "-", omittingEmptySubsequences: false)
        guard words.count > 3, words[0] == "proxy", words[1].count == 8, words[1].allSatisfy(\.isHexDigit) else {
            return "model"
        }
        return "proxy"
    }

    /// Whether the same action always gives the same metrics, so that a repeated one need not be evaluated.
    public var isCacheable: Bool { isPure && metrics.allSatisfy(\.isDeterministic) }
}

/// Something that is stepped through episodes. One instance serves one slot of one session, on one thread at a time.
public protocol Environment: Sendable {
    /// What this instance is.
    var spec: EnvironmentSpec { get }

    /// Begins an episode; equal seeds begin equal episodes.
    ///
    /// - Throws: when no episode can begin, also `DeadlineExpired`.
    mutating func reset(seed: UInt64, deadline: Deadline) throws -> Observation

    /// Takes one step. The action is legal and canonical; the caller has checked it.
    ///
    /// - Throws: only for what is not the design's fault; a design that can't be evaluated is a status.
    mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation
}

extension Environment {
    /// Begins an episode, however long that takes.
    public mutating func reset(seed: UInt64) throws -> Observation { try reset(seed: seed, deadline: .none) }
}

/// A pure function from designs to metrics. `Oneshot` makes an environment of it.
public protocol CostModel: Sendable {
    /// What the model is: horizon 1, pure.
    var spec: EnvironmentSpec { get }

    /// The metrics of a design; depends on nothing but the action. Any number of threads may call it at once.
    ///
    /// - Throws: `DeadlineExpired` when it noticed the deadline, or an error that is not the design's fault.
    func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation
}

/// The environment of a cost model: every episode is one step.
public struct Oneshot: Environment {
    /// The model behind it.
    public let model: any CostModel

    /// Wraps a model.
    public init(_ model: some CostModel) { self.model = model }

    /// The model's own description.
    public var spec: EnvironmentSpec { model.spec }

    /// An empty observation: there is nothing to see before the one action.
    public mutating func reset(seed: UInt64, deadline: Deadline) -> Observation { Observation() }

    /// Evaluates the action, which ends the episode.
    public mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation {
        try model.evaluate(action, deadline: deadline)
    }
}

/// Tells a long evaluation how long somebody waits for it. Gym has no clock: whoever has one makes the tests.
public struct Deadline: Sendable {
    private let test: @Sendable () -> Bool
    private let left: @Sendable () -> Double
    private let queue: @Sendable (Bool) -> Void

    /// A deadline that has passed when the test says so; the test must be cheap and callable from any thread.
    ///
    /// - Parameters:
    ///   - secondsLeft: how long it is until then; without end where nothing is given.
    ///   - queueing: told whether the evaluation waits for its turn, during which no time counts.
    public init(
        secondsLeft: @escaping @Sendable () -> Double = { .infinity },
        queueing: @escaping @Sendable (Bool) -> Void = { _ in }, _ test: @escaping @Sendable () -> Bool
    ) {
        (self.test, left, queue) = (test, secondsLeft, queueing)
    }

    /// Never passes.
    public static let none = Deadline { false }

    /// Whether it has passed.
    public var hasPassed: Bool { test() }

    /// How long it is until it passes; infinite where there is no end.
    public var secondsLeft: Double { left() }

    /// Throws `DeadlineExpired` when it has passed; long evaluations call this every millisecond or so.
    public func check() throws {
        if hasPassed { throw DeadlineExpired() }
    }

    /// Stops the time: the evaluation waits for something that is not its own fault, such as a licence or a worker.
    public func beginQueueing() { queue(true) }

    /// Starts the time, from the beginning.
    public func endQueueing() { queue(false) }
}

/// Thrown by an evaluation that noticed its deadline; the step is told as `failed: timeout`.
public struct DeadlineExpired: Error, Sendable {
    /// Makes the error.
    public init() {}
}
