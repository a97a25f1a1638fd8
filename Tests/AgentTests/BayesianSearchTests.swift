import Agents
import Foundation
import Gym
import Learning
import Testing

@Suite("Bayesian optimisation")
struct BayesianSearchTests {
    private static func entry() throws -> AgentEntry {
        try #require(AgentCatalog.entries.first { $0.name == "bayesian" })
    }

    private static func best(
        _ given: [String: Value], on space: Space, budget: Int, seed: UInt64, slots: Int = 1,
        _ outcome: (Action) -> (reward: Double?, violation: Double)
    ) throws -> Double {
        var agent = try entry().made(Problems.problem(space, budget: budget, slots: slots), seed: seed, given)
        var best = -Double.infinity
        for round in 0..<budget / slots {
            let asked = try agent.ask([Observation](repeating: Observation(), count: slots))
            try agent.tell(
                asked.enumerated().map { slot, action in
                    let (reward, violation) = outcome(action)
                    if violation == 0 { best = max(best, reward ?? best) }
                    return Problems.transition(
                        round * slots + slot, action, reward: reward, violation: violation)
                })
        }
        return best
    }

    private static let forms: [[String: Value]] = [
        [:], ["acquisition": "ucb"], ["acquisition": "thompson"], ["region": "turbo"], ["additive": "off"],
    ]

    @Test("every form comes near the bottom of a bowl in 60 samples, in batches too", arguments: forms, [1, 6])
    func bowl(given: [String: Value], slots: Int) throws {
        let bests = try (1...3).map {
            try Self.best(given, on: Problems.bowl, budget: 60, seed: $0, slots: slots) {
                (Problems.bowlReward($0), 0)
            }
        }
        // Random search reaches about -1,700.
        #expect(bests.sorted()[1] > -400)
    }

    @Test("what breaks a constraint or can't be built is kept away from", arguments: [true, false])
    func constraints(isBuilt: Bool) throws {
        // The best of all designs, 37 everywhere, is forbidden: a sum of 150 at most is allowed.
        let bests = try (1...3).map { seed in
            try Self.best([:], on: Problems.bowl, budget: 80, seed: seed) { action in
                let excess = action.reduce(0, +) / 150 - 1
                if excess <= 0 { return (Problems.bowlReward(action), 0) }
                return isBuilt ? (Problems.bowlReward(action), excess) : (nil, 0)
            }
        }
        // 25 everywhere, the best that is allowed, has -864.
        #expect(bests.sorted()[1] > -1_650)
        #expect(bests.allSatisfy { $0 <= -864 })
    }

    @Test("a sequence is learned from what follows what, wherever it does")
    func sequences() throws {
        let space = Space((0..<8).map { Parameter("s\($0)", .categorical(["a", "b", "c", "d", "e"])) })
        func pairs(_ action: Action) -> Double {
            zip(action, action.dropFirst()).reduce(0) { $0 + ($1.0 == 1 && $1.1 == 3 ? 1 : 0) - ($1.0 == 4 ? 0.2 : 0) }
        }
        let bests = try (1...3).map { try Self.best([:], on: space, budget: 70, seed: $0) { (pairs($0), 0) } }
        #expect(bests.sorted()[1] >= 3)
    }

    @Test("beyond its points it goes on with the best and the latest")
    func thinning() throws {
        let best = try Self.best(["points": 50], on: Problems.bowl, budget: 150, seed: 2) {
            (Problems.bowlReward($0), 0)
        }
        #expect(best > -100)
    }

    @Test("two metrics: it comes near a front that random search stays far from, and keeps the constraints")
    func front() throws {
        // Any sum of squares to two points: the front is the line between them.
        let metrics = ["near", "far"].map { Metric($0, unit: "1", goal: .minimize) }
        let spec = EnvironmentSpec(id: "trial-v0", actionSpace: Problems.bowl, metrics: metrics)
        let objective = Objective(.pareto, metrics.map { .init($0.name) })
        let problem = Problem(spec: spec, objective: objective, sampleBudget: 60, slots: 2)
        func costs(_ action: Action) -> [Double] {
            [20.0, 60].map { middle in action.reduce(1) { $0 + ($1 - middle) * ($1 - middle) } }
        }
        func volume(_ agent: any Agent) throws -> Double {
            var (agent, points): (any Agent, [[Double]]) = (agent, [])
            for round in 0..<30 {
                let asked = try agent.ask([Observation](repeating: Observation(), count: 2))
                try agent.tell(
                    asked.enumerated().map { slot, action in
                        let found = costs(action)
                        let violation = max(0, 30 - action[0]) / 30
                        if violation == 0 { points.append(found) }
                        return Transition(
                            sample: Int64(2 * round + slot), action: action,
                            reward: -found.reduce(0) { $0 + log($1) }, violation: violation,
                            evaluation: Evaluation(metrics: found))
                    })
            }
            return Pareto.hypervolume(points, reference: [15_000, 15_000]) / 2.25e8
        }
        let random = try #require(AgentCatalog.entries.first { $0.name == "random" })
        let control = try (1...3).map { try volume(random.made(problem, seed: $0)) }.sorted()[1]
        let ours = try (1...3).map { try volume(Self.entry().made(problem, seed: $0)) }.sorted()[1]
        // The whole front has 0.93.
        #expect(ours > 0.75)
        #expect(ours > control + 0.05)
    }

    @Test("100 samples of a benchmark reach the peer's median", arguments: Landscapes.Name.allCases)
    func peer(landscape: Landscapes.Name) throws {
        // BoTorch 0.18 with a mixed process and 20 random designs.
        let bests = try Landscapes.bests(Self.entry(), on: landscape, budget: 100, seeds: 20)
        #expect(Landscapes.median(bests) <= (landscape == .controller ? 6.717 : 0.4379))
    }
}
