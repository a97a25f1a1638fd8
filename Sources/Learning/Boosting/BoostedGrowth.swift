/// Grows the trees of a boosted ensemble one by one on binned designs.
struct BoostedGrowth {
    /// A tree's leaves are the bits of one word.
    static let leafLimit = 64

    private(set) var nodes: [BoostedTrees.Node] = []
    private(set) var roots: [Int32] = []
    private(set) var subsets: [[UInt64]] = []
    private(set) var gains: [Double]

    private let table: BinTable
    private let rules: BoostedTrees.Rules
    private let bins: [UInt8]
    private let count: Int
    /// Where the histogram of each axis begins.
    private let starts: [Int]
    private let width: Int
    /// The designs that a tree sees, then those that it does not; each leaf holds a run of the former.
    private var places: [Int32]
    private var seen: Int

    /// What the designs of a leaf add up to in each bin: slopes, curvatures, how many.
    private typealias Histogram = [SIMD4<Double>]

    /// A leaf that may be split.
    private struct Open {
        var node: Int
        var range: Range<Int>
        var histogram: Histogram
        var total: SIMD4<Double>
        var cut: Cut?
    }

    private struct Cut {
        var axis: Int
        var gain: Double
        /// The last bin that goes left; for choices those that do.
        var last = 0
        var subset: [Int] = []
    }

    init(_ table: BinTable, bins: [UInt8], count: Int, rules: BoostedTrees.Rules) {
        (self.table, self.bins, self.count, self.rules) = (table, bins, count, rules)
        gains = [Double](repeating: 0, count: table.axes.count)
        places = (0..<Int32(count)).map { $0 }
        seen = count
        var (starts, width): ([Int], Int) = ([], 0)
        for axis in table.axes.indices {
            starts.append(width)
            width += table.count(of: axis)
        }
        (self.starts, self.width) = (starts, width)
    }

    /// Grows a tree on slopes and curvatures of the loss, one for each design, and adds what it says to the sums.
    mutating func addTree(
        slopes: [Double], curves: [Double], to sums: inout [Double], using generator: inout some RandomNumberGenerator
    ) {
        draw(&generator)
        let axes = drawnAxes(&generator)
        let root = nodes.count
        roots.append(Int32(root))
        nodes.append(BoostedTrees.Node())
        var leaves = [Open(node: root, range: 0..<seen, histogram: [], total: .zero)]
        leaves[0].histogram = histogram(of: leaves[0].range, slopes, curves, axes)
        leaves[0].total = total(leaves[0].histogram, axes)
        leaves[0].cut = bestCut(leaves[0].histogram, leaves[0].total, axes)
        while leaves.count < min(Self.leafLimit, max(1, rules.leaves)) {
            var best: Int?
            for place in leaves.indices {
                guard let gain = leaves[place].cut?.gain else { continue }
                if gain > best.flatMap({ leaves[$0].cut?.gain }) ?? 0 { best = place }
            }
            guard let best, let cut = leaves[best].cut else { break }
            split(&leaves, at: best, by: cut, slopes, curves, axes)
        }
        for leaf in leaves {
            nodes[leaf.node].value = rules.rate * leaf.total[0] / (leaf.total[1] + rules.penalty)
        }
        number(from: root)
        add(from: root, to: &sums)
    }

    /// Moves the designs that the next tree sees to the front.
    private mutating func draw(_ generator: inout some RandomNumberGenerator) {
        guard rules.rows < 1 else { return }
        seen = min(count, max(1, Int(rules.rows * Double(count))))
        for place in 0..<seen { places.swapAt(place, place + Chance.below(count - place, &generator)) }
        // In rising order the histograms are read through memory, not across it.
        places[..<seen].sort()
    }

    private func drawnAxes(_ generator: inout some RandomNumberGenerator) -> [Int] {
        var all = Array(table.axes.indices.filter { table.count(of: $0) > 1 })
        guard rules.axes < 1, all.count > 1 else { return all }
        let wanted = max(1, Int((rules.axes * Double(all.count)).rounded(.up)))
        for place in 0..<wanted { all.swapAt(place, place + Chance.below(all.count - place, &generator)) }
        return all[..<wanted].sorted()
    }

    private func histogram(
        of range: Range<Int>, _ slopes: [Double], _ curves: [Double], _ axes: [Int]
    ) -> Histogram {
        var histogram = Histogram(repeating: .zero, count: width)
        let stride = table.axes.count
        histogram.withUnsafeMutableBufferPointer { histogram in
            bins.withUnsafeBufferPointer { bins in
                places.withUnsafeBufferPointer { places in
                    for index in range {
                        let row = Int(places[index])
                        let term = SIMD4(slopes[row], curves[row], 1, 0)
                        for axis in axes { histogram[starts[axis] + Int(bins[row * stride + axis])] += term }
                    }
                }
            }
        }
        return histogram
    }

    private func total(_ histogram: Histogram, _ axes: [Int]) -> SIMD4<Double> {
        guard let axis = axes.first else { return .zero }
        return histogram[starts[axis]..<starts[axis] + table.count(of: axis)].reduce(.zero, +)
    }

    private mutating func split(
        _ leaves: inout [Open], at place: Int, by cut: Cut, _ slopes: [Double], _ curves: [Double], _ axes: [Int]
    ) {
        let parent = leaves[place]
        let left = nodes.count
        nodes += [BoostedTrees.Node(), BoostedTrees.Node()]
        nodes[parent.node].axis = Int32(cut.axis)
        nodes[parent.node].left = Int32(left)
        if table.axes[cut.axis] == .number {
            nodes[parent.node].cut = Int32(cut.last)
        } else {
            nodes[parent.node].cut = Int32(subsets.count)
            var words = [UInt64](repeating: 0, count: 4)
            for bin in cut.subset { words[bin >> 6] |= 1 << UInt64(bin & 63) }
            subsets.append(words)
        }
        gains[cut.axis] += cut.gain
        let border = part(parent.range, by: nodes[parent.node])
        let ranges = [parent.range.lowerBound..<border, border..<parent.range.upperBound]
        // The larger side is what the parent has and the smaller one has not.
        let smaller = ranges[0].count <= ranges[1].count ? 0 : 1
        let counted = histogram(of: ranges[smaller], slopes, curves, axes)
        var rest = parent.histogram
        for bin in 0..<width { rest[bin] -= counted[bin] }
        let sides = [0, 1].map { side in
            let histogram = side == smaller ? counted : rest
            let total = total(histogram, axes)
            return Open(
                node: left + side, range: ranges[side], histogram: histogram, total: total,
                cut: bestCut(histogram, total, axes))
        }
        leaves[place] = sides[0]
        leaves.append(sides[1])
    }

    /// Puts a leaf's designs that go left before the others, each side in its order; where the others begin.
    private mutating func part(_ range: Range<Int>, by node: BoostedTrees.Node) -> Int {
        let (axis, isOrdered) = (Int(node.axis), table.axes[Int(node.axis)] == .number)
        var (left, right): ([Int32], [Int32]) = ([], [])
        for place in places[range] {
            let bin = Int(bins[Int(place) * table.axes.count + axis])
            if node.takesLeft(bin, isOrdered: isOrdered, subsets) { left.append(place) } else { right.append(place) }
        }
        places.replaceSubrange(range, with: left + right)
        return range.lowerBound + left.count
    }

    private func bestCut(_ histogram: Histogram, _ total: SIMD4<Double>, _ axes: [Int]) -> Cut? {
        var best: Cut?
        for axis in axes {
            let line = histogram[starts[axis]..<starts[axis] + table.count(of: axis)]
            let met = line.indices.filter { line[$0][2] > 0.5 }
            guard met.count > 1 else { continue }
            let isOrdered = table.axes[axis] == .number
            let order = isOrdered ? met : ordered(met, line, total)
            guard let (end, gain) = bestEnd(order, line, total), gain > best?.gain ?? 1e-12 else { continue }
            best = Cut(axis: axis, gain: gain)
            if isOrdered {
                // Bins that nobody was seen in are shared out between the two sides.
                best?.last = (order[end] + order[end + 1] - 1) / 2 - starts[axis]
            } else {
                best?.subset = order[...end].map { $0 - starts[axis] }
            }
        }
        return best
    }

    /// Choices by their mean slopes, each moved towards the leaf's: the best subset is a prefix (Fisher, 1958).
    private func ordered(_ met: [Int], _ line: ArraySlice<SIMD4<Double>>, _ total: SIMD4<Double>) -> [Int] {
        let mean = total[0] / max(1e-12, total[1])
        func key(_ bin: Int) -> Double {
            (line[bin][0] + rules.smoothing * mean) / (line[bin][1] + rules.smoothing)
        }
        return met.map { (key($0), $0) }.sorted { $0 < $1 }.map(\.1)
    }

    /// After which of the bins, in their order, a cut lowers the loss most, and by how much.
    private func bestEnd(
        _ order: [Int], _ line: ArraySlice<SIMD4<Double>>, _ total: SIMD4<Double>
    ) -> (end: Int, gain: Double)? {
        let least = Double(max(1, rules.minLeaf)) - 0.5
        func worth(_ side: SIMD4<Double>) -> Double { side[0] * side[0] / (side[1] + rules.penalty) }
        let whole = worth(total)
        var left = SIMD4<Double>.zero
        var best: (end: Int, gain: Double)?
        for end in 0..<order.count - 1 {
            left += line[order[end]]
            let right = total - left
            guard left[2] > least, right[2] > least else { continue }
            let gain = worth(left) + worth(right) - whole
            if gain > best?.gain ?? -.infinity { best = (end, gain) }
        }
        return best
    }

    /// Numbers a tree's leaves from the left.
    private mutating func number(from root: Int) {
        var (open, next) = ([root], Int32(0))
        while let place = open.popLast() {
            guard nodes[place].axis >= 0 else {
                nodes[place].cut = next
                next += 1
                continue
            }
            open += [Int(nodes[place].left) + 1, Int(nodes[place].left)]
        }
    }

    /// Adds what a tree says of each design, those that it did not see as well.
    private func add(from root: Int, to sums: inout [Double]) {
        let stride = table.axes.count
        nodes.withUnsafeBufferPointer { nodes in
            bins.withUnsafeBufferPointer { bins in
                for row in 0..<count {
                    var node = nodes[root]
                    while node.axis >= 0 {
                        let axis = Int(node.axis)
                        let isLeft = node.takesLeft(
                            Int(bins[row * stride + axis]), isOrdered: table.axes[axis] == .number, subsets)
                        node = nodes[Int(node.left) + (isLeft ? 0 : 1)]
                    }
                    sums[row] += node.value
                }
            }
        }
    }
}
