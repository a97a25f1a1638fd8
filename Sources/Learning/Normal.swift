#if canImport(Glibc)
    import Glibc
#endif

/// The standard normal distribution, and what improvement it promises.
public enum Normal {
    /// The density at a point.
    public static func density(_ z: Double) -> Double { 0.398_942_280_401_432_7 * exp(-0.5 * z * z) }

    /// The share of the distribution below a point.
    public static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z * 0.707_106_781_186_547_6) }

    /// log of the share below a point, right far into the lower tail.
    public static func logCumulative(_ z: Double) -> Double {
        guard z < -25 else { return log(cumulative(z)) }
        // The asymptotic series of Mills' ratio, to four terms.
        let inverse = 1 / (z * z)
        let series = 1 - inverse * (1 - inverse * (3 - inverse * (15 - inverse * 105)))
        return -0.5 * z * z - 0.918_938_533_204_672_7 - log(-z) + log(series)
    }

    /// log h(z) with h(z) = φ(z) + z Φ(z), the expected excess of a standard normal over -z; it keeps its precision
    /// where h itself is no longer above zero (LogEI; Ament and others, 2023).
    public static func logExcess(_ z: Double) -> Double {
        if z > -1 { return log(density(z) + z * cumulative(z)) }
        if z > -25 {
            // Φ by its logarithm keeps the difference of two small numbers exact enough.
            let ratio = exp(logCumulative(z) - logDensity(z))
            return logDensity(z) + log1p(z * ratio)
        }
        let inverse = 1 / (z * z)
        let series = 1 - inverse * (3 - inverse * (15 - inverse * 105))
        return logDensity(z) + log(inverse) + log(series)
    }

    private static func logDensity(_ z: Double) -> Double { -0.5 * z * z - 0.918_938_533_204_672_7 }
}
