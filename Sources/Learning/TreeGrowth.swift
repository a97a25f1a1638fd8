/// What a regression tree grows from: points whose coordinates are cells, and the rules of splitting.
struct TreeGrowth {
    /// How far a tree grows, and among which splits it chooses.
    struct Rules {
        /// The share of the dimensions that compete for a split, at least one of them.
        var share = 1.0
        /// A node of fewer draws than this stays whole.
        var minSplit = 2
        /// Both sides of a split have at least so many draws.
        var minLeaf = 1
        /// How many splits lie above a leaf at most.
        var maxDepth = Int.max
        /// Where an ordered dimension is cut: at the best place, or anywhere between the lowest and the highest cell.
        var cutsAtRandom = false
    }

    /// What is split off: cells of one dimension.
    struct Cut {
        let dimension: Int
        let gain: Double
        /// Where the cells have an order, those up to `low` go left and those from `high` on go right.
        var low = 0
        var high = 0
        /// Where they have none, those that go left.
        var left: [Int] = []
    }

    private struct Open {
        let node: Int
        let range: Range<Int>
        let depth: Int
    }

    private let dimensions: [Importance.Dimension]
    private let rules: Rules
    /// The cells of all points, one dimension after the other.
    private let cells: [Int32]
    private let scores: [Double]
    /// How often each point was drawn.
    private let weights: [Double]
    private let count: Int
    /// The drawn points; every node holds a run of them.
    private var places: [Int32]
    private var sums: [Double]
    private var sizes: [Double]

    /// - Parameters:
    ///   - cells: the points' cells, column by column: `cells[dimension * count + point]`.
    ///   - weights: how often each point counts, 0 for those that don't.
    init(
        _ dimensions: [Importance.Dimension], cells: [Int32], scores: [Double], weights: [Double], rules: Rules
    ) {
        (self.dimensions, self.rules) = (dimensions, rules)
        (self.cells, self.scores, self.weights) = (cells, scores, weights)
        count = scores.count
        places = scores.indices.filter { weights[$0] > 0 }.map(Int32.init)
        sums = [Double](repeating: 0, count: dimensions.map(\.cells).max() ?? 0)
        sizes = sums
    }

    /// Grows a tree until its leaves are pure or the rules forbid to split them.
    mutating func tree(using generator: inout some RandomNumberGenerator) -> RegressionTree {
        var tree = RegressionTree(dimensions)
        var open = [Open(node: tree.addNode(), range: 0..<places.count, depth: 0)]
        while let next = open.popLast() {
            guard let cut = bestCut(of: next, &generator) else {
                let (weight, mean, variance) = moments(of: next.range)
                tree.close(next.node, mean: mean, variance: variance, weight: weight)
                continue
            }
            let border = part(next.range, by: cut)
            let left = tree.split(next.node, by: cut)
            open.append(Open(node: left, range: next.range.lowerBound..<border, depth: next.depth + 1))
            open.append(Open(node: left + 1, range: border..<next.range.upperBound, depth: next.depth + 1))
        }
        return tree
    }

    /// The draws of a node, their mean and the mean squared distance from it.
    private func moments(of range: Range<Int>) -> (weight: Double, mean: Double, variance: Double) {
        var (weight, sum) = (0.0, 0.0)
        for place in places[range] {
            weight += weights[Int(place)]
            sum += weights[Int(place)] * scores[Int(place)]
        }
        let mean = weight > 0 ? sum / weight : 0
        var square = 0.0
        for place in places[range] {
            square += weights[Int(place)] * (scores[Int(place)] - mean) * (scores[Int(place)] - mean)
        }
        return (weight, mean, weight > 0 ? square / weight : 0)
    }

    /// The cut that lowers the squared error most among some dimensions drawn for it, or among the others where none
    /// of those can be cut; nil where nothing can or should be.
    private mutating func bestCut(of node: Open, _ generator: inout some RandomNumberGenerator) -> Cut? {
        guard let first = node.range.first, node.depth < rules.maxDepth else { return nil }
        let score = scores[Int(places[first])]
        let weight = places[node.range].reduce(0) { $0 + weights[Int($1)] }
        guard weight >= Double(rules.minSplit), weight >= Double(2 * rules.minLeaf),
            places[node.range].contains(where: { scores[Int($0)] != score })
        else { return nil }
        let order = drawn(&generator)
        let some = max(1, Int((rules.share * Double(order.count) - 1e-9).rounded(.up)))
        var best: Cut?
        for (number, dimension) in order.enumerated() {
            if number >= some, best != nil { break }
            let cut = bestCut(of: node.range, along: dimension, &generator)
            if let cut, cut.gain > best?.gain ?? -.infinity { best = cut }
        }
        return best
    }

    /// The dimensions in a random order where some of them are to be left out.
    private func drawn(_ generator: inout some RandomNumberGenerator) -> [Int] {
        var all = Array(dimensions.indices)
        guard rules.share < 1 else { return all }
        for index in all.indices.dropLast() {
            all.swapAt(index, index + Chance.below(all.count - index, &generator))
        }
        return all
    }

    private mutating func bestCut(
        of range: Range<Int>, along dimension: Int, _ generator: inout some RandomNumberGenerator
    ) -> Cut? {
        let base = dimension * count
        // The cells that the node's points lie in; a large number of cells is not looked through for few points.
        var met: [Int] = []
        for index in range {
            let place = Int(places[index])
            let cell = Int(cells[base + place])
            if sizes[cell] == 0 { met.append(cell) }
            sums[cell] += weights[place] * scores[place]
            sizes[cell] += weights[place]
        }
        defer {
            for cell in met { (sums[cell], sizes[cell]) = (0, 0) }
        }
        guard met.count > 1 else { return nil }
        let isOrdered = dimensions[dimension].isOrdered
        if isOrdered {
            met.sort()
        } else {
            // Sorted by their means, the best subset of choices is a prefix (Breiman and others, 1984).
            met.sort { (sums[$0] / sizes[$0], $0) < (sums[$1] / sizes[$1], $1) }
        }
        let only = isOrdered && rules.cutsAtRandom ? randomEnd(met, &generator) : nil
        guard let (end, gain) = bestEnd(of: met, only: only) else { return nil }
        guard isOrdered else { return Cut(dimension: dimension, gain: gain, left: Array(met[...end])) }
        return Cut(dimension: dimension, gain: gain, low: met[end], high: met[end + 1])
    }

    /// Where a cut anywhere between the lowest and the highest cell falls among those that are met.
    private func randomEnd(_ met: [Int], _ generator: inout some RandomNumberGenerator) -> Int {
        let cut = met[0] + Chance.below(met[met.count - 1] - met[0], &generator)
        return (met.firstIndex { $0 > cut } ?? met.count - 1) - 1
    }

    /// After which of the cells, in their order, the two sides differ most.
    private func bestEnd(of met: [Int], only: Int?) -> (end: Int, gain: Double)? {
        var (sum, size) = (0.0, 0.0)
        for cell in met { (sum, size) = (sum + sums[cell], size + sizes[cell]) }
        let least = Double(rules.minLeaf)
        var (leftSum, leftSize) = (0.0, 0.0)
        var best: (end: Int, gain: Double)?
        for end in met.indices.dropLast() {
            leftSum += sums[met[end]]
            leftSize += sizes[met[end]]
            guard leftSize >= least, size - leftSize >= least, only ?? end == end else { continue }
            let rightSum = sum - leftSum
            let gain = leftSum * leftSum / leftSize + rightSum * rightSum / (size - leftSize) - sum * sum / size
            if gain > best?.gain ?? -.infinity { best = (end, gain) }
        }
        return best
    }

    /// Puts a node's points that go left before the others; where those begin.
    private mutating func part(_ range: Range<Int>, by cut: Cut) -> Int {
        let base = cut.dimension * count
        let isOrdered = dimensions[cut.dimension].isOrdered
        var border = range.lowerBound
        for index in range {
            let cell = Int(cells[base + Int(places[index])])
            guard isOrdered ? cell <= cut.low : cut.left.contains(cell) else { continue }
            places.swapAt(border, index)
            border += 1
        }
        return border
    }
}
