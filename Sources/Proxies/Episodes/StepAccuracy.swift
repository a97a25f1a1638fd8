import Gym
import Learning

/// How well a proxy of steps does on episodes that it did not learn from, number by number.
///
/// All errors are root mean squares over the number's spread, in per cent, so that numbers of any unit stand side by
/// side; beside each stands what `nothing changes` would have come to.
public struct StepAccuracy: Sendable, Hashable {
    /// What is foretold: something that is seen, or a metric.
    public let name: String
    /// Whether it is a metric.
    public let isMetric: Bool
    /// The standard deviation of its real values after a step.
    public let spread: Double
    /// On how many single steps, and their error, each from the real state before.
    public let steps: Int
    /// The error of a single step; nil where there were none.
    public let stepPercent: Double?
    /// The same where nothing is thought to change; nil for a number without a value before.
    public let stillPercent: Double?
    /// On how many whole episodes.
    public let episodes: Int
    /// The error at their ends, each foretold from its beginning by its actions alone.
    public let episodePercent: Double?
    /// The same where the beginning is thought to last.
    public let stillEpisodePercent: Double?
    /// Kendall's τ-b between foretold and real values at the ends; nil where either does not vary.
    public let agreement: Double?
}

/// Scores a proxy of steps on episodes of a log.
///
/// Duplicates never count: a single step is looked at only where nothing was learned from any step of its state, and an
/// episode only where it has such a step.
public struct StepScoring: Sendable {
    private let model: StepModel
    private let episodes: EpisodeRows

    /// Takes a proxy, its rules and the episodes of a log.
    public init(_ proxy: Proxy, _ rules: StepRules, on episodes: EpisodeRows) {
        (model, self.episodes) = (StepModel(proxy, rules), episodes)
    }

    /// The errors of all numbers that were learned; none where all states are known.
    public func accuracies() -> [StepAccuracy] {
        let rules = model.rules
        let names = rules.environment.observations + rules.environment.metricNames
        var numbers = names.map { _ in Errors() }
        var met: Set<[Double]> = []
        for episode in episodes.episodes where episode.steps.allSatisfy({ $0.evaluation.status == .ok }) {
            guard let first = episode.steps.first, episode.steps.contains(where: { !rules.knows($0.seen) })
            else { continue }
            let start = rules.starts.first { $0.seen == first.seen }?.metrics ?? rules.metrics.map { _ in nil }
            let beginning = StepModel.State(seen: first.seen, metrics: start)
            var (real, told) = (beginning, beginning)
            for step in episode.steps {
                let single = model.next(real, step.action).state
                let after = StepModel.State(
                    seen: step.evaluation.observation.values,
                    metrics: zip(step.evaluation.metrics, real.metrics).map { $0 ?? $1 })
                told = model.next(told, step.action).state
                if !rules.knows(step.seen), met.insert(step.seen + step.action).inserted {
                    add(to: &numbers, \.steps, single, after, real)
                }
                real = after
            }
            add(to: &numbers, \.ends, told, real, beginning)
        }
        let rulesOfAll = rules.seen + rules.metrics
        return names.indices.compactMap { place in
            guard rulesOfAll[place].kind != .missing, rulesOfAll[place].kind != .steady else { return nil }
            return numbers[place].accuracy(names[place], isMetric: place >= rules.seen.count)
        }
    }

    private func add(
        to numbers: inout [Errors], _ kind: WritableKeyPath<Errors, Errors.Pairs>, _ told: StepModel.State,
        _ real: StepModel.State, _ before: StepModel.State
    ) {
        let (told, real, before) = (told.all, real.all, before.all)
        for place in numbers.indices {
            guard let own = told[place], let came = real[place] else { continue }
            numbers[place][keyPath: kind].add(own, came, before[place])
        }
    }
}

extension StepModel.State {
    fileprivate var all: [Double?] { seen.map(Optional.some) + metrics }
}

/// What is foretold of one number beside what came.
private struct Errors {
    struct Pairs {
        private(set) var (told, real) = ([Double](), [Double]())
        private var (square, still, hasBefore) = (0.0, 0.0, true)

        mutating func add(_ told: Double, _ real: Double, _ before: Double?) {
            self.told.append(told)
            self.real.append(real)
            square += (told - real) * (told - real)
            if let before { still += (before - real) * (before - real) } else { hasBefore = false }
        }

        func percent(of spread: Double) -> Double? { share(square, of: spread) }

        func stillPercent(of spread: Double) -> Double? { hasBefore ? share(still, of: spread) : nil }

        private func share(_ sum: Double, of spread: Double) -> Double? {
            real.isEmpty || spread == 0 ? nil : 100 * (sum / Double(real.count)).squareRoot() / spread
        }
    }

    var (steps, ends) = (Pairs(), Pairs())

    func accuracy(_ name: String, isMetric: Bool) -> StepAccuracy? {
        let values = steps.real.isEmpty ? ends.real : steps.real
        guard let own = Spread(values) else { return nil }
        let square = values.reduce(0) { $0 + ($1 - own.mean) * ($1 - own.mean) }
        let spread = (square / Double(values.count)).squareRoot()
        return StepAccuracy(
            name: name, isMetric: isMetric, spread: spread, steps: steps.real.count,
            stepPercent: steps.percent(of: spread), stillPercent: steps.stillPercent(of: spread),
            episodes: ends.real.count, episodePercent: ends.percent(of: spread),
            stillEpisodePercent: ends.stillPercent(of: spread), agreement: Ranking.agreement(ends.told, ends.real))
    }
}
