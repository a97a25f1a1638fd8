#if canImport(Glibc)
    import Glibc
#endif

/// A Gaussian process over designs (Rasmussen and Williams, 2006, chapters 2 and 5) with a constant mean, which is
/// estimated with the rest. It grows by one design in O(n²) and forgets the last ones at no cost.
public struct GaussianProcess: Sendable {
    /// The covariance; `fit` sets its hyperparameters.
    public internal(set) var kernel: DesignKernel {
        didSet { own = kernel.variance + kernel.noise }
    }
    /// What a design's value varies before anything is known, its noise in it.
    private var own: Double
    /// What is known of each design, in the order of appending.
    public private(set) var targets: [Double] = []
    var table: DesignTable
    private var factor = Cholesky()
    /// K⁻¹ (y - mean), by which a column of covariances gives a prediction.
    public private(set) var weights: [Double] = []
    /// The constant that covariances are added to.
    public private(set) var mean = 0.0
    private var isSettled = true

    /// A process that knows nothing yet.
    public init(_ kernel: DesignKernel) {
        self.kernel = kernel
        own = kernel.variance + kernel.noise
        table = DesignTable(axes: kernel.axes.count, sequence: kernel.sequence)
    }

    /// A process that knows designs and what they gave from the start, its kernel's hyperparameters being final: the
    /// same bits as `setLogarithms` leaves after the designs were appended.
    public init(_ kernel: DesignKernel, designs: [[Double]], targets: [Double]) {
        precondition(designs.count == targets.count, "there is not one target per design")
        self.init(kernel)
        for design in designs { table.append(design) }
        self.targets = targets
        refactor()
    }

    /// How many designs are known.
    public var count: Int { targets.count }

    /// The coordinates of a known design.
    public func design(at row: Int) -> [Double] { table.design(at: row) }

    /// Takes in a design and what it gave, in O(n²).
    public mutating func append(_ design: [Double], _ target: Double) {
        var row = [Double](repeating: 0, count: count)
        covariances(design, count: count, to: &row)
        table.append(design)
        targets.append(target)
        // A design that is all but one that is known already: a little noise keeps the factor whole.
        var jitter = 0.0
        while !factor.append(row + [own + jitter]) { jitter = jitter == 0 ? 1e-10 : jitter * 10 }
        isSettled = false
    }

    /// Forgets the designs from a number on.
    public mutating func truncate(to count: Int) {
        guard count < self.count else { return }
        targets.removeLast(self.count - count)
        table.truncate(to: count)
        factor.truncate(to: count)
        isSettled = false
    }

    /// Replaces what is known of all designs.
    public mutating func setTargets(_ targets: [Double]) {
        precondition(targets.count == count, "there is not one target per design")
        self.targets = targets
        isSettled = false
    }

    /// Makes the predictions' weights after designs or targets have changed, in O(n²).
    public mutating func settle() {
        guard !isSettled else { return }
        isSettled = true
        guard count > 0 else {
            (weights, mean) = ([], 0)
            return
        }
        var (ones, solved) = ([Double](repeating: 1, count: count), targets)
        factor.solve(&ones)
        factor.solve(&solved)
        mean = zip(ones, solved).reduce(0) { $0 + $1.0 * $1.1 } / ones.reduce(0) { $0 + $1 * $1 }
        weights = zip(solved, ones).map { $0 - mean * $1 }
        factor.solveTransposed(&weights)
    }

    /// Factors the covariances of all designs anew, as after a change of hyperparameters, in O(n³).
    mutating func refactor() {
        isSettled = false
        let matrix = covariances()
        var jitter = 0.0
        while true {
            var lifted = matrix
            for row in 0..<count { lifted[row, row] += jitter }
            if let factor = Cholesky(lifted) {
                self.factor = factor
                return
            }
            jitter = jitter == 0 ? 1e-10 : jitter * 10
        }
    }

    /// Mean and variance of what a design would give: noise is in it, since no two designs share theirs. Call `settle`
    /// before.
    public func prediction(at design: [Double]) -> (mean: Double, variance: Double) {
        var column = [Double](repeating: 0, count: count)
        covariances(design, count: count, to: &column)
        return prediction(&column)
    }

    /// The mean alone, in O(n). Call `settle` before.
    public func mean(at design: [Double]) -> Double {
        var column = [Double](repeating: 0, count: count)
        covariances(design, count: count, to: &column)
        return expectation(column)
    }

    /// The prediction for a column of covariances with all known designs, which is used up.
    func prediction(_ column: inout [Double]) -> (mean: Double, variance: Double) {
        (expectation(column), variance(&column))
    }

    func expectation(_ column: [Double]) -> Double {
        mean
            + column.withUnsafeBufferPointer { column in
                weights.withUnsafeBufferPointer { weights in
                    guard let a = column.baseAddress, let b = weights.baseAddress else { return 0 }
                    return Sums.dot(a, b, count)
                }
            }
    }

    func variance(_ column: inout [Double]) -> Double {
        factor.solve(&column)
        let known = column.withUnsafeBufferPointer { column in
            column.baseAddress.map { Sums.dot($0, $0, count) } ?? 0
        }
        return max(1e-12, own - known)
    }

    /// What the smooth part of the function is at the known designs: the targets without their noise. Call `settle`
    /// before.
    public var smoothed: [Double] { zip(targets, weights).map { $0 - kernel.noise * $1 } }

    /// The covariances of all known designs, their noise in them.
    private func covariances() -> Triangle {
        var matrix = Triangle(count: count)
        var row = [Double](repeating: 0, count: count)
        for place in 0..<count {
            covariances(table.design(at: place), count: place, to: &row)
            for other in 0..<place { matrix[place, other] = row[other] }
            matrix[place, place] = own
        }
        return matrix
    }

    /// The covariances of a design with the first `count` known ones.
    private func covariances(_ design: [Double], count: Int, to row: inout [Double]) {
        var products = [Double](repeating: kernel.product, count: count)
        var factors = [Double](repeating: 0, count: count)
        var squares = factors
        let (shapes, shares, pairs) = (kernel.shapes, kernel.shares, kernel.pairs)
        for place in 0..<count { row[place] = 0 }
        for (axis, kind) in kernel.axes.enumerated() {
            table.columns[axis].withUnsafeBufferPointer { column in
                factors.withUnsafeMutableBufferPointer { factors in
                    guard let others = column.baseAddress, let out = factors.baseAddress else { return }
                    kind.factors(design[axis], others, shape: shapes[axis], to: out, count)
                }
            }
            let share = shares[axis]
            for place in 0..<count {
                products[place] *= factors[place]
                let part = share * factors[place]
                row[place] += part
                squares[place] += part * part
            }
        }
        for place in 0..<count {
            row[place] += products[place] + pairs / 2 * (row[place] * row[place] - squares[place])
        }
        addSequence(table.features(of: design), count: count, to: &row)
    }

    /// Adds the sequence's part of the covariances between a design, given by its features, and the first known ones.
    private func addSequence(_ features: [Double], count: Int, to row: inout [Double]) {
        guard kernel.sequence != nil else { return }
        let (variance, distances) = (kernel.sequenceVariance, sequenceDistances(features, count: count))
        for place in 0..<count { row[place] += variance * Sums.decay(max(0, distances[place])) }
    }

    /// The weighted squared distances between a sequence, given by its features, and the first known ones.
    func sequenceDistances(_ features: [Double], count: Int? = nil) -> [Double] {
        let (weights, count) = (kernel.featureWeights, count ?? self.count)
        var sums = [Double](repeating: 0, count: count)
        for (group, weight) in kernel.sequenceWeights.enumerated() {
            for place in 0..<count { sums[place] += weight * table.squares[group][place] }
        }
        let square = features.indices.reduce(0) { $0 + weights[$1] * features[$1] * features[$1] }
        sums.withUnsafeMutableBufferPointer { sums in
            guard let out = sums.baseAddress else { return }
            for place in 0..<count { out[place] += square }
            for place in features.indices where features[place] != 0 {
                table.features[place].withUnsafeBufferPointer { column in
                    guard let base = column.baseAddress else { return }
                    Sums.add(-2 * weights[place] * features[place], base, to: out, count)
                }
            }
        }
        return sums
    }
}
