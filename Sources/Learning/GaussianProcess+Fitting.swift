#if canImport(Glibc)
    import Glibc
#endif

extension GaussianProcess {
    /// Sets the hyperparameters to their most likely values given the targets and the priors, by L-BFGS from where they
    /// are, and factors anew. O(n³) for each of the iterations.
    ///
    /// - Parameter rows: which designs to look at; all where nil. Some hundreds say what there is to say.
    public mutating func fit(on rows: [Int]? = nil, iterations: Int = 50) {
        setLogarithms(fitted(on: rows, iterations: iterations))
    }

    /// Takes hyperparameters that were fitted, and factors anew.
    ///
    /// - Parameter logarithms: as many as the kernel has, within their bounds.
    public mutating func setLogarithms(_ logarithms: [Double]) {
        kernel.logarithms = logarithms
        refactor()
    }

    /// The hyperparameters that `fit` would set.
    public func fitted(on rows: [Int]? = nil, iterations: Int = 50) -> [Double] {
        guard count > 1 else { return kernel.logarithms }
        let (table, targets) =
            rows.map { rows in (self.table.rows(rows), rows.map { self.targets[$0] }) }
            ?? (self.table, self.targets)
        var search = Evidence(kernel: kernel, table: table, targets: targets)
        return QuasiNewton(iterations: iterations, tolerance: 1e-3).minimum(
            from: kernel.logarithms, in: kernel.priors.map(\.bounds)
        ) { search.evaluate($0) }.point
    }

    /// The negative logarithm of the posterior of hyperparameters, up to a constant, and its gradient.
    public func evidence(at logarithms: [Double]) -> (value: Double, gradient: [Double]) {
        var search = Evidence(kernel: kernel, table: table, targets: targets)
        return search.evaluate(logarithms)
    }
}

/// How well hyperparameters explain what is known; holds the room that its evaluations need.
private struct Evidence {
    var kernel: DesignKernel
    let table: DesignTable
    let targets: [Double]
    /// Distances between sequences, one triangle per group of features.
    private let distances: [Triangle]
    private var matrix: Triangle
    private var factors: [[Double]]
    private var products: [Double]
    /// The sums of the factors' parts and of their squares.
    private var sums: [Double]
    private var squares: [Double]
    private var slopes: [Double]

    init(kernel: DesignKernel, table: DesignTable, targets: [Double]) {
        (self.kernel, self.table, self.targets) = (kernel, table, targets)
        matrix = Triangle(count: table.count)
        factors = kernel.axes.map { _ in [Double](repeating: 0, count: table.count) }
        products = [Double](repeating: 0, count: table.count)
        (sums, squares, slopes) = (products, products, products)
        guard kernel.sequence != nil else {
            distances = []
            return
        }
        distances = (0..<SequenceFeatures.groups).map { group in
            var triangle = Triangle(count: table.count)
            for row in 0..<table.count {
                let features = table.features.map { $0[row] }
                triangle.values.withUnsafeMutableBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    table.distances(features, group: group, to: base + Triangle.start(of: row), row)
                }
            }
            return triangle
        }
    }

    mutating func evaluate(_ logarithms: [Double]) -> (value: Double, gradient: [Double]) {
        kernel.logarithms = logarithms
        var gradient = [Double](repeating: 0, count: logarithms.count)
        var value = 0.0
        for (place, prior) in kernel.priors.enumerated() {
            let z = (logarithms[place] - prior.mode) / prior.deviation
            value += 0.5 * z * z
            gradient[place] = z / prior.deviation
        }
        fill()
        guard let factor = Cholesky(matrix) else { return (.infinity, gradient) }
        let count = table.count
        var (ones, solved) = ([Double](repeating: 1, count: count), targets)
        factor.solve(&ones)
        factor.solve(&solved)
        let mean = zip(ones, solved).reduce(0) { $0 + $1.0 * $1.1 } / ones.reduce(0) { $0 + $1 * $1 }
        var weights = zip(solved, ones).map { $0 - mean * $1 }
        value += 0.5 * weights.reduce(0) { $0 + $1 * $1 } + 0.5 * factor.logDeterminant
        factor.solveTransposed(&weights)
        // ∂/∂θ = ½ Σ (K⁻¹ - ααᵀ) ∂K: the mean is at its best, so that its own change counts nothing.
        matrix = factor.inverse()
        for row in 0..<count {
            let start = Triangle.start(of: row)
            for column in 0...row { matrix.values[start + column] -= weights[row] * weights[column] }
        }
        addGradient(&gradient)
        return (value, gradient)
    }

    /// The covariances, into the matrix.
    private mutating func fill() {
        let (product, pairs) = (kernel.product, kernel.pairs)
        let own = kernel.variance + kernel.noise
        for row in 0..<table.count {
            compare(row)
            let start = Triangle.start(of: row)
            for place in 0..<row {
                matrix.values[start + place] =
                    product * products[place] + sums[place]
                    + pairs / 2 * (sums[place] * sums[place] - squares[place])
            }
            if kernel.sequence != nil {
                let variance = kernel.sequenceVariance
                for place in 0..<row { matrix.values[start + place] += variance * likeness(start + place) }
            }
            matrix.values[start + row] = own
        }
    }

    /// The factors between a design and those before it, their products and sums.
    private mutating func compare(_ row: Int) {
        let (shapes, shares) = (kernel.shapes, kernel.shares)
        for place in 0..<row { (products[place], sums[place], squares[place]) = (1, 0, 0) }
        for (axis, kind) in kernel.axes.enumerated() {
            table.columns[axis].withUnsafeBufferPointer { column in
                factors[axis].withUnsafeMutableBufferPointer { factors in
                    products.withUnsafeMutableBufferPointer { products in
                        guard let others = column.baseAddress, let out = factors.baseAddress else { return }
                        kind.factors(others[row], others, shape: shapes[axis], to: out, row)
                        for place in 0..<row { products[place] *= out[place] }
                    }
                }
            }
            add(factors[axis], share: shares[axis], row)
        }
    }

    private mutating func add(_ factors: [Double], share: Double, _ row: Int) {
        guard share > 0 else { return }
        for place in 0..<row {
            let part = share * factors[place]
            sums[place] += part
            squares[place] += part * part
        }
    }

    private func likeness(_ place: Int) -> Double {
        var sum = 0.0
        for (group, weight) in kernel.sequenceWeights.enumerated() { sum += weight * distances[group].values[place] }
        return Sums.decay(sum)
    }

    /// Adds the sums of the matrix, which holds K⁻¹ - ααᵀ, times the covariances' derivatives, halved.
    private mutating func addGradient(_ gradient: inout [Double]) {
        let (product, shares, shapes, pairs) = (kernel.product, kernel.shares, kernel.shapes, kernel.pairs)
        let (additive, sequence) = (2 + kernel.axes.count, kernel.sequenceStart)
        var (trace, couples) = (0.0, 0.0)
        for row in 0..<table.count {
            compare(row)
            let start = Triangle.start(of: row)
            trace += matrix.values[start + row]
            for place in 0..<row {
                gradient[1] += matrix.values[start + place] * product * products[place]
                couples += matrix.values[start + place] * (sums[place] * sums[place] - squares[place]) / 2
            }
            for (axis, kind) in kernel.axes.enumerated() {
                let sums = axisSums(axis, kind, row: row, shape: shapes[axis], share: shares[axis])
                gradient[2 + axis] += sums.shape
                if kernel.isAdditive { gradient[additive + axis] += shares[axis] * sums.share }
            }
            if kernel.sequence != nil { addSequenceGradient(&gradient, row: row) }
        }
        // Off the diagonal each pair counts twice, which ½ takes back; on it only variances matter.
        gradient[0] += 0.5 * trace * kernel.noise
        gradient[1] += 0.5 * trace * product
        if kernel.isAdditive {
            let single = kernel.single
            for (axis, share) in shares.enumerated() {
                gradient[additive + axis] += 0.5 * trace * share * (1 + pairs * (single - share))
            }
            gradient[sequence - 1] += pairs * (couples + 0.5 * trace * kernel.couples)
        }
        if kernel.sequence != nil { gradient[sequence] += 0.5 * trace * kernel.sequenceVariance }
    }

    private mutating func axisSums(
        _ axis: Int, _ kind: DesignKernel.Axis, row: Int, shape: Double, share: Double
    ) -> (shape: Double, share: Double) {
        let (product, pairs, start) = (kernel.product, kernel.pairs, Triangle.start(of: row))
        var (shapeSum, shareSum) = (0.0, 0.0)
        table.columns[axis].withUnsafeBufferPointer { column in
            slopes.withUnsafeMutableBufferPointer { slopes in
                guard let others = column.baseAddress, let out = slopes.baseAddress else { return }
                kind.slopes(others[row], others, shape: shape, to: out, row)
                matrix.values.withUnsafeBufferPointer { matrix in
                    factors[axis].withUnsafeBufferPointer { factors in
                        for place in 0..<row {
                            let weight = matrix[start + place]
                            let others = factors[place] > 0 ? product * products[place] / factors[place] : 0
                            // What a factor counts by itself and with all others.
                            let worth = 1 + pairs * (sums[place] - share * factors[place])
                            shapeSum += weight * (others + share * worth) * out[place]
                            shareSum += weight * worth * factors[place]
                        }
                    }
                }
            }
        }
        return (shapeSum, shareSum)
    }

    private func addSequenceGradient(_ gradient: inout [Double], row: Int) {
        let (first, start, weights) = (kernel.sequenceStart, Triangle.start(of: row), kernel.sequenceWeights)
        let variance = kernel.sequenceVariance
        for place in start..<start + row {
            let part = matrix.values[place] * variance * likeness(place)
            gradient[first] += part
            for (group, weight) in weights.enumerated() {
                gradient[first + 1 + group] -= part * weight * distances[group].values[place]
            }
        }
    }
}
