public import Gym
public import Learning

/// What one agent of a lottery came to: scores are shares of the way from a random design (0) to the best known (1).
public struct ContenderResult: Sendable {
    /// One configuration with the scores of its runs, one per seed.
    public struct Configuration: Sendable {
        /// 0 for the defaults.
        public let number: Int
        /// Its hyperparameters.
        public let settings: Settings
        /// In the order of the seeds, those of failed trials left out.
        public let scores: [Double]

        /// The mean over the seeds.
        public var mean: Double { scores.reduce(0, +) / Double(scores.count) }
    }

    /// The contender's name.
    public let name: String
    /// Which agent it is.
    public let agent: AgentEntry
    /// Every configuration that has a score, the defaults too.
    public let all: [Configuration]
    /// How the raw objectives of the drawn configurations' runs spread.
    public let raw: Spread?
    /// Proposals that the trial had seen before, as a share of all.
    public let duplicates: Double
    /// Infeasible and failed samples, as a share of all.
    public let infeasible: Double

    init(
        name: String, agent: AgentEntry, all: [Configuration], raw: [Double], tallies: [Tally]
    ) {
        (self.name, self.agent, self.all, self.raw) = (name, agent, all, Spread(raw))
        let proposals = tallies.reduce(0) { $0 + $1.proposals }
        let samples = tallies.reduce(0) { $0 + $1.samples }
        duplicates = Double(proposals - samples) / Double(max(1, proposals))
        infeasible = Double(tallies.reduce(0) { $0 + $1.infeasible + $1.failed }) / Double(max(1, samples))
    }

    /// The configurations that were drawn; for an agent without hyperparameters, its only one.
    public var drawn: [Configuration] {
        let drawn = all.filter { $0.number > 0 }
        return drawn.isEmpty ? all : drawn
    }

    /// Whether it is a single configuration, of which no best of several can be said.
    public var isSingle: Bool { drawn.count < 2 }

    /// The mean score of the defaults; nil where their trials failed.
    public var defaultScore: Double? { all.first { $0.number == 0 }?.mean }

    /// How the configurations' mean scores spread.
    public var spread: Spread? { Spread(drawn.map(\.mean)) }

    /// All runs of drawn configurations.
    public var runs: [Double] { drawn.flatMap(\.scores) }

    /// The best of several drawn configurations.
    public var best: BestOfDraws? { BestOfDraws(drawn.map(\.mean)) }

    /// How much of the variance is between configurations.
    public var split: VarianceSplit? { VarianceSplit(drawn.map(\.scores)) }

    /// The mean of the middle half of the runs with its 95 % interval; configurations are drawn again whole.
    public var interquartileMean: (value: Double, interval: ClosedRange<Double>?)? {
        guard let value = Spread(runs)?.interquartileMean else { return nil }
        var generator = Generator(seed: 1, "bootstrap", name)
        let interval = Bootstrap(resamples: 1_000).interval(clusters: drawn.map(\.scores), using: &generator) {
            Spread($0.flatMap(\.self))?.interquartileMean ?? .nan
        }
        return (value, interval)
    }

    /// The share of runs above each threshold, with a 95 % interval.
    public func profile(_ thresholds: [Double]) -> [(share: Double, interval: ClosedRange<Double>)] {
        var generator = Generator(seed: 1, "profile", name)
        let band = Bootstrap(resamples: 1_000).band(clusters: drawn.map(\.scores), using: &generator) {
            Spread($0.flatMap(\.self))?.profile(thresholds) ?? []
        }
        guard let band, let shares = Spread(runs)?.profile(thresholds) else { return [] }
        return zip(shares, band).map { ($0, $1) }
    }

    /// The share of runs that are better than a score.
    public func winShare(over score: Double) -> Double? { Spread(runs)?.profile([score]).first }

    /// The share of drawn configurations that beat the defaults.
    public var winShareOverDefaults: Double? {
        guard !isSingle, let defaultScore else { return nil }
        return spread?.profile([defaultScore]).first
    }

    /// Which hyperparameters the variance between configurations comes from, the greatest share first: alone, and two
    /// together beyond that. Empty with fewer than eight configurations, which say too little.
    public var importance: [(names: [String], share: Double)] {
        let drawn = drawn
        let axes = agent.hyperparameters.parameters.compactMap { HyperparameterCells($0, among: drawn.map(\.settings)) }
        guard drawn.count >= 8, !axes.isEmpty else { return [] }
        let points = drawn.indices.map { place in axes.map { $0.cells[place] } }
        var generator = Generator(seed: 1, "importance", name)
        let importance = Importance(
            axes.map { Importance.Dimension(cells: $0.count, isOrdered: $0.isOrdered) }, points: points,
            scores: drawn.map(\.mean), using: &generator)
        let alone = zip(axes, importance.alone).map { (names: [$0.0.name], share: $0.1) }
        let pairs = importance.pairs.map { (names: [axes[$0.first].name, axes[$0.second].name], share: $0.share) }
        return (alone + pairs).enumerated().sorted {
            (-$0.element.share, $0.offset) < (-$1.element.share, $1.offset)
        }.map(\.element)
    }
}

/// One hyperparameter of several configurations, cut into cells between the least and the greatest value drawn.
private struct HyperparameterCells {
    let name: String
    let isOrdered: Bool
    let count: Int
    /// One per configuration.
    let cells: [Int]
    private static let bins = 16

    /// Nil where it is the same in all, or left to the agent in some.
    init?(_ parameter: Parameter, among settings: [Settings]) {
        let places = settings.compactMap { settings -> Double? in
            guard let written = settings.values[parameter.name], let value = try? parameter.value(of: written) else {
                return nil
            }
            return parameter.isCategorical ? value : parameter.encode(value)
        }
        let distinct = Set(places).sorted()
        guard places.count == settings.count, let low = distinct.first, let high = distinct.last, low < high else {
            return nil
        }
        (name, isOrdered) = (parameter.name, !parameter.isCategorical)
        if distinct.count <= Self.bins || parameter.isCategorical {
            count = distinct.count
            cells = places.map { place in distinct.firstIndex(of: place) ?? 0 }
        } else {
            count = Self.bins
            cells = places.map { min(Self.bins - 1, Int(($0 - low) / (high - low) * Double(Self.bins))) }
        }
    }
}
