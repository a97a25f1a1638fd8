import Agents
import Gym
import Testing

/// What an agent is to reach: its peer's median on a benchmark after a budget.
private struct Bar: CustomTestStringConvertible, Sendable {
    let agent: String
    let landscape: Landscapes.Name
    let budget: Int
    let peer: Double

    var testDescription: String { "\(agent) on \(landscape.rawValue) after \(budget)" }
}

@Suite("on the synthetic benchmarks agents reach what the libraries reach")
struct SearchQualityTests {
    private static func entry(_ name: String) throws -> AgentEntry {
        try #require(AgentCatalog.entries.first { $0.name == name })
    }

    // The peers: pymoo 0.6.2's genetic algorithm at its best, plain annealing, Optuna's multivariate estimator.
    private static let bars = [
        Bar(agent: "genetic", landscape: .recipe, budget: 500, peer: 0.4375),
        Bar(agent: "annealing", landscape: .controller, budget: 500, peer: 6.8092),
        Bar(agent: "annealing", landscape: .controller, budget: 2_000, peer: 6.6786),
        Bar(agent: "annealing", landscape: .recipe, budget: 500, peer: 0.4592),
        Bar(agent: "annealing", landscape: .recipe, budget: 2_000, peer: 0.4309),
        // Stable-Baselines3's policy optimisation with tuned settings: 6.8497, 6.6934 and, on the recipe, 0.4627 and
        // 0.4501, which are to be beaten by a clear margin.
        Bar(agent: "ppo", landscape: .controller, budget: 500, peer: 6.8497),
        Bar(agent: "ppo", landscape: .controller, budget: 2_000, peer: 6.6934),
        Bar(agent: "ppo", landscape: .recipe, budget: 500, peer: 0.4580),
        Bar(agent: "ppo", landscape: .recipe, budget: 2_000, peer: 0.4400),
        Bar(agent: "tpe", landscape: .controller, budget: 100, peer: 6.747),
        Bar(agent: "tpe", landscape: .controller, budget: 500, peer: 6.6624),
        Bar(agent: "tpe", landscape: .recipe, budget: 100, peer: 0.4612),
        Bar(agent: "tpe", landscape: .recipe, budget: 500, peer: 0.4509),
    ]

    @Test("the median of 20 seeds is at least as good as the peer's", arguments: bars)
    private func peers(bar: Bar) throws {
        let bests = try Landscapes.bests(Self.entry(bar.agent), on: bar.landscape, budget: bar.budget, seeds: 20)
        #expect(Landscapes.median(bests) <= bar.peer)
    }

    @Test(
        "most seeds beat random search's median after 500 samples",
        arguments: [("ant-colony", 18), ("bandit", 15)], [Landscapes.Name.controller, .recipe])
    func random(agent: (name: String, wins: Int), landscape: Landscapes.Name) throws {
        let random = Landscapes.median(
            try Landscapes.bests(Self.entry("random"), on: landscape, budget: 500, seeds: 20))
        let bests = try Landscapes.bests(Self.entry(agent.name), on: landscape, budget: 500, seeds: 20)
        #expect(bests.count { $0 < random } >= agent.wins)
    }

    private static let banditForms: [[String: Value]] = ["incumbents", "factored", "portfolio"].flatMap { form in
        ["epsilon-greedy", "ucb1", "exp3", "thompson"].map { ["form": .text(form), "policy": .text($0)] }
    }

    @Test("every form and policy of the bandit beats random search in most seeds", arguments: banditForms)
    func bandits(given: [String: Value]) throws {
        for landscape in [Landscapes.Name.controller, .recipe] {
            let random = Landscapes.median(
                try Landscapes.bests(Self.entry("random"), on: landscape, budget: 500, seeds: 12))
            let bests = try Landscapes.bests(Self.entry("bandit"), on: landscape, budget: 500, seeds: 12, given)
            #expect(bests.count { $0 < random } >= 9)
        }
    }

    @Test(
        "on other textures they are far better than random search too",
        arguments: ["annealing", "ant-colony", "bandit", "genetic"], [UInt64(1), 2, 3])
    func textures(agent: String, texture: UInt64) throws {
        for (landscape, floor) in [(Landscapes.Name.controller, 6.6), (.recipe, 0.4)] {
            let medians = try ["random", agent].map {
                Landscapes.median(
                    try Landscapes.bests(Self.entry($0), on: landscape, budget: 500, seeds: 9, texture: texture))
            }
            #expect(medians[1] - floor < 0.7 * (medians[0] - floor))
        }
    }

    @Test("ArchGym's deposit finds its way as well")
    func archgym() throws {
        let random = Landscapes.median(try Landscapes.bests(Self.entry("random"), on: .recipe, budget: 500, seeds: 9))
        let bests = try Landscapes.bests(
            Self.entry("ant-colony"), on: .recipe, budget: 500, seeds: 9, ["deposit": "archgym"])
        #expect(Landscapes.median(bests) < random)
    }
}
