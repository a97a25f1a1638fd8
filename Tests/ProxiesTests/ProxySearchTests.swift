import Agents
import Gym
import Proxies
import Testing

@Suite("Search with few real evaluations")
struct ProxySearchTests {
    private static func genetic() throws -> AgentEntry {
        try #require(AgentCatalog.entries.first { $0.name == "genetic" })
    }

    private static func search(
        _ objective: Objective, budget: Int = 12, seed: UInt64 = 1
    ) throws -> (search: ProxySearch, asked: [Int], known: DesignRows) {
        let model = Valley()
        let rows = try Fixture.rows(of: model, count: 80, seed: 7)
        var rules = ProxySearch.Rules()
        (rules.budget, rules.proposals, rules.model, rules.seed) = (budget, 400, .ridge, seed)
        var search = try ProxySearch(from: rows, objective: objective, agent: genetic(), rules: rules)
        var asked: [Int] = []
        try search.run { actions in
            asked.append(actions.count)
            return actions.map { model.evaluate($0, deadline: .none) }
        }
        return (search, asked, rows)
    }

    @Test("it spends its budget on new designs and finds better ones than it was given")
    func finding() throws {
        let objective = Objective(.product, [Objective.Term("area"), Objective.Term("delay")])
        let (search, asked, known) = try Self.search(objective)
        #expect(asked == [2, 2, 2, 2, 2, 2] && search.verified.count == 12)
        #expect(Set(search.verified.map(\.action)).count == 12)
        #expect(search.verified.allSatisfy { known.row(of: $0.action) == nil })
        let scorer = try Scorer(objective, spec: Valley().spec)
        let before = known.rows.compactMap { scorer.score(Evaluation(metrics: $0.metrics), action: $0.action).reward }
        let after = try #require(search.best?.score.reward)
        #expect(after > (before.max() ?? .infinity))
    }

    @Test("constraints are kept: the best design satisfies them")
    func constraints() throws {
        let objective = Objective(
            .minimize, [Objective.Term("delay")], constraints: [try Expression("area <= 1.2")])
        let best = try #require(try Self.search(objective).search.best)
        #expect(best.score.violation == 0)
        #expect(Valley().evaluate(best.action, deadline: .none).metrics[0] ?? 9 <= 1.2)
    }

    @Test("the same seed verifies the same designs, another one others")
    func determinism() throws {
        let objective = Objective(.minimize, [Objective.Term("delay")])
        func verified(_ seed: UInt64) throws -> [Action] {
            try Self.search(objective, budget: 4, seed: seed).search.verified.map(\.action)
        }
        #expect(try verified(1) == verified(1))
        #expect(try verified(1) != verified(2))
    }

    @Test("no reach verifies nothing but what lies on known designs")
    func reach() throws {
        var rules = ProxySearch.Rules()
        (rules.reach, rules.model, rules.proposals) = (0, .ridge, 100)
        var search = try ProxySearch(
            from: Fixture.rows(of: Valley(), count: 60), objective: .first(of: Valley().spec), agent: Self.genetic(),
            rules: rules)
        try search.run { _ in throw GymError(.internal, "nothing is to be evaluated") }
        #expect(search.verified.isEmpty)
    }
}
