package import Gym

/// What the broker answers.
package enum Reply: Sendable {
    case hello(Hello)
    case list([Listing])
    case made(Made)
    /// An observation per slot.
    case reset([Observation])
    /// A step per action, of STEP and EVALUATE.
    case steps([Step])
    case history([Sample])
    case closed
    case pong
    case failure(GymError)

    /// Who answers, and what it takes.
    package struct Hello: Sendable, Hashable {
        package var server: String
        package var version: Int
        package var limits: Limits
        /// Whether CURVE keys are in force.
        package var hasKeys: Bool
        /// Changes when an environment is added, removed or described differently.
        package var catalogDigest: String

        package init(server: String, version: Int, limits: Limits, hasKeys: Bool, catalogDigest: String) {
            (self.server, self.version, self.limits) = (server, version, limits)
            (self.hasKeys, self.catalogDigest) = (hasKeys, catalogDigest)
        }
    }

    /// One environment on offer.
    package struct Listing: Sendable, Hashable {
        package var datasheet: Datasheet
        /// With default options; nil where it can't be made without one.
        package var spec: EnvironmentSpec?
        package var servedBy: String

        package init(datasheet: Datasheet, spec: EnvironmentSpec?, servedBy: String) {
            (self.datasheet, self.spec, self.servedBy) = (datasheet, spec, servedBy)
        }
    }

    /// A session that was made.
    package struct Made: Sendable, Hashable {
        package var session: UInt64
        package var spec: EnvironmentSpec
        package var autoreset: Request.Autoreset
        /// How many samples the trial had in the log already.
        package var logged: Int64
        package var study: String
        package var trial: String

        package init(
            session: UInt64, spec: EnvironmentSpec, autoreset: Request.Autoreset, logged: Int64, study: String,
            trial: String
        ) {
            (self.session, self.spec, self.autoreset) = (session, spec, autoreset)
            (self.logged, self.study, self.trial) = (logged, study, trial)
        }
    }
}
