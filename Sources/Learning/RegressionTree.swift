/// A tree over cells that is grown until its leaves are pure: what `Importance` takes apart.
struct RegressionTree {
    /// A box of the space with the mean of its points.
    struct Leaf {
        let score: Double
        /// For each dimension, the cells that lie in the box, rising.
        let cells: [[Int]]
    }

    private let dimensions: [Importance.Dimension]
    private(set) var leaves: [Leaf] = []

    init(
        _ dimensions: [Importance.Dimension], points: [[Int]], scores: [Double], drawn: [Int], isBagged: Bool,
        using generator: inout some RandomNumberGenerator
    ) {
        self.dimensions = dimensions
        var open = [(places: drawn, cells: dimensions.map { Array(0..<$0.cells) })]
        while let node = open.popLast() {
            let seen = isBagged ? drawnDimensions(&generator) : Array(dimensions.indices)
            // Where the drawn dimensions can't split, the others may.
            let all = Array(dimensions.indices)
            guard
                let cut = bestCut(node.places, points, scores, among: seen)
                    ?? (isBagged ? bestCut(node.places, points, scores, among: all) : nil)
            else {
                let mean = node.places.reduce(0) { $0 + scores[$1] } / Double(max(1, node.places.count))
                leaves.append(Leaf(score: mean, cells: node.cells))
                continue
            }
            var (left, right) = (node.cells, node.cells)
            left[cut.dimension].removeAll { !cut.isLeft[$0] }
            right[cut.dimension].removeAll { cut.isLeft[$0] }
            open.append((node.places.filter { cut.isLeft[points[$0][cut.dimension]] }, left))
            open.append((node.places.filter { !cut.isLeft[points[$0][cut.dimension]] }, right))
        }
    }

    /// Five sixths of the dimensions, as the method's authors have it.
    private func drawnDimensions(_ generator: inout some RandomNumberGenerator) -> [Int] {
        var all = Array(dimensions.indices)
        for index in all.indices.dropLast() {
            all.swapAt(index, index + Chance.below(all.count - index, &generator))
        }
        return Array(all.prefix(max(1, (all.count * 5 + 5) / 6)))
    }

    private struct Cut {
        let dimension: Int
        let isLeft: [Bool]
        let gain: Double
    }

    /// The cut that lowers the squared error most; nil where none does.
    private func bestCut(_ places: [Int], _ points: [[Int]], _ scores: [Double], among: [Int]) -> Cut? {
        guard places.count > 1, let first = places.first,
            places.contains(where: { scores[$0] != scores[first] })
        else { return nil }
        var best: Cut?
        for dimension in among {
            let cut = bestCut(places, points, scores, along: dimension)
            if let cut, cut.gain > best?.gain ?? -1 { best = cut }
        }
        return best
    }

    private func bestCut(_ places: [Int], _ points: [[Int]], _ scores: [Double], along dimension: Int) -> Cut? {
        let count = dimensions[dimension].cells
        var (sums, sizes) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        for place in places {
            sums[points[place][dimension]] += scores[place]
            sizes[points[place][dimension]] += 1
        }
        var order = (0..<count).filter { sizes[$0] > 0 }
        guard order.count > 1 else { return nil }
        // Sorted by their means, the best subset of choices is a prefix (Breiman and others, 1984).
        if !dimensions[dimension].isOrdered { order.sort { sums[$0] / sizes[$0] < sums[$1] / sizes[$1] } }
        let (sum, size) = (sums.reduce(0, +), sizes.reduce(0, +))
        var (leftSum, leftSize, bestGain, bestEnd) = (0.0, 0.0, -1.0, 0)
        for end in order.indices.dropLast() {
            leftSum += sums[order[end]]
            leftSize += sizes[order[end]]
            let rightSum = sum - leftSum
            let gain = leftSum * leftSum / leftSize + rightSum * rightSum / (size - leftSize) - sum * sum / size
            if gain > bestGain { (bestGain, bestEnd) = (gain, end) }
        }
        var isLeft = [Bool](repeating: false, count: count)
        if dimensions[dimension].isOrdered {
            // Cells without points between the two sides are shared out evenly.
            let border = (order[bestEnd] + order[bestEnd + 1] + 1) / 2
            for cell in 0..<border { isLeft[cell] = true }
        } else {
            for cell in order[...bestEnd] { isLeft[cell] = true }
        }
        return Cut(dimension: dimension, isLeft: isLeft, gain: bestGain)
    }
}

extension RegressionTree {
    /// The shares of the tree's variance over the whole space, each cell as likely as any other of its dimension; nil
    /// where nothing varies.
    func varianceParts() -> (alone: [Double], pairs: [Double])? {
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
                let joint = jointVariance(first, second, volumes, sizes, mean)
                pairs.append(max(0, joint - alone[first] - alone[second]) / total)
            }
        }
        return (alone.map { $0 / total }, pairs)
    }

    private func jointVariance(
        _ first: Int, _ second: Int, _ volumes: [[Double]], _ sizes: [Double], _ mean: Double
    ) -> Double {
        let width = dimensions[second].cells
        var marginal = [Double](repeating: 0, count: dimensions[first].cells * width)
        for (place, leaf) in leaves.enumerated() {
            let rest = leaf.score * sizes[place] / (volumes[place][first] * volumes[place][second])
            for row in leaf.cells[first] {
                for column in leaf.cells[second] { marginal[row * width + column] += rest }
            }
        }
        return variance(of: marginal, mean)
    }

    private func variance(of marginal: [Double], _ mean: Double) -> Double {
        marginal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(marginal.count)
    }
}
