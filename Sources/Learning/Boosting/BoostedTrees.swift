#if canImport(Glibc)
    import Glibc
#endif

/// Regression trees that each take up what those before left over (Friedman, 2001), on histograms of binned designs and
/// leaf by leaf, the best split first (LightGBM, Ke and others, 2017). Of choices a split takes any subset.
///
/// A tree has at most 64 leaves, so that which of them a design can still reach is one word: `prediction` and
/// `predictions` ask all trees at once for each coordinate, and never walk down one.
public struct BoostedTrees: Sendable {
    /// What the trees' sum stands for.
    public enum Loss: String, Sendable, Hashable, Codable {
        /// The target itself; squared error.
        case square
        /// The logarithm of the odds that the target, 0 or 1, is 1.
        case logistic
    }

    /// How the trees grow.
    public struct Rules: Sendable, Hashable {
        /// How many trees there are.
        public var trees = 500
        /// The share of what is left over that each tree takes up.
        public var rate = 0.05
        /// How many leaves a tree has at most: 2 … 64.
        public var leaves = 31
        /// Every leaf has at least so many designs.
        public var minLeaf = 3
        /// By how many designs without a slope a leaf is held back.
        public var penalty = 1.0
        /// By how many designs of mean slope a choice is moved to the mean when choices are put in order.
        public var smoothing = 2.0
        /// The share of the designs that a tree sees.
        public var rows = 0.8
        /// The share of the axes that a tree may split, at least one.
        public var axes = 0.8

        /// The usual rules.
        public init() {}
    }

    /// A split, or a leaf; all trees lie in one array, a node's children side by side.
    struct Node: Sendable, Hashable {
        /// Which axis is split; -1 in a leaf.
        var axis: Int32 = -1
        /// The left child.
        var left: Int32 = 0
        /// Of a number the last bin that goes left; of choices the place of the subset that does; of a leaf its number
        /// from the left.
        var cut: Int32 = 0
        /// What a leaf adds.
        var value = 0.0
    }

    /// What the sum stands for.
    public let loss: Loss
    /// Where designs are cut into bins.
    public let table: BinTable
    /// What the trees begin from.
    public let start: Double
    let nodes: [Node]
    let roots: [Int32]
    /// Bins that go left, as bits of four words, for the splits of choices.
    let subsets: [[UInt64]]
    /// For each axis, how much its splits lowered the loss in all.
    public let gains: [Double]
    /// Nil where they would be large, as over dozens of real numbers; the trees are then walked.
    private let masks: LeafMasks?

    /// Grows trees on designs, which hold one coordinate per axis, and a target for each, 0 or 1 for the logistic loss.
    public init(
        _ axes: [RandomForest.Axis], designs: [[Double]], targets: [Double], loss: Loss = .square,
        rules: Rules = Rules(), using generator: inout some RandomNumberGenerator
    ) {
        let table = BinTable(axes, designs: designs)
        let start = BoostedTrees.start(targets, loss)
        var growth = BoostedGrowth(table, bins: table.bins(designs), count: targets.count, rules: rules)
        var sums = [Double](repeating: start, count: targets.count)
        var (slopes, curves) = (sums, [Double](repeating: 1, count: targets.count))
        for _ in 0..<max(0, targets.isEmpty ? 0 : rules.trees) {
            for row in targets.indices {
                switch loss {
                case .square: slopes[row] = targets[row] - sums[row]
                case .logistic:
                    let share = 1 / (1 + exp(-sums[row]))
                    (slopes[row], curves[row]) = (targets[row] - share, max(1e-6, share * (1 - share)))
                }
            }
            growth.addTree(slopes: slopes, curves: curves, to: &sums, using: &generator)
        }
        self.init(
            loss: loss, table: table, start: start, nodes: growth.nodes, roots: growth.roots, subsets: growth.subsets,
            gains: growth.gains)
    }

    init(
        loss: Loss, table: BinTable, start: Double, nodes: [Node], roots: [Int32], subsets: [[UInt64]],
        gains: [Double]
    ) {
        (self.loss, self.table, self.start, self.nodes) = (loss, table, start, nodes)
        (self.roots, self.subsets, self.gains) = (roots, subsets, gains)
        let size = LeafMasks.size(of: table, trees: roots.count)
        masks = size > LeafMasks.limit ? nil : LeafMasks(table, nodes: nodes, roots: roots, subsets: subsets)
    }

    /// The mean of the targets, or the logarithm of their odds.
    private static func start(_ targets: [Double], _ loss: Loss) -> Double {
        guard !targets.isEmpty else { return 0 }
        let mean = targets.reduce(0, +) / Double(targets.count)
        guard loss == .logistic else { return mean }
        let share = min(1 - 1e-6, max(1e-6, mean))
        return log(share / (1 - share))
    }

    /// How many trees there are.
    public var count: Int { roots.count }

    /// The sum at a design; logarithm of the odds where the loss is logistic.
    public func prediction(at design: [Double]) -> Double { predictions([design])[0] }

    /// The sums at designs: the same bits as one by one.
    public func predictions(_ designs: [[Double]]) -> [Double] {
        let bins = table.bins(designs)
        return masks?.sums(bins, count: designs.count, start: start)
            ?? designs.indices.map { walked(bins[$0 * table.axes.count..<($0 + 1) * table.axes.count]) }
    }

    /// The sum at a design of these bins, tree by tree, added in the order of `LeafMasks`.
    private func walked(_ bins: ArraySlice<UInt8>) -> Double {
        var total = SIMD4<Double>.zero
        for (place, root) in roots.enumerated() {
            var node = nodes[Int(root)]
            while node.axis >= 0 {
                let axis = Int(node.axis)
                let isLeft = node.takesLeft(
                    Int(bins[bins.startIndex + axis]), isOrdered: table.axes[axis] == .number, subsets)
                node = nodes[Int(node.left) + (isLeft ? 0 : 1)]
            }
            total[place & 3] += node.value
        }
        return start + ((total[0] + total[1]) + (total[2] + total[3]))
    }
}

extension BoostedTrees.Node {
    /// Whether a bin goes left at a split.
    func takesLeft(_ bin: Int, isOrdered: Bool, _ subsets: [[UInt64]]) -> Bool {
        isOrdered ? bin <= Int(cut) : subsets[Int(cut)][bin >> 6] >> UInt64(bin & 63) & 1 == 1
    }
}
