import Agents
import Environments
import Gym
import Learning
import Testing

@Suite("NSGA-II")
struct ParetoSearchTests {
    private static func search(_ problem: Problem, seed: UInt64) throws -> any Agent {
        try ParetoSearch(problem, settings: Settings(space: ParetoSearch.hyperparameters), seed: seed)
    }

    @Test("on latency and power of the synthetic controller it dominates more than the peer does")
    func peer() throws {
        let model = SyntheticDRAM10()
        let objective = Objective(.pareto, [.init("latency"), .init("power")])
        let problem = Problem(spec: model.spec, objective: objective, sampleBudget: 2_000, slots: 1)
        // The reference is the default design.
        let reference = model.spec.reference.dropFirst().compactMap(\.self)
        let volumes = try (1...9).map { seed in
            var agent = try Self.search(problem, seed: UInt64(seed))
            var points: [[Double]] = []
            for number in 0..<2_000 {
                let action = try agent.ask([Observation()])[0]
                let evaluation = model.evaluate(action, deadline: .none)
                points.append(evaluation.metrics.dropFirst().compactMap(\.self))
                try agent.tell([
                    Transition(sample: Int64(number), action: action, reward: 0, evaluation: evaluation)
                ])
            }
            return Pareto.hypervolume(points, reference: reference) / (reference[0] * reference[1])
        }.sorted()
        // pymoo's NSGA-II by its defaults comes to 0.16622; the true front has 0.16764.
        #expect(volumes[4] >= 0.16622)
        #expect(volumes[8] <= 0.167641)
    }

    @Test("what violates less comes first, whatever its metrics, and no metrics come last")
    func constraints() throws {
        let space = Problems.line(1_000)
        let problem = Problems.problem(space, budget: 600, slots: 1)
        var agent = try Self.search(problem, seed: 3)
        var feasible: Set<Double> = []
        for number in 0..<600 {
            let action = try agent.ask([Observation()])[0]
            // The reward pulls up to 1,000, where there are no metrics; the constraint is x <= 100.
            let reward: Double? = action[0] > 900 ? nil : action[0]
            let violation = max(0, (action[0] - 100) / 100)
            if violation == 0 { feasible.insert(action[0]) }
            try agent.tell([Problems.transition(number, action, reward: reward, violation: violation)])
        }
        #expect(feasible.count > 90 && feasible.contains(100))
    }

    @Test("the population spreads along a front of two numbers")
    func spread() throws {
        let space = Space((0..<4).map { Parameter("x\($0)", .integer(0...20)) })
        let spec = EnvironmentSpec(
            id: "front-v0", actionSpace: space,
            metrics: [
                Metric("near", unit: "1", goal: .minimize, isPositive: false),
                Metric("far", unit: "1", goal: .maximize, isPositive: false),
            ])
        let objective = Objective(.pareto, [.init("near"), .init("far")])
        let problem = Problem(spec: spec, objective: objective, sampleBudget: 2_000, slots: 4)
        var agent = try Self.search(problem, seed: 1)
        var front: Set<Double> = []
        for number in 0..<500 {
            let asked = try agent.ask([Observation](repeating: Observation(), count: 4))
            try agent.tell(
                asked.map { action in
                    // The first number is traded between both; the others only do harm.
                    let harm = action[1] + action[2] + action[3]
                    if harm == 0 { front.insert(action[0]) }
                    return Transition(
                        sample: Int64(number), action: action, reward: 0,
                        evaluation: Evaluation(metrics: [action[0] + harm, action[0] - harm]))
                })
        }
        #expect(front.count >= 20)
    }
}
