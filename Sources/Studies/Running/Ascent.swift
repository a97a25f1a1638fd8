import Gym

/// How a trial's best rose with its samples: looked at ten times per decade, so that it stays short however long the
/// trial is.
public struct Ascent: Sendable, Hashable {
    /// The best at one moment, where it was another than at the moment before.
    public struct Mark: Sendable, Hashable {
        /// How many samples were paid for.
        public let samples: Int
        /// The best design's metrics.
        public let metrics: [Double?]
    }

    /// Rising in samples.
    public private(set) var marks: [Mark] = []
    private var last: Int64?

    /// The metrics of the best design that keeps the constraints after so many samples, or at the last moment before
    /// that was looked at; nil where none was found by then.
    public func metrics(after samples: Int) -> [Double?]? { marks.last { $0.samples <= samples }?.metrics }

    /// Hears of the best after every sample.
    mutating func note(_ best: Best?, after samples: Int) {
        guard let best, best.sample != last, best.score.violation == 0, Ascent.isMoment(samples) else { return }
        last = best.sample
        marks.append(Mark(samples: samples, metrics: best.metrics))
    }

    /// Preferred numbers, so that 1, 2 and 5 of each decade are among them.
    private static func isMoment(_ samples: Int) -> Bool {
        var rest = samples
        while rest >= 100 {
            guard rest.isMultiple(of: 10) else { return false }
            rest /= 10
        }
        return rest < 10 || preferred.contains(rest)
    }

    private static let preferred = [10, 12, 16, 20, 25, 32, 40, 50, 63, 80]
}
