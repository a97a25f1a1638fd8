public import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// A cost model learned from samples: what each of some metrics of a design is likely to be, how far off that may be,
/// and whether the design can be evaluated at all.
public struct Proxy: Sendable {
    /// The real environment's description, with the metrics that were learned and no others.
    public let spec: EnvironmentSpec
    /// What it was trained on.
    public let card: DataCard
    /// The seed that it was trained with.
    public let seed: UInt64
    /// The hashes of the designs that it learned from, sorted: it must never be scored on them.
    let known: [UInt64]
    let models: [MetricModel]
    let feasibility: BoostedTrees?
    /// Codes designs with as many foretold metrics behind them as each model reads.
    private let codings: [DesignCoding]

    init(
        spec: EnvironmentSpec, models: [MetricModel], feasibility: BoostedTrees?, card: DataCard, seed: UInt64,
        known: [UInt64]
    ) {
        let places = models.map { model in spec.metrics.firstIndex { $0.name == model.metric } ?? 0 }
        self.spec = EnvironmentSpec(
            id: spec.id, actionSpace: spec.actionSpace, metrics: places.map { spec.metrics[$0] },
            reference: places.map { spec.reference[$0] })
        (self.models, self.feasibility, self.card, self.seed) = (models, feasibility, card, seed)
        self.known = known
        codings = models.map { DesignCoding(spec.actionSpace, extras: $0.chain.count) }
    }

    /// How the model of each metric was chosen: its kind, and what the kinds that were tried came to.
    public var choices: [(metric: String, model: String, tried: [CrossValidation])] {
        models.map { ($0.metric, $0.candidate.name, $0.tried) }
    }

    /// Which parameters each metric's model splits most: shares that add up to 1 by parameter, where it is made of
    /// boosted trees.
    public var importance: [(metric: String, shares: [(parameter: String, share: Double)])] {
        models.compactMap { model in
            guard let gains = model.regressor.trees?.gains.prefix(spec.actionSpace.parameters.count) else { return nil }
            let total = gains.reduce(0, +)
            guard total > 0 else { return nil }
            return (model.metric, zip(spec.actionSpace.parameters, gains).map { ($0.name, $1 / total) })
        }
    }

    /// Whether a design was among those that it was trained on, those kept apart for intervals included.
    public func knows(_ action: Action) -> Bool {
        let hash = DesignRows.hash(spec.actionSpace.canonical(action))
        var (low, high) = (0, known.count)
        while low < high {
            let middle = (low + high) / 2
            if known[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < known.count && known[low] == hash
    }

    /// For each metric, what its model says in its own terms.
    private func raws(_ actions: [Action]) -> [(values: [Double], extras: [[Double]])] {
        var told: [(values: [Double], extras: [[Double]])] = []
        let none = [[Double]](repeating: [], count: actions.count)
        for (place, model) in models.enumerated() {
            let extras =
                model.chain.isEmpty
                ? none
                : actions.indices.map { row in
                    model.chain.enumerated().map { $1.scaled(told[$0].values[row]) }
                }
            told.append((model.raw(codings[place], actions, extras: extras), extras))
        }
        return told
    }

    /// The metrics of designs, in the order of the spec.
    public func values(_ actions: [Action]) -> [[Double]] {
        let told = raws(actions)
        return actions.indices.map { row in
            models.indices.map { models[$0].transform.back(told[$0].values[row]) }
        }
    }

    /// The metrics of designs with how far off they may be; intervals hold the real number with the chance `level`.
    public func foretell(_ actions: [Action], level: Double = 0.9) -> [[Foretold]] {
        let told = raws(actions)
        let spreads = models.enumerated().map { place, model in
            model.spreads(codings[place], actions, extras: told[place].extras)
        }
        return actions.indices.map { row in
            models.indices.map {
                models[$0].foretold(told[$0].values[row], spread: spreads[$0][row], level: level)
            }
        }
    }

    /// How likely designs can be evaluated; 1 where no design was ever infeasible.
    public func feasible(_ actions: [Action]) -> [Double] {
        guard let feasibility else { return [Double](repeating: 1, count: actions.count) }
        let coding = DesignCoding(spec.actionSpace)
        return feasibility.predictions(actions.map { coding.natural($0) }).map { 1 / (1 + exp(-$0)) }
    }
}

/// A proxy as a cost model, for whoever would evaluate the real one.
public struct LearnedModel: CostModel {
    /// The real environment's description under the proxy's id, with the metrics that were learned.
    public let spec: EnvironmentSpec
    private let proxy: Proxy
    private let caution: Double

    /// Wraps a proxy; every metric is made worse by `caution` deviations, so that a search keeps to what is known.
    public init(_ proxy: Proxy, id: String, caution: Double = 0) {
        (self.proxy, self.caution) = (proxy, caution)
        spec = EnvironmentSpec(
            id: id, actionSpace: proxy.spec.actionSpace, metrics: proxy.spec.metrics, reference: proxy.spec.reference)
    }

    /// The likely metrics, or infeasible where that is likelier than not.
    public func evaluate(_ action: Action, deadline: Deadline) -> Evaluation { evaluate([action])[0] }

    /// The same for many designs, which costs far less than one by one.
    public func evaluate(_ actions: [Action]) -> [Evaluation] {
        let chances = proxy.feasible(actions)
        let metrics = caution > 0 ? cautious(actions) : proxy.values(actions)
        return actions.indices.map { place in
            guard chances[place] < 0.5 else { return Evaluation(metrics: metrics[place]) }
            let percent = Int((100 * chances[place]).rounded())
            return .invalid(
                .infeasible("the proxy gives it a chance of \(percent) % to be feasible"),
                metricCount: spec.metrics.count)
        }
    }

    private func cautious(_ actions: [Action]) -> [[Double]] {
        proxy.foretell(actions).map { told in
            zip(spec.metrics, told).map { metric, told in
                let margin = caution * told.deviation
                guard metric.goal == .maximize else { return told.value + margin }
                return metric.isPositive ? max(told.value / 1_000, told.value - margin) : told.value - margin
            }
        }
    }
}
