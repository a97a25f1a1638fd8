import Gym
import Learning

/// What a proxy was trained on: everything that a reader needs to judge it by, kept in the model file.
public struct DataCard: Sendable, Hashable, Codable {
    /// One metric over the designs.
    public struct Target: Sendable, Hashable, Codable {
        /// The metric's name.
        public let metric: String
        /// How many designs have it.
        public let designs: Int
        /// Their mean, least and greatest, in the metric's unit.
        public let mean, least, greatest: Double
        /// The standard deviation over the mean's size, in per cent: an error is small only beside it.
        public let variationPercent: Double
    }

    /// A log that was read.
    public struct Log: Sendable, Hashable, Codable {
        /// The file's name, without its folder.
        public let name: String
        /// The hash of what was read of it.
        public let contentHash: String

        /// Names a log.
        public init(name: String, contentHash: String) { (self.name, self.contentHash) = (name, contentHash) }
    }

    /// The environment's id.
    public let environment: String
    /// Its options, as the log has them.
    public let options: String
    /// Samples read, of which the following were left out or merged.
    public let samples: Int
    /// Samples of a design that was known already.
    public let duplicates: Int
    /// Samples that gave other numbers than an earlier one of the same design, and were averaged.
    public let conflicts: Int
    /// Samples that failed.
    public let failures: Int
    /// Samples of proxies.
    public let learned: Int
    /// Unique designs.
    public let designs: Int
    /// How many of them are infeasible.
    public let infeasible: Int
    /// How many designs each agent of each study proposed first.
    public let sources: [String: Int]
    /// The metrics.
    public let targets: [Target]
    /// What was read.
    public let logs: [Log]
    /// The hash of all unique designs and their numbers.
    public let contentHash: String

    /// Sums up rows.
    public init(_ rows: DesignRows, options: String, logs: [Log], metrics: [String]) {
        (environment, self.options, self.logs) = (rows.spec.id, options, logs)
        (samples, duplicates, conflicts) = (rows.samples, rows.duplicates, rows.conflicts)
        (failures, learned, designs) = (rows.failures, rows.learned, rows.rows.count)
        infeasible = rows.rows.count { !$0.isFeasible }
        var counts: [String: Int] = [:]
        for row in rows.rows {
            let source = rows.sources[row.source]
            counts["\(source.study)/\(source.agent)", default: 0] += 1
        }
        sources = counts
        targets = metrics.compactMap { name in
            guard let place = rows.spec.metrics.firstIndex(where: { $0.name == name }) else { return nil }
            return Target(name, rows.rows.compactMap { $0.metrics[place] })
        }
        contentHash = rows.contentHash
    }

    /// How many agents there were.
    public var agents: Int { Set(sources.keys.compactMap { $0.split(separator: "/").last }).count }

    /// How many studies there were.
    public var studies: Int { Set(sources.keys.compactMap { $0.split(separator: "/").first }).count }
}

extension DataCard.Target {
    init?(_ name: String, _ values: [Double]) {
        guard let spread = Spread(values) else { return nil }
        let square = values.reduce(0) { $0 + ($1 - spread.mean) * ($1 - spread.mean) / Double(values.count) }
        (metric, designs, mean) = (name, values.count, spread.mean)
        (least, greatest) = (spread.least, spread.most)
        variationPercent = spread.mean == 0 ? 0 : 100 * square.squareRoot() / abs(spread.mean)
    }
}
