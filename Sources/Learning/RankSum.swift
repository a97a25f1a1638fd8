#if canImport(Glibc)
    import Glibc
#endif

/// Which of two samples tends to be greater, by ranks alone (Mann and Whitney, 1947).
public struct RankSum: Sendable, Hashable {
    /// In how many pairs the first sample is greater, ties counted half.
    public let statistic: Double
    /// How likely a member of the first sample is greater than one of the second, ties counted half: the probability
    /// of improvement (Agarwal and others, 2021); 1/2 for equal samples.
    public let probability: Double
    /// How likely so great a difference, to either side, is by chance alone: the normal approximation with corrections
    /// for ties and continuity; 1 where all are equal.
    public let significance: Double

    /// Compares; nil where a sample is empty.
    public init?(_ first: [Double], _ second: [Double]) {
        guard !first.isEmpty, !second.isEmpty else { return nil }
        let all = (first.map { ($0, true) } + second.map { ($0, false) }).sorted { $0.0 < $1.0 }
        var (rankSum, tied, start) = (0.0, 0.0, 0)
        while start < all.count {
            var (end, members) = (start, 0)
            while end < all.count, all[end].0 == all[start].0 {
                members += all[end].1 ? 1 : 0
                end += 1
            }
            let size = Double(end - start)
            rankSum += Double(members) * (Double(start + end + 1) / 2)
            tied += size * size * size - size
            start = end
        }
        let (n, m) = (Double(first.count), Double(second.count))
        statistic = rankSum - n * (n + 1) / 2
        probability = statistic / (n * m)
        let variance = n * m / 12 * (n + m + 1 - tied / ((n + m) * (n + m - 1)))
        let distance = max(0, abs(statistic - n * m / 2) - 0.5)
        significance = variance > 0 ? erfc(distance / (2 * variance).squareRoot()) : 1
    }
}

/// Significances of several comparisons, raised so that the chance of a single false find stays what one says it is.
public enum Holm {
    /// The adjusted significances in the order of the given ones (Holm, 1979): never below them, never above 1.
    public static func adjusted(_ significances: [Double]) -> [Double] {
        var adjusted = significances
        var greatest = 0.0
        let order = significances.indices.sorted { (significances[$0], $0) < (significances[$1], $1) }
        for (place, index) in order.enumerated() {
            greatest = max(greatest, min(1, Double(order.count - place) * significances[index]))
            adjusted[index] = greatest
        }
        return adjusted
    }
}
