/// How much of the variance of runs comes from their configuration, and how much from their seed: a random-effects
/// analysis of variance over one factor (Searle, Casella and McCulloch, Variance Components, 1992, ch. 3).
public struct VarianceSplit: Sendable, Hashable {
    /// The variance between configurations, at least 0.
    public let configurations: Double
    /// The variance between seeds of one configuration.
    public let seeds: Double

    /// Splits the runs of each configuration; nil with fewer than two configurations, or without two runs of any.
    public init?(_ runs: [[Double]]) {
        let groups = runs.filter { !$0.isEmpty }
        let count = groups.reduce(0) { $0 + $1.count }
        guard groups.count > 1, count > groups.count else { return nil }
        let mean = groups.joined().reduce(0, +) / Double(count)
        var (between, within) = (0.0, 0.0)
        for group in groups {
            let own = group.reduce(0, +) / Double(group.count)
            between += Double(group.count) * (own - mean) * (own - mean)
            within += group.reduce(0) { $0 + ($1 - own) * ($1 - own) }
        }
        let squares = groups.reduce(0.0) { $0 + Double($1.count * $1.count) }
        // How many runs a configuration has, as unequal numbers count.
        let size = (Double(count) - squares / Double(count)) / Double(groups.count - 1)
        seeds = within / Double(count - groups.count)
        configurations = max(0, (between / Double(groups.count - 1) - seeds) / size)
    }

    /// The configurations' share of both, 0 where nothing varies.
    public var share: Double {
        configurations + seeds > 0 ? configurations / (configurations + seeds) : 0
    }
}
