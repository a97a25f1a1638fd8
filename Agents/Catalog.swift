public import Gym

/// Every built-in agent.
public enum AgentCatalog {
    /// What the program lists and makes.
    public static let entries: [AgentEntry] = agents.map { entry(of: $0) }

    /// The agent of a manifest that names none.
    public static let defaultName = AutoSearch.name

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
        ForestSearch.self,
        MonteCarloSearch.self,
        PortfolioSearch.self,
        AutoSearch.self,
        ProximalPolicy.self,
        SoftPolicy.self,
        MultiAgent.self,
        Heuristic.self,
    ]

    /// The agents that search themselves, and don't hand over to others.
    static var searchers: [any Agent.Type] {
        agents.filter { ![PortfolioSearch.name, AutoSearch.name, Heuristic.name].contains($0.name) }
    }

    /// An agent of this name with its defaults but for what is given.
    ///
    /// - Throws: `GymError`: no such agent, or one that can't work on the problem.
    static func make(
        _ name: String, _ problem: Problem, _ given: [String: Value] = [:], seed: UInt64
    ) throws -> any Agent {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw GymError.unknown(.badInput, "agent", name, among: entries.map(\.name))
        }
        return try entry.make(problem, settings: Settings(given, space: entry.hyperparameters), seed: seed)
    }

    private static func entry(of agent: (some Agent).Type) -> AgentEntry { AgentEntry(agent) }
}
