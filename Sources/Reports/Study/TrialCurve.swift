import Learning
import Samples

/// How the best of one trial rose, at moments that lie evenly on a logarithmic scale.
struct TrialCurve: Sendable {
    /// What is counted.
    enum Axis: Sendable {
        /// Samples, those answered from the trial's own history included.
        case proposals
        /// Samples that were paid for.
        case evaluated
        /// Seconds of search.
        case seconds
    }

    /// One moment.
    struct Point: Sendable {
        let proposals, evaluated: Double
        /// Nil while nothing was found.
        let found: (number: Int64, seconds: Double, value: Double)?
    }

    /// Rising in samples.
    let points: [Point]
    /// Seconds of search in all.
    let seconds: Double
    /// Whether the trial has ended, so that its last value stands for all later moments.
    let isOver: Bool

    /// Numbers of samples up to a total, some twenty per decade: 1, 2, 5 of each decade among them, the total the last.
    static func moments(upTo total: Int64) -> [Int64] {
        let shares: [Double] = [
            10, 11, 12.5, 14, 16, 18, 20, 22.5, 25, 28, 32, 36, 40, 45, 50, 56, 63, 71, 80, 90,
        ]
        var moments: [Int64] = []
        var scale = 0.1
        while Double(moments.last ?? 0) < Double(total), scale < 1e15 {
            for share in shares {
                let moment = Int64((share * scale).rounded())
                if moment > moments.last ?? 0, moment < total { moments.append(moment) }
            }
            if shares[0] * scale > Double(total) { break }
            scale *= 10
        }
        return total > 0 ? moments + [total] : []
    }

    /// How far the trial has come on an axis.
    func end(_ axis: Axis) -> Double {
        switch axis {
        case .proposals: points.last?.proposals ?? 0
        case .evaluated: points.last?.evaluated ?? 0
        case .seconds: seconds
        }
    }

    /// The best after so much; nil where nothing was found by then.
    func value(_ axis: Axis, after amount: Double) -> Double? {
        var value: Double?
        for point in points {
            guard let found = point.found else { continue }
            let place =
                switch axis {
                case .proposals: point.proposals
                case .evaluated: point.evaluated
                case .seconds: found.seconds
                }
            guard place <= amount else { break }
            value = found.value
        }
        return value
    }

    /// The best in the end.
    var final: Double? { points.last?.found?.value }

    /// After how many paid samples the best was at least as good as a value; nil where it never was.
    func evaluated(toReach value: Double, isLess: Bool) -> Double? {
        points.first { point in
            point.found.map { isLess ? $0.value <= value : $0.value >= value } ?? false
        }?.evaluated
    }
}

/// The middle of several trials' bests with the quartiles around it.
struct Band: Sendable {
    /// One moment.
    struct Point: Sendable {
        let x: Double
        let low, high: Double?
        let middle: Double
        let trials: Int
    }

    let points: [Point]

    /// At every moment the trials count that have come so far, or have ended before; one that has found nothing is
    /// worse than any that has.
    init(_ trials: [TrialCurve], axis: TrialCurve.Axis, moments: [Double], isLess: Bool) {
        let worst = isLess ? Double.infinity : -.infinity
        let furthest = trials.map { $0.end(axis) }.max() ?? 0
        var last: Point?
        points = moments.filter { $0 <= furthest }.compactMap { moment -> Point? in
            let values = trials.filter { $0.isOver || $0.end(axis) >= moment }
                .map { $0.value(axis, after: moment) ?? worst }
            guard let spread = Spread(values), spread.median.isFinite else { return nil }
            func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
            return Point(
                x: moment, low: finite(spread.quantile(0.25)), high: finite(spread.quantile(0.75)),
                middle: spread.median, trials: values.count)
        }.filter { point in
            // A curve that stays level needs no points between the ends of the level.
            defer { last = point }
            guard let last else { return true }
            return last.middle != point.middle || last.low != point.low || last.high != point.high
                || point.x == moments.last || point.x == furthest
        }
    }
}
