import Gym
import Testing

@Suite("scorer")
struct ScorerTests {
    private static let spec = EnvironmentSpec(
        id: "trial-v0",
        actionSpace: Space([
            Parameter("size", .integer(1...8)), Parameter("policy", .categorical(["Open", "Closed"])),
        ]),
        metrics: [
            Metric("latency", unit: "ns", goal: .minimize), Metric("bandwidth", unit: "GB/s", goal: .maximize),
            Metric("error", unit: "1", goal: .minimize, isPositive: false),
        ], reference: [100, 10, -4])
    private static let e = 2.718281828459045

    private static func score(
        _ kind: Objective.Kind, _ terms: [Objective.Term], _ metrics: [Double?], constraints: [String] = []
    ) throws -> Score {
        let objective = Objective(kind, terms, constraints: try constraints.map(Expression.init))
        return try Scorer(objective, spec: spec).score(Evaluation(metrics: metrics), action: [4, 1])
    }

    @Test(
        "rewards follow the published formulas",
        arguments: [
            (.minimize, [.init("latency")], [100, 10, 0], 0), (.minimize, [.init("latency")], [100 * e, 10, 0], -1),
            (.minimize, [.init("latency")], [100 / e, 10, 0], 1), (.maximize, [.init("bandwidth")], [1, 10 * e, 0], 1),
            (.minimize, [.init("bandwidth")], [1, 10 * e, 0], -1), (.minimize, [.init("error")], [1, 1, -6], 0.5),
            (.minimize, [.init("error")], [1, 1, 0], -1),
            (.product, [.init("latency", 2), .init("bandwidth")], [100 / e, 10 * e, 0], 3),
            (.pareto, [.init("latency"), .init("bandwidth")], [100 / e, 10 / e, 0], 0),
            (.target, [.init("latency", 50)], [50, 1, 0], 1), (.target, [.init("latency", 50)], [100, 1, 0], 0.5),
            (.target, [.init("latency", 50), .init("bandwidth", 1)], [100, 2, 0], 0.25),
            (.archgym, [.init("latency", 50)], [50, 1, 0], 1_000), (.archgym, [.init("latency", 50)], [75, 1, 0], 2),
            (.archgym, [.init("latency", 50)], [25, 1, 0], 2), (.accumulate, [.init("latency")], [30, 1, 0], -30),
            (.accumulate, [.init("bandwidth")], [30, 7, 0], 7),
        ] as [(Objective.Kind, [Objective.Term], [Double?], Double)])
    func rewards(kind: Objective.Kind, terms: [Objective.Term], metrics: [Double?], reward: Double) throws {
        let found = try #require(try Self.score(kind, terms, metrics).reward)
        #expect(abs(found - reward) < 1e-12)
    }

    @Test(
        "what gives no number gives no reward",
        arguments: [[nil, 1, 0], [.nan, 1, 0], [.infinity, 1, 0], [1, 1], [], [1, 1, 0, 5]] as [[Double?]])
    func noReward(metrics: [Double?]) throws {
        #expect(try Self.score(.minimize, [.init("latency")], metrics).reward == nil)
        let scorer = try Scorer(Objective(.minimize, [.init("latency")]), spec: Self.spec)
        #expect(metrics.count == 3 || scorer.headline(metrics) == nil)
    }

    @Test("a status that is not ok has no reward and no violation")
    func status() throws {
        let objective = Objective(.minimize, [.init("latency")], constraints: [try Expression("latency <= 1")])
        let scorer = try Scorer(objective, spec: Self.spec)
        for status in [Evaluation.Status.infeasible("too big"), .failed("timeout")] {
            let score = scorer.score(Evaluation(metrics: [5, 1, 0], status: status), action: [1, 0])
            #expect(score == Score(reward: nil, violation: 0))
        }
    }

    @Test(
        "violations are relative to the bound and add up",
        arguments: [
            (["latency <= 50"], 1), (["latency <= 200"], 0), (["latency <= 50", "bandwidth >= 20"], 1.5),
            (["size <= 2"], 1), (["policy == Closed"], 0), (["error <= 0"], 0),
        ] as [([String], Double)])
    func violations(constraints: [String], violation: Double) throws {
        let score = try Self.score(.minimize, [.init("latency")], [100, 10, -1], constraints: constraints)
        #expect(abs(score.violation - violation) < 1e-12 && score.reward == 0)
    }

    @Test(
        "an objective that does not fit is refused",
        arguments: [
            (.minimize, [], nil), (.minimize, [.init("latency"), .init("error")], nil), (.product, [], nil),
            (.minimize, [.init("latencyy")], "did you mean 'latency'?"), (.target, [.init("latency", 0)], nil),
            (.archgym, [.init("latency", -1)], nil), (.target, [.init("latency", .nan)], nil),
        ] as [(Objective.Kind, [Objective.Term], String?)])
    func refused(kind: Objective.Kind, terms: [Objective.Term], hint: String?) {
        #expect { try Scorer(Objective(kind, terms), spec: Self.spec) } throws: { error in
            (error as? GymError)?.code == .badInput && (hint == nil || (error as? GymError)?.hint == hint)
        }
    }

    @Test("any reward beats none, then less violation, then more reward")
    func order() {
        let rising: [Score] = [
            Score(reward: nil, violation: 0), Score(reward: -.infinity, violation: 2), Score(reward: 9, violation: 2),
            Score(reward: -9, violation: 1), Score(reward: 0, violation: 0), Score(reward: 1, violation: 0),
            Score(reward: .infinity, violation: 0),
        ]
        for (place, score) in rising.enumerated() {
            #expect(rising.map { score.isBetter(than: $0) } == rising.indices.map { $0 < place })
        }
        #expect(!Score(reward: .nan, violation: 0).isBetter(than: Score(reward: nil, violation: 0)))
        #expect(Score(reward: -1e308, violation: 0).isBetter(than: Score(reward: .nan, violation: 0)))
    }

    @Test("people look at the metric's own number, or the product's")
    func headline() throws {
        let single = try Scorer(.first(of: Self.spec), spec: Self.spec)
        #expect(single.headline([7, 1, 0]) == 7 && single.headlineMetric.unit == "ns")
        #expect(single.objective.text == "minimize latency")
        let product = try Scorer(Objective(.product, [.init("latency", 2), .init("bandwidth")]), spec: Self.spec)
        #expect(product.headline([3, 5, 0]) == 45 && product.headline([nil, 5, 0]) == nil)
        #expect(product.headlineMetric.name == "latency^2*bandwidth" && product.headlineMetric.unit == "ns^2·GB/s")
        #expect(product.objective.text == "product latency: 2, bandwidth: 1")
    }
}
