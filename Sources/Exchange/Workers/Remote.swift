import Gym
import Wire

/// An instance of an environment at an outside worker. The worker is told to forget it when nothing here refers to it.
final class RemoteInstance: Sendable {
    /// How often a step may lose its worker before it is told as failed.
    private static let lossLimit = 2

    let number: UInt64
    let making: WorkerOrder.Making
    private let roster: Roster

    init(_ making: WorkerOrder.Making, at roster: Roster) {
        (self.making, self.roster, number) = (making, roster, roster.nextInstanceNumber())
    }

    deinit { roster.release(number) }

    /// The same again, at whichever worker will have it.
    func replacement() -> RemoteInstance { RemoteInstance(making, at: roster) }

    /// Has one thing done at the worker `home`, or at any.
    func attempt(
        _ deed: WorkerOrder.Run.Deed, home: [UInt8]?, deadline: Deadline
    ) throws -> (ending: Errand.Ending, peer: [UInt8]) {
        let errand = Errand(instance: number, making: making, deed: deed, home: home, deadline: deadline)
        deadline.beginQueueing()
        roster.submit(errand)
        do { return try errand.wait() } catch {
            roster.forget(errand)
            throw error
        }
    }

    /// Has one thing done that leaves nothing behind at the worker, and once more elsewhere when a worker is lost.
    ///
    /// - Throws: `DeadlineExpired`, or `GymError` with what the last worker said.
    func perform(_ deed: WorkerOrder.Run.Deed, deadline: Deadline) throws -> WorkerReport.Outcome {
        var last = RemoteInstance.lost
        for _ in 0..<RemoteInstance.lossLimit {
            switch try attempt(deed, home: nil, deadline: deadline).ending {
            case .done(let outcome): return outcome
            case .refused(let error) where error.code != .internal: throw error
            case .refused(let error): last = error
            case .lost: last = RemoteInstance.lost
            }
        }
        throw last
    }

    static let lost = GymError(.internal, "worker-lost", hint: "two workers were lost over it; see what they print")
}

/// A pure model that outside workers evaluate, whichever is free.
struct RemoteModel: CostModel {
    let spec: EnvironmentSpec
    let instance: RemoteInstance

    func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let outcome = try instance.perform(.step(action), deadline: deadline)
        if let other = outcome.spec, other != spec {
            throw GymError(
                .internal, "two workers disagree about what '\(spec.id)' is with these options",
                hint: "end the older one, or raise the version in the id")
        }
        return outcome.evaluation(of: spec)
    }
}

/// An environment with episodes at an outside worker. When the worker is lost, the episode is stepped again at another.
struct RemoteEnvironment: Environment {
    private static let lossLimit = 2

    let spec: EnvironmentSpec
    private var instance: RemoteInstance
    /// The worker that has the episode.
    private var home: [UInt8]?
    private var seed: UInt64 = 0
    private var actions: [Action] = []

    init(spec: EnvironmentSpec, instance: RemoteInstance) { (self.spec, self.instance) = (spec, instance) }

    mutating func reset(seed: UInt64, deadline: Deadline) throws -> Observation {
        (self.seed, actions) = (seed, [])
        return try persist(deadline) { try $0.run(.begin(seed: seed), deadline) }.observation ?? Observation()
    }

    mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let outcome = try persist(deadline) { environment in
            if environment.home == nil { try environment.catchUp(deadline) }
            return try environment.run(.step(action), deadline)
        }
        actions.append(action)
        return outcome.evaluation(of: spec)
    }

    /// Does something at the worker that has the episode, and once more at another when that one is lost.
    private mutating func persist(
        _ deadline: Deadline, _ body: (inout RemoteEnvironment) throws -> WorkerReport.Outcome
    ) throws -> WorkerReport.Outcome {
        for loss in 1... {
            do { return try body(&self) } catch {
                // Whatever that worker has of the episode is of no use any more.
                (instance, home) = (instance.replacement(), nil)
                guard let error = error as? GymError, error.code == .internal, loss < RemoteEnvironment.lossLimit else {
                    throw error
                }
            }
        }
        throw RemoteInstance.lost
    }

    /// Steps the episode again as far as it was.
    private mutating func catchUp(_ deadline: Deadline) throws {
        _ = try run(.begin(seed: seed), deadline)
        for action in actions { _ = try run(.step(action), deadline) }
    }

    private mutating func run(
        _ deed: WorkerOrder.Run.Deed, _ deadline: Deadline
    ) throws -> WorkerReport.Outcome {
        let (ending, peer) = try instance.attempt(deed, home: home, deadline: deadline)
        switch ending {
        case .done(let outcome):
            home = peer
            return outcome
        case .refused(let error): throw error
        case .lost: throw RemoteInstance.lost
        }
    }
}

extension WorkerReport.Outcome {
    /// What the worker says of a step; a status without metrics has as many missing ones as the spec declares.
    fileprivate func evaluation(of spec: EnvironmentSpec) -> Evaluation {
        let missing = Evaluation.invalid(.failed("the worker sent no step"), metricCount: spec.metrics.count)
        guard var evaluation else { return missing }
        if evaluation.status != .ok, evaluation.metrics.isEmpty { evaluation.metrics = missing.metrics }
        if case .failed = evaluation.status { evaluation.terminated = true }
        if spec.isOneshot { evaluation.terminated = true }
        return evaluation
    }
}
