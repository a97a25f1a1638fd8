/// Designs in bins, axis by axis: of a number at most 255, cut at midpoints between the values that were seen, or at
/// quantiles where those are more; of a choice one for each, with none before them.
public struct BinTable: Sendable, Hashable {
    /// At most so many bins, so that one is a byte.
    static let limit = 255

    /// What each coordinate of a design is.
    public let axes: [RandomForest.Axis]
    /// For each axis the upper ends of its bins but the last, rising: a number up to the first lies in bin 0. Empty
    /// for choices.
    public let edges: [[Double]]

    /// Looks at designs, and cuts each number where it was seen to differ.
    ///
    /// An axis of more than 254 choices is taken as the number of the choice.
    public init(_ axes: [RandomForest.Axis], designs: [[Double]]) {
        self.axes = axes.map { if case .choice(let count) = $0, count >= BinTable.limit { .number } else { $0 } }
        edges = self.axes.enumerated().map { place, axis in
            axis == .number ? BinTable.edges(designs.map { $0[place] }) : []
        }
    }

    /// Takes a table apart and together again, as a file holds it; nil where edges do not rise, are not finite, or fit
    /// no axis.
    public init?(_ axes: [RandomForest.Axis], edges: [[Double]]) {
        guard axes.count == edges.count else { return nil }
        for (axis, own) in zip(axes, edges) {
            guard own.allSatisfy(\.isFinite), zip(own, own.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
            switch axis {
            case .number: guard own.count < BinTable.limit else { return nil }
            case .choice(let count): guard own.isEmpty, (1..<BinTable.limit).contains(count) else { return nil }
            }
        }
        (self.axes, self.edges) = (axes, edges)
    }

    private static func edges(_ values: [Double]) -> [Double] {
        let sorted = values.sorted()
        var seen: [Double] = []
        for value in sorted where seen.last != value { seen.append(value) }
        if seen.count > limit {
            seen = (0..<limit).map { sorted[$0 * (sorted.count - 1) / (limit - 1)] }
            seen = seen.indices.filter { $0 == 0 || seen[$0] > seen[$0 - 1] }.map { seen[$0] }
        }
        return zip(seen, seen.dropFirst()).map { low, high in
            let middle = low + (high - low) / 2
            return middle < high ? middle : low
        }
    }

    /// How many bins an axis has.
    public func count(of axis: Int) -> Int {
        if case .choice(let count) = axes[axis] { return count + 1 }
        return edges[axis].count + 1
    }

    /// The bin that a coordinate lies in. What is no choice of the axis lies with none.
    @inline(__always)
    func bin(_ value: Double, axis: Int) -> UInt8 {
        if case .choice(let count) = axes[axis] {
            return value >= 0 && value < Double(count) ? UInt8(truncatingIfNeeded: Int(value) + 1) : 0
        }
        return edges[axis].withUnsafeBufferPointer { edges in
            var (low, high) = (0, edges.count)
            while low < high {
                let middle = (low + high) / 2
                if value > edges[middle] { low = middle + 1 } else { high = middle }
            }
            return UInt8(truncatingIfNeeded: low)
        }
    }

    /// The bins of designs, design after design.
    func bins(_ designs: [[Double]]) -> [UInt8] {
        var bins = [UInt8](repeating: 0, count: designs.count * axes.count)
        for (row, design) in designs.enumerated() {
            for axis in axes.indices { bins[row * axes.count + axis] = bin(design[axis], axis: axis) }
        }
        return bins
    }
}
