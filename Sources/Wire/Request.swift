package import Gym

/// What a client asks of the broker.
package enum Request: Sendable {
    case hello(Hello)
    case list
    case make(Make)
    /// A seed per slot.
    case reset([UInt64])
    /// At most one action per slot.
    case step(Actions)
    /// Any number of designs up to the limit; for pure models.
    case evaluate(Actions)
    /// The samples of the session's trial, from a number on, at most so many.
    case history(from: Int64, limit: Int)
    /// How the trial ended.
    case close(TrialStatus)
    case ping

    /// Who is there.
    package struct Hello: Sendable, Hashable {
        package var client: String
        /// The protocol versions that the client speaks.
        package var versions: [Int]

        package init(client: String, versions: [Int]) { (self.client, self.versions) = (client, versions) }
    }

    /// A session to be made.
    package struct Make: Sendable, Hashable {
        package var environment: String
        package var options: [String: Value]
        /// The environment's first metric where nil.
        package var objective: Objective?
        package var slots: Int
        /// Labels, agent, settings, seed and what to do when the trial exists; the broker fills in the rest.
        package var trial: TrialDescription
        package var autoreset: Autoreset
        /// Whether a design that the trial has seen is answered from its history.
        package var isCaching: Bool
        /// Only the spec is wanted, and no session.
        package var isDescriptionOnly: Bool

        package init(
            environment: String, options: [String: Value] = [:], objective: Objective? = nil, slots: Int = 1,
            trial: TrialDescription, autoreset: Autoreset = .sameStep, isCaching: Bool = true,
            isDescriptionOnly: Bool = false
        ) {
            (self.environment, self.options, self.objective) = (environment, options, objective)
            (self.slots, self.trial, self.autoreset, self.isCaching) = (slots, trial, autoreset, isCaching)
            self.isDescriptionOnly = isDescriptionOnly
        }
    }

    /// When a slot whose episode ended begins the next one.
    package enum Autoreset: String, Sendable, CaseIterable {
        /// At once: the reply to the ending step carries the fresh observation, and the final one beside it.
        case sameStep = "same-step"
        /// Only at the next RESET.
        case disabled
    }

    /// Actions as a client may write them.
    package enum Actions: Sendable, Hashable {
        /// All values in natural coordinates one after the other, each action as long as the space has parameters.
        case packed([Double])
        /// One by one.
        case listed([Form])

        /// One action.
        package enum Form: Sendable, Hashable {
            /// In natural coordinates.
            case values([Double])
            /// By parameter; what is not named has its default.
            case named([String: Value])
        }
    }

    /// The verb that carries it.
    package var verb: Verb {
        switch self {
        case .hello: .hello
        case .list: .list
        case .make: .make
        case .reset: .reset
        case .step: .step
        case .evaluate: .evaluate
        case .history: .history
        case .close: .close
        case .ping: .ping
        }
    }
}
