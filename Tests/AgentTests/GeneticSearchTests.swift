import Agents
import Environments
import Gym
import Testing

@Suite("genetic search")
struct GeneticSearchTests {
    private static func search(_ problem: Problem, seed: UInt64, _ given: [String: Value] = [:]) throws -> any Agent {
        try GeneticSearch(problem, settings: Settings(given, space: GeneticSearch.hyperparameters), seed: seed)
    }

    /// The median of the best cost after a budget, over seeds.
    private static func median(
        budget: Int, seeds: Int, texture: UInt64, _ make: (Problem, UInt64) throws -> any Agent
    ) throws -> Double {
        let model = SyntheticDRAM10(texture: texture)
        let objective = Objective.first(of: model.spec)
        let problem = Problem(spec: model.spec, objective: objective, sampleBudget: budget, slots: 16)
        let bests = try (1...seeds).map { seed in
            var drive = Drive(try make(problem, UInt64(seed)), slots: 16)
            try drive.run(budget) { action in
                model.evaluate(action, deadline: .none).metrics[0].map { -$0 }
            }
            return -drive.best
        }.sorted()
        return (bests[(seeds - 1) / 2] + bests[seeds / 2]) / 2
    }

    // The right column is what pymoo 0.6.2's genetic algorithm reached, the better of its two operator sets.
    @Test(
        "on the synthetic controller the median of 20 seeds beats the peer at every budget",
        arguments: [(100, 7.1410), (200, 6.8219), (500, 6.7377), (1_000, 6.7152), (2_000, 6.65425)])
    func peers(budget: Int, peer: Double) throws {
        let reached = try Self.median(budget: budget, seeds: 20, texture: 0) { try Self.search($0, seed: $1) }
        #expect(reached < peer)
    }

    @Test("on other textures it is far better than random as well", arguments: [UInt64(1), 2, 3])
    func textures(texture: UInt64) throws {
        let settings = try Settings(space: RandomWalk.hyperparameters)
        let random = try Self.median(budget: 500, seeds: 9, texture: texture) {
            RandomWalk($0, settings: settings, seed: $1)
        }
        let genetic = try Self.median(budget: 500, seeds: 9, texture: texture) { try Self.search($0, seed: $1) }
        // The optimum lies near 6.65; random search comes to 7.1.
        #expect(genetic - 6.6 < (random - 6.6) / 3)
    }

    @Test("with every choice of operators it finds the bottom of a bowl", arguments: operatorChoices)
    func operators(given: [String: Value]) throws {
        var drive = Drive(try Self.search(Problems.problem(Problems.bowl, budget: 2_000), seed: 3, given))
        try drive.run(2_000, reward: Problems.bowlReward)
        // A random design's expected reward is about -6,100.
        #expect(drive.best > -60)
    }

    private static let operatorChoices: [[String: Value]] = ["steady", "plus", "elite"].flatMap { survival in
        [("uniform", "reset"), ("one-point", "polynomial"), ("two-point", "mixed"), ("sbx", "polynomial")].map {
            ["survival": .text(survival), "crossover": .text($0.0), "mutation": .text($0.1)]
        }
    }

    @Test("a design that violates less is preferred, however good another one's reward is")
    func constraints() throws {
        var agent = try Self.search(Problems.problem(Problems.line(1_000), budget: 400, slots: 1), seed: 1)
        // Reward pulls up, the constraint x <= 100 pulls down.
        var last: [Double] = []
        for number in 0..<400 {
            let action = try agent.ask([Observation()])[0]
            let violation = max(0, (action[0] - 100) / 100)
            try agent.tell([Problems.transition(number, action, reward: action[0], violation: violation)])
            if violation == 0 { last.append(action[0]) }
        }
        #expect(last.contains(100))
    }

    @Test("in several steps it evolves whole episodes, also when slots end at different steps")
    func episodes() throws {
        // Each step has a right answer; an episode ends early at the first step in an odd slot with a wrong one.
        let space = Space([Parameter("move", .categorical((0..<6).map { "m\($0)" }))])
        let answers = (0..<8).map { Double($0 * 5 % 6) }
        let problem = Problems.problem(space, budget: 6_000, slots: 4, horizon: 8)
        var agent = try Self.search(problem, seed: 2)
        var steps = [0, 0, 0, 0]
        var returns = [0.0, 0, 0, 0]
        var best = 0.0
        for number in 0..<1_500 {
            let asked = try agent.ask([Observation](repeating: Observation(), count: 4))
            let told = asked.enumerated().map { slot, action in
                let reward = action[0] == answers[steps[slot]] ? 1.0 : 0
                returns[slot] += reward
                steps[slot] += 1
                let isOver = steps[slot] == 8 || (slot % 2 == 1 && reward == 0)
                best = max(best, returns[slot])
                if isOver { (steps[slot], returns[slot]) = (0, 0) }
                return Problems.transition(number * 4 + slot, action, reward: reward, isOver: isOver)
            }
            try agent.tell(told)
        }
        // One random episode in 1,679,616 is right in all eight steps.
        #expect(best == 8)
    }

    @Test("a horizon that no individual can hold is refused")
    func horizon() throws {
        #expect(throws: GymError.self) {
            try Self.search(Problems.problem(Problems.mixed, horizon: 1_000_000), seed: 1)
        }
    }
}
