/// The mean and variance of all that was seen, by which numbers are brought to a common scale.
public struct RunningMoments: Sendable {
    /// How much was seen.
    public private(set) var count = 0.0
    /// The mean of each column.
    public private(set) var means: [Double]
    private var squares: [Double]

    /// Nothing seen of some columns.
    public init(columns: Int) {
        means = [Double](repeating: 0, count: columns)
        squares = means
    }

    /// Takes in a row (Welford, 1962); one with a number that is not finite, or beyond 1e100, is left out.
    public mutating func add(_ row: some Collection<Double>) {
        guard row.count == means.count, row.allSatisfy({ abs($0) < 1e100 }) else { return }
        count += 1
        for (column, value) in row.enumerated() {
            let distance = value - means[column]
            means[column] += distance / count
            squares[column] += distance * (value - means[column])
        }
    }

    /// The deviation of a column; 1 while fewer than two rows were seen or all were equal.
    public func deviation(_ column: Int) -> Double {
        let variance = count < 2 ? 0 : squares[column] / count
        return variance > 1e-16 ? variance.squareRoot() : 1
    }

    /// A number in deviations from its column's mean, at most `bound` either way; 0 for one that is none.
    public func scaled(_ value: Double, column: Int = 0, bound: Double = 10) -> Double {
        guard !value.isNaN else { return 0 }
        return min(bound, max(-bound, (value - means[column]) / deviation(column)))
    }
}

/// The scale of returns that a critic learns on: a fading mean and mean square, both without the bias of their start
/// (Yu and others, 2022).
struct ValueScale: Sendable {
    private static let keep = 0.99999
    private var (mean, square, weight) = (0.0, 0.0, 0.0)

    mutating func add(_ values: [Float]) {
        guard !values.isEmpty else { return }
        let count = Double(values.count)
        let sums = values.reduce((0.0, 0.0)) { ($0.0 + Double($1), $0.1 + Double($1) * Double($1)) }
        mean = Self.keep * mean + (1 - Self.keep) * sums.0 / count
        square = Self.keep * square + (1 - Self.keep) * sums.1 / count
        weight = Self.keep * weight + (1 - Self.keep)
    }

    /// Where the scale begins and how long its unit is.
    var line: (start: Float, unit: Float) {
        guard weight > 0 else { return (0, 1) }
        let debiasing = max(weight, 1e-5)
        let start = mean / debiasing
        return (Float(start), Float(max(square / debiasing - start * start, 1e-2).squareRoot()))
    }
}
