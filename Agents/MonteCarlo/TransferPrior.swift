import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// How likely each value is to come next, by what the best designs of other instances have, of which those count most
/// that are like this one; and how much of that is to be believed here (retrieval-guided search: Chowdhury and others,
/// ICLR 2024, with traits that are given instead of a learned embedding).
///
/// A value's likelihood is its share in its place, times how much more often than usual it follows the two values
/// before it. Where all values are of one kind, as in a recipe, what follows what is counted over all places.
struct TransferPrior: Sendable {
    /// When the prior counts.
    enum Gate: String, Sendable {
        case similar, open, closed
    }

    /// Of each instance this share of its designs counts as good, but at least and at most so many.
    private static let (share, least, most) = (0.1, 10, 50)
    /// What a count is added of the coarser one's share, in designs.
    private static let caution = 4.0
    /// How steeply belief falls around the usual distance of an instance to its nearest.
    private static let steepness = 4.0

    /// The exponent of all shares, from 0, where nothing is believed, to 1.
    let belief: Double
    private let counts: [Int]
    /// Which tally of what follows what rules in a place.
    private let groups: [Int]
    private var places: [[Double]]
    private var grams: [Gram: [Double]] = [:]

    private struct Gram: Hashable {
        let group: Int
        /// The value before, and the one before that; -1 where the tally is of any.
        let last, former: Int32
    }

    /// Learns from precedents; nil where there are none or none is to be believed.
    init?(_ problem: Problem, _ levels: Levels, space: Space, gate: Gate) {
        let precedents = problem.precedents.filter { precedent in
            precedent.designs.contains { $0.count == levels.counts.count }
        }
        guard !precedents.isEmpty, gate != .closed else { return nil }
        let likeness = Likeness(precedents.map(\.traits), to: problem.spec.traits)
        belief = gate == .open ? 1 : likeness.belief(steepness: Self.steepness)
        counts = levels.counts
        let isUniform = Set(space.parameters.map(\.domain)).count == 1
        groups = counts.indices.map { isUniform ? 0 : $0 }
        places = counts.map { [Double](repeating: 0, count: $0) }
        for (precedent, weight) in zip(precedents, likeness.weights) {
            let count = Int(Double(precedent.designs.count) * Self.share)
            let good = precedent.designs.prefix(min(Self.most, max(Self.least, count)))
            for design in good where design.count == counts.count {
                learn(levels.of(design), weight: weight / Double(good.count))
            }
        }
        // In designs, so that caution means the same whatever the weights are.
        let scale = Double(precedents.count * Self.least) / max(1e-12, likeness.weights.reduce(0, +))
        for place in places.indices { places[place] = places[place].map { $0 * scale } }
        grams = grams.mapValues { $0.map { $0 * scale } }
    }

    private mutating func learn(_ design: [Int32], weight: Double) {
        for (place, level) in design.enumerated() {
            places[place][Int(level)] += weight
            let last = place > 0 ? design[place - 1] : -1
            let former = place > 1 ? design[place - 2] : -1
            for gram in Set([gram(place, -1, -1), gram(place, last, -1), gram(place, last, former)]) {
                grams[gram, default: [Double](repeating: 0, count: counts[place])][Int(level)] += weight
            }
        }
    }

    private func gram(_ place: Int, _ last: Int32, _ former: Int32) -> Gram {
        Gram(group: groups[place], last: last, former: former)
    }

    /// How likely each level of a place is after the levels before it, 1 in sum, as far as it is believed.
    func shares(at place: Int, after levels: [Int32]) -> [Double] {
        let even = [Double](repeating: 1 / Double(counts[place]), count: counts[place])
        let last = levels.last ?? -1
        let former = levels.count > 1 ? levels[levels.count - 2] : -1
        let usual = mixed(grams[gram(place, -1, -1)], even)
        let pair = last < 0 ? usual : mixed(grams[gram(place, last, -1)], usual)
        let triple = former < 0 ? pair : mixed(grams[gram(place, last, former)], pair)
        let own = mixed(places[place], usual)
        let raw = even.indices.map { pow(own[$0] * triple[$0] / usual[$0], belief) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }

    /// Counts as shares, with a little of what is coarser.
    private func mixed(_ counts: [Double]?, _ coarser: [Double]) -> [Double] {
        guard let counts else { return coarser }
        let total = counts.reduce(0, +) + Self.caution
        return counts.indices.map { (counts[$0] + Self.caution * coarser[$0]) / total }
    }
}

/// How like other instances are to one, by their traits, each in units of its deviation among all of them.
struct Likeness: Sendable {
    /// What each of the others counts, at most 1.
    let weights: [Double]
    /// How far the nearest is, and how far an instance's nearest usually is among the others (the median).
    let nearest, usual: Double

    init(_ others: [[Double]], to own: [Double]) {
        let rows = others.filter { $0.count == own.count } + [own]
        let scales = own.indices.map { place in
            let values = rows.map { $0[place] }
            let mean = values.reduce(0, +) / Double(rows.count)
            let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows.count)
            return square > 1e-18 * max(1, mean * mean) ? square.squareRoot() : .infinity
        }
        func distance(_ a: [Double], _ b: [Double]) -> Double {
            guard a.count == own.count, b.count == own.count else { return .infinity }
            let squares = own.indices.map { place -> Double in
                let step = (a[place] - b[place]) / scales[place]
                return step * step
            }
            return (squares.reduce(0, +) / Double(max(1, own.count))).squareRoot()
        }
        let toOwn = others.map { distance($0, own) }
        let gaps = others.indices.map { one in
            others.indices.reduce(Double.infinity) { $1 == one ? $0 : min($0, distance(others[one], others[$1])) }
        }
        let sorted = gaps.filter(\.isFinite).sorted()
        let usual = sorted.isEmpty ? 1 : max(1e-9, sorted[sorted.count / 2])
        (nearest, self.usual) = (toOwn.min() ?? .infinity, usual)
        weights = toOwn.map { gap in gap.isFinite ? 1 / (1 + gap * gap / (usual * usual)) : 1e-3 }
    }

    /// From 1, where some instance is the same, to 0, where none is near: a half at the usual distance.
    func belief(steepness: Double) -> Double {
        nearest.isFinite ? 1 / (1 + exp(steepness * (nearest / usual - 1))) : 0
    }
}
