/// Linear regression on features and products of two of them, its weights held back (Hoerl and Kennard, 1970). Terms
/// are brought to mean 0 and variance 1; how much weights are held back is what serves every fifth row best, learned
/// from the others.
public struct Ridge: Sendable, Hashable {
    /// Two features whose product is a term.
    public struct Pair: Sendable, Hashable, Codable {
        /// The features' places; equal ones for a square.
        public let first, second: Int

        /// Pairs two features.
        public init(_ first: Int, _ second: Int) { (self.first, self.second) = (first, second) }
    }

    /// How many features there are.
    public let features: Int
    /// The products that are terms as well.
    public let pairs: [Pair]
    /// A weight for each feature, then for each pair, of the terms as they are.
    public let weights: [Double]
    /// What is foretold where all terms are 0.
    public let intercept: Double

    /// Penalties that are tried, as shares of the number of rows.
    private static let penalties = [1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]

    /// Puts a model together from its parts; nil where they do not fit, or are not finite.
    public init?(features: Int, pairs: [Pair], weights: [Double], intercept: Double) {
        guard weights.count == features + pairs.count, weights.allSatisfy(\.isFinite), intercept.isFinite,
            pairs.allSatisfy({ (0..<features).contains($0.first) && (0..<features).contains($0.second) })
        else { return nil }
        (self.features, self.pairs, self.weights, self.intercept) = (features, pairs, weights, intercept)
    }

    /// Fits weights to rows of features and a target for each.
    public init(_ rows: [[Double]], targets: [Double], pairs: [Pair]) {
        features = rows.first?.count ?? 0
        self.pairs = pairs
        guard !rows.isEmpty else {
            (weights, intercept) = ([Double](repeating: 0, count: pairs.count), 0)
            return
        }
        let terms = Ridge.terms(rows, pairs)
        let mean = targets.reduce(0, +) / Double(targets.count)
        let (tried, other) = (rows.indices.filter { $0 % 5 == 4 }, rows.indices.filter { $0 % 5 != 4 })
        var normal = Normal(terms: terms.means.count)
        for row in other { normal.add(terms.rows[row], targets[row] - mean) }
        var best: (penalty: Double, error: Double)?
        for penalty in Ridge.penalties where !tried.isEmpty {
            guard let weights = normal.weights(penalty: penalty * Double(other.count)) else { continue }
            let error = tried.reduce(0.0) { sum, row in
                let miss = targets[row] - mean - Ridge.dot(weights, terms.rows[row])
                return sum + miss * miss
            }
            if error < best?.error ?? .infinity { best = (penalty, error) }
        }
        for row in tried { normal.add(terms.rows[row], targets[row] - mean) }
        let scaled =
            normal.weights(penalty: (best?.penalty ?? 1e-3) * Double(rows.count))
            ?? [Double](repeating: 0, count: terms.means.count)
        weights = zip(scaled, terms.scales).map { $0 / $1 }
        intercept = mean - Ridge.dot(weights, terms.means)
    }

    /// What a row of features is foretold to give.
    public func prediction(at row: [Double]) -> Double {
        row.withUnsafeBufferPointer { row in
            weights.withUnsafeBufferPointer { weights in
                var sum = intercept
                for place in 0..<features { sum += weights[place] * row[place] }
                for (place, pair) in pairs.enumerated() {
                    sum += weights[features + place] * (row[pair.first] * row[pair.second])
                }
                return sum
            }
        }
    }

    /// Terms brought to mean 0 and variance 1; those that do not vary are 0.
    private static func terms(
        _ rows: [[Double]], _ pairs: [Pair]
    ) -> (rows: [[Double]], means: [Double], scales: [Double]) {
        var terms = rows.map { row in row + pairs.map { row[$0.first] * row[$0.second] } }
        let (width, count) = (terms.first?.count ?? 0, Double(rows.count))
        var (means, scales) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
        for row in terms { for place in 0..<width { means[place] += row[place] / count } }
        for row in terms {
            for place in 0..<width { scales[place] += (row[place] - means[place]) * (row[place] - means[place]) }
        }
        for place in 0..<width {
            let deviation = (scales[place] / count).squareRoot()
            scales[place] = deviation > 1e-12 * max(1, abs(means[place])) ? deviation : .infinity
        }
        for row in terms.indices {
            for place in 0..<width { terms[row][place] = (terms[row][place] - means[place]) / scales[place] }
        }
        return (terms, means, scales)
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                guard let first = a.baseAddress, let second = b.baseAddress else { return 0 }
                return Sums.dot(first, second, a.count)
            }
        }
    }

    /// The normal equations: sums over rows of products of terms, and of terms with the target.
    private struct Normal {
        private var gram: Triangle
        private var right: [Double]
        private let count: Int

        init(terms: Int) {
            (gram, right, count) = (Triangle(count: terms), [Double](repeating: 0, count: terms), terms)
        }

        mutating func add(_ row: [Double], _ target: Double) {
            row.withUnsafeBufferPointer { row in
                gram.values.withUnsafeMutableBufferPointer { gram in
                    right.withUnsafeMutableBufferPointer { right in
                        guard let row = row.baseAddress, let gram = gram.baseAddress, let right = right.baseAddress
                        else { return }
                        let count = self.count
                        for place in 0..<count where row[place] != 0 {
                            Sums.add(row[place], row, to: gram + Triangle.start(of: place), place + 1)
                        }
                        Sums.add(target, row, to: right, count)
                    }
                }
            }
        }

        func weights(penalty: Double) -> [Double]? {
            var lifted = gram
            for place in right.indices { lifted[place, place] += penalty }
            guard let factor = Cholesky(lifted) else { return nil }
            var weights = right
            factor.solve(&weights)
            factor.solveTransposed(&weights)
            return weights
        }
    }
}
