/// A regression forest over designs of numbers and choices: trees that each saw a draw of the designs and part of the
/// axes (Breiman, 2001), with the uncertainty of a prediction by the law of total variance over trees and leaves
/// (Hutter and others, 2014).
///
/// Splits look at the order of a number's values alone, so that a strictly rising function of them changes nothing
/// about the designs that a tree has seen; of choices a split takes any subset, and those that were not seen go right.
public struct RandomForest: Sendable {
    /// What a coordinate of a design is.
    public enum Axis: Sendable, Hashable {
        /// A number. What is to lie apart from all others, such as a parameter that is not active, is put below them.
        case number
        /// The index of one of so many choices, from 0; -1 stands for none.
        case choice(Int)
    }

    /// How the trees grow.
    public struct Rules: Sendable, Hashable {
        /// How many trees there are.
        public var trees = 10
        /// The share of the axes that compete for a split, at least one of them.
        public var share = 5.0 / 6
        /// A node of fewer draws than this stays whole.
        public var minSplit = 2
        /// Every leaf has at least so many draws.
        public var minLeaf = 1
        /// How many splits lie above a leaf at most.
        public var maxDepth = Int.max
        /// Whether a number is cut anywhere between its extremes, not at the best place (Geurts and others, 2006).
        public var cutsAtRandom = false
        /// Whether each tree sees a draw of the designs, with replacement, instead of all.
        public var isBagged = true
        /// The least variance of a prediction.
        public var floor = 1e-10

        /// The usual rules.
        public init() {}
    }

    /// A split, or a leaf; all trees lie in one array.
    struct Node {
        /// Which axis is split; -1 in a leaf.
        var axis: Int32 = -1
        /// The left child; the right one follows it. In a leaf the place of its variance.
        var left: Int32 = 0
        /// A number up to this goes left; in a leaf the mean; of choices, as bits, those that go left.
        var value = 0.0
    }

    let rules: Rules
    private(set) var nodes: [Node] = []
    private(set) var roots: [Int32] = []
    /// The leaves' mean squared distances from their means.
    private(set) var variances: [Double] = []
    /// For each axis, how many choices it has with -1 before them; 0 for a number.
    let choices: [Int]
    /// How many coordinates a design has.
    public var axisCount: Int { choices.count }
    /// Subsets of choices that have too many for a node's 64 bits; the node holds where its own begin.
    private(set) var words: [UInt64] = []

    /// Grows a forest on designs, which hold one coordinate per axis, and a target for each.
    public init(
        _ axes: [Axis], designs: [[Double]], targets: [Double], rules: Rules = Rules(),
        using generator: inout some RandomNumberGenerator
    ) {
        self.rules = rules
        choices = axes.map { if case .choice(let count) = $0 { count + 1 } else { 0 } }
        guard !designs.isEmpty else { return }
        let columns = axes.indices.map { place in Column(axes[place], values: designs.map { $0[place] }) }
        let cells = columns.flatMap(\.cells)
        let growthRules = TreeGrowth.Rules(
            share: rules.share, minSplit: rules.minSplit, minLeaf: rules.minLeaf, maxDepth: rules.maxDepth,
            cutsAtRandom: rules.cutsAtRandom)
        for _ in 0..<max(1, rules.trees) {
            var weights = [Double](repeating: rules.isBagged ? 0 : 1, count: designs.count)
            if rules.isBagged { for _ in designs { weights[Chance.below(designs.count, &generator)] += 1 } }
            var growth = TreeGrowth(
                columns.map(\.dimension), cells: cells, scores: targets, weights: weights, rules: growthRules)
            add(growth.tree(using: &generator), columns)
        }
    }

    /// Puts a forest together from its parts; nil where they are no trees that end.
    init?(
        checking nodes: [Node], roots: [Int32], variances: [Double], words: [UInt64], choices: [Int], rules: Rules
    ) {
        guard rules.floor.isFinite, variances.allSatisfy(\.isFinite), choices.allSatisfy({ (0..<1 << 20) ~= $0 })
        else { return nil }
        for (place, node) in nodes.enumerated() {
            guard node.axis >= 0 else {
                guard variances.indices.contains(Int(node.left)), node.value.isFinite else { return nil }
                continue
            }
            // A child follows its parent, so that every walk ends.
            guard Int(node.axis) < choices.count, Int(node.left) > place, Int(node.left) + 1 < nodes.count else {
                return nil
            }
            let count = choices[Int(node.axis)]
            guard count > 64 else { continue }
            guard let first = Int(exactly: node.value), first >= 0, first + (count + 63) / 64 <= words.count else {
                return nil
            }
        }
        guard roots.allSatisfy({ nodes.indices.contains(Int($0)) }) else { return nil }
        (self.nodes, self.roots, self.variances, self.words) = (nodes, roots, variances, words)
        (self.choices, self.rules) = (choices, rules)
    }

    /// The mean of the trees' predictions, and the variance: that of the trees' means and, on average, that in the
    /// leaves. Without designs it is 0, and the floor.
    public func prediction(at design: [Double]) -> (mean: Double, variance: Double) {
        var (sum, square, within) = (0.0, 0.0, 0.0)
        design.withUnsafeBufferPointer { design in
            nodes.withUnsafeBufferPointer { nodes in
                for root in roots {
                    var node = nodes[Int(root)]
                    while node.axis >= 0 {
                        let value = design[Int(node.axis)]
                        node = nodes[Int(node.left) + (goesLeft(value, node) ? 0 : 1)]
                    }
                    sum += node.value
                    square += node.value * node.value
                    within += variances[Int(node.left)]
                }
            }
        }
        return total(sum, square, within)
    }

    /// The predictions at designs that differ from one in a single coordinate, which takes these values. All at once
    /// cost little more than one, since they go through a tree together where it does not ask for that coordinate.
    public func predictions(
        around design: [Double], axis: Int, values: [Double]
    ) -> [(mean: Double, variance: Double)] {
        var sums = [(sum: Double, square: Double, within: Double)](repeating: (0, 0, 0), count: values.count)
        var order = Array(values.indices)
        var open: [(node: Int, range: Range<Int>)] = []
        for root in roots {
            open.append((Int(root), 0..<order.count))
            while let (place, range) = open.popLast() {
                let node = nodes[place]
                if node.axis < 0 {
                    for index in order[range] {
                        sums[index].sum += node.value
                        sums[index].square += node.value * node.value
                        sums[index].within += variances[Int(node.left)]
                    }
                } else if Int(node.axis) != axis {
                    open.append((Int(node.left) + (goesLeft(design[Int(node.axis)], node) ? 0 : 1), range))
                } else {
                    var border = range.lowerBound
                    for index in range where goesLeft(values[order[index]], node) {
                        order.swapAt(border, index)
                        border += 1
                    }
                    if border > range.lowerBound { open.append((Int(node.left), range.lowerBound..<border)) }
                    if border < range.upperBound { open.append((Int(node.left) + 1, border..<range.upperBound)) }
                }
            }
        }
        return sums.map { total($0.sum, $0.square, $0.within) }
    }

    private func total(_ sum: Double, _ square: Double, _ within: Double) -> (mean: Double, variance: Double) {
        let count = Double(max(1, roots.count))
        let mean = sum / count
        return (mean, max(rules.floor, square / count - mean * mean + within / count))
    }

    func goesLeft(_ value: Double, _ node: Node) -> Bool {
        let count = choices[Int(node.axis)]
        guard count > 0 else { return value <= node.value }
        let bit = Int(value) + 1
        guard count > 64 else { return node.value.bitPattern >> UInt64(bit) & 1 == 1 }
        return words[Int(node.value) + bit >> 6] >> UInt64(bit & 63) & 1 == 1
    }

    /// Puts a tree over cells behind the others, its cuts in the designs' own numbers.
    private mutating func add(_ tree: RegressionTree, _ columns: [Column]) {
        let base = nodes.count
        roots.append(Int32(base))
        for node in tree.nodes {
            guard node.dimension >= 0 else {
                nodes.append(Node(left: Int32(variances.count), value: node.mean))
                variances.append(node.variance)
                continue
            }
            let column = columns[node.dimension]
            var split = Node(axis: Int32(node.dimension), left: Int32(base + node.left))
            if column.dimension.isOrdered {
                split.value = column.middle(node.low, node.high)
            } else {
                split.value = subset(node.choices, of: column.dimension.cells)
            }
            nodes.append(split)
        }
    }

    /// Some of so many choices as a node holds them.
    private mutating func subset(_ chosen: [Int], of count: Int) -> Double {
        var bits = [UInt64](repeating: 0, count: (count + 63) / 64)
        for choice in chosen { bits[choice >> 6] |= 1 << UInt64(choice & 63) }
        guard count > 64 else { return Double(bitPattern: bits[0]) }
        words += bits
        return Double(words.count - bits.count)
    }
}

extension RandomForest {
    /// One coordinate of all designs in cells: a number's are the values seen, a choice's all choices and -1.
    private struct Column {
        let dimension: Importance.Dimension
        let cells: [Int32]
        /// What the cells stand for, rising; empty for choices.
        private let values: [Double]

        init(_ axis: Axis, values: [Double]) {
            switch axis {
            case .choice(let count):
                dimension = Importance.Dimension(cells: count + 1, isOrdered: false)
                cells = values.map { Int32($0) + 1 }
                self.values = []
            case .number:
                let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
                var (cells, seen) = ([Int32](repeating: 0, count: values.count), [Double]())
                for place in order {
                    if seen.last != values[place] { seen.append(values[place]) }
                    cells[place] = Int32(seen.count - 1)
                }
                dimension = Importance.Dimension(cells: seen.count, isOrdered: true)
                (self.cells, self.values) = (cells, seen)
            }
        }

        /// A number between two cells' ones that lies at or above the lower and below the higher one.
        func middle(_ low: Int, _ high: Int) -> Double {
            let middle = values[low] + (values[high] - values[low]) / 2
            return middle < values[high] ? middle : values[low]
        }
    }
}
