import Gym
import Learning

/// How well foretold numbers meet the real ones of designs that were never learned from.
public struct Accuracy: Sendable, Hashable {
    /// How many designs.
    public let designs: Int
    /// The mean of the real numbers.
    public let mean: Double
    /// Their standard deviation over the mean, in per cent: what errors are small beside.
    public let variationPercent: Double
    /// Root mean squared error over the mean, in per cent.
    public let rmsePercent: Double
    /// Mean absolute error over the mean, in per cent.
    public let maePercent: Double
    /// The largest error over the mean, in per cent.
    public let worstPercent: Double
    /// The share of the variance that is explained; nil where nothing varies.
    public let determination: Double?
    /// Spearman's rank correlation; nil where either side does not vary.
    public let spearman: Double?
    /// Kendall's τ-b; nil where either side does not vary.
    public let kendall: Double?
    /// The share of the real numbers that lie in their intervals.
    public let coverage: Double
    /// The mean width of the intervals over the mean, in per cent; infinite where one has no end.
    public let widthPercent: Double

    /// Kendall's τ compares every two designs, so no more than these are looked at.
    private static let kendallLimit = 1_000

    /// Compares; nil without designs.
    public init?(_ foretold: [Foretold], real: [Double]) {
        guard let spread = Spread(real), foretold.count == real.count else { return nil }
        let (count, told) = (Double(real.count), foretold.map(\.value))
        let size = max(abs(spread.mean), .leastNormalMagnitude)
        let errors = zip(told, real).map { $0 - $1 }
        let square = errors.reduce(0) { $0 + $1 * $1 }
        let whole = real.reduce(0) { $0 + ($1 - spread.mean) * ($1 - spread.mean) }
        (designs, mean) = (real.count, spread.mean)
        variationPercent = 100 * (whole / count).squareRoot() / size
        rmsePercent = 100 * (square / count).squareRoot() / size
        maePercent = 100 * errors.reduce(0) { $0 + abs($1) } / count / size
        worstPercent = 100 * errors.reduce(0) { max($0, abs($1)) } / size
        determination = whole > 0 ? 1 - square / whole : nil
        spearman = Accuracy.correlation(Accuracy.ranks(told), Accuracy.ranks(real))
        kendall = Ranking.agreement(
            Array(told.prefix(Self.kendallLimit)), Array(real.prefix(Self.kendallLimit)))
        coverage = Double(zip(foretold, real).count { $0.interval.contains($1) }) / count
        widthPercent =
            100 * foretold.reduce(0) { $0 + ($1.interval.upperBound - $1.interval.lowerBound) } / count / size
    }

    /// The place of each number among all, equal ones sharing the mean of theirs.
    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
            for place in first...last { ranks[order[place]] = Double(first + last) / 2 }
            first = last + 1
        }
        return ranks
    }

    private static func correlation(_ a: [Double], _ b: [Double]) -> Double? {
        let (meanA, meanB) = (
            a.reduce(0, +) / Double(max(1, a.count)), b.reduce(0, +) / Double(max(1, b.count))
        )
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            ab += (x - meanA) * (y - meanB)
            aa += (x - meanA) * (x - meanA)
            bb += (y - meanB) * (y - meanB)
        }
        return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : nil
    }
}

extension Proxy {
    /// How well the proxy does on rows, metric by metric; rows without a metric say nothing of it.
    public func accuracy(on rows: DesignRows, level: Double = 0.9) -> [(metric: String, accuracy: Accuracy)] {
        let feasible = rows.rows.filter(\.isFeasible)
        let told = foretell(feasible.map(\.action), level: level)
        return spec.metrics.enumerated().compactMap { place, metric in
            guard let column = rows.spec.metrics.firstIndex(where: { $0.name == metric.name }) else { return nil }
            let known = feasible.indices.filter { feasible[$0].metrics[column] != nil }
            guard
                let accuracy = Accuracy(
                    known.map { told[$0][place] }, real: known.compactMap { feasible[$0].metrics[column] })
            else { return nil }
            return (metric.name, accuracy)
        }
    }

    /// How much worse each metric's error gets, in per cent of its mean, when one parameter of the designs is dealt out
    /// anew among them (Breiman, 2001): what the proxy goes by, whatever it is made of.
    public func permutationImportance(
        on rows: DesignRows, seed: UInt64 = 1
    ) -> [(parameter: String, errorPercent: [Double])] {
        let feasible = rows.rows.filter { $0.isFeasible }
        let told = values(feasible.map(\.action))
        return spec.actionSpace.parameters.enumerated().map { place, parameter in
            var generator = Generator(seed: seed, "permutation", parameter.name)
            let dealt = generator.shuffled(feasible.map { $0.action[place] })
            let changed = zip(feasible, dealt).map { row, value in
                var action = row.action
                action[place] = value
                return spec.actionSpace.canonical(action)
            }
            let moved = values(changed)
            return (
                parameter.name,
                spec.metrics.indices.map { metric in
                    let mean = told.reduce(0) { $0 + $1[metric] } / Double(max(1, told.count))
                    let square = zip(told, moved).reduce(0) {
                        $0 + ($1.0[metric] - $1.1[metric]) * ($1.0[metric] - $1.1[metric])
                    }
                    return 100 * (square / Double(max(1, told.count))).squareRoot()
                        / max(abs(mean), .leastNormalMagnitude)
                }
            )
        }
    }
}
