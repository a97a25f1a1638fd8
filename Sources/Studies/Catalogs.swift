public import Gym

/// What a manifest may name.
public struct Catalogs: Sendable {
    /// Every environment.
    public let environments: [EnvironmentEntry]
    /// Every agent.
    public let agents: [AgentEntry]

    /// Gathers both catalogs.
    public init(environments: [EnvironmentEntry], agents: [AgentEntry]) {
        (self.environments, self.agents) = (environments, agents)
    }
}
