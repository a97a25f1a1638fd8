extension BoostedTrees: Codable {
    private enum Key: String, CodingKey {
        case loss, axes, edges, start, axis, left, cut, value, roots, subsets, gains
    }

    /// Writes the trees in words of their own: `axes` has 0 for a number and else how many choices there are; the nodes
    /// lie in four runs, `axis` being -1 in a leaf; `subsets` lists bins.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(loss, forKey: .loss)
        try container.encode(table.axes.map { if case .choice(let count) = $0 { count } else { 0 } }, forKey: .axes)
        try container.encode(table.edges, forKey: .edges)
        try container.encode(start, forKey: .start)
        try container.encode(nodes.map(\.axis), forKey: .axis)
        try container.encode(nodes.map(\.left), forKey: .left)
        try container.encode(nodes.map { $0.axis < 0 ? 0 : $0.cut }, forKey: .cut)
        try container.encode(nodes.map(\.value), forKey: .value)
        try container.encode(roots, forKey: .roots)
        try container.encode(
            subsets.map { words in (0..<256).filter { words[$0 >> 6] >> UInt64($0 & 63) & 1 == 1 } }, forKey: .subsets)
        try container.encode(gains, forKey: .gains)
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `DecodingError` where the parts are no trees: a child that does not follow its parent, a node that two
    ///   trees share, an axis, bin or subset that is not there, or more leaves than 32.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func wrong(_ key: Key, _ what: String) -> DecodingError {
            DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: what)
        }
        let axes = try container.decode([Int].self, forKey: .axes).map { count -> RandomForest.Axis in
            count > 0 ? .choice(count) : .number
        }
        guard let table = BinTable(axes, edges: try container.decode([[Double]].self, forKey: .edges)) else {
            throw wrong(.edges, "the edges do not rise or do not fit the axes")
        }
        let (axis, left) = (
            try container.decode([Int32].self, forKey: .axis), try container.decode([Int32].self, forKey: .left)
        )
        let (cut, value) = (
            try container.decode([Int32].self, forKey: .cut), try container.decode([Double].self, forKey: .value)
        )
        guard left.count == axis.count, cut.count == axis.count, value.count == axis.count else {
            throw wrong(.left, "the nodes' runs differ in length")
        }
        let subsets = try container.decode([[Int]].self, forKey: .subsets).map { bins in
            var words = [UInt64](repeating: 0, count: 4)
            for bin in bins where (0..<256).contains(bin) { words[bin >> 6] |= 1 << UInt64(bin & 63) }
            return words
        }
        var nodes = axis.indices.map { Node(axis: axis[$0], left: left[$0], cut: cut[$0], value: value[$0]) }
        let roots = try container.decode([Int32].self, forKey: .roots)
        guard BoostedTrees.check(&nodes, roots: roots, table: table, subsets: subsets.count) else {
            throw wrong(.roots, "the nodes are no trees over the axes")
        }
        let gains = try container.decode([Double].self, forKey: .gains)
        let start = try container.decode(Double.self, forKey: .start)
        guard gains.count == axes.count, start.isFinite else { throw wrong(.gains, "the gains do not fit the axes") }
        self.init(
            loss: try container.decode(Loss.self, forKey: .loss), table: table, start: start, nodes: nodes,
            roots: roots, subsets: subsets, gains: gains)
    }

    /// Whether the nodes are trees that end; numbers their leaves.
    private static func check(_ nodes: inout [Node], roots: [Int32], table: BinTable, subsets: Int) -> Bool {
        var isMet = [Bool](repeating: false, count: nodes.count)
        for root in roots {
            var (open, leaves) = ([Int(root)], Int32(0))
            while let place = open.popLast() {
                guard nodes.indices.contains(place), !isMet[place] else { return false }
                isMet[place] = true
                let node = nodes[place]
                guard node.axis >= 0 else {
                    guard node.value.isFinite, leaves < Int32(BoostedGrowth.leafLimit) else { return false }
                    nodes[place].cut = leaves
                    leaves += 1
                    continue
                }
                guard Int(node.axis) < table.axes.count, Int(node.left) > place, node.cut >= 0 else { return false }
                let limit = table.axes[Int(node.axis)] == .number ? table.count(of: Int(node.axis)) : subsets
                guard Int(node.cut) < limit else { return false }
                open += [Int(node.left) + 1, Int(node.left)]
            }
        }
        return true
    }
}
