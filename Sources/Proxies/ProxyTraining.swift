import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// Makes a proxy of rows: for each metric it keeps designs apart, lets kinds of models compete by cross-validation on
/// the others, fits the best, and measures on those kept apart how far it is off.
public struct ProxyTraining: Sendable {
    /// What is asked for.
    public struct Rules: Sendable {
        /// The metrics to learn, the cheapest first; all that any row has where empty.
        public var metrics: [String] = []
        /// The kind of model; the best in cross-validation where nil.
        public var model: ModelKind?
        /// Whether only kinds compete that are fitted to some hundreds of designs in a second, on fewer designs.
        var isQuick = false
        /// Hyperparameters of processes by metric, which are then not fitted: those of an earlier proxy of nearly the
        /// same rows.
        var hints: [String: [Double]] = [:]
        /// Whether later metrics read what was foretold of earlier ones.
        public var isChained = false
        /// Decides splits, folds and everything else that is drawn.
        public var seed: UInt64 = 1
        /// The share of designs that is kept apart for intervals, 0 … 0.5; at 0 intervals have no end.
        public var apart = 0.1

        /// The usual rules.
        public init() {}
    }

    /// A model needs so many designs at least.
    public static let leastDesigns = 20
    /// How many folds cross-validation has.
    static let folds = 4
    /// Cross-validation looks at no more designs than this.
    static let comparisonLimit = 4_000
    /// The same where time is short.
    static let quickLimit = 400

    private let rows: DesignRows
    private let rules: Rules
    private let coding: DesignCoding

    /// Checks what is asked for.
    ///
    /// - Throws: `GymError` (`bad-input`): an unknown metric with a guess, too few designs, or a share out of range.
    public init(_ rows: DesignRows, rules: Rules = Rules()) throws {
        let known = rows.spec.metrics
        guard rows.spec.horizon == 1 else {
            throw GymError(
                .badInput,
                "'\(rows.spec.id)' has episodes of \(rows.spec.horizon) steps; proxies are of single designs")
        }
        for name in rules.metrics where !known.contains(where: { $0.name == name }) {
            throw GymError.unknown(.badInput, "metric", name, among: known.map(\.name))
        }
        guard (0...0.5).contains(rules.apart) else {
            throw GymError(
                .badInput, "\(Value.format(rules.apart)) of the designs can't be kept apart; at most 0.5 can")
        }
        var rules = rules
        let named = rules.metrics.isEmpty ? known.map(\.name) : rules.metrics
        // A metric named twice is learned once.
        rules.metrics = named.enumerated().filter { named.firstIndex(of: $1) == $0 }.map(\.element)
        (self.rows, self.rules, coding) = (rows, rules, DesignCoding(rows.spec.actionSpace))
        for name in rules.metrics {
            let count = rows.rows.count { $0.metrics[place(of: name)] != nil }
            guard count >= Self.leastDesigns else {
                throw GymError(
                    .badInput,
                    "\(count) designs of '\(rows.spec.id)' have the metric '\(name)'; a proxy needs "
                        + "\(Self.leastDesigns) at least")
            }
        }
    }

    private var candidates: [Candidate] {
        rules.isQuick && rules.model == nil ? Candidate.quick : Candidate.all(of: rules.model)
    }

    private func place(of metric: String) -> Int { rows.spec.metrics.firstIndex { $0.name == metric } ?? 0 }

    /// Trains. `progress` hears of every metric that is done.
    ///
    /// - Parameter logs: where the rows were read, for the card.
    public func run(
        options: String = "", logs: [DataCard.Log] = [], progress: (String) -> Void = { _ in }
    ) -> Proxy {
        let order = rows.shuffled(seed: rules.seed, "apart")
        let wanted = rules.apart * Double(order.count)
        let apart = Set(order.prefix(Int(wanted.rounded())))
        var models: [MetricModel] = []
        // What is foretold of earlier metrics for every row, in 0 … 1.
        var extras = [[Double]](repeating: [], count: rows.rows.count)
        var links: [MetricModel.Link] = []
        for (number, name) in rules.metrics.enumerated() {
            var task = MetricTask(
                rows: rows, metric: rows.spec.metrics[place(of: name)], place: place(of: name),
                candidates: candidates, limit: rules.isQuick ? Self.quickLimit : Self.comparisonLimit, apart: apart,
                extras: extras, links: links, hint: rules.hints[name],
                generator: Generator(seed: rules.seed, "proxy", "metric", name))
            let model = task.model()
            models.append(model)
            progress(name)
            guard rules.isChained, number + 1 < rules.metrics.count else { continue }
            let told = task.blindly(model)
            let link = MetricModel.Link(
                metric: name, low: told.reduce(.infinity, min), high: told.reduce(-.infinity, max))
            links.append(link)
            for row in extras.indices { extras[row].append(link.scaled(told[row])) }
        }
        return Proxy(
            spec: rows.spec, models: models, feasibility: feasibility(without: apart),
            card: DataCard(rows, options: options, logs: logs, metrics: rules.metrics), seed: rules.seed,
            known: rows.rows.map { DesignRows.hash($0.action) }.sorted())
    }

    /// A classifier of what can be evaluated, where enough designs could not.
    private func feasibility(without apart: Set<Int>) -> BoostedTrees? {
        let infeasible = rows.rows.count { !$0.isFeasible }
        guard min(infeasible, rows.rows.count - infeasible) >= 5 else { return nil }
        let learned = rows.rows.indices.filter { !apart.contains($0) }
        var generator = Generator(seed: rules.seed, "proxy", "feasibility")
        var rules = BoostedTrees.Rules()
        (rules.trees, rules.leaves, rules.minLeaf, rules.rate) = (200, 16, 2, 0.1)
        return BoostedTrees(
            coding.axes, designs: learned.map { coding.natural(rows.rows[$0].action) },
            targets: learned.map { rows.rows[$0].isFeasible ? 1 : 0 }, loss: .logistic, rules: rules, using: &generator)
    }
}

/// The training of one metric.
private struct MetricTask {
    /// A kind that is so much worse than the best after the first fold is not tried further.
    private static let patience = 1.3

    let metric: Metric
    private let coding: DesignCoding
    private let actions: [Action]
    private let extras: [[Double]]
    /// The targets of the rows that have the metric.
    private let targets: [Int: Double]
    private let transform: MetricModel.Transform
    private let learned: [Int]
    private let kept: [Int]
    private let candidates: [Candidate]
    private let links: [MetricModel.Link]
    /// Cross-validation looks at no more designs than this.
    private let limit: Int
    private let hint: [Double]?
    private var generator: Generator
    /// The chosen kind's errors on designs that it had not seen.
    private var blind: [Int: Double] = [:]

    init(
        rows: DesignRows, metric: Metric, place: Int, candidates: [Candidate], limit: Int, apart: Set<Int>,
        extras: [[Double]], links: [MetricModel.Link], hint: [Double]?,
        generator: Generator
    ) {
        (self.metric, self.candidates, self.extras) = (metric, candidates, extras)
        (self.links, self.limit, self.hint, self.generator) = (links, limit, hint, generator)
        coding = DesignCoding(rows.spec.actionSpace, extras: links.count)
        actions = rows.rows.map(\.action)
        let present = rows.rows.indices.filter { rows.rows[$0].metrics[place] != nil }
        let values = present.map { rows.rows[$0].metrics[place] ?? 0 }
        let isPositive = metric.isPositive && values.allSatisfy { $0 > 0 }
        let transform: MetricModel.Transform = isPositive ? .logarithm : .plain
        self.transform = transform
        targets = Dictionary(
            zip(present, values.map(transform.forward)).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
        learned = present.filter { !apart.contains($0) }
        kept = present.filter { apart.contains($0) }
    }

    private func target(_ row: Int) -> Double { targets[row] ?? 0 }

    mutating func model() -> MetricModel {
        let (candidate, tried) = choose()
        let regressor = fit(candidate, learned, .full)
        let values = learned.map(target)
        let (low, high) = (values.reduce(.infinity, min), values.reduce(-.infinity, max))
        let range = max(high - low, 1e-9)
        let spread = spread()
        let bare = MetricModel(
            metric: metric.name, transform: transform, chain: links, candidate: candidate, tried: tried,
            bounds: (low - range)...(high + range), regressor: regressor, spread: spread, gain: 1, scores: [])
        let rows = kept.isEmpty ? Array(blind.keys).sorted() : kept
        let errors = kept.isEmpty ? rows.map { blind[$0] ?? 0 } : zip(raw(bare, rows), rows).map { $0 - target($1) }
        let scores = zip(errors, spreads(bare, rows)).map { abs($0) / $1 }
        let square = scores.reduce(0) { $0 + $1 * $1 } / Double(max(1, scores.count))
        return MetricModel(
            metric: metric.name, transform: transform, chain: links, candidate: candidate, tried: tried,
            bounds: bare.bounds, regressor: regressor, spread: spread, gain: square.squareRoot(),
            scores: kept.isEmpty ? [] : scores.sorted())
    }

    private func raw(_ model: MetricModel, _ rows: [Int]) -> [Double] {
        model.raw(coding, rows.map { actions[$0] }, extras: rows.map { extras[$0] })
    }

    private func spreads(_ model: MetricModel, _ rows: [Int]) -> [Double] {
        model.spreads(coding, rows.map { actions[$0] }, extras: rows.map { extras[$0] })
    }

    private mutating func fit(_ candidate: Candidate, _ rows: [Int], _ effort: Regressor.Effort) -> Regressor {
        Regressor(
            candidate, coding, rows.map { actions[$0] }, extras: rows.map { extras[$0] }, targets: rows.map(target),
            effort: effort, hint: hint, generator: &generator)
    }

    /// Lets the candidates compete; the best, and how all did.
    private mutating func choose() -> (Candidate, [CrossValidation]) {
        let rows = generator.shuffled(learned).prefix(limit)
        let parts = (0..<ProxyTraining.folds).map { fold in
            rows.enumerated().filter { $0.offset % ProxyTraining.folds == fold }.map(\.element)
        }
        var errors = [[Int: Double]](repeating: [:], count: candidates.count)
        var alive = Array(candidates.indices)
        for fold in parts.indices {
            let others = parts.indices.filter { $0 != fold }.flatMap { parts[$0] }
            for place in alive {
                let regressor = fit(candidates[place], others, .quick)
                let told = regressor.predictions(
                    coding, parts[fold].map { actions[$0] }, extras: parts[fold].map { extras[$0] })
                for (row, value) in zip(parts[fold], told) {
                    errors[place][row] = (value.isFinite ? value : .greatestFiniteMagnitude) - target(row)
                }
            }
            let best = alive.map { loss(errors[$0]) }.reduce(.infinity, min)
            alive = alive.filter { loss(errors[$0]) <= best * Self.patience }
        }
        let chosen = alive.min { (loss(errors[$0]), $0) < (loss(errors[$1]), $1) } ?? alive.first ?? 0
        blind = errors[chosen]
        let tried = candidates.indices.map {
            CrossValidation(
                model: candidates[$0].name, errorPercent: min(1e6, loss(errors[$0])), designs: errors[$0].count)
        }
        return (candidates[chosen], tried)
    }

    /// The root mean squared error over the mean, both in the metric's unit, in per cent.
    private func loss(_ errors: [Int: Double]) -> Double {
        var (square, sum) = (0.0, 0.0)
        for row in errors.keys.sorted() {
            let (truth, told) = (transform.back(target(row)), transform.back(target(row) + (errors[row] ?? 0)))
            square += (told - truth) * (told - truth)
            sum += truth
        }
        let count = Double(max(1, errors.count))
        return 100 * (square / count).squareRoot() / max(abs(sum / count), .leastNormalMagnitude)
    }

    /// How far off the chosen kind is, from design to design, as its errors on designs that it had not seen show.
    private mutating func spread() -> BoostedTrees {
        let rows = blind.keys.sorted()
        let sizes = rows.map { abs(blind[$0] ?? 0) }
        let median = Spread(sizes)?.median ?? 0
        let least = max(median / 10, 1e-12)
        var rules = BoostedTrees.Rules()
        (rules.trees, rules.leaves, rules.minLeaf, rules.rate, rules.rows) = (80, 8, 15, 0.08, 0.7)
        return BoostedTrees(
            coding.axes, designs: rows.map { coding.natural(actions[$0], extras[$0]) },
            targets: sizes.map { log($0 + least) }, rules: rules, using: &generator)
    }

    /// What the chosen kind foretells of every row without having seen it, for the metrics that read it.
    mutating func blindly(_ model: MetricModel) -> [Double] {
        var told = raw(model, Array(actions.indices))
        let order = generator.shuffled(learned)
        for fold in 0..<ProxyTraining.folds {
            let own = order.indices.filter { $0 % ProxyTraining.folds == fold }.map { order[$0] }
            let others = order.indices.filter { $0 % ProxyTraining.folds != fold }.map { order[$0] }
            let regressor = fit(model.candidate, others, .quick)
            let values = regressor.predictions(coding, own.map { actions[$0] }, extras: own.map { extras[$0] })
            for (row, value) in zip(own, values) {
                told[row] = min(model.bounds.upperBound, max(model.bounds.lowerBound, value))
            }
        }
        return told
    }
}
