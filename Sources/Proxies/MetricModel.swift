import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// What a proxy says of one metric of one design.
public struct Foretold: Sendable, Hashable {
    /// The metric's number, in its unit.
    public var value: Double
    /// How far off it usually is: the standard deviation, in the metric's unit.
    public var deviation: Double
    /// Within what the real number lies nine times out of ten.
    public var interval: ClosedRange<Double>
}

/// How well one kind of model did in cross-validation.
public struct CrossValidation: Sendable, Hashable, Codable {
    /// The kind, and its rules where it has several.
    public let model: String
    /// Root mean squared error over the mean of the targets, in per cent.
    public let errorPercent: Double
    /// On how many designs.
    public let designs: Int
}

/// The model of one metric: a regressor of its logarithm where it is positive, how wide of the mark that usually is
/// from design to design, and the scores by which its intervals hold what they promise.
struct MetricModel: Sendable, Codable {
    /// What the regressor learned.
    enum Transform: String, Sendable, Codable {
        case plain, logarithm

        func forward(_ value: Double) -> Double { self == .logarithm ? log(value) : value }

        func back(_ value: Double) -> Double { self == .logarithm ? exp(min(700, max(-700, value))) : value }
    }

    /// The metric's name.
    let metric: String
    let transform: Transform
    /// The metrics whose foretold numbers it reads, each brought to 0 … 1 by a low and a high.
    let chain: [Link]
    /// What was chosen.
    let candidate: Candidate
    /// What was tried.
    let tried: [CrossValidation]
    /// What is never left: what lies outside of what was seen by more than its range.
    let bounds: ClosedRange<Double>
    let regressor: Regressor
    /// The logarithm of how far the regressor is off, from design to design.
    let spread: BoostedTrees
    /// What the spread is multiplied with to be a standard deviation.
    let gain: Double
    /// How far off it was on designs kept apart, over the spread: sorted.
    let scores: [Double]

    /// A metric that is read by a later one.
    struct Link: Sendable, Codable {
        let metric: String
        let low, high: Double

        /// The foretold logarithm, or number, in 0 … 1.
        func scaled(_ value: Double) -> Double { high > low ? (value - low) / (high - low) : 0 }
    }

    /// What the regressor foretells, in its own terms, within bounds.
    func raw(_ coding: DesignCoding, _ actions: [Action], extras: [[Double]]) -> [Double] {
        regressor.predictions(coding, actions, extras: extras).map {
            $0.isFinite ? min(bounds.upperBound, max(bounds.lowerBound, $0)) : bounds.upperBound
        }
    }

    /// The spread at designs, in the regressor's terms.
    func spreads(_ coding: DesignCoding, _ actions: [Action], extras: [[Double]]) -> [Double] {
        spread.predictions(actions.indices.map { coding.natural(actions[$0], extras[$0]) }).map { exp($0) }
    }

    /// By what the spread is multiplied to hold the real number with a chance (Lei and others, 2018): the score that
    /// comes after that share of those kept apart, one more counted in; infinite where those are too few for it.
    func factor(level: Double) -> Double { Conformal.factor(scores, level: level) }

    /// From the regressor's terms to the metric's.
    func foretold(_ raw: Double, spread: Double, level: Double) -> Foretold {
        let width = factor(level: level) * spread
        let value = transform.back(raw)
        let limits =
            width.isFinite
            ? transform.back(raw - width)...transform.back(raw + width)
            : (transform == .logarithm ? 0 : -.infinity)...(.infinity)
        let deviation = transform == .logarithm ? value * gain * spread : gain * spread
        return Foretold(value: value, deviation: deviation, interval: limits)
    }
}

/// Split-conformal prediction: intervals that hold whatever the model, on designs like those that were kept apart.
enum Conformal {
    /// The score of rank ⌈(n + 1) level⌉ among sorted ones.
    static func factor(_ sorted: [Double], level: Double) -> Double {
        let rank = Int((Double(sorted.count + 1) * level - 1e-9).rounded(.up))
        return sorted.indices.contains(rank - 1) ? sorted[rank - 1] : .infinity
    }
}
