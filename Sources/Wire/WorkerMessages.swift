package import Gym

/// What an outside worker tells the broker.
package enum WorkerReport: Sendable {
    /// It is there; sent again whenever the broker does not know it.
    case ready(Ready)
    /// What came of a RUN, under the instance and ticket of the header.
    case result(Result<Outcome, GymError>)
    /// It lives.
    case beat
    /// It leaves in good order.
    case bye

    /// What a worker offers.
    package struct Ready: Sendable, Hashable {
        /// A name for people.
        package var worker: String
        package var versions: [Int]
        /// How many evaluations it does at once.
        package var capacity: Int
        package var environments: [Reply.Listing]

        package init(worker: String, versions: [Int], capacity: Int, environments: [Reply.Listing]) {
            (self.worker, self.versions) = (worker, versions)
            (self.capacity, self.environments) = (capacity, environments)
        }
    }

    /// What came of a RUN: of making an instance, of the beginning of an episode, of a step.
    package struct Outcome: Sendable, Hashable {
        package var spec: EnvironmentSpec?
        package var observation: Observation?
        package var evaluation: Evaluation?

        package init(
            spec: EnvironmentSpec? = nil, observation: Observation? = nil, evaluation: Evaluation? = nil
        ) {
            (self.spec, self.observation, self.evaluation) = (spec, observation, evaluation)
        }
    }
}

/// What the broker tells an outside worker.
package enum WorkerOrder: Sendable {
    /// The answer to READY.
    case accepted(Accepted)
    /// READY can't be taken.
    case refused(GymError)
    case run(Run)
    /// What the header's instance or ticket names is no longer wanted; without either, READY is due.
    case drop(reason: String)
    /// The broker lives.
    case beat

    /// The terms between broker and worker.
    package struct Accepted: Sendable, Hashable {
        package var version: Int
        package var limits: Limits
        /// How often both sides send BEAT.
        package var beatMilliseconds: Int

        package init(version: Int, limits: Limits, beatMilliseconds: Int) {
            (self.version, self.limits, self.beatMilliseconds) = (version, limits, beatMilliseconds)
        }
    }

    /// One thing to do with one instance.
    package struct Run: Sendable, Hashable {
        /// What is to be done once the instance is there.
        package enum Deed: Sendable, Hashable {
            case nothing
            case begin(seed: UInt64)
            case step(Action)
        }

        /// How the instance comes to be; nil where the worker has it.
        package var making: Making?
        package var deed: Deed

        package init(making: Making?, deed: Deed) { (self.making, self.deed) = (making, deed) }
    }

    /// How an instance comes to be.
    package struct Making: Sendable, Hashable {
        package var environment: String
        package var options: [String: Value]
        /// The content hash of each option that names a workload file; the worker has a file of its own under the name.
        package var files: [String: String]

        package init(environment: String, options: [String: Value], files: [String: String]) {
            (self.environment, self.options, self.files) = (environment, options, files)
        }
    }
}
