import Agents
import Gym
import Testing

@Suite("A random forest that searches")
struct ForestSearchTests {
    private static func entry() throws -> AgentEntry {
        try #require(AgentCatalog.entries.first { $0.name == "forest" })
    }

    private static func best(
        _ given: [String: Value], on space: Space, budget: Int, seed: UInt64,
        _ outcome: (Action) -> (reward: Double?, violation: Double)
    ) throws -> (best: Double, seen: [Action]) {
        var agent = try entry().made(Problems.problem(space, budget: budget, slots: 1), seed: seed, given)
        var (best, seen) = (-Double.infinity, [Action]())
        for number in 0..<budget {
            let action = try agent.ask([Observation()])[0]
            let (reward, violation) = outcome(action)
            if violation == 0 { best = max(best, reward ?? best) }
            try agent.tell([Problems.transition(number, action, reward: reward, violation: violation)])
            seen.append(action)
        }
        return (best, seen)
    }

    private static let forms: [[String: Value]] = [
        [:], ["thresholds": "random"], ["bootstrap": "off", "features": 0.5], ["leaf": 3, "split": 6], ["points": 50],
    ]

    @Test("every form comes near the bottom of a bowl in 100 samples", arguments: forms)
    func bowl(given: [String: Value]) throws {
        let bests = try (1...5).map {
            try Self.best(given, on: Problems.bowl, budget: 100, seed: $0) { (Problems.bowlReward($0), 0) }.best
        }
        // Random search reaches about -1,500.
        #expect(bests.sorted()[2] > -700, "\(bests)")
    }

    @Test("what breaks a constraint or can't be built is kept away from", arguments: [true, false])
    func constraints(isBuilt: Bool) throws {
        // The best of all designs, 37 everywhere, is forbidden: a sum of 180 at most is allowed.
        let (best, seen) = try Self.best([:], on: Problems.bowl, budget: 120, seed: 3) { action in
            let excess = action.reduce(0, +) / 180 - 1
            if excess <= 0 { return (Problems.bowlReward(action), 0) }
            return isBuilt ? (Problems.bowlReward(action), excess) : (nil, 0)
        }
        // 30 everywhere, the best that is allowed, has -294. Of random designs one in 20 is allowed.
        #expect(best > -2_000 && best <= -294, "\(best)")
        #expect(seen.suffix(60).count { $0.reduce(0, +) <= 180 } >= 15)
    }

    @Test("a parameter that matters where it is active alone is found")
    func conditional() throws {
        let (best, _) = try Self.best([:], on: Problems.mixed, budget: 80, seed: 2) { action in
            // The best has the policy adaptive, the timeout 3 and a low voltage.
            (action[3] == 2 ? 1 - abs(action[4] - 3) - action[1] / 10 : -1, 0)
        }
        #expect(best > 0.92)
    }

    @Test("100 samples of a benchmark bring it beyond the peer's median")
    func peer() throws {
        // SMAC3 2.4.1 with its forest reaches 7.014.
        let bests = try Landscapes.bests(Self.entry(), on: .controller, budget: 100, seeds: 12)
        #expect(Landscapes.median(bests) <= 7.014)
    }
}
