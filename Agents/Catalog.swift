public import Gym

/// Every built-in agent.
public enum AgentCatalog {
    /// What the program lists and makes.
    public static let entries: [AgentEntry] = agents.map { entry(of: $0) }

    /// One line per agent; its file or folder bears the same name.
    private static let agents: [any Agent.Type] = [
        RandomWalk.self,
        SobolSampling.self,
        GridSearch.self,
        Annealing.self,
        GeneticSearch.self,
        ParetoSearch.self,
        AntColony.self,
        BanditSearch.self,
        TreeParzen.self,
        BayesianSearch.self,
        ProximalPolicy.self,
        SoftPolicy.self,
        MultiAgent.self,
    ]

    private static func entry(of agent: (some Agent).Type) -> AgentEntry { AgentEntry(agent) }
}
