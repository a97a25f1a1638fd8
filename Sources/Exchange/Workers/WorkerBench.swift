import Foundation
import Gym
import Synchronization
import Wire

/// What a worker has in hand: instances of environments, and jobs on its threads. Lives on the worker's thread.
final class WorkerBench {
    typealias Ended = (result: Result<WorkerReport.Outcome, GymError>, instance: UInt64, ticket: UInt64)

    private struct Running {
        let job: Job
        let instance: UInt64
        let ticket: UInt64
        let result: Shared<Mutex<Result<WorkerReport.Outcome, GymError>?>>
    }

    private let environments: [EnvironmentEntry]
    private let workloads: [String: WorkloadFile]
    private let threads: WorkerThreads
    private var held: [UInt64: HeldInstance] = [:]
    private var running: [ObjectIdentifier: Running] = [:]
    private var refused: [Ended] = []
    private var lastLook = Monotonic.seconds

    init(_ environments: [EnvironmentEntry], workloads: [String: WorkloadFile], threads: WorkerThreads) {
        (self.environments, self.workloads, self.threads) = (environments, workloads, threads)
    }

    /// Begins what a RUN asks for.
    func begin(_ run: WorkerOrder.Run, instance number: UInt64, ticket: UInt64, allowance: Double) {
        do {
            if let making = run.making { held[number] = try instance(making) }
            guard let instance = held[number] else {
                throw GymError(.internal, "there is no instance \(number) here", hint: "send how to make it")
            }
            let result = Shared(Mutex<Result<WorkerReport.Outcome, GymError>?>(nil))
            let isMade = run.making != nil
            let job = Job(session: number, units: 1, allowance: allowance) { job, unit in
                let outcome = instance.perform(run.deed, describing: isMade, deadline: job.clock(of: unit).deadline)
                result.value.withLock { $0 = outcome }
            }
            running[ObjectIdentifier(job)] = Running(job: job, instance: number, ticket: ticket, result: result)
            threads.submit(job)
        } catch { refused.append((.failure(GymError(wrapping: error)), number, ticket)) }
    }

    private func instance(_ making: WorkerOrder.Making) throws -> HeldInstance {
        guard let entry = environments.first(where: { $0.datasheet.id == making.environment }) else {
            throw GymError.unknown(
                .unknownEnvironment, "environment", making.environment, among: environments.map(\.datasheet.id))
        }
        let options = try Options(making.options, declared: entry.datasheet.options, workloads: workloads)
        for (option, hash) in making.files.sorted(by: { $0.key < $1.key })
        where options.files[option]?.contentHash != hash {
            throw GymError(
                .badOption, "the worker has no workload '\(options.text(option))' of the same content",
                hint: "start the worker with --workloads and the same files", field: option)
        }
        return HeldInstance(entry, options)
    }

    /// What has ended since the last call, also what took too long.
    func takeEnded() -> [Ended] {
        var ended = refused
        refused = []
        for job in threads.takeEnded() {
            guard let entry = running.removeValue(forKey: ObjectIdentifier(job)),
                let result = entry.result.value.withLock({ $0 })
            else { continue }
            ended.append((result, entry.instance, entry.ticket))
        }
        return ended + takeOverdue()
    }

    /// Threads that do not come back are replaced, and their instances with them.
    private func takeOverdue() -> [Ended] {
        let now = Monotonic.seconds
        guard now - lastLook >= 0.05 else { return [] }
        lastLook = now
        var ended: [Ended] = []
        for (key, entry) in running where entry.job.abandonOverdue().isOver {
            running[key] = nil
            held[entry.instance] = nil
            threads.replace(1)
            ended.append((.failure(GymError(.internal, "timeout")), entry.instance, entry.ticket))
        }
        return ended
    }

    /// Tells an evaluation that nobody waits for it.
    func drop(ticket: UInt64) { running.values.first { $0.ticket == ticket }?.job.drop() }

    /// Forgets an instance.
    func forget(instance: UInt64) { held[instance] = nil }

    /// Forgets everything: the broker is another one.
    func clear() {
        for entry in running.values { entry.job.drop() }
        held = [:]
    }

    /// Ends the threads.
    func stop() {
        clear()
        threads.stop()
    }
}

/// An instance at a worker, made by the first thread that needs it.
private final class HeldInstance: @unchecked Sendable {
    private let entry: EnvironmentEntry
    private let options: Options
    private let lock = NSLock()
    // Touched under the lock only.
    private var made: (any Environment)?
    private var stateful: Instance?

    init(_ entry: EnvironmentEntry, _ options: Options) { (self.entry, self.options) = (entry, options) }

    func perform(
        _ deed: WorkerOrder.Run.Deed, describing: Bool, deadline: Deadline
    ) -> Result<WorkerReport.Outcome, GymError> {
        do {
            let instance = try instance()
            var outcome = WorkerReport.Outcome(spec: describing ? instance.spec : nil)
            switch deed {
            case .nothing: break
            case .begin(let seed): outcome.observation = try instance.reset(seed: seed, deadline: deadline)
            case .step(let action):
                outcome.evaluation = instance.step(try instance.spec.actionSpace.checked(action), deadline: deadline)
            }
            return .success(outcome)
        } catch { return .failure(GymError(wrapping: error)) }
    }

    /// A model without state serves any number of threads, each with an instance of its own.
    private func instance() throws -> Instance {
        try lock.withLock {
            if let stateful { return stateful }
            let environment = try made ?? entry.make(options)
            if environment is Oneshot {
                made = environment
                return Instance(environment, spec: environment.spec) { environment }
            }
            let (entry, options) = (entry, options)
            let instance = Instance(environment, spec: environment.spec) { try entry.make(options) }
            stateful = instance
            return instance
        }
    }
}
