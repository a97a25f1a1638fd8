/// Which hyperparameters matter: the share of a score's variance that each explains alone, and in pairs, by an
/// analysis of variance of the trees of a regression forest (Hutter, Hoos and Leyton-Brown, 2014).
///
/// Every dimension is cut into cells of equal probability: a number into at most as many as there are bins, a
/// categorical into its choices.
public struct Importance: Sendable {
    /// How one dimension is cut.
    public struct Dimension: Sendable, Hashable {
        /// How many cells there are, at least 1.
        public let cells: Int
        /// Whether cells have an order, as a number's have and a categorical's do not.
        public let isOrdered: Bool

        /// Describes a dimension.
        public init(cells: Int, isOrdered: Bool) { (self.cells, self.isOrdered) = (max(1, cells), isOrdered) }
    }

    /// The share of the variance that each dimension explains alone.
    public let alone: [Double]
    /// The share that two dimensions explain together beyond what each explains alone, the pairs in their order.
    public let pairs: [(first: Int, second: Int, share: Double)]

    /// Grows a forest over points, which hold one cell per dimension, and takes its variance apart.
    ///
    /// - Parameters:
    ///   - isBagged: whether each tree sees a draw of the points and part of the dimensions at each split; without, all
    ///     trees are the same, so one is enough.
    public init(
        _ dimensions: [Dimension], points: [[Int]], scores: [Double], trees: Int = 64, isBagged: Bool = true,
        using generator: inout some RandomNumberGenerator
    ) {
        let places = Array(points.indices.prefix(scores.count))
        var alone = [Double](repeating: 0, count: dimensions.count)
        var pairs = alone.indices.flatMap { first in
            alone.indices.dropFirst(first + 1).map { (first: first, second: $0, share: 0.0) }
        }
        var counted = 0
        let cells = dimensions.indices.flatMap { dimension in places.map { Int32(points[$0][dimension]) } }
        // Of the dimensions five sixths compete, as the method's authors have it.
        let rules = TreeGrowth.Rules(share: isBagged ? 5.0 / 6 : 1)
        for _ in 0..<max(1, trees) where !places.isEmpty {
            var weights = [Double](repeating: isBagged ? 0 : 1, count: places.count)
            if isBagged { for _ in places { weights[Chance.below(places.count, &generator)] += 1 } }
            var growth = TreeGrowth(
                dimensions, cells: cells, scores: Array(scores.prefix(places.count)), weights: weights, rules: rules)
            let tree = growth.tree(using: &generator)
            guard let parts = tree.varianceParts() else { continue }
            counted += 1
            for index in alone.indices { alone[index] += parts.alone[index] }
            for index in pairs.indices { pairs[index].share += parts.pairs[index] }
        }
        self.alone = alone.map { $0 / Double(max(1, counted)) }
        self.pairs = pairs.map { ($0.first, $0.second, $0.share / Double(max(1, counted))) }
    }
}
