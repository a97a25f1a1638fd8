/// Trees written out, whatever grew them, for whoever carries them elsewhere. A design's value is the sum, over the
/// trees, of what the leaf that it reaches says.
public struct WrittenTrees: Sendable, Hashable {
    /// A split, whose left child is at a place and whose right one follows it, or a leaf.
    public enum Node: Sendable, Hashable {
        /// A number up to the limit goes left.
        case number(axis: Int, limit: Double, left: Int)
        /// These choices go left; -1 stands for none.
        case choice(axis: Int, among: [Int], left: Int)
        /// What it says.
        case leaf(Double)
    }

    /// All trees' nodes; a child comes after its parent.
    public let nodes: [Node]
    /// Where each tree begins.
    public let roots: [Int]
}

extension BoostedTrees {
    /// The trees without what they begin from, `start`.
    public var written: WrittenTrees {
        let nodes = nodes.map { node -> WrittenTrees.Node in
            guard node.axis >= 0 else { return .leaf(node.value) }
            let (axis, left, cut) = (Int(node.axis), Int(node.left), Int(node.cut))
            if case .number = table.axes[axis] {
                let edges = table.edges[axis]
                return .number(axis: axis, limit: cut < edges.count ? edges[cut] : .infinity, left: left)
            }
            // The bin of a choice comes after that of none.
            let bins = (0..<table.count(of: axis)).filter { node.takesLeft($0, isOrdered: false, subsets) }
            return .choice(axis: axis, among: bins.map { $0 - 1 }, left: left)
        }
        return WrittenTrees(nodes: nodes, roots: roots.map(Int.init))
    }
}

extension RandomForest {
    /// The trees, each leaf with its share of the mean over them.
    public var written: WrittenTrees {
        let count = Double(max(1, roots.count))
        let nodes = nodes.map { node -> WrittenTrees.Node in
            guard node.axis >= 0 else { return .leaf(node.value / count) }
            let (axis, left) = (Int(node.axis), Int(node.left))
            guard choices[axis] > 0 else { return .number(axis: axis, limit: node.value, left: left) }
            let among = (-1..<choices[axis] - 1).filter { goesLeft(Double($0), node) }
            return .choice(axis: axis, among: among, left: left)
        }
        return WrittenTrees(nodes: nodes, roots: roots.map(Int.init))
    }
}
