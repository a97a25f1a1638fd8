public import Gym

/// What a manifest may name.
public struct Catalogs: Sendable {
    /// Every environment.
    public let environments: [EnvironmentEntry]
    /// Every agent.
    public let agents: [AgentEntry]

    /// Whose agent searches where a manifest names none; nil where each must name one.
    public let defaultAgent: AgentEntry?

    /// Opens the file of an environment that is named `proxy:FILE`; nil where there are none such.
    let proxy: (@Sendable (_ path: String) throws -> EnvironmentEntry)?

    /// Gathers both catalogs; there is no default agent where none of the agents has its name.
    public init(
        environments: [EnvironmentEntry], agents: [AgentEntry], defaultAgent: String? = nil,
        proxy: (@Sendable (_ path: String) throws -> EnvironmentEntry)? = nil
    ) {
        (self.environments, self.agents, self.proxy) = (environments, agents, proxy)
        self.defaultAgent = agents.first { $0.name == defaultAgent }
    }
}
