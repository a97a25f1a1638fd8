#if canImport(Glibc)
    import Glibc
#endif

/// The factor L of a positive definite matrix A = L Lᵀ, which grows with A row by row in O(n²).
public struct Cholesky: Sendable {
    /// L, with positive numbers on its diagonal.
    public private(set) var factor: Triangle

    /// The factor of a matrix without rows.
    public init() { factor = Triangle(count: 0) }

    /// Factors a matrix in O(n³); nil where it is not positive definite, in doubles.
    public init?(_ matrix: Triangle) {
        factor = matrix
        let count = matrix.count
        let isDefinite = factor.values.withUnsafeMutableBufferPointer { buffer -> Bool in
            guard let values = buffer.baseAddress else { return true }
            for row in 0..<count where !Cholesky.eliminate(values, row: row) { return false }
            return true
        }
        guard isDefinite else { return nil }
    }

    /// How many rows there are.
    public var count: Int { factor.count }

    /// The factor of the matrix with another row; false, and nothing done, where that is not positive definite.
    public mutating func append(_ row: [Double]) -> Bool {
        factor.append(row)
        let last = count - 1
        let isDefinite = factor.values.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { Cholesky.eliminate($0, row: last) } ?? false
        }
        if !isDefinite { factor.truncate(to: last) }
        return isDefinite
    }

    /// The factor of the first rows and columns.
    public mutating func truncate(to count: Int) { factor.truncate(to: count) }

    /// Makes a row of A one of L, the rows above being done.
    private static func eliminate(_ values: UnsafeMutablePointer<Double>, row: Int) -> Bool {
        let mine = values + Triangle.start(of: row)
        for column in 0..<row {
            let other = values + Triangle.start(of: column)
            mine[column] = (mine[column] - Sums.dot(mine, other, column)) / other[column]
        }
        let rest = mine[row] - Sums.dot(mine, mine, row)
        guard rest > 0, rest.isFinite else { return false }
        mine[row] = rest.squareRoot()
        return true
    }

    /// Solves L x = b in place; `b` may be shorter than L and then meets its first rows.
    public func solve(_ b: inout [Double]) {
        let count = min(b.count, self.count)
        factor.values.withUnsafeBufferPointer { buffer in
            b.withUnsafeMutableBufferPointer { b in
                guard let values = buffer.baseAddress, let x = b.baseAddress else { return }
                Cholesky.solve(values, x, from: 0, to: count)
            }
        }
    }

    /// Forward substitution for some rows, those before being solved.
    private static func solve(
        _ values: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, from first: Int, to end: Int
    ) {
        for row in first..<max(first, end) {
            let mine = values + Triangle.start(of: row)
            x[row] = (x[row] - Sums.dot(mine, x, row)) / mine[row]
        }
    }

    /// Solves Lᵀ x = b in place; `b` has a number per row.
    public func solveTransposed(_ b: inout [Double]) {
        precondition(b.count == count, "a right side has the wrong length")
        factor.values.withUnsafeBufferPointer { buffer in
            b.withUnsafeMutableBufferPointer { b in
                guard let values = buffer.baseAddress, let x = b.baseAddress else { return }
                for row in stride(from: count - 1, through: 0, by: -1) {
                    let mine = values + Triangle.start(of: row)
                    x[row] /= mine[row]
                    Sums.add(-x[row], mine, to: x, row)
                }
            }
        }
    }

    /// log det A.
    public var logDeterminant: Double {
        (0..<count).reduce(0) { $0 + 2 * log(factor[$1, $1]) }
    }

    /// A⁻¹ in O(n³): L⁻¹ first, then its products.
    public func inverse() -> Triangle {
        let rows = inverseFactor()
        var result = Triangle(count: count)
        rows.values.withUnsafeBufferPointer { source in
            result.values.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let into = target.baseAddress else { return }
                Cholesky.addSquares(of: from, to: into, count)
            }
        }
        return result
    }

    /// L⁻¹, a row from those above it.
    private func inverseFactor() -> Triangle {
        var inverse = Triangle(count: count)
        factor.values.withUnsafeBufferPointer { source in
            inverse.values.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let into = target.baseAddress else { return }
                for row in 0..<count {
                    let (mine, out) = (from + Triangle.start(of: row), into + Triangle.start(of: row))
                    for other in 0..<row {
                        Sums.add(mine[other], into + Triangle.start(of: other), to: out, other + 1)
                    }
                    let scale = -1 / mine[row]
                    for place in 0..<row { out[place] *= scale }
                    out[row] = -scale
                }
            }
        }
        return inverse
    }

    /// Adds MᵀM of a lower triangle M to a symmetric one, four rows of M at a time.
    private static func addSquares(of m: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>, _ count: Int) {
        var row = 0
        while row < count {
            if row + 4 <= count {
                let runs = (0..<4).map { m + Triangle.start(of: row + $0) }
                for place in 0...row {
                    let factors = SIMD4(runs[0][place], runs[1][place], runs[2][place], runs[3][place])
                    Sums.add(factors, runs, to: target + Triangle.start(of: place), place + 1)
                }
                for member in 1..<4 {
                    for place in row + 1...row + member {
                        Sums.add(runs[member][place], runs[member], to: target + Triangle.start(of: place), place + 1)
                    }
                }
                row += 4
            } else {
                let mine = m + Triangle.start(of: row)
                for place in 0...row { Sums.add(mine[place], mine, to: target + Triangle.start(of: place), place + 1) }
                row += 1
            }
        }
    }
}
