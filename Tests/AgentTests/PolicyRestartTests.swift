import Agents
import Gym
import Testing

@Suite("policies over designs begin anew when they have converged")
struct PolicyRestartTests {
    /// How far designs lie from the best one in each window of 50, on average: random ones at 35, neighbours of the
    /// best one below 5.
    private static func distances(_ name: String, budget: Int, _ given: [String: Value]) throws -> [Double] {
        let entry = try #require(AgentCatalog.entries.first { $0.name == name })
        let space = Space((0..<10).map { Parameter("x\($0)", .integer(0...7)) })
        var drive = Drive(try entry.made(Problems.problem(space, budget: budget, slots: 1), seed: 1, given), slots: 1)
        try drive.run(budget) { -$0.reduce(0, +) }
        let costs = drive.rewards.map { -($0 ?? 0) }
        return stride(from: 0, to: budget, by: 50).map { start in
            costs[start..<start + 50].reduce(0, +) / 50
        }
    }

    @Test("with time left they look elsewhere", arguments: ["ppo", "multi-agent"])
    func restarts(name: String) throws {
        let on = try Self.distances(name, budget: 4_000, [:])
        let off = try Self.distances(name, budget: 4_000, ["restart": "off"])
        // Both begin at random and find the best; only one of them is ever far from it again.
        let late = 20...
        #expect(on.prefix(1).allSatisfy { $0 > 25 })
        #expect(off[late].max() ?? 0 < 15)
        #expect(on[late].max() ?? 0 > 25)
    }

    @Test("a short budget is spent on one policy", arguments: ["ppo", "multi-agent"])
    func shortBudgets(name: String) throws {
        #expect(
            try Self.distances(name, budget: 300, [:]) == Self.distances(name, budget: 300, ["restart": "off"]))
    }
}
