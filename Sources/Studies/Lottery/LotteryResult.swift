import Gym
public import Learning

/// What a lottery found on one problem under one budget.
public struct LotteryResult: Sendable {
    /// Two contenders, compared by their configurations' mean scores.
    public struct Comparison: Sendable {
        /// The names, the better one first.
        public let better, worse: String
        /// How likely a configuration of the first beats one of the second.
        public let probability: Double
        /// How likely so great a difference is by chance, corrected for the number of comparisons by Holm's method.
        public let significance: Double
    }

    /// The contenders in the order of their median configurations' scores at one moment.
    public struct Order: Sendable {
        /// How many samples each run had.
        public let samples: Int
        /// The best first.
        public let names: [String]
        /// Kendall's τ with the order at the end; nil where it is not defined.
        public let agreement: Double?
    }

    /// As people read them; the family is what the environment's datasheet calls it.
    public let family, problem, budget: String
    /// What scores are measured by.
    public let yardstick: Yardstick
    /// Where the yardstick comes from.
    public let source: String
    /// How many samples a run may pay for; nil where time ends it.
    public let samples: Int?
    /// In the order of the manifest.
    public let contenders: [ContenderResult]
    /// The median of the runs of random search; nil where all failed.
    public let randomMedian: Double?
    /// How often each contender comes first when all configurations are drawn again.
    public let firstPlaces: [Double]
    /// At a tenth, a fifth, half and all of the budget; the last alone where it is in minutes.
    public let orders: [Order]
    /// Kendall's τ between the order of the defaults and that of the medians, and between that and that of the best.
    public let defaultsAgreement, bestAgreement: Double?
    /// All pairs.
    public let comparisons: [Comparison]

    /// Sums up the finished trials of one problem and budget; nil without any.
    init?(_ runs: LotteryRuns, yardstick: Yardstick, source: String) {
        guard let first = runs.cell else { return nil }
        family = first.environment.datasheet.title
        (problem, budget, samples) = (first.problemText, first.budget.text, first.budget.samples)
        (self.yardstick, self.source) = (yardstick, source)
        let contenders = runs.contenders(after: nil, yardstick)
        self.contenders = contenders
        let reference = contenders.first { $0.name == Lottery.reference }
        randomMedian = reference.flatMap { Spread($0.runs)?.median }
        var generator = Generator(seed: 1, "first places")
        firstPlaces = Ranking.firstPlaces(
            contenders.map { $0.drawn.map(\.mean) }, resamples: 1_000, using: &generator)
        let medians = contenders.map { $0.spread?.median ?? -.infinity }
        let moments = [10, 5, 2].compactMap { part in first.budget.samples.map { $0 / part } }.filter { $0 > 0 }
        orders = (moments.map(Optional.some) + [nil]).map { moment in
            let scores =
                moment.map { runs.contenders(after: $0, yardstick).map { $0.spread?.median ?? -.infinity } } ?? medians
            return Order(
                samples: moment ?? first.budget.samples ?? 0, names: Ranking.order(scores).map { contenders[$0].name },
                agreement: Ranking.agreement(scores, medians))
        }
        defaultsAgreement = Ranking.agreement(contenders.map { $0.defaultScore ?? -.infinity }, medians)
        bestAgreement = Ranking.agreement(contenders.map { $0.spread?.most ?? -.infinity }, medians)
        comparisons = LotteryResult.comparisons(contenders)
    }

    private static func comparisons(_ contenders: [ContenderResult]) -> [Comparison] {
        var pairs: [(ContenderResult, ContenderResult, RankSum)] = []
        for (place, one) in contenders.enumerated() {
            for other in contenders[(place + 1)...] {
                // An agent of one configuration has nothing but its runs to be compared by.
                let samples = [one, other].map { $0.isSingle ? $0.runs : $0.drawn.map(\.mean) }
                guard let test = RankSum(samples[0], samples[1]) else { continue }
                pairs.append((one, other, test))
            }
        }
        let adjusted = Holm.adjusted(pairs.map(\.2.significance))
        return zip(pairs, adjusted).map { pair, significance in
            let isFirst = pair.2.probability >= 0.5
            return Comparison(
                better: isFirst ? pair.0.name : pair.1.name, worse: isFirst ? pair.1.name : pair.0.name,
                probability: max(pair.2.probability, 1 - pair.2.probability), significance: significance)
        }
    }
}

/// Runs of a lottery on one problem, and the scores that follow from them at any moment.
struct LotteryRuns {
    private let trials: [(trial: Trial, result: TrialResult)]
    private let scorer: Scorer

    init?(_ trials: [(trial: Trial, result: TrialResult)]) {
        guard let cell = trials.first?.trial.cell, let scorer = try? Scorer(cell.objective, spec: cell.spec) else {
            return nil
        }
        (self.trials, self.scorer) = (trials, scorer)
    }

    /// The first run's cell.
    var cell: Cell? { trials.first?.trial.cell }

    /// What the runs are measured by and where that comes from: the table of what is known, or the median design of
    /// random search and the best of all runs; nil where those are not to be had or equal.
    var measure: (yardstick: Yardstick, source: String)? {
        if let known = cell.flatMap(BestKnown.yardstick) { return (known, "best known (table \(BestKnown.version))") }
        let isLess = scorer.headlineMetric.goal == .minimize
        let finals = trials.compactMap { LotteryRuns.final($0.result).flatMap(scorer.headline) }
        let early = trials.flatMap { $0.result.tally.early }.compactMap(scorer.headline)
        guard let best = isLess ? finals.min() : finals.max(), let random = Spread(early)?.median,
            isLess ? best < random : best > random
        else { return nil }
        return Yardstick(random: random, best: best).map { ($0, "best of this study") }
    }

    /// The contenders as they stand after so many samples, or at the end.
    func contenders(after samples: Int?, _ yardstick: Yardstick) -> [ContenderResult] {
        let values = trials.map { trial in
            (samples.map { trial.result.tally.ascent.metrics(after: $0) } ?? LotteryRuns.final(trial.result))
                .flatMap(scorer.headline)
        }
        let scores = values.map { $0.map(yardstick.score) }
        // Nothing found is no better than the worst that was, and no better than a random design.
        let floor = min(0, scores.compactMap(\.self).min() ?? 0)
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for (index, entry) in trials.enumerated() {
            guard let name = entry.trial.cell.draw?.contender else { continue }
            if members[name] == nil { order.append(name) }
            members[name, default: []].append(index)
        }
        return order.map { name in
            let own = members[name] ?? []
            let draws = Set(own.compactMap { trials[$0].trial.cell.draw?.number })
            var configurations: [Int: (settings: Settings, scores: [Double])] = [:]
            for index in own {
                let cell = trials[index].trial.cell
                configurations[cell.draw?.number ?? 0, default: (cell.settings, [])].scores
                    .append(scores[index] ?? floor)
            }
            return ContenderResult(
                name: name, agent: trials[own[0]].trial.cell.agent,
                all: configurations.sorted { $0.key < $1.key }.map {
                    ContenderResult.Configuration(number: $0.key, settings: $0.value.settings, scores: $0.value.scores)
                },
                raw: own.filter { draws == [0] || trials[$0].trial.cell.draw?.number != 0 }.compactMap { values[$0] },
                tallies: own.map { trials[$0].result.tally })
        }
    }

    private static func final(_ result: TrialResult) -> [Double?]? {
        result.tally.best.flatMap { $0.score.violation == 0 ? $0.metrics : nil }
    }
}

extension LotteryResult {
    /// The results of a lottery's problems and budgets, in the plan's order; none for any other kind of study.
    public static func all(of plan: Plan, outcomes: [Runner.Outcome]) -> [LotteryResult] {
        guard plan.kind == .lottery else { return [] }
        let trials = zip(plan.trials, outcomes).compactMap { trial, outcome -> (trial: Trial, result: TrialResult)? in
            guard case .finished(let result) = outcome, result.ending != .stopped else { return nil }
            return (trial, result)
        }
        return grouped(trials, by: \.cell.problemText).flatMap { trials -> [LotteryResult] in
            // Scores of different budgets are on one scale.
            guard let measure = LotteryRuns(trials)?.measure else { return [] }
            return grouped(trials, by: \.cell.budget.text).compactMap { trials in
                LotteryRuns(trials).flatMap {
                    LotteryResult($0, yardstick: measure.yardstick, source: measure.source)
                }
            }
        }
    }

    /// In the order in which the keys come first.
    private static func grouped(
        _ trials: [(trial: Trial, result: TrialResult)], by key: (Trial) -> String
    ) -> [[(trial: Trial, result: TrialResult)]] {
        var places: [String: Int] = [:]
        var groups: [[(trial: Trial, result: TrialResult)]] = []
        for entry in trials {
            let key = key(entry.trial)
            if places[key] == nil {
                places[key] = groups.count
                groups.append([])
            }
            groups[places[key] ?? 0].append(entry)
        }
        return groups
    }
}
