/// Designs stored coordinate by coordinate, so that one is compared with all others in straight runs.
struct DesignTable: Sendable {
    let sequence: SequenceFeatures?
    /// One column per coordinate.
    private(set) var columns: [[Double]]
    /// One column per feature of the sequence.
    private(set) var features: [[Double]]
    /// For each group of features, the designs' squared lengths.
    private(set) var squares: [[Double]]
    private(set) var count = 0

    init(axes: Int, sequence: SequenceFeatures?) {
        self.sequence = sequence
        columns = [[Double]](repeating: [], count: axes)
        features = [[Double]](repeating: [], count: sequence?.count ?? 0)
        squares = [[Double]](repeating: [], count: sequence == nil ? 0 : SequenceFeatures.groups)
    }

    func design(at row: Int) -> [Double] { columns.map { $0[row] } }

    mutating func append(_ design: [Double]) {
        for place in columns.indices { columns[place].append(design[place]) }
        count += 1
        guard let sequence else { return }
        let own = self.features(of: design)
        for place in own.indices { features[place].append(own[place]) }
        for group in squares.indices { squares[group].append(Self.square(own, sequence.range(of: group))) }
    }

    mutating func truncate(to count: Int) {
        guard count < self.count else { return }
        for place in columns.indices { columns[place].removeLast(self.count - count) }
        for place in features.indices { features[place].removeLast(self.count - count) }
        for group in squares.indices { squares[group].removeLast(self.count - count) }
        self.count = count
    }

    /// The designs in these rows, in this order.
    func rows(_ rows: [Int]) -> DesignTable {
        var table = self
        for place in columns.indices { table.columns[place] = rows.map { columns[place][$0] } }
        for place in features.indices { table.features[place] = rows.map { features[place][$0] } }
        for group in squares.indices { table.squares[group] = rows.map { squares[group][$0] } }
        table.count = rows.count
        return table
    }

    func features(of design: [Double]) -> [Double] {
        guard let sequence else { return [] }
        var own = [Double](repeating: 0, count: sequence.count)
        var faded = [Double](repeating: 0, count: sequence.alphabet)
        sequence.write(design, to: &own, &faded)
        return own
    }

    /// The squared distances of a group of features between a design's own and those of the first rows.
    func distances(_ own: [Double], group: Int, to out: UnsafeMutablePointer<Double>, _ count: Int) {
        guard let range = sequence?.range(of: group) else { return }
        let square = Self.square(own, range)
        for row in 0..<count { out[row] = squares[group][row] + square }
        for place in range where own[place] != 0 {
            features[place].withUnsafeBufferPointer { column in
                if let base = column.baseAddress { Sums.add(-2 * own[place], base, to: out, count) }
            }
        }
        for row in 0..<count where out[row] < 0 { out[row] = 0 }
    }

    private static func square(_ own: [Double], _ range: Range<Int>) -> Double {
        range.reduce(0) { $0 + own[$1] * own[$1] }
    }
}
