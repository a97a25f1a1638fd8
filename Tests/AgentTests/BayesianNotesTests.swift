import Agents
import Gym
import Testing

@Suite("What Bayesian optimisation notes, and what it does by its notes")
struct BayesianNotesTests {
    enum Task: String, CaseIterable {
        case plain, constrained, front, regions

        var problem: Problem {
            let metrics = ["cost", "weight"].map { Metric($0, unit: "1", goal: .minimize) }
            let spec = EnvironmentSpec(id: "trial-v0", actionSpace: Problems.mixed, metrics: metrics)
            let objective = self == .front ? Objective(.pareto, metrics.map { .init($0.name) }) : .first(of: spec)
            return Problem(spec: spec, objective: objective, sampleBudget: 60, slots: 3)
        }

        func transition(_ number: Int, _ action: Action) -> Transition {
            let costs = [action[0] + action[2] / 8, 20 - action[0] + action[3]]
            let reward = self == .front ? -costs[0] - costs[1] : -costs[0]
            let isBroken = self == .constrained && action[0] < 5
            return Transition(
                sample: Int64(number), action: action, reward: reward, violation: isBroken ? 1 : 0,
                evaluation: Evaluation(metrics: costs))
        }
    }

    private func made(_ task: Task) throws -> any Agent {
        let entry = try #require(AgentCatalog.entries.first { $0.name == "bayesian" })
        return try entry.made(task.problem, task == .regions ? ["region": "turbo"] : [:])
    }

    @Test("by its notes it asks for the same, leaves the same notes, and goes on alike", arguments: Task.allCases)
    func recalling(task: Task) throws {
        var (first, again) = (try made(task), try made(task))
        let observations = [Observation](repeating: Observation(), count: 3)
        var isNoted = 0
        for round in 0..<20 {
            let asked = try first.ask(observations)
            let recalled =
                round < 14 && !first.note.isEmpty
                ? try again.ask(observations, recalling: first.note) : try again.ask(observations)
            if round < 14, !first.note.isEmpty { isNoted += 1 }
            #expect(asked == recalled)
            #expect(first.note == again.note)
            let told = asked.enumerated().map { task.transition(3 * round + $0, $1) }
            try first.tell(told)
            try again.tell(told)
        }
        #expect(isNoted >= 5)
    }

    @Test("a note of the wrong length is refused")
    func flaws() throws {
        var agent = try made(.plain)
        let observations = [Observation](repeating: Observation(), count: 3)
        for round in 0..<8 {
            let asked = try agent.ask(observations)
            try agent.tell(asked.enumerated().map { Task.plain.transition(3 * round + $0, $1) })
        }
        var whole = agent
        _ = try whole.ask(observations)
        try #require(!whole.note.isEmpty)
        for note in [Array(whole.note.dropLast()), whole.note + [1]] {
            var copy = agent
            let error = #expect(throws: GymError.self) { try copy.ask(observations, recalling: note) }
            #expect(error?.code == .replayMismatch)
        }
    }
}
