/// How far apart numbers lie: their quantiles, and the measures of spread that are read from them.
public struct Spread: Sendable, Hashable {
    /// How many numbers there are.
    public let count: Int
    /// The mean of all.
    public let mean: Double
    private let sorted: [Double]

    /// Sorts the numbers; nil where there are none, or where one is not a number.
    public init?(_ values: [Double]) {
        guard !values.isEmpty, !values.contains(where: \.isNaN) else { return nil }
        sorted = values.sorted()
        count = values.count
        mean = values.reduce(0, +) / Double(values.count)
    }

    /// The quantile of a share in 0 … 1, linear between neighbours (type 7 of Hyndman and Fan, 1996).
    public func quantile(_ share: Double) -> Double {
        let place = min(1, max(0, share)) * Double(count - 1)
        let below = Int(place)
        let above = min(below + 1, count - 1)
        let fraction = place - Double(below)
        // Equal neighbours are taken as they are: infinite ones have no difference.
        guard fraction > 0, sorted[below] != sorted[above] else { return sorted[below] }
        return sorted[below] + (sorted[above] - sorted[below]) * fraction
    }

    /// The middle.
    public var median: Double { quantile(0.5) }
    /// The least number.
    public var least: Double { sorted[0] }
    /// The greatest number.
    public var most: Double { sorted[count - 1] }
    /// The distance between the quartiles.
    public var interquartileRange: Double { quantile(0.75) - quantile(0.25) }

    /// The distance between the quartiles over the size of the median: what ArchGym reports of raw objectives
    /// (ISCA 2023). Infinite where the median is 0 and the numbers differ.
    public var relativeRange: Double {
        interquartileRange == 0 ? 0 : interquartileRange / abs(median)
    }

    /// The mean of the middle half: ⌊n / 4⌋ numbers are left out at each end (Agarwal and others, 2021).
    public var interquartileMean: Double {
        let cut = count / 4
        return sorted[cut..<(count - cut)].reduce(0, +) / Double(count - 2 * cut)
    }

    /// How far scores stay below a threshold on average, those above it counted as equal to it.
    public func optimalityGap(threshold: Double = 1) -> Double {
        threshold - sorted.reduce(0) { $0 + min($1, threshold) } / Double(count)
    }

    /// The share of the numbers that are above each threshold: a performance profile (Dolan and Moré, 2002).
    public func profile(_ thresholds: [Double]) -> [Double] {
        thresholds.map { threshold in
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] > threshold { high = middle } else { low = middle + 1 }
            }
            return Double(count - low) / Double(count)
        }
    }
}
