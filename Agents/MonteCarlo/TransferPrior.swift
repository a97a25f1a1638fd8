import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// How likely each value is to come next, by what made designs of other instances good, of which those count most that
/// are like this one; and how much of that is to be believed here (retrieval-guided search: Chowdhury and others, ICLR
/// 2024, with traits that are given instead of a learned embedding).
///
/// A ridge regression foretells a design's rank among those of its instance from the values in each place and, where
/// all values are of one kind as in a recipe, from how often each comes and follows each. A value's likelihood grows
/// exponentially with what it adds to the rank.
struct TransferPrior: Sendable {
    /// When the prior counts.
    enum Gate: String, Sendable {
        case similar, open, closed
    }

    /// How many features the regression has at most; a space with more gets no prior.
    private static let featureLimit = 700
    /// The exponent of a value's worth in deviations of ranks.
    private static let sharpness = 8.0
    /// How steeply belief falls around the usual distance of an instance to its nearest.
    private static let steepness = 4.0

    /// From 0, where nothing is believed, to 1.
    let belief: Double
    private let features: Features
    private let weights: [Double]

    /// Learns from precedents; nil where there are none, none is to be believed, or the space is too large.
    init?(_ problem: Problem, _ levels: Levels, space: Space, gate: Gate) {
        let features = Features(levels.counts, isUniform: Set(space.parameters.map(\.domain)).count == 1)
        let precedents = problem.precedents.filter { precedent in
            precedent.designs.allSatisfy { $0.count == levels.counts.count }
                && precedent.scores.first != precedent.scores.last
        }
        guard !precedents.isEmpty, gate != .closed, features.count <= Self.featureLimit else { return nil }
        let likeness = Likeness(precedents.map(\.traits), to: problem.spec.traits)
        belief = gate == .open ? 1 : likeness.belief(steepness: Self.steepness)
        self.features = features
        var (rows, targets): ([[Double]], [Double]) = ([], [])
        for (precedent, weight) in zip(precedents, likeness.weights) {
            rows += precedent.designs.map { features.row(levels.of($0)) }
            // What an unlike instance says is taken to be little, which leaves the mean to the others.
            targets += Self.ranks(precedent.scores).map { $0 * weight }
        }
        let scale = likeness.weights.max() ?? 1
        weights = Ridge(rows, targets: targets.map { $0 / scale }, pairs: []).weights
    }

    /// How likely each level of a place is after the level before it, 1 in sum, as far as it is believed.
    func shares(at place: Int, after last: Int32?) -> [Double] {
        let worth = features.places(of: place, after: last).map { places in
            places.reduce(0) { $0 + weights[$1] }
        }
        let highest = worth.max() ?? 0
        let raw = worth.map { exp(Self.sharpness * belief * ($0 - highest)) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }

    /// Where each of the scores, the best first, lies among them, in deviations from the middle; equal ones share their
    /// places' mean.
    private static func ranks(_ scores: [Score]) -> [Double] {
        var ranks = [Double](repeating: 0, count: scores.count)
        var first = 0
        while first < scores.count {
            let end = scores[first...].firstIndex { $0 != scores[first] } ?? scores.count
            for place in first..<end { ranks[place] = Double(scores.count - first - end) / 2 }
            first = end
        }
        let square = ranks.reduce(0) { $0 + $1 * $1 } / Double(max(1, scores.count))
        return square > 0 ? ranks.map { $0 / square.squareRoot() } : ranks
    }

    /// What the regression sees of a design's levels.
    private struct Features: Sendable {
        private let counts: [Int]
        private let isUniform: Bool
        private let starts: [Int]
        /// How many there are.
        let count: Int

        init(_ counts: [Int], isUniform: Bool) {
            (self.counts, self.isUniform) = (counts, isUniform)
            let kinds = isUniform ? counts.first ?? 0 : 0
            var start = kinds + kinds * kinds
            starts = counts.map { count in
                defer { start += count }
                return start
            }
            count = start
        }

        /// For each level of a place the features that it adds 1 to.
        func places(of place: Int, after last: Int32?) -> [[Int]] {
            let kinds = counts[place]
            return (0..<kinds).map { level in
                var places = [starts[place] + level]
                guard isUniform else { return places }
                places.append(level)
                if let last { places.append(kinds + Int(last) * kinds + level) }
                return places
            }
        }

        func row(_ levels: [Int32]) -> [Double] {
            var row = [Double](repeating: 0, count: count)
            for (place, level) in levels.enumerated() {
                let last = place > 0 ? levels[place - 1] : nil
                for feature in places(of: place, after: last)[Int(level)] { row[feature] += 1 }
            }
            return row
        }
    }
}
