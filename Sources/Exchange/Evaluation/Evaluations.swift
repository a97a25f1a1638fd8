import Gym
import Synchronization

/// The evaluations of one request, shared between the broker, which plans them and collects what came of them, and the
/// workers that do them.
final class Evaluations: Sendable {
    /// One thing to do with one slot.
    struct Task: Sendable {
        /// The step to take; nil where only an episode is to begin.
        let action: Action?
        /// The step is the last that the horizon allows.
        let isLastStep: Bool
        /// The seed of the episode that begins when this one has ended; nil where none is to begin.
        let nextSeed: UInt64?
    }

    /// What came of a task.
    struct Outcome: Sendable {
        var evaluation: Evaluation?
        /// How the next episode begins, or why it can't.
        var fresh: Result<Observation, GymError>?
        var seconds: Double
    }

    let tasks: [Task]
    /// One per lane: with a task of its own each, or all taking from the tasks that are left.
    private let instances: [Instance]
    private let isShared: Bool
    private let cursor = Atomic(0)
    private let progress: Mutex<(outcomes: [Outcome?], running: [Int?])>

    /// A step: task and instance of a slot belong together.
    init(steps tasks: [Task], on instances: [Instance]) {
        (self.tasks, self.instances, isShared) = (tasks, instances, false)
        progress = Mutex(([Outcome?](repeating: nil, count: tasks.count), Array(tasks.indices)))
    }

    /// Designs without an order: whichever instance is free takes the next.
    init(designs: [Action], on instances: [Instance]) {
        tasks = designs.map { Task(action: $0, isLastStep: true, nextSeed: nil) }
        (self.instances, isShared) = (Array(instances.prefix(designs.count)), true)
        progress = Mutex(
            ([Outcome?](repeating: nil, count: designs.count), [Int?](repeating: nil, count: self.instances.count)))
    }

    /// How many units a job of these has.
    var laneCount: Int { instances.count }

    /// Does the work of a lane; runs on a worker.
    func work(_ job: Job, lane: Int) {
        let clock = job.clock(of: lane)
        guard isShared else {
            let outcome = perform(lane, clock, deadline: clock.deadline, lane: lane)
            return progress.withLock { if $0.outcomes[lane] == nil { $0.outcomes[lane] = outcome } }
        }
        let deadline = clock.deadline
        var last: (task: Int, outcome: Outcome)?
        while true {
            // In this order, so that a lane that was given up takes nothing with it.
            let task = job.renew(lane) ? cursor.add(1, ordering: .relaxed).oldValue : tasks.count
            progress.withLock { progress in
                if let last, progress.outcomes[last.task] == nil { progress.outcomes[last.task] = last.outcome }
                if task < tasks.count { progress.running[lane] = task }
            }
            guard task < tasks.count else { return }
            clock.restart()
            last = (task, perform(task, clock, deadline: deadline, lane: lane))
        }
    }

    private func perform(_ index: Int, _ clock: Job.Clock, deadline: Deadline, lane: Int) -> Outcome {
        let (task, instance, start) = (tasks[index], instances[lane], Monotonic.seconds)
        let evaluation = task.action.map { instance.step($0, deadline: deadline) }
        let seconds = Monotonic.seconds - start
        var outcome = Outcome(evaluation: evaluation, seconds: seconds)
        if let seed = task.nextSeed, evaluation?.terminated ?? true || task.isLastStep {
            clock.restart()
            outcome.fresh = instance.begin(seed: seed, deadline: deadline)
        }
        return outcome
    }

    /// Settles the task of a lane whose worker was given up.
    func giveUp(lane: Int, after seconds: Double, metricCount: Int) {
        let evaluation = Evaluation.invalid(.failed("timeout"), metricCount: metricCount)
        progress.withLock { progress in
            guard let task = progress.running[lane], progress.outcomes[task] == nil else { return }
            progress.outcomes[task] = Outcome(evaluation: evaluation, seconds: seconds)
        }
    }

    /// Whether designs are left that nobody took, because every lane was given up.
    var hasDesignsLeft: Bool { isShared && cursor.load(ordering: .relaxed) < tasks.count }

    /// Goes on with the designs that are left, on new instances.
    func takingRest(on instances: [Instance]) -> Evaluations {
        let done = progress.withLock { $0.outcomes.prefix { $0 != nil }.count }
        return Evaluations(designs: tasks[done...].compactMap(\.action), on: instances)
    }

    /// What came of every task, in order, once the job is over.
    var outcomes: [Outcome] { progress.withLock { $0.outcomes.compactMap(\.self) } }
}

extension Instance {
    /// Begins an episode, as a result that can be kept.
    func begin(seed: UInt64, deadline: Deadline) -> Result<Observation, GymError> {
        do { return .success(try reset(seed: seed, deadline: deadline)) } catch let error as GymError {
            return .failure(error)
        } catch is DeadlineExpired {
            return .failure(GymError(.internal, "the environment's reset overran its deadline"))
        } catch { return .failure(GymError(.internal, "the environment could not begin an episode: \(error)")) }
    }
}
