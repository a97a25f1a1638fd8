import Gym
import Studies
import Testing

@Suite("Large studies are planned quickly")
struct ScaleTests {
    @Test("10,000 trials are planned in two seconds, and their resolved manifest gives them again")
    func planning() throws {
        let clock = ContinuousClock()
        var plans: [Plan] = []
        let populations = (2...501).map(String.init).joined(separator: ", ")
        let text = """
            kind: sweep
            environment: bowl-v0
            agent: genetic
            budget: 10
            seeds: 5
            sweep: { environment.clock: [1, 2, 3, 4], agent.population: [\(populations)] }
            """
        let time = try clock.measure { plans.append(try plan(text)) }
        #expect(plans[0].trials.count == 10_000)
        #expect(time < .seconds(2))
        let again = try plan(plans[0].resolved)
        #expect(again.trials.map(\.label) == plans[0].trials.map(\.label))
    }

    @Test("a lottery of 10,000 trials is planned in two seconds as well")
    func lottery() throws {
        let clock = ContinuousClock()
        var plans: [Plan] = []
        let text = """
            kind: lottery
            environment: bowl-v0
            budget: 10
            seeds: 5
            lottery: { draws: 1000, agents: [genetic, genetic] }
            """
        let time = try clock.measure { plans.append(try plan(text)) }
        #expect(plans[0].trials.count == 10_015)
        #expect(time < .seconds(2))
    }
}
