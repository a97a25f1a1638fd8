import Agents
import Environments
import Gym
import Testing

@Suite("Monte Carlo tree search")
struct MonteCarloSearchTests {
    private static func entry(_ name: String = "mcts") throws -> AgentEntry {
        try #require(AgentCatalog.entries.first { $0.name == name })
    }

    /// Recipes that are made an operation a step, each slot's in turn: the least final cost after a budget.
    private static func recipe(
        _ name: String, texture: UInt64 = 0, budget: Int, seed: UInt64, slots: Int = 1, _ given: [String: Value] = [:]
    ) throws -> Double {
        var kitchens = (0..<slots).map { _ in SyntheticRecipeSteps(texture: texture) }
        let spec = kitchens[0].spec
        let objective = Objective(.accumulate, [Objective.Term("gain")])
        let scorer = try Scorer(objective, spec: spec)
        var agent = try entry(name).made(
            Problem(spec: spec, objective: objective, sampleBudget: budget, slots: slots), seed: seed, given)
        var seen = try kitchens.indices.map { try kitchens[$0].reset(seed: 1) }
        var best = Double.infinity
        for round in 0..<budget / slots {
            let asked = try agent.ask(seen)
            try agent.tell(
                asked.enumerated().map { slot, action in
                    let evaluation = try kitchens[slot].step(action, deadline: .none)
                    if evaluation.terminated { best = min(best, evaluation.metrics[0] ?? best) }
                    let before = seen[slot]
                    seen[slot] =
                        evaluation.terminated ? try kitchens[slot].reset(seed: 1) : evaluation.observation
                    return Transition(
                        sample: Int64(round * slots + slot), action: action, observation: before,
                        nextObservation: evaluation.observation,
                        reward: scorer.score(evaluation, action: action).reward, terminated: evaluation.terminated,
                        evaluation: evaluation)
                })
        }
        return best
    }

    @Test("step by step it beats random search clearly on any texture", arguments: [UInt64(0), 1, 2, 3, 4, 5], [1, 8])
    func steps(texture: UInt64, slots: Int) throws {
        let both = try ["mcts", "random"].map { name in
            try (1...12).map {
                try Self.recipe(name, texture: texture, budget: 6_000, seed: UInt64($0), slots: slots)
            }.sorted()
        }
        // Nine in twelve are better than ten of twelve of random search.
        #expect(both[0][8] < both[1][2], "\(both)")
    }

    @Test("with neither prior it still learns by its tree alone")
    func tree() throws {
        let both = try ["mcts", "random"].map { name in
            try (1...12).map { seed in
                let given: [String: Value] = name == "mcts" ? ["prior": "uniform", "optimism": 0.3] : [:]
                return try Self.recipe(name, budget: 40_000, seed: UInt64(seed), given)
            }
        }
        #expect(Landscapes.median(both[0].sorted()) < Landscapes.median(both[1].sorted()))
    }

    @Test("the first of two choices is taken most where it pays, and every choice is tried", arguments: [0.0, 0.5, 1])
    func visits(backup: Double) throws {
        let space = Space([Parameter("door", .categorical(["a", "b", "c", "d"]))])
        var agent = try Self.entry().made(
            Problems.problem(space, budget: 1_200, slots: 1, horizon: 2), seed: 4,
            ["prior": "uniform", "backup": .number(backup)])
        var firsts = [0.0: 0, 1: 0, 2: 0, 3: 0]
        for episode in 0..<600 {
            let first = try agent.ask([Observation()])[0]
            try agent.tell([Problems.transition(2 * episode, first, reward: 0, isOver: false)])
            let second = try agent.ask([Observation()])[0]
            // Door c leads to 5 and 6, the others to at most 3.
            let reward = first[0] == 2 ? 5 + second[0] / 3 : second[0] * (first[0] == 1 ? 1 : 0.5)
            try agent.tell([Problems.transition(2 * episode + 1, second, reward: reward)])
            firsts[first[0], default: 0] += 1
        }
        #expect(firsts.values.allSatisfy { $0 > 0 })
        #expect(firsts[2, default: 0] > 300, "\(firsts)")
    }

    @Test(
        "what was best on other instances is tried first, as far as they are like this one",
        arguments: [("open", 0.0, true), ("open", 40, true), ("similar", 0, true), ("similar", 40, false)]
            + [("closed", 0, false)])
    func transfer(gate: String, trait: Double, follows: Bool) throws {
        let space = Space((0..<12).map { Parameter("s\($0)", .categorical(["a", "b", "c", "d", "e"])) })
        let good = (0..<12).map { Double($0 % 3 + 1) }
        let spec = EnvironmentSpec(
            id: "recipe-v0", actionSpace: space, metrics: [Metric("cost", unit: "1", goal: .minimize)],
            traits: [trait, 1])
        var problem = Problem(spec: spec, objective: Objective(.minimize, [.init("cost")]), sampleBudget: 50, slots: 1)
        problem.precedents = (0..<6).map { place in
            Self.precedent(space, traits: [Double(place), 1], good: good, seed: UInt64(place))
        }
        var likeness = 0.0
        var agent = try Self.entry().made(problem, seed: 3, ["gate": .text(gate)])
        for number in 0..<20 {
            let action = try agent.ask([Observation()])[0]
            likeness += Double(zip(action, good).count { $0 == $1 }) / 20
            try agent.tell([Problems.transition(number, action, reward: 0)])
        }
        // By chance 2.4 of the twelve are.
        #expect(follows ? likeness > 5 : likeness < 3.5, "\(likeness)")
    }

    /// Random designs, the better the more values they share with a good one.
    private static func precedent(_ space: Space, traits: [Double], good: Action, seed: UInt64) -> Precedent {
        var generator = Generator(seed: seed)
        let finds = (0..<200).compactMap { _ -> (design: Action, reward: Double)? in
            guard let design = try? space.sample(&generator) else { return nil }
            return (design, Double(zip(design, good).count { $0 == $1 }))
        }.sorted { $0.reward > $1.reward }
        return Precedent(
            traits: traits, designs: finds.map(\.design), scores: finds.map { Score(reward: $0.reward, violation: 0) })
    }

    @Test("designs that it is told first shape its prior")
    func warm() throws {
        let space = Space((0..<12).map { Parameter("s\($0)", .categorical(["a", "b", "c", "d", "e"])) })
        let good = (0..<12).map { Double($0 % 3 + 1) }
        func likeness(_ action: Action) -> Double { Double(zip(action, good).count { $0 == $1 }) }
        func mean(isWarm: Bool) throws -> Double {
            var agent = try Self.entry().made(Problems.problem(space, slots: 1), seed: 6)
            if isWarm { try agent.tell([Problems.transition(0, good, reward: 12)]) }
            var total = 0.0
            for number in 0..<20 {
                let action = try agent.ask([Observation()])[0]
                total += likeness(action) / 20
                try agent.tell([Problems.transition(number, action, reward: likeness(action))])
            }
            return total
        }
        #expect(try mean(isWarm: true) > 7)
        #expect(try mean(isWarm: false) < 6)
    }
}
