import Foundation
import Gym
import Proxies
import Testing

@Suite("Training a proxy")
struct ProxyTrainingTests {
    private static func trained(
        _ rows: DesignRows, _ model: ModelKind? = .boosted, metrics: [String] = [], chained: Bool = false
    ) throws -> Proxy {
        var rules = ProxyTraining.Rules()
        (rules.model, rules.metrics, rules.isChained) = (model, metrics, chained)
        return try ProxyTraining(rows, rules: rules).run()
    }

    @Test("every kind of model foretells new designs far better than the mean", arguments: ModelKind.allCases)
    func kinds(kind: ModelKind) throws {
        let rows = try Fixture.rows(of: Valley(), count: 350)
        let proxy = try Self.trained(rows, kind)
        let fresh = try Fixture.rows(of: Valley(), count: 250, seed: 2)
        for (metric, accuracy) in proxy.accuracy(on: fresh) {
            #expect(accuracy.maePercent < 0.15 * accuracy.variationPercent, "\(metric) by \(kind): \(accuracy)")
            #expect(accuracy.spearman ?? 0 > 0.97)
        }
        #expect(proxy.choices.allSatisfy { $0.model.hasPrefix(kind.rawValue) })
    }

    @Test("left to itself it takes the kind with the least error in cross-validation, metric by metric")
    func choice() throws {
        let proxy = try Self.trained(try Fixture.rows(of: Valley(), count: 160), nil, metrics: ["delay"])
        let choice = try #require(proxy.choices.first)
        let finished = choice.tried.filter { $0.designs == choice.tried.map(\.designs).max() }
        #expect(choice.tried.count == 7)
        #expect(finished.min { $0.errorPercent < $1.errorPercent }?.model == choice.model)
    }

    @Test("what can't be built is told from what can")
    func feasibility() throws {
        let rows = try Fixture.rows(of: Valley(), count: 500)
        let proxy = try Self.trained(rows, .ridge)
        let fresh = try Fixture.rows(of: Valley(), count: 400, seed: 3).rows
        let told = proxy.feasible(fresh.map(\.action))
        let right = zip(fresh, told).count { $0.isFeasible == ($1 >= 0.5) }
        #expect(right > 380, "\(right) of 400")
        let model = LearnedModel(proxy, id: "proxy-01234567-valley-v0")
        let statuses = fresh.map { model.evaluate($0.action, deadline: .none).status == .ok }
        #expect(statuses == told.map { $0 >= 0.5 })
        let feasible = rows.picking(rows.rows.indices.filter { rows.rows[$0].isFeasible })
        #expect(try Self.trained(feasible, .ridge).feasible([fresh[0].action]) == [1])
    }

    @Test("intervals hold as often as they say, on the mean of 24 splits")
    func coverage() throws {
        var coverages: [Double] = []
        for split in 0..<24 {
            var rules = ProxyTraining.Rules()
            (rules.model, rules.metrics, rules.seed, rules.apart) = (.ridge, ["delay"], UInt64(split), 0.2)
            let rows = try Fixture.rows(of: Valley(), count: 600, seed: UInt64(100 + split))
            let proxy = try ProxyTraining(rows, rules: rules).run()
            let fresh = try Fixture.rows(of: Valley(), count: 300, seed: UInt64(200 + split))
            coverages += proxy.accuracy(on: fresh).map(\.accuracy.coverage)
        }
        let mean = coverages.reduce(0, +) / 24
        #expect((0.88...0.92).contains(mean), "\(mean)")
    }

    @Test("a proxy knows what it learned from, whatever was kept apart, and nothing else")
    func known() throws {
        let rows = try Fixture.rows(of: Valley(), count: 60)
        let proxy = try Self.trained(rows, .ridge)
        #expect(rows.rows.allSatisfy { proxy.knows($0.action) })
        let fresh = try Fixture.rows(of: Valley(), count: 60, seed: 4).rows
        #expect(fresh.allSatisfy { proxy.knows($0.action) == (rows.row(of: $0.action) != nil) })
    }

    @Test("chained, later metrics read what is foretold of earlier ones")
    func chain() throws {
        let rows = try Fixture.rows(of: Valley(), count: 300)
        let proxy = try Self.trained(rows, .boosted, metrics: ["delay", "slack"], chained: true)
        let fresh = try Fixture.rows(of: Valley(), count: 200, seed: 5)
        for (metric, accuracy) in proxy.accuracy(on: fresh) {
            #expect(accuracy.rmsePercent < 0.25 * accuracy.variationPercent, "\(metric): \(accuracy)")
        }
        let read = try ProxyFile(ProxyFile.data(proxy, program: "test"), name: "chained").proxy
        let actions = fresh.rows.map(\.action)
        #expect(read.values(actions) == proxy.values(actions))
    }

    @Test("caution makes every metric worse, in the direction that is worse")
    func caution() throws {
        let proxy = try Self.trained(try Fixture.rows(of: Valley(), count: 200), .ridge)
        let designs = try Fixture.rows(of: Valley(), count: 20, seed: 6).rows.filter(\.isFeasible).map(\.action)
        let plain = LearnedModel(proxy, id: "a-v0").evaluate(designs)
        let careful = LearnedModel(proxy, id: "a-v0", caution: 2).evaluate(designs)
        for (one, other) in zip(plain, careful) where one.status == .ok {
            for (metric, pair) in zip(proxy.spec.metrics, zip(one.metrics, other.metrics)) {
                let (here, there) = (pair.0 ?? .nan, pair.1 ?? .nan)
                #expect(metric.goal == .minimize ? there > here : there < here, "\(metric.name)")
            }
        }
    }

    @Test("the same rows and seed give the same bytes, another seed others")
    func determinism() throws {
        let rows = try Fixture.rows(of: Valley(), count: 80)
        func data(_ seed: UInt64) throws -> Data {
            var rules = ProxyTraining.Rules()
            (rules.seed, rules.metrics) = (seed, ["delay"])
            return try ProxyFile.data(ProxyTraining(rows, rules: rules).run(), program: "test")
        }
        #expect(try data(1) == data(1))
        #expect(try data(1) != data(2))
    }

    @Test(
        "what can't be learned is refused in a sentence",
        arguments: [
            (30, ["dely"], 0.1, "no metric named 'dely'"), (10, ["delay"], 0.1, "10 designs of 'valley-v0' have"),
            (30, [], 0.7, "0.7 of the designs can't be kept apart"),
        ])
    func refusals(count: Int, metrics: [String], apart: Double, sentence: String) throws {
        var rows = try Fixture.rows(of: Valley(), count: 60)
        rows = rows.picking(Array(rows.rows.indices.filter { rows.rows[$0].isFeasible }.prefix(count)))
        var rules = ProxyTraining.Rules()
        (rules.metrics, rules.apart) = (metrics, apart)
        let error = #expect(throws: GymError.self) { _ = try ProxyTraining(rows, rules: rules) }
        #expect(error?.message.contains(sentence) ?? false, "\(error?.message ?? "")")
    }

    @Test("with nothing kept apart it learns from all, and its intervals have no end")
    func nothingApart() throws {
        var rules = ProxyTraining.Rules()
        (rules.apart, rules.model) = (0, .ridge)
        let proxy = try ProxyTraining(Fixture.rows(of: Valley(), count: 100), rules: rules).run()
        let told = proxy.foretell([[0, 16, 0.5, 1]])[0]
        #expect(told.allSatisfy { $0.interval.upperBound == .infinity && $0.value.isFinite && $0.deviation > 0 })
    }
}
