#if canImport(Glibc)
    import Glibc
#endif

/// What an objective makes of one evaluation.
public struct Score: Sendable, Hashable {
    /// More is better; nil when the status is not ok or a metric is missing.
    public var reward: Double?
    /// Total relative violation of the constraints; 0 where all hold or the status is not ok.
    public var violation: Double

    /// Makes a score.
    public init(reward: Double?, violation: Double) { (self.reward, self.violation) = (reward, violation) }

    /// Whether this is a better find: any reward beats none, then less violation, then more reward.
    public func isBetter(than other: Score) -> Bool {
        guard let reward, !reward.isNaN else { return false }
        guard let otherReward = other.reward, !otherReward.isNaN else { return true }
        if violation != other.violation { return violation < other.violation }
        return reward > otherReward
    }
}

/// An objective bound to an environment: gives rewards, and the number in the metric's own unit that people look at.
public struct Scorer: Sendable {
    fileprivate struct BoundTerm: Sendable {
        let place: Int
        let amount: Double
        let metric: Metric
        let reference: Double?
        let maximizes: Bool
    }

    /// The objective that was bound.
    public let objective: Objective
    private let terms: [BoundTerm]
    private let constraints: [Predicate]
    private let metricCount: Int

    /// Binds an objective to an environment.
    ///
    /// - Throws: `GymError` (`bad-input`): an unknown metric with a guess, the wrong number of terms, a target that is
    ///   not positive, or a constraint over unknown quantities.
    public init(_ objective: Objective, spec: EnvironmentSpec) throws {
        self.objective = objective
        metricCount = spec.metrics.count
        let single = [.minimize, .maximize, .accumulate].contains(objective.kind)
        guard !objective.terms.isEmpty, !single || objective.terms.count == 1 else {
            throw GymError(.badInput, "'\(objective.kind)' takes \(single ? "one metric" : "at least one metric")")
        }
        terms = try objective.terms.map { term in
            guard let place = spec.metrics.firstIndex(where: { $0.name == term.metric }) else {
                throw GymError.unknown(.badInput, "metric", term.metric, among: spec.metrics.map(\.name))
            }
            if objective.kind == .target || objective.kind == .archgym, !(term.amount > 0) {
                throw GymError(.badInput, "the target of '\(term.metric)' is not above 0", field: term.metric)
            }
            let metric = spec.metrics[place]
            let maximizes = objective.kind == .maximize || (objective.kind != .minimize && metric.goal == .maximize)
            return BoundTerm(
                place: place, amount: term.amount, metric: metric,
                reference: spec.reference.indices.contains(place) ? spec.reference[place] : nil,
                maximizes: maximizes)
        }
        let quantities = spec.metrics.map { Parameter($0.name, .real(-1...1)) } + spec.actionSpace.parameters
        constraints = try objective.constraints.map { try Predicate($0, quantities: quantities) }
    }

    /// The reward and violation of an evaluation of an action.
    public func score(_ evaluation: Evaluation, action: Action) -> Score {
        guard case .ok = evaluation.status, let reward = reward(evaluation.metrics) else {
            return Score(reward: nil, violation: 0)
        }
        guard !constraints.isEmpty else { return Score(reward: reward, violation: 0) }
        let vector = evaluation.metrics.map { $0 ?? .nan } + action
        return Score(reward: reward, violation: constraints.reduce(0) { $0 + $1.violation(vector) })
    }

    private func reward(_ metrics: [Double?]) -> Double? {
        // A model that gives the wrong number of metrics has no reward; it must not stop the program.
        guard metrics.count == metricCount else { return nil }
        var total = objective.kind == .target || objective.kind == .archgym ? 1.0 : 0.0
        for term in terms {
            guard let value = metrics[term.place] else { return nil }
            switch objective.kind {
            case .minimize, .maximize: total += term.ratio(value)
            case .product: total += term.amount * term.ratio(value)
            case .pareto: total += term.ratio(value) / Double(terms.count)
            case .accumulate: total += term.maximizes ? value : -value
            case .target: total *= 1 / (1 + abs(value - term.amount) / term.amount)
            case .archgym: total *= min(1_000, term.amount / abs(value - term.amount))
            }
        }
        return total.isFinite ? total : nil
    }

    /// What people look at: the metric's own number, the weighted product, or the mean reward of several.
    public func headline(_ metrics: [Double?]) -> Double? {
        guard metrics.count == metricCount else { return nil }
        if terms.count == 1, objective.kind != .product { return metrics[terms[0].place] }
        guard objective.kind == .product else { return reward(metrics) }
        return terms.reduce(1.0 as Double?) { product, term in
            guard let product, let value = metrics[term.place] else { return nil }
            return product * pow(value, term.amount)
        }
    }

    /// The name and unit of the headline number, and whether more of it is better.
    public var headlineMetric: Metric {
        if terms.count == 1, objective.kind != .product {
            let term = terms[0]
            return Metric(term.metric.name, unit: term.metric.unit, goal: term.maximizes ? .maximize : .minimize)
        }
        guard objective.kind == .product else { return Metric("reward", unit: "1", goal: .maximize, isPositive: false) }
        func power(_ text: String, _ weight: Double) -> String {
            weight == 1 ? text : "\(text)^\(Value.format(weight))"
        }
        let name = terms.map { power($0.metric.name, $0.amount) }.joined(separator: "*")
        let unit = terms.map { power($0.metric.unit, $0.amount) }.joined(separator: "·")
        return Metric(name, unit: unit, goal: terms.allSatisfy(\.maximizes) ? .maximize : .minimize)
    }
}

extension Scorer.BoundTerm {
    /// How much better than the reference design, 0 for equal: a log ratio for a positive metric, else relative.
    fileprivate func ratio(_ value: Double) -> Double {
        let better: Double
        if metric.isPositive, value > 0 {
            better = log(value / (reference.flatMap { $0 > 0 ? $0 : nil } ?? 1))
        } else {
            let base = reference ?? 0
            better = (value - base) / (base == 0 ? 1 : abs(base))
        }
        return maximizes ? better : -better
    }
}
