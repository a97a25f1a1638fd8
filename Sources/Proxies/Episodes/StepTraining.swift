import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// Makes a proxy of the steps of episodes.
///
/// A step is a design: what is seen and what is done are its parameters, and what is seen next and what metrics it
/// gives are its metrics. So models, splits, duplicates and intervals are those of `ProxyTraining`. Each number is
/// learned as its change or as itself, whichever varies less: a size by how much a step changes it, a gain as it is.
/// What never varies, or changes by the same amount in every step, is not learned.
public struct StepTraining: Sendable {
    /// At most so many numbers can be seen.
    public static let limit = 400

    /// How episodes go on.
    public let rules: StepRules
    /// The steps, each once.
    public let rows: DesignRows

    /// Looks at episodes.
    ///
    /// - Parameter metrics: which to learn; all where empty.
    /// - Throws: `GymError` (`bad-input`): no whole episode, an unknown metric with a guess, or too many numbers.
    public init(_ episodes: EpisodeRows, metrics: [String] = []) throws {
        let spec = episodes.spec
        for name in metrics where !spec.metrics.contains(where: { $0.name == name }) {
            throw GymError.unknown(.badInput, "metric", name, among: spec.metrics.map(\.name))
        }
        guard spec.observationNames.count <= Self.limit else {
            throw GymError(
                .badInput,
                "'\(spec.id)' shows \(spec.observationNames.count) numbers; a proxy of steps reads at most "
                    + "\(Self.limit)")
        }
        let whole = episodes.episodes
        guard !whole.isEmpty, spec.horizon > 1 else {
            throw GymError(.badInput, "no episode of '\(spec.id)' is there from its beginning")
        }
        let survey = StepSurvey(whole, spec, metrics: metrics)
        rules = survey.rules
        rows = try survey.rows(learned: episodes.learned)
    }
}

/// What a pass over all episodes says of how their numbers go on.
private struct StepSurvey {
    let rules: StepRules
    private let spec: EnvironmentSpec
    private let episodes: [EpisodeRows.Episode]
    private let ranges: [ClosedRange<Double>]
    /// What metrics count as before the first step, by what is seen there.
    private let beginnings: [[Double]: [Double?]]

    init(_ episodes: [EpisodeRows.Episode], _ spec: EnvironmentSpec, metrics wanted: [String]) {
        (self.spec, self.episodes) = (spec, episodes)
        let starts = StepSurvey.starts(episodes, spec)
        let beginnings = Dictionary(starts.map { ($0.seen, $0.metrics) }, uniquingKeysWith: { first, _ in first })
        var seen = spec.observationNames.map { _ in Behaviour() }
        var metrics = spec.metrics.map { _ in Behaviour() }
        var (atHorizon, early) = (false, false)
        var states: Set<UInt64> = []
        for episode in episodes {
            StepSurvey.walk(episode, from: beginnings) { step, number, before in
                states.insert(DesignRows.hash(step.seen))
                guard step.evaluation.status == .ok else { return }
                let (next, given) = (step.evaluation.observation.values, step.evaluation.metrics)
                for place in seen.indices { seen[place].add(step.seen[place], next[place]) }
                for place in metrics.indices { metrics[place].add(before[place], given[place]) }
                let isLast = number + 1 == spec.horizon
                if step.evaluation.terminated { if isLast { atHorizon = true } else { early = true } }
            }
        }
        (ranges, self.beginnings) = (seen.map(\.range), beginnings)
        rules = StepRules(
            environment: SpecRecord(spec, .whole), starts: starts, seen: seen.map { $0.rule(isPositive: false) },
            metrics: zip(metrics, spec.metrics).map { behaviour, metric in
                guard wanted.isEmpty || wanted.contains(metric.name) else { return StepRules.Rule(kind: .missing) }
                return behaviour.rule(isPositive: metric.isPositive)
            },
            read: seen.indices.filter { seen[$0].range.lowerBound < seen[$0].range.upperBound },
            endsAtHorizon: atHorizon, endsEarly: early, states: states.sorted())
    }

    /// Every different beginning, with what first steps from it gave on average.
    private static func starts(_ episodes: [EpisodeRows.Episode], _ spec: EnvironmentSpec) -> [StepRules.Start] {
        var order: [[Double]] = []
        var sums: [[Double]: [(sum: Double, count: Double)]] = [:]
        let none = spec.metrics.map { _ in (sum: 0.0, count: 0.0) }
        for episode in episodes {
            guard let step = episode.steps.first else { continue }
            if sums[step.seen] == nil { order.append(step.seen) }
            var own = sums[step.seen] ?? none
            for (place, value) in step.evaluation.metrics.enumerated() {
                guard let value else { continue }
                own[place] = (own[place].sum + value, own[place].count + 1)
            }
            sums[step.seen] = own
        }
        return order.map { seen in
            StepRules.Start(seen: seen, metrics: (sums[seen] ?? none).map { $0.count > 0 ? $0.sum / $0.count : nil })
        }
    }

    /// Passes an episode's steps with their numbers and what metrics were before each.
    private static func walk(
        _ episode: EpisodeRows.Episode, from beginnings: [[Double]: [Double?]],
        _ body: (EpisodeRows.Step, Int, [Double?]) -> Void
    ) {
        guard let first = episode.steps.first, var before = beginnings[first.seen] else { return }
        for (number, step) in episode.steps.enumerated() {
            body(step, number, before)
            for (place, value) in step.evaluation.metrics.enumerated() where value != nil { before[place] = value }
        }
    }

    /// The steps as designs.
    func rows(learned: Int) throws -> DesignRows {
        let labels = StepRules.labels(spec.observationNames)
        let state = rules.read.map { Parameter("seen_\(labels[$0])", .real(ranges[$0])) }
        let space = try Space(
            checking: state + spec.actionSpace.parameters, activity: spec.actionSpace.activity.mapValues(\.text))
        var metrics = rules.foretold.map { Metric($0, unit: "1", goal: .minimize, isPositive: false) }
        for (place, metric) in spec.metrics.enumerated() where rules.metrics[place].kind == .itself {
            if let own = metrics.firstIndex(where: { $0.name == metric.name }) { metrics[own] = metric }
        }
        var rows = DesignRows(try EnvironmentSpec(id: spec.id, actionSpace: space, metrics: metrics).checked())
        for episode in episodes {
            StepSurvey.walk(episode, from: beginnings) { step, _, before in
                let design = rules.read.map { step.seen[$0] } + step.action
                rows.add(design, target(step, before), from: episode.source)
            }
        }
        return rows
    }

    private func target(_ step: EpisodeRows.Step, _ before: [Double?]) -> Evaluation {
        let evaluation = step.evaluation
        let count = rules.foretold.count
        guard evaluation.status == .ok else { return .invalid(evaluation.status, metricCount: count) }
        var targets: [Double?] = []
        for (place, rule) in rules.seen.enumerated() where rule.isForetold {
            targets.append(rule.target(step.seen[place], evaluation.observation.values[place]))
        }
        for (place, rule) in rules.metrics.enumerated() where rule.isForetold {
            targets.append(rule.target(before[place], evaluation.metrics[place]))
        }
        if rules.endsEarly { targets.append(evaluation.terminated ? 1 : 0) }
        return Evaluation(metrics: targets)
    }
}

/// How one number goes on, over all steps.
private struct Behaviour {
    /// Sums of a run of numbers.
    private struct Moments {
        private(set) var (count, mean, square) = (0.0, 0.0, 0.0)
        private(set) var (least, most) = (Double.infinity, -Double.infinity)

        mutating func add(_ value: Double) {
            count += 1
            let away = value - mean
            mean += away / count
            square += away * (value - mean)
            (least, most) = (min(least, value), max(most, value))
        }

        var variance: Double { count > 0 ? square / count : .infinity }
    }

    private var (values, changes, logarithms, factors) = (Moments(), Moments(), Moments(), Moments())
    private var (least, most) = (Double.infinity, -Double.infinity)
    private var isPositive = true
    private var isWhole = true

    mutating func add(_ before: Double?, _ after: Double?) {
        for value in [before, after] {
            guard let value else { continue }
            (least, most) = (min(least, value), max(most, value))
        }
        guard let after else { return }
        values.add(after)
        if after > 0 { logarithms.add(log(after)) } else { isPositive = false }
        guard let before else {
            isWhole = false
            return
        }
        changes.add(after - before)
        if before > 0, after > 0 { factors.add(StepRules.ratio(after, before)) } else { isPositive = false }
    }

    /// What was ever met; one number alone where nothing was.
    var range: ClosedRange<Double> { least <= most ? least...most : 0...0 }

    func rule(isPositive isDeclared: Bool) -> StepRules.Rule {
        guard values.count > 0 else { return StepRules.Rule(kind: .missing) }
        let slack = 1e-12 * max(abs(least), abs(most))
        if isWhole, changes.most - changes.least <= slack {
            return StepRules.Rule(kind: .steady, amount: changes.least + (changes.most - changes.least) / 2)
        }
        if isDeclared, isPositive {
            return StepRules.Rule(kind: isWhole && factors.variance < logarithms.variance ? .factor : .itself)
        }
        return StepRules.Rule(kind: isWhole && changes.variance < values.variance ? .change : .itself)
    }
}
