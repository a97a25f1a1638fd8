#if canImport(Glibc)
    import Glibc
#endif

/// What raw objective values are measured by, so that different problems compare: a random design's value is 0, the
/// best known one 1. Whether more or less is better follows from the two.
public struct Yardstick: Sendable, Hashable {
    /// The median objective of random designs.
    public let random: Double
    /// The best objective that is known.
    public let best: Double

    /// Sets both ends; nil where they are equal or not finite, since nothing can be measured then.
    public init?(random: Double, best: Double) {
        guard random.isFinite, best.isFinite, random != best else { return nil }
        (self.random, self.best) = (random, best)
    }

    /// The share of the way from random to best; above 1 for what beats the best, below 0 for worse than random.
    public func score(_ value: Double) -> Double { (random - value) / (random - best) }

    /// How far a value stays from the best in its own unit; 0 for what beats it.
    public func regret(_ value: Double) -> Double { max(0, best < random ? value - best : best - value) }

    /// The decimal logarithm of the regret, which `floor` is added to so that the best has one.
    public func logRegret(_ value: Double, floor: Double = 1e-9) -> Double { log10(regret(value) + floor) }
}
