/// The lower triangle of a square matrix, the diagonal with it, row after row: a symmetric matrix, or a triangular one.
/// Row `i` begins at `i (i + 1) / 2` and has `i + 1` numbers, so that a row more is an appended run.
public struct Triangle: Sendable, Equatable {
    /// How many rows there are.
    public private(set) var count: Int
    /// All rows, one after the other.
    public var values: [Double]

    /// A triangle of zeros.
    public init(count: Int) {
        self.count = count
        values = [Double](repeating: 0, count: Triangle.start(of: count))
    }

    /// Where a row begins among the values.
    public static func start(of row: Int) -> Int { row * (row + 1) / 2 }

    /// A number of the triangle; `column` is at most `row`.
    public subscript(row: Int, column: Int) -> Double {
        get { values[Triangle.start(of: row) + column] }
        set { values[Triangle.start(of: row) + column] = newValue }
    }

    /// Adds a row, which has one number more than the last one.
    public mutating func append(_ row: some Collection<Double>) {
        precondition(row.count == count + 1, "a triangle's row has the wrong length")
        values.append(contentsOf: row)
        count += 1
    }

    /// Drops the last rows, so that `count` of them are left.
    public mutating func truncate(to count: Int) {
        guard count < self.count else { return }
        values.removeLast(values.count - Triangle.start(of: count))
        self.count = count
    }
}
