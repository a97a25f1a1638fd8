#if canImport(Glibc)
    import Glibc
#endif

/// How alike two designs are: what a Gaussian process over designs rests on.
///
/// A design is a run of coordinates. A number's factor is Matérn's 5/2 over its distance, a choice's is 1 where both
/// have the same one and e^-w else (exponentiated overlap); each has a length ℓ or a weight w of its own. The kernel is
/// a sum: the product of all factors, each factor by itself with a variance σ², the products of two, σ²σ² times a
/// common strength (so that effects that add up, and those of pairs, are learned from few designs; the first two
/// orders of Duvenaud and others, 2011, where a pair of strong factors is a strong pair), and, over runs of one
/// alphabet, e^-Σ w D over the distances D of the groups of `SequenceFeatures`.
///
/// All hyperparameters are logarithms. Their priors are normal: lengths about BoTorch's mode for d dimensions
/// (LogNormal(√2 + ½ log d, √3)), weights about the same in its overlap kernel, which divides by d.
public struct DesignKernel: Sendable {
    /// What a coordinate is.
    public enum Axis: Sendable, Hashable {
        /// A number, from 0 to 1 as far as it is active.
        case number
        /// The place of a choice; -1 where it is not active.
        case choice
    }

    /// One entry per coordinate.
    public let axes: [Axis]
    /// Set where the coordinates are a sequence.
    public let sequence: SequenceFeatures?
    /// Whether each factor, and each pair of them, counts by itself too.
    public let isAdditive: Bool
    /// The logarithms: noise variance, variance of the product, a shape per axis, a variance per axis and the strength
    /// of pairs where it is additive, then the sequence's variance and a weight per group of features.
    public var logarithms: [Double]

    /// A kernel with its hyperparameters at the modes of their priors.
    public init(_ axes: [Axis], sequence: SequenceFeatures? = nil, isAdditive: Bool = true) {
        (self.axes, self.sequence, self.isAdditive) = (axes, sequence, isAdditive)
        logarithms = []
        logarithms = priors.map(\.mode)
    }

    /// A normal prior of a logarithm, and the bounds that it is kept within.
    struct Prior {
        let mode: Double
        let deviation: Double
        let bounds: ClosedRange<Double>
    }

    var priors: [Prior] {
        let size = Double(max(1, axes.count))
        let length = 2.0.squareRoot() + 0.5 * log(size) - 3
        var all = [
            Prior(mode: -5, deviation: 1, bounds: log(1e-6)...log(1)),
            Prior(mode: log(0.5), deviation: 1, bounds: -9...4),
        ]
        for axis in axes {
            all.append(
                axis == .number
                    ? Prior(mode: length, deviation: 3.0.squareRoot(), bounds: -3.5...6)
                    : Prior(mode: -length - log(size), deviation: 3.0.squareRoot(), bounds: -9...3))
        }
        if isAdditive {
            all += axes.map { _ in Prior(mode: log(0.5 / size), deviation: 1.5, bounds: -12...4) }
            all.append(Prior(mode: 0, deviation: 1.5, bounds: -9...4))
        }
        if sequence != nil {
            all.append(Prior(mode: log(0.5), deviation: 1, bounds: -9...4))
            all += (0..<SequenceFeatures.groups).map { _ in Prior(mode: -4, deviation: 2, bounds: -12...3) }
        }
        return all
    }

    /// What is added to the variance of a design on its own: what a smooth function can't say of it.
    public var noise: Double { exp(logarithms[0]) }
    /// The variance of the product of all factors.
    public var product: Double { exp(logarithms[1]) }
    /// For each axis the length of a number, or the weight of a choice.
    public var shapes: [Double] { axes.indices.map { exp(logarithms[2 + $0]) } }
    /// The variance of each axis' factor by itself.
    public var shares: [Double] {
        isAdditive ? axes.indices.map { exp(logarithms[2 + axes.count + $0]) } : axes.map { _ in 0 }
    }
    /// What the products of two axes' variances are multiplied with.
    public var pairs: Double { isAdditive ? exp(logarithms[2 + 2 * axes.count]) : 0 }
    /// Where the sequence's hyperparameters begin.
    var sequenceStart: Int { isAdditive ? 3 + 2 * axes.count : 2 + axes.count }
    /// The variance of the sequence's part; 0 where there is none.
    public var sequenceVariance: Double { sequence == nil ? 0 : exp(logarithms[sequenceStart]) }
    /// For each group of a sequence's features, what its squared distances are multiplied with.
    public var sequenceWeights: [Double] {
        sequence == nil ? [] : (0..<SequenceFeatures.groups).map { exp(logarithms[sequenceStart + 1 + $0]) }
    }
    /// For each feature of a sequence, the weight of its group.
    var featureWeights: [Double] {
        guard let sequence else { return [] }
        return sequenceWeights.enumerated().flatMap { group, weight in
            [Double](repeating: weight, count: sequence.range(of: group).count)
        }
    }

    /// The variance of any design before anything is known, noise apart.
    public var variance: Double { product + single + pairs * couples + sequenceVariance }

    /// The sum of the axes' variances.
    var single: Double { shares.reduce(0, +) }

    /// The sum of the products of two axes' variances.
    var couples: Double {
        let (sum, squares) = shares.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
        return max(0, (sum * sum - squares) / 2)
    }
}

extension DesignKernel.Axis {
    /// The factors of one coordinate between a value and others, given the length or weight.
    func factors(
        _ value: Double, _ others: UnsafePointer<Double>, shape: Double, to out: UnsafeMutablePointer<Double>,
        _ count: Int
    ) {
        switch self {
        case .number:
            let scale = 5.0.squareRoot() / shape
            for place in 0..<count {
                let t = abs(value - others[place]) * scale
                out[place] = (1 + t + t * t / 3) * Sums.decay(t)
            }
        case .choice:
            let apart = Sums.decay(shape)
            for place in 0..<count { out[place] = value == others[place] ? 1 : apart }
        }
    }

    /// The derivatives of the factors by the logarithm of the length or weight.
    func slopes(
        _ value: Double, _ others: UnsafePointer<Double>, shape: Double, to out: UnsafeMutablePointer<Double>,
        _ count: Int
    ) {
        switch self {
        case .number:
            let scale = 5.0.squareRoot() / shape
            for place in 0..<count {
                let t = abs(value - others[place]) * scale
                out[place] = t * t * (1 + t) / 3 * Sums.decay(t)
            }
        case .choice:
            let slope = -shape * Sums.decay(shape)
            for place in 0..<count { out[place] = value == others[place] ? 0 : slope }
        }
    }
}
