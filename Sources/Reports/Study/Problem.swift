import Gym
import Learning
import Samples
import Studies

/// The trials of a report whose designs may be compared: one environment with its options, one objective.
struct Problem: Sendable {
    /// What one report holds of the log.
    let log: SampleLog
    let trials: [StudyTrial]
    let environment, options, objectiveText: String
    let spec: EnvironmentSpec
    let objective: Objective?
    private let scorer: Scorer?
    /// The number that is looked at.
    let metric: Metric
    let names: SeriesNames
    let series: [Series]
    /// One per trial.
    let curves: [TrialCurve]
    /// What a lottery found, where the trials are one.
    let lotteries: [LotteryResult]
    /// What scores are measured by, and where it comes from.
    let measure: (yardstick: Yardstick, source: String)?

    /// Reads what all figures need: how every trial rose.
    init(
        _ trials: [StudyTrial], spec: EnvironmentSpec, log: SampleLog, contenders: [String: String],
        lotteries: [LotteryResult]
    ) throws {
        let first = trials[0].summary
        (self.log, self.trials, self.spec, self.lotteries) = (log, trials, spec, lotteries)
        (environment, options) = (first.environment, first.description.options)
        objectiveText = first.description.objective
        objective = Objective(text: objectiveText)
        let scorer = objective.flatMap { try? Scorer($0, spec: spec) }
        self.scorer = scorer
        let metric = scorer?.headlineMetric ?? Metric("reward", unit: "1", goal: .maximize, isPositive: false)
        self.metric = metric
        let names = SeriesNames(trials, contenders: contenders)
        (self.names, series) = (names, names.all(of: trials))
        let terms = objective?.terms ?? []
        let places = spec.metrics.indices.filter { place in terms.contains { $0.metric == spec.metrics[place].name } }
        curves = try trials.map { trial in
            let stages = try log.stages(
                of: trial.summary.number, at: TrialCurve.moments(upTo: trial.summary.samples), metrics: places)
            let points = stages.map { stage in
                TrialCurve.Point(
                    proposals: Double(stage.proposals), evaluated: Double(stage.evaluated),
                    found: stage.best.map { ($0.number, $0.at, scorer?.headline($0.metrics) ?? $0.reward) })
            }
            return TrialCurve(points: points, seconds: trial.summary.seconds, isOver: trial.isOver)
        }
        if let lottery = lotteries.first {
            measure = (lottery.yardstick, lottery.source)
        } else {
            measure = try Problem.measure(trials, curves, scorer, metric, log)
        }
    }

    /// The objective's terms as places among the metrics; the first metric where the objective says nothing.
    var termPlaces: [Int] {
        let names = (objective?.terms ?? []).map(\.metric)
        let places = names.compactMap { name in spec.metrics.firstIndex { $0.name == name } }
        return places.isEmpty ? [0] : places
    }

    /// What people look at of a sample.
    func headline(_ sample: Sample) -> Double? {
        guard let scorer else { return sample.score.reward }
        return scorer.headline(sample.evaluation.metrics)
    }

    /// Whether less of the headline is better.
    var isLess: Bool { metric.goal == .minimize }

    /// The metric's name with its unit.
    var metricTitle: String { Problem.title(metric) }

    static func title(_ metric: Metric) -> String {
        metric.unit == "1" || metric.unit.isEmpty ? metric.name : "\(metric.name) / \(metric.unit)"
    }

    /// The places of a series' trials.
    func members(of series: Series) -> [Int] { trials.indices.filter { names.series(of: trials[$0]) == series } }

    /// The trials' numbers in the log.
    var numbers: [Int64] { trials.map(\.summary.number) }

    /// At most so many samples, spread evenly over all trials.
    func spread(_ limit: Int, of trials: [StudyTrial]? = nil) throws -> [Sample] {
        let trials = trials ?? self.trials
        let total = trials.reduce(0) { $0 + $1.summary.samples }
        let stride = max(1, (total + Int64(limit) - 1) / Int64(max(1, limit)))
        var (samples, skip): ([Sample], Int64) = ([], 0)
        for trial in trials {
            while skip < trial.summary.samples {
                // Whole pages are quicker where every sample is wanted.
                let page = try log.samples(of: trial.summary.number, from: skip, limit: stride == 1 ? 1_000 : 1)
                guard let last = page.last else { break }
                samples += page
                skip = stride == 1 ? last.number + 1 : skip + stride
            }
            skip = stride == 1 ? 0 : max(0, skip - trial.summary.samples)
        }
        return samples
    }

    /// The median of random designs, and the best of all runs.
    private static func measure(
        _ trials: [StudyTrial], _ curves: [TrialCurve], _ scorer: Scorer?, _ metric: Metric, _ log: SampleLog
    ) throws -> (yardstick: Yardstick, source: String)? {
        let finals = curves.compactMap(\.final)
        let random = trials.filter { $0.summary.description.agent == "random" }.prefix(20)
        let early = try random.flatMap { trial in
            // A design that breaks a constraint may look better than any that keeps them.
            try log.samples(of: trial.summary.number, from: 0, limit: 256).filter { $0.score.violation == 0 }
                .compactMap { sample in
                    scorer.map { $0.headline(sample.evaluation.metrics) } ?? sample.score.reward
                }
        }
        guard let best = metric.goal == .minimize ? finals.min() : finals.max(), let median = Spread(early)?.median,
            metric.goal == .minimize ? best < median : best > median,
            let yardstick = Yardstick(random: median, best: best)
        else { return nil }
        return (yardstick, "best of this report")
    }
}
