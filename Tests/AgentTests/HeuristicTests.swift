import Agents
import Environments
import Gym
import Testing

@Suite("The agent heuristic does what an environment advises")
struct HeuristicTests {
    private static func agent(
        _ id: String, _ given: [String: Value], options: [String: Value] = [:]
    ) throws -> (any Agent, any Environment) {
        let environment = try EnvironmentCatalog.entry(id).make(options)
        let entry = try #require(AgentCatalog.entries.first { $0.name == "heuristic" })
        let spec = environment.spec
        let problem = Problem(
            spec: spec, objective: Objective(.accumulate, [.init("job_time")]), sampleBudget: 100, slots: 1)
        return (
            try entry.make(problem, settings: Settings(given, space: entry.hyperparameters), seed: 1), environment
        )
    }

    @Test("it takes the advised choice, every time", arguments: ["etf", "met", "peft", "heft-rt"])
    func follows(_ rule: String) throws {
        var (agent, environment) = try Self.agent("soc-scheduling-v0", ["rule": .text(rule)])
        let column = try #require(environment.spec.observationNames.firstIndex(of: "advice_" + rule))
        var observation = try environment.reset(seed: 3)
        for _ in 0..<200 {
            let action = try agent.ask([observation])
            #expect(action == [[observation.values[column]]])
            observation = try environment.step(action[0], deadline: .none).observation
        }
    }

    @Test("advice that a mask forbids is not followed")
    func mask() throws {
        var (agent, environment) = try Self.agent("soc-scheduling-v0", [:])
        var observation = try environment.reset(seed: 3)
        let advised = try agent.ask([observation])[0][0]
        observation.legal = [(0..<3).map { Double($0) != advised }]
        let other = try agent.ask([observation])[0]
        #expect(environment.spec.actionSpace.allows(other, legal: observation.legal))
    }

    @Test("an environment without the advice is refused, and says which it has")
    func refusal() throws {
        #expect {
            _ = try Self.agent("soc-scheduling-v0", ["rule": "eft"])
        } throws: { error in
            (error as? GymError)?.hint?.contains("etf, met, peft, heft-rt") == true
        }
        #expect(throws: GymError.self) { _ = try Self.agent("synthetic-dram10-v0", [:]) }
    }

    @Test("learned policies don't see advice")
    func blindness() throws {
        let entry = try #require(AgentCatalog.entries.first { $0.name == "ppo" })
        func asks(_ advice: Double) throws -> [Action] {
            var (_, environment) = try Self.agent("soc-scheduling-v0", [:])
            let problem = Problem(
                spec: environment.spec, objective: Objective(.accumulate, [.init("job_time")]), sampleBudget: 1_000,
                slots: 1)
            var agent = try entry.make(problem, settings: Settings(space: entry.hyperparameters), seed: 1)
            var observation = try environment.reset(seed: 3)
            return try (0..<50).map { _ in
                for place in observation.values.indices.suffix(4) { observation.values[place] = advice }
                let action = try agent.ask([observation])[0]
                let evaluation = try environment.step(action, deadline: .none)
                observation = evaluation.observation
                return action
            }
        }
        #expect(try asks(0) == asks(2))
    }
}
