/// A tree over cells: what a forest is made of, and what `Importance` takes apart. `TreeGrowth` grows it.
///
/// Nodes lie in one array, a node's children side by side.
struct RegressionTree {
    /// A split, or a leaf with what lies in it.
    struct Node {
        /// Which dimension is split; -1 in a leaf.
        var dimension = -1
        /// The place of the left child; the right one follows it.
        var left = 0
        /// Where cells have an order, those up to `low` go left and those from `high` on go right; nothing was seen
        /// between them.
        var low = 0
        var high = 0
        /// Where cells have none: those seen that go left, rising.
        var choices: [Int] = []
        /// Of the draws in a leaf: how many they are, their mean, and their mean squared distance from it.
        var weight = 0.0
        var mean = 0.0
        var variance = 0.0
    }

    private let dimensions: [Importance.Dimension]
    private(set) var nodes: [Node] = []

    /// A tree of no nodes yet.
    init(_ dimensions: [Importance.Dimension]) { self.dimensions = dimensions }

    /// Adds a leaf and returns its place.
    mutating func addNode() -> Int {
        nodes.append(Node())
        return nodes.count - 1
    }

    /// Splits a leaf in two; the place of the left one.
    mutating func split(_ place: Int, by cut: TreeGrowth.Cut) -> Int {
        let left = addNode()
        _ = addNode()
        nodes[place].dimension = cut.dimension
        nodes[place].left = left
        (nodes[place].low, nodes[place].high) = (cut.low, cut.high)
        nodes[place].choices = cut.left.sorted()
        return left
    }

    /// Notes what lies in a leaf.
    mutating func close(_ place: Int, mean: Double, variance: Double, weight: Double) {
        (nodes[place].mean, nodes[place].variance, nodes[place].weight) = (mean, variance, weight)
    }
}

extension RegressionTree {
    /// A box of the space with the mean of its points.
    private struct Box {
        var node: Int
        /// For each dimension, the cells that lie in the box, rising.
        var cells: [[Int]]
    }

    /// The boxes of all leaves; together they fill the space.
    private var leaves: [(score: Double, cells: [[Int]])] {
        var found: [(score: Double, cells: [[Int]])] = []
        var open = nodes.isEmpty ? [] : [Box(node: 0, cells: dimensions.map { Array(0..<$0.cells) })]
        while let box = open.popLast() {
            let node = nodes[box.node]
            guard node.dimension >= 0 else {
                found.append((node.mean, box.cells))
                continue
            }
            var (left, right) = (box, box)
            (left.node, right.node) = (node.left, node.left + 1)
            // Cells without points between the two sides are shared out evenly; choices without go right.
            let border = (node.low + node.high + 1) / 2
            let isOrdered = dimensions[node.dimension].isOrdered
            func goesLeft(_ cell: Int) -> Bool { isOrdered ? cell < border : node.choices.contains(cell) }
            left.cells[node.dimension].removeAll { !goesLeft($0) }
            right.cells[node.dimension].removeAll(where: goesLeft)
            open += [left, right]
        }
        return found
    }

    /// The shares of the tree's variance over the whole space, each cell as likely as any other of its dimension; nil
    /// where nothing varies.
    func varianceParts() -> (alone: [Double], pairs: [Double])? {
        let leaves = leaves
        let volumes = leaves.map { leaf in
            dimensions.indices.map { Double(leaf.cells[$0].count) / Double(dimensions[$0].cells) }
        }
        let sizes = volumes.map { $0.reduce(1, *) }
        let mean = zip(leaves, sizes).reduce(0) { $0 + $1.0.score * $1.1 }
        let total = zip(leaves, sizes).reduce(0) { $0 + ($1.0.score - mean) * ($1.0.score - mean) * $1.1 }
        guard total > 1e-300 else { return nil }
        let alone = dimensions.indices.map { dimension in
            var marginal = [Double](repeating: 0, count: dimensions[dimension].cells)
            for (place, leaf) in leaves.enumerated() {
                let rest = sizes[place] / volumes[place][dimension]
                for cell in leaf.cells[dimension] { marginal[cell] += leaf.score * rest }
            }
            return variance(of: marginal, mean)
        }
        var pairs: [Double] = []
        for first in dimensions.indices {
            for second in dimensions.indices.dropFirst(first + 1) {
                var marginal = [Double](repeating: 0, count: dimensions[first].cells * dimensions[second].cells)
                for (place, leaf) in leaves.enumerated() {
                    let rest = leaf.score * sizes[place] / (volumes[place][first] * volumes[place][second])
                    for row in leaf.cells[first] {
                        for column in leaf.cells[second] { marginal[row * dimensions[second].cells + column] += rest }
                    }
                }
                pairs.append(max(0, variance(of: marginal, mean) - alone[first] - alone[second]) / total)
            }
        }
        return (alone.map { $0 / total }, pairs)
    }

    private func variance(of marginal: [Double], _ mean: Double) -> Double {
        marginal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(marginal.count)
    }
}
