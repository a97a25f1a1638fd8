/// Trees laid out to be asked all at once: for each bin of each axis, which leaves of each tree it leaves possible
/// (QuickScorer, Lucchese and others, 2015, over bins instead of thresholds). A design's one leaf in a tree is the one
/// that all its bins leave.
///
/// Blocks of trees stay in the cache while a run of designs passes. Values are added in the order of the trees in each
/// of four lanes, then the lanes, so that a sum has the same bits alone and in any batch.
///
/// A word has as many bits as the largest tree has leaves, of 16, 32 or 64: narrow ones are asked more at a time.
enum LeafMasks: Sendable {
    case narrow(LeafWords<UInt16>)
    case middle(LeafWords<UInt32>)
    case wide(LeafWords<UInt64>)

    /// Masks of more bytes than this are not worth their memory.
    static let limit = 1 << 24

    /// At most how many bytes of masks so many trees over a table have.
    static func size(of table: BinTable, trees: Int) -> Int {
        8 * trees * table.axes.indices.reduce(0) { $0 + table.count(of: $1) }
    }

    init(_ table: BinTable, nodes: [BoostedTrees.Node], roots: [Int32], subsets: [[UInt64]]) {
        let leaves = 1 + (nodes.lazy.filter { $0.axis < 0 }.map { Int($0.cut) }.max() ?? 0)
        switch leaves {
        case ...16: self = .narrow(LeafWords(table, nodes: nodes, roots: roots, subsets: subsets))
        case ...32: self = .middle(LeafWords(table, nodes: nodes, roots: roots, subsets: subsets))
        default: self = .wide(LeafWords(table, nodes: nodes, roots: roots, subsets: subsets))
        }
    }

    /// For each design, whose bins lie in a run, the start and what its leaves add.
    func sums(_ bins: [UInt8], count: Int, start: Double) -> [Double] {
        switch self {
        case .narrow(let words): words.sums(bins, count: count, start: start)
        case .middle(let words): words.sums(bins, count: count, start: start)
        case .wide(let words): words.sums(bins, count: count, start: start)
        }
    }
}

/// The masks in words of one width.
struct LeafWords<Word: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// Trees are padded to a multiple of this.
    private static var lanes: Int { 8 }
    /// Bytes of masks that a block may have.
    private static var room: Int { 1 << 17 }
    private static var leaves: Int { Word.bitWidth }

    /// Trees that are asked together.
    private struct Block: Sendable {
        /// How many trees, padding counted.
        let width: Int
        /// The axes that they split, and where the masks of each begin: a run of `width` for each bin.
        let axes: [(axis: Int, start: Int)]
        /// One word per tree, one bit per leaf.
        let masks: [Word]
        /// What the leaves add, a place for each bit of a tree's word.
        let values: [Double]
    }

    private let axisCount: Int
    private let blocks: [Block]

    init(_ table: BinTable, nodes: [BoostedTrees.Node], roots: [Int32], subsets: [[UInt64]]) {
        axisCount = table.axes.count
        let bins = (0..<axisCount).reduce(0) { $0 + table.count(of: $1) }
        let wanted = Self.room / max(1, Word.bitWidth / 8 * bins) / Self.lanes * Self.lanes
        let width = min(512, max(Self.lanes, wanted))
        blocks = stride(from: 0, to: roots.count, by: width).map { first in
            Self.block(Array(roots[first..<min(first + width, roots.count)]), table, nodes, subsets)
        }
    }

    private static func block(
        _ roots: [Int32], _ table: BinTable, _ nodes: [BoostedTrees.Node], _ subsets: [[UInt64]]
    ) -> Block {
        let width = (roots.count + lanes - 1) / lanes * lanes
        var values = [Double](repeating: 0, count: width * leaves)
        var splits: [(tree: Int, node: BoostedTrees.Node, left: Word, right: Word)] = []
        for (tree, root) in roots.enumerated() {
            /// The leaves below a node.
            func visit(_ place: Int) -> Word {
                let node = nodes[place]
                guard node.axis >= 0 else {
                    values[tree * leaves + Int(node.cut)] = node.value
                    return 1 << Word(node.cut)
                }
                let (left, right) = (visit(Int(node.left)), visit(Int(node.left) + 1))
                splits.append((tree, node, left, right))
                return left | right
            }
            _ = visit(Int(root))
        }
        let used = Set(splits.map { Int($0.node.axis) }).sorted()
        var (axes, count): ([(axis: Int, start: Int)], Int) = ([], 0)
        for axis in used {
            axes.append((axis, count))
            count += table.count(of: axis) * width
        }
        var masks = [Word](repeating: .max, count: count)
        let starts = Dictionary(axes.map { ($0.axis, $0.start) }, uniquingKeysWith: { first, _ in first })
        for (tree, node, left, right) in splits {
            guard let start = starts[Int(node.axis)] else { continue }
            let isOrdered = table.axes[Int(node.axis)] == .number
            for bin in 0..<table.count(of: Int(node.axis)) {
                let gone = node.takesLeft(bin, isOrdered: isOrdered, subsets) ? right : left
                masks[start + bin * width + tree] &= ~gone
            }
        }
        return Block(width: width, axes: axes, masks: masks, values: values)
    }

    /// For each design, whose bins lie in a run, the start and what its leaves add.
    func sums(_ bins: [UInt8], count: Int, start: Double) -> [Double] {
        var totals = [SIMD4<Double>](repeating: .zero, count: count)
        var reached = [Word](repeating: 0, count: blocks.map(\.width).max() ?? 0)
        totals.withUnsafeMutableBufferPointer { totals in
            reached.withUnsafeMutableBufferPointer { reached in
                bins.withUnsafeBufferPointer { bins in
                    guard let totals = totals.baseAddress, let bins = bins.baseAddress,
                        let reached = reached.baseAddress
                    else { return }
                    for block in blocks {
                        for row in 0..<count {
                            Self.add(block, bins + row * axisCount, reached, to: totals + row)
                        }
                    }
                }
            }
        }
        return totals.map { start + (($0[0] + $0[1]) + ($0[2] + $0[3])) }
    }

    @inline(__always)
    private static func add(
        _ block: Block, _ bins: UnsafePointer<UInt8>, _ reached: UnsafeMutablePointer<Word>,
        to total: UnsafeMutablePointer<SIMD4<Double>>
    ) {
        let width = block.width
        block.masks.withUnsafeBufferPointer { masks in
            block.values.withUnsafeBufferPointer { values in
                guard let values = values.baseAddress else { return }
                for place in 0..<width { reached[place] = .max }
                if let masks = masks.baseAddress {
                    for (axis, start) in block.axes {
                        let line = masks + start + Int(bins[axis]) * width
                        for place in 0..<width { reached[place] &= line[place] }
                    }
                }
                var sum = total.pointee
                var tree = 0
                // A padding tree reaches its first leaf, which adds nothing.
                while tree < width {
                    let base = values + tree * leaves
                    sum += SIMD4(
                        base[reached[tree].trailingZeroBitCount],
                        base[leaves + reached[tree + 1].trailingZeroBitCount],
                        base[2 * leaves + reached[tree + 2].trailingZeroBitCount],
                        base[3 * leaves + reached[tree + 3].trailingZeroBitCount])
                    tree += 4
                }
                total.pointee = sum
            }
        }
    }
}
