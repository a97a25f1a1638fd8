import Foundation
import Gym
import Proxies
import Reports
import Studies

/// What scoring a proxy comes to.
struct ProxyScoring {
    /// Designs that the proxy does not know.
    struct Test {
        let name: String
        let rows: DesignRows
        let accuracy: [(metric: String, accuracy: Accuracy)]
    }

    let proxy: Proxy
    private(set) var tests: [Test] = []
    private(set) var curve: [(metric: String, designs: Int, errorPercent: Double, seconds: Double)] = []
    /// The CPU time of training each metric's kind of model again on what the proxy knows of the logs: its file holds
    /// no times, since the same logs give the same file.
    private(set) var fits: [(metric: String, designs: Int, seconds: Double)] = []
    /// How much worse the proxy's best design is than the best known one, as a share, by metric.
    private(set) var regrets: [(metric: String, regret: Double)] = []
    private(set) var secondsSingle = 0.0
    private(set) var secondsBatched = 0.0
    /// What an evaluation of the real model takes; nil where it was not measured.
    var modelSeconds: Double?

    init(proxy: Proxy) { self.proxy = proxy }

    /// Scores the proxy on the rows that it does not know.
    mutating func measure(_ rows: DesignRows, as name: String) throws {
        let unknown = rows.rows.indices.filter { !proxy.knows(rows.rows[$0].action) }
        guard !unknown.isEmpty else { return }
        let part = rows.picking(unknown)
        let accuracy = proxy.accuracy(on: part)
        if !accuracy.isEmpty { tests.append(Test(name: name, rows: part, accuracy: accuracy)) }
    }

    /// Trains on what the proxy knows of these rows, for the time that it takes.
    mutating func refit(on rows: DesignRows, seed: UInt64) {
        let part = rows.picking(rows.rows.indices.filter { proxy.knows(rows.rows[$0].action) })
        for choice in proxy.choices {
            guard let training = try? ProxyTraining(part, rules: rules(for: choice, seed: seed)) else { continue }
            fits.append((choice.metric, part.rows.count, CPUClock.seconds { _ = training.run() }))
        }
    }

    /// What trains one metric's kind of model.
    private func rules(
        for choice: (metric: String, model: String, tried: [CrossValidation]), seed: UInt64
    ) -> ProxyTraining.Rules {
        var rules = ProxyTraining.Rules()
        let kind = ModelKind(rawValue: String(choice.model.prefix { $0 != "/" }))
        (rules.metrics, rules.model, rules.seed) = ([choice.metric], kind, seed)
        return rules
    }

    /// Trains on parts of what the proxy knows of these rows, and scores on those that it does not.
    mutating func draw(curveFrom rows: DesignRows, seed: UInt64) throws {
        guard let test = tests.first else { return }
        let known = rows.shuffled(seed: seed, "curve").filter { proxy.knows(rows.rows[$0].action) }
        for choice in proxy.choices {
            for share in [8, 4, 2, 1] where known.count / share >= ProxyTraining.leastDesigns {
                let part = rows.picking(known.prefix(known.count / share).sorted())
                guard let training = try? ProxyTraining(part, rules: rules(for: choice, seed: seed)) else { continue }
                var trained = proxy
                let seconds = CPUClock.seconds { trained = training.run() }
                guard let accuracy = trained.accuracy(on: test.rows).first?.accuracy else { continue }
                curve.append((choice.metric, part.rows.count, accuracy.rmsePercent, seconds))
            }
        }
    }

    /// Has the proxy's best design of each metric evaluated for real.
    mutating func regret(_ real: RealModel, seed: UInt64) throws {
        for (place, metric) in proxy.spec.metrics.enumerated() {
            guard let column = real.spec.metrics.firstIndex(where: { $0.name == metric.name }) else { continue }
            let design = try best(of: place, metric, seed: seed)
            guard let value = try real.evaluate([design])[0].metrics[column] else { continue }
            let sign = metric.goal == .minimize ? 1.0 : -1.0
            let card = proxy.card.targets.first { $0.metric == metric.name }
            var known = [sign > 0 ? card?.least : card?.greatest].compactMap(\.self) + [value]
            known += tests.flatMap { $0.rows.rows.compactMap { $0.metrics[column] } }
            let least = known.map { sign * $0 }.min() ?? sign * value
            regrets.append((metric.name, (sign * value - least) / max(abs(least), .leastNormalMagnitude)))
        }
    }

    /// The proxy's best design of a metric: the best of many uniform ones, then from neighbour to neighbour.
    private func best(of place: Int, _ metric: Metric, seed: UInt64) throws -> Action {
        var generator = Generator(seed: seed, "proxy", "best", metric.name)
        let sign = metric.goal == .minimize ? 1.0 : -1.0
        let space = proxy.spec.actionSpace
        var actions = try (0..<4_096).map { _ in try space.sample(&generator) }
        var here: (value: Double, action: Action)?
        while true {
            let values = proxy.values(actions).map { sign * $0[place] }
            let least = values.indices.min { values[$0] < values[$1] }
            guard let next = least, values[next] < here?.value ?? .infinity else { break }
            here = (values[next], actions[next])
            actions = space.neighbours(of: actions[next])
            if actions.isEmpty { break }
        }
        guard let here else { throw GymError(.internal, "a proxy foretells nothing") }
        return here.action
    }

    /// Takes the time of predictions, one by one and 1,024 at once.
    mutating func clock() {
        guard let rows = tests.first?.rows.rows, !rows.isEmpty else { return }
        let batch = (0..<1_024).map { rows[$0 % rows.count].action }
        _ = proxy.values(batch)
        let rounds = 5
        secondsBatched =
            (0..<rounds).map { _ in CPUClock.seconds { _ = proxy.values(batch) } }.reduce(.infinity, min) / 1_024
        secondsSingle =
            (0..<rounds).map { _ in
                CPUClock.seconds { for action in batch.prefix(100) { _ = proxy.values([action]) } }
            }.reduce(.infinity, min) / 100
    }

    /// How many times as fast as the real model it is, all metrics at once.
    var speedUps: (single: Double, batched: Double)? {
        modelSeconds.map { ($0 / secondsSingle, $0 / secondsBatched) }
    }
}
