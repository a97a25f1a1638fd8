/// Predictions around one design, at the cost of what differs from it: the factors of every coordinate are kept, and so
/// are those of every value that was asked for once.
public struct LocalPredictor: Sendable {
    private struct Place: Hashable {
        let axis: Int
        let value: Double
    }

    private let process: GaussianProcess
    private let shapes: [Double]
    private let shares: [Double]
    /// The strength of pairs.
    private let pairs: Double
    private var columns: [Place: [Double]] = [:]
    /// The design in the middle, the factors of its coordinates, and their products and weighted sums.
    private var middle: [Double] = []
    private var factors: [[Double]] = []
    private var products: [Double] = []
    /// For each coordinate, the product of all other factors.
    private var others: [[Double]] = []
    private var sums: [Double] = []
    /// The sums of the products of two factors, weighted.
    private var couples: [Double] = []
    /// The middle's features as a sequence, and its weighted distances to all others.
    private var features: [Double] = []
    private var distances: [Double] = []
    /// For each feature, the weight of its group; empty where designs are no sequences.
    private let weights: [Double]
    private let sequenceVariance: Double
    private var column: [Double]

    /// Looks at a process as it is now; it must be settled.
    public init(_ process: GaussianProcess) {
        self.process = process
        (shapes, shares, pairs) = (process.kernel.shapes, process.kernel.shares, process.kernel.pairs)
        column = [Double](repeating: 0, count: process.count)
        (weights, sequenceVariance) = (process.kernel.featureWeights, process.kernel.sequenceVariance)
    }

    /// Puts a design in the middle.
    public mutating func move(to design: [Double]) {
        middle = design
        let count = process.count
        products = [Double](repeating: process.kernel.product, count: count)
        sums = [Double](repeating: 0, count: count)
        couples = sums
        factors = design.indices.map { factor(of: $0, at: design[$0]) }
        for (axis, own) in factors.enumerated() {
            for row in 0..<count {
                let part = shares[axis] * own[row]
                products[row] *= own[row]
                couples[row] += part * sums[row]
                sums[row] += part
            }
        }
        others = factors.map { own in zip(products, own).map { $1 > 0 ? $0 / $1 : 0 } }
        guard !weights.isEmpty else { return }
        features = process.table.features(of: design)
        distances = process.sequenceDistances(features)
    }

    /// The mean of what a design would give.
    public mutating func expectation(of design: [Double]) -> Double {
        compare(design)
        return process.expectation(column)
    }

    /// Mean and variance of what a design would give, noise in it.
    public mutating func prediction(of design: [Double]) -> (mean: Double, variance: Double) {
        compare(design)
        return process.prediction(&column)
    }

    /// The covariances of a design with all that are known, from those of the middle.
    private mutating func compare(_ design: [Double]) {
        let changed = design.indices.filter { design[$0] != middle[$0] }
        if changed.count == 1 {
            exchange(changed[0], design[changed[0]])
        } else {
            rebuild(design, changed)
        }
        if !weights.isEmpty { addSequence(process.table.features(of: design)) }
    }

    /// The covariances where one coordinate differs.
    private mutating func exchange(_ axis: Int, _ value: Double) {
        let (new, share, count) = (factor(of: axis, at: value), shares[axis], process.count)
        new.withUnsafeBufferPointer { new in
            factors[axis].withUnsafeBufferPointer { old in
                others[axis].withUnsafeBufferPointer { rest in
                    sums.withUnsafeBufferPointer { sums in
                        for row in 0..<count {
                            let change = share * (new[row] - old[row])
                            let pair = couples[row] + change * (sums[row] - share * old[row])
                            column[row] = rest[row] * new[row] + (sums[row] + change) + pairs * pair
                        }
                    }
                }
            }
        }
    }

    /// The covariances where none or several coordinates differ.
    private mutating func rebuild(_ design: [Double], _ changed: [Int]) {
        var (all, total, couples) = (products, sums, couples)
        for axis in changed {
            let (new, old, share) = (factor(of: axis, at: design[axis]), factors[axis], shares[axis])
            for row in all.indices {
                all[row] *= old[row] > 0 ? new[row] / old[row] : 0
                let change = share * (new[row] - old[row])
                couples[row] += change * (total[row] - share * old[row])
                total[row] += change
            }
        }
        for row in all.indices { column[row] = all[row] + total[row] + pairs * couples[row] }
    }

    /// Adds the sequence's part: distances change by what the features that differ from the middle's say.
    private mutating func addSequence(_ own: [Double]) {
        let count = process.count
        var (around, change) = (distances, 0.0)
        around.withUnsafeMutableBufferPointer { around in
            guard let out = around.baseAddress else { return }
            for place in own.indices where own[place] != features[place] {
                let step = own[place] - features[place]
                change += weights[place] * step * (own[place] + features[place])
                process.table.features[place].withUnsafeBufferPointer { column in
                    if let base = column.baseAddress { Sums.add(-2 * weights[place] * step, base, to: out, count) }
                }
            }
            let variance = sequenceVariance
            for row in 0..<count { column[row] += variance * Sums.decay(max(0, out[row] + change)) }
        }
    }

    private mutating func factor(of axis: Int, at value: Double) -> [Double] {
        let place = Place(axis: axis, value: value)
        if let known = columns[place] { return known }
        var found = [Double](repeating: 0, count: process.count)
        process.table.columns[axis].withUnsafeBufferPointer { column in
            found.withUnsafeMutableBufferPointer { found in
                guard let others = column.baseAddress, let out = found.baseAddress else { return }
                process.kernel.axes[axis].factors(value, others, shape: shapes[axis], to: out, process.count)
            }
        }
        columns[place] = found
        return found
    }
}
