import Gym
import Studies
import Testing

@Suite("A lottery draws its configurations")
struct LotteryTests {
    static func lottery(_ inner: String, more: String = "") throws -> Plan {
        try plan("kind: lottery\nenvironment: bowl-v0\nbudget: 10\nbatch: 2\n\(more)\nlottery: { \(inner) }")
    }

    static func settings(_ plan: Plan, _ contender: String = "genetic") -> [Settings] {
        plan.trials.filter { $0.cell.draw?.contender == contender && $0.seed == 1 }.map(\.cell.settings)
    }

    @Test("the defaults come first, random search in any case, and every configuration has every seed")
    func shape() throws {
        let plan = try Self.lottery("draws: 2, agents: [genetic]", more: "seeds: [1, 7]")
        #expect(
            plan.trials.map(\.label) == [
                "random-d0-s1", "random-d0-s7", "genetic-d0-s1", "genetic-d0-s7", "genetic-d1-s1", "genetic-d1-s7",
                "genetic-d2-s1", "genetic-d2-s7",
            ])
        #expect(plan.kind == .lottery)
        let settings = Self.settings(plan)
        #expect(settings[0].values == ["population": 20, "mutation": 0.1])
        #expect(settings[1] != settings[2])
        #expect(settings[1...].allSatisfy { $0.values.keys.sorted() == ["auto", "mutation", "population"] })
        #expect(plan.sampleBudget == 80)
    }

    @Test("an agent may take part twice, and random search may be named, fixed or not")
    func contenders() throws {
        let plan = try Self.lottery(
            "draws: 1, agents: [genetic, random, { name: genetic, population: 9 }]",
            more: "sweep: { budget: [5, 6] }")
        #expect(
            plan.trials.map(\.group)
                == [5, 6].flatMap { budget in
                    ["genetic-d0", "random-d0", "genetic.2-d0", "genetic-d1", "genetic.2-d1"].map {
                        "\($0)-samples\(budget)"
                    }
                })
        #expect(Self.settings(plan, "genetic.2").allSatisfy { $0.integer("population") == 9 })
    }

    @Test(
        "what is given is fixed, two numbers are a range, and a longer list is a choice",
        arguments: ["sobol", "random"])
    func subspaces(method: String) throws {
        let agent = "{ name: genetic, population: [10, 400], mutation: [0.1, 0.2, 0.4], auto: 3 }"
        let drawn = Self.settings(try Self.lottery("draws: 200, by: \(method), agents: [\(agent)]")).dropFirst()
        #expect(drawn.count == 200)
        #expect(Set(drawn).count == 200)
        let populations = drawn.compactMap { $0.integer("population") }
        #expect(populations.allSatisfy { (10...400).contains($0) })
        #expect((populations.min() ?? 0) < 30 && (populations.max() ?? 0) > 380)
        #expect(Set(drawn.compactMap { $0.number("mutation") }) == [0.1, 0.2, 0.4])
        #expect(drawn.allSatisfy { $0.integer("auto") == 3 })
    }

    @Test("a small space is drawn whole, and an agent without one has its defaults alone")
    func small() throws {
        let agent = "{ name: genetic, population: [4, 6], mutation: 0.5, auto: [1, 2, 5] }"
        let plan = try Self.lottery(
            "draws: 50, agents: [\(agent), { name: genetic, population: 3, mutation: 0, auto: 1 }]")
        let drawn = Self.settings(plan).dropFirst()
        #expect(Set(drawn).count == 9)
        #expect(drawn.count == 9)
        #expect(Self.settings(plan, "genetic.2").count == 1)
    }

    @Test("Sobol's draws are even: 32 in a row put one into each 32nd of a range")
    func evenness() throws {
        let drawn = Self.settings(try Self.lottery("draws: 32, agents: [genetic]")).dropFirst()
        let cells = drawn.compactMap { $0.number("mutation") }.map { Int($0 * 32) }
        #expect(Set(cells).count >= 31)
    }

    @Test("equal seeds draw the same, another seed or method does not")
    func seeds() throws {
        func drawn(_ more: String) throws -> [Settings] {
            Self.settings(try Self.lottery("draws: 5, agents: [genetic]\(more)"))
        }
        #expect(try drawn("") == drawn(", by: sobol, seed: 1"))
        #expect(try drawn("") != drawn(", seed: 2"))
        #expect(try drawn("") != drawn(", by: random"))
    }

    @Test(
        "the resolved manifest holds the draws, and gives the same plan",
        arguments: [
            "draws: 3, agents: [genetic]",
            "draws: 4, by: random, seed: 9, agents: [random, { name: genetic, auto: 2 }]",
        ])
    func resolved(inner: String) throws {
        let first = try Self.lottery(inner, more: "sweep: { environment.clock: [1, 2], budget: [5, 6] }\nseeds: 2")
        let second = try plan(first.resolved)
        #expect(second.resolved == first.resolved)
        #expect(second.trials.map { $0.description() } == first.trials.map { $0.description() })
        #expect(second.trials.map(\.cell.draw) == first.trials.map(\.cell.draw))
        // The draws that are written count, not the seed that made them.
        let reseeded = try plan(first.resolved, sets: ["lottery.seed=77"])
        #expect(reseeded.trials.map { $0.description() } == first.trials.map { $0.description() })
    }

    @Test("an agent of a sweep may hold a sweep of its own")
    func nested() throws {
        let plan = try plan(
            """
            kind: sweep
            environment: bowl-v0
            budget: 10
            sweep:
              agent: [random, { name: genetic, population: [10, 20], mutation: [0.1, 0.2] }]
              environment: [{ id: bowl-v0, clock: [1, 2] }]
            """)
        #expect(plan.trials.count == 10)
        #expect(
            plan.trials.map(\.group).prefix(4) == [
                "random-clock1", "random-clock2", "genetic-clock1-population10-mutation0.1",
                "genetic-clock2-population10-mutation0.1",
            ])
        let again = try StudiesTests.plan(plan.resolved)
        #expect(again.trials.map { $0.description() } == plan.trials.map { $0.description() })
    }
}
