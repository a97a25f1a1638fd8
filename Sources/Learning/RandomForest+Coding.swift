extension RandomForest: Codable {
    private enum Key: String, CodingKey {
        case floor, axes, axis, left, value, subset, variance, roots, words
    }

    /// Writes the trees: `axes` has 0 for a number and else how many choices there are; the nodes lie in runs, `axis`
    /// being -1 in a leaf, whose `left` is the place of its variance. `subset` has the bits of choices that go left.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rules.floor, forKey: .floor)
        try container.encode(choices.map { max(0, $0 - 1) }, forKey: .axes)
        try container.encode(nodes.map(\.axis), forKey: .axis)
        try container.encode(nodes.map(\.left), forKey: .left)
        try container.encode(nodes.map { holdsBits($0) ? 0 : $0.value }, forKey: .value)
        try container.encode(nodes.filter(holdsBits).map(\.value.bitPattern), forKey: .subset)
        try container.encode(variances, forKey: .variance)
        try container.encode(roots, forKey: .roots)
        try container.encode(words, forKey: .words)
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `DecodingError` where the parts are no trees.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let choices = try container.decode([Int].self, forKey: .axes).map { $0 > 0 ? $0 + 1 : 0 }
        let (axis, left, value) = (
            try container.decode([Int32].self, forKey: .axis), try container.decode([Int32].self, forKey: .left),
            try container.decode([Double].self, forKey: .value)
        )
        let subset = try container.decode([UInt64].self, forKey: .subset)
        var rules = Rules()
        rules.floor = try container.decode(Double.self, forKey: .floor)
        let (roots, variances, words) = (
            try container.decode([Int32].self, forKey: .roots), try container.decode([Double].self, forKey: .variance),
            try container.decode([UInt64].self, forKey: .words)
        )
        let nodes = RandomForest.nodes(axis, left, value, subset, choices: choices)
        guard let nodes,
            let forest = RandomForest(
                checking: nodes, roots: roots, variances: variances, words: words, choices: choices, rules: rules)
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .roots, in: container, debugDescription: "the nodes are no trees over the axes")
        }
        self = forest
    }

    private static func nodes(
        _ axis: [Int32], _ left: [Int32], _ value: [Double], _ subset: [UInt64], choices: [Int]
    ) -> [Node]? {
        guard left.count == axis.count, value.count == axis.count else { return nil }
        var (nodes, next): ([Node], Int) = ([], 0)
        for place in axis.indices {
            var node = Node(axis: axis[place], left: left[place], value: value[place])
            guard Int(node.axis) < choices.count else { return nil }
            if node.axis >= 0, (1...64).contains(choices[Int(node.axis)]) {
                guard next < subset.count else { return nil }
                node.value = Double(bitPattern: subset[next])
                next += 1
            }
            nodes.append(node)
        }
        return nodes
    }

    /// Whether a node's value is not a number but bits of choices.
    private func holdsBits(_ node: Node) -> Bool { node.axis >= 0 && (1...64).contains(choices[Int(node.axis)]) }
}
