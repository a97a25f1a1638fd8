#if canImport(Glibc)
    import Glibc
#endif

/// What the best of n configurations can be expected to reach, from the scores of configurations that were drawn
/// independently; more is better. Draws of a tuner are not independent, so they must not be put in here.
public struct BestOfDraws: Sendable, Hashable {
    /// Scores, rising.
    private let sorted: [Double]

    /// Takes the scores; nil where there are none, or where one is not finite.
    public init?(_ scores: [Double]) {
        guard !scores.isEmpty, scores.allSatisfy(\.isFinite) else { return nil }
        sorted = scores.sorted()
    }

    /// How many draws there are.
    public var count: Int { sorted.count }

    /// The mean of the best of n drawn with replacement (Dodge and others, 2019): biased low, for any n from 1 on.
    public func expected(of draws: Int) -> Double {
        let (total, power) = (Double(count), Double(draws))
        return sorted.indices.reduce(0) { sum, index in
            sum + sorted[index] * (pow(Double(index + 1) / total, power) - pow(Double(index) / total, power))
        }
    }

    /// The mean of the best of n drawn without replacement (Tang and others, 2020): unbiased, but its variance is
    /// large near all of them; nil where there are fewer than n.
    public func unbiased(of draws: Int) -> Double? {
        guard draws >= 1, draws <= count else { return nil }
        // C(i, n - 1) / C(K, n), from the last i = K - 1 down, where it is n / K.
        var weight = Double(draws) / Double(count)
        var sum = 0.0
        for index in stride(from: count - 1, through: draws - 1, by: -1) {
            sum += sorted[index] * weight
            guard index > 0 else { break }
            weight *= Double(index - draws + 1) / Double(index)
        }
        return sum
    }

    /// The middle of the best of n, with bounds that hold for all n at once whatever the scores' distribution is: the
    /// band of Dvoretzky, Kiefer and Wolfowitz with Massart's constant (1990) around the distribution, taken to the
    /// n-th power. A bound beyond what was seen is nil.
    public func median(of draws: Int, confidence: Double = 0.95) -> (low: Double?, middle: Double, high: Double?) {
        let share = pow(0.5, 1 / Double(max(1, draws)))
        let width = (log(2 / (1 - confidence)) / (2 * Double(count))).squareRoot()
        let middle = sorted[min(count - 1, place(of: share))]
        let low = share - width > 0 ? sorted[min(count - 1, place(of: share - width))] : nil
        let high = place(of: share + width) < count ? sorted[place(of: share + width)] : nil
        return (low, middle, high)
    }

    /// What is expected for a number of evaluations in all, tuning included, when each draw costs so many: for every
    /// affordable number of draws from 1 to half of those that were seen, beyond which the curve is mostly chance.
    public func curve(evaluationsPerDraw: Int) -> [(evaluations: Int, score: Double)] {
        (1...max(1, count / 2)).map { ($0 * evaluationsPerDraw, expected(of: $0)) }
    }

    /// The place of the least score whose share of scores up to it reaches the given one; `count` where none does.
    private func place(of share: Double) -> Int {
        max(0, Int((share * Double(count)).rounded(.up)) - 1)
    }
}
