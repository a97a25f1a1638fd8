/// Confidence intervals by drawing again from what was seen (Efron, 1979), by percentiles.
public struct Bootstrap: Sendable, Hashable {
    /// How many times all is drawn again.
    public let resamples: Int
    /// The share of intervals that hold the truth, in 0 … 1.
    public let confidence: Double

    /// Chooses how often and how sure; 2,000 resamples are enough for figures of two digits.
    public init(resamples: Int = 2_000, confidence: Double = 0.95) {
        (self.resamples, self.confidence) = (max(1, resamples), min(1, max(0, confidence)))
    }

    /// An interval of a statistic of runs that are independent within strata; each stratum is drawn from by itself and
    /// keeps its size, so that no task is left out. The statistic sees the strata in their order.
    public func interval<Source: RandomNumberGenerator>(
        strata: [[Double]], using generator: inout Source, _ statistic: ([[Double]]) -> Double
    ) -> ClosedRange<Double>? {
        band(using: &generator, drawn: strata, { [statistic($0)] }) { source, drawn in
            for index in strata.indices {
                for place in strata[index].indices {
                    drawn[index][place] = strata[index][Chance.below(strata[index].count, &source)]
                }
            }
        }?.first
    }

    /// An interval of a statistic of runs that come in clusters, such as the seeds of one configuration: clusters are
    /// drawn first, then runs within each that was drawn. The statistic sees one list per drawn cluster.
    public func interval<Source: RandomNumberGenerator>(
        clusters: [[Double]], using generator: inout Source, _ statistic: ([[Double]]) -> Double
    ) -> ClosedRange<Double>? {
        band(clusters: clusters, using: &generator) { [statistic($0)] }?.first
    }

    /// The same for several statistics at once, such as a profile: an interval for each, all from the same draws.
    public func band<Source: RandomNumberGenerator>(
        clusters: [[Double]], using generator: inout Source, _ statistics: ([[Double]]) -> [Double]
    ) -> [ClosedRange<Double>]? {
        let clusters = clusters.filter { !$0.isEmpty }
        return band(using: &generator, drawn: clusters, statistics) { source, drawn in
            for index in clusters.indices {
                let cluster = clusters[Chance.below(clusters.count, &source)]
                drawn[index] = cluster.indices.map { _ in cluster[Chance.below(cluster.count, &source)] }
            }
        }
    }

    private func band<Source: RandomNumberGenerator>(
        using generator: inout Source, drawn first: [[Double]], _ statistics: ([[Double]]) -> [Double],
        draw: (inout Source, inout [[Double]]) -> Void
    ) -> [ClosedRange<Double>]? {
        guard first.contains(where: { !$0.isEmpty }) else { return nil }
        var drawn = first
        var columns: [[Double]] = []
        for _ in 0..<resamples {
            draw(&generator, &drawn)
            let values = statistics(drawn)
            if columns.isEmpty { columns = values.map { _ in [] } }
            for (index, value) in values.enumerated() where !value.isNaN { columns[index].append(value) }
        }
        let spreads = columns.compactMap { Spread($0) }
        guard spreads.count == columns.count, !spreads.isEmpty else { return nil }
        return spreads.map { $0.quantile((1 - confidence) / 2)...$0.quantile((1 + confidence) / 2) }
    }
}

/// Draws that are the same on every machine and with every compiler.
enum Chance {
    /// A uniform integer in `0 ..< bound`; its bias, below bound / 2^64, is nobody's to notice.
    static func below(_ bound: Int, _ generator: inout some RandomNumberGenerator) -> Int {
        Int(truncatingIfNeeded: generator.next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
