import Learning

/// A Gaussian process that is kept up to date with what a search finds: its targets are standardised, its
/// hyperparameters are fitted now and then, and it forgets when it knows too much.
struct Surrogate: Sendable {
    /// At most so many designs are known; then it is thinned to three quarters of them.
    let limit: Int
    /// By what share the designs must have grown in number before hyperparameters are fitted again.
    let growth: Double
    /// At most so many designs are looked at for that.
    private static let fitLimit = 300

    private(set) var process: GaussianProcess
    /// What was found, as it was told; more is better.
    private(set) var values: [Double] = []
    private var nextFit = 2
    private var isStale = true
    private var shift = 0.0
    private var scale = 1.0
    /// What is worse counts as this.
    private var floor = -Double.infinity
    /// The floor stands once so many designs are known: by then the search has not narrowed yet, so that they show how
    /// far apart usual designs are. Were it drawn from later ones, the first would all lie beneath it, and what they
    /// taught of the whole space would be lost.
    private static let anchors = 20

    init(_ kernel: DesignKernel, limit: Int, growth: Double) {
        process = GaussianProcess(kernel)
        (self.limit, self.growth) = (limit, growth)
    }

    var count: Int { values.count }

    /// Takes in a design; lies are forgotten.
    mutating func learn(_ design: [Double], _ value: Double) {
        process.truncate(to: count)
        values.append(min(1e150, max(-1e150, value)))
        process.append(design, 0)
        isStale = true
        if count > limit { thin() }
    }

    /// Brings targets and hyperparameters up to date.
    mutating func prepare(_ recollection: inout Recollection) throws {
        guard isStale else { return process.settle() }
        isStale = false
        process.truncate(to: count)
        standardise()
        process.setTargets(values.map(standard))
        if count >= nextFit {
            let logarithms = try recollection.numbers(process.kernel.logarithms.count) {
                process.fitted(on: fitRows, iterations: 50)
            }
            process.setLogarithms(logarithms)
            nextFit = count + (count < 50 ? 1 : max(1, Int(growth * Double(count))))
        }
        process.settle()
    }

    /// Believes the mean of a design that is under way, until something is told.
    mutating func lie(_ design: [Double]) {
        process.append(design, process.prediction(at: design).mean)
        process.settle()
    }

    /// The best of the known designs without its noise, in the unit of the targets, at most a bound: designs that break
    /// constraints may be better than any that counts.
    func smoothBest(upTo bound: Double) -> Double { min(bound, process.smoothed.prefix(count).max() ?? bound) }

    /// A value in the unit of the process's targets.
    func standard(_ value: Double) -> Double { (max(value, floor) - shift) / scale }

    /// Shift and scale by which the values have mean 0 and variance 1, those apart that are far below the others.
    private mutating func standardise() {
        if count <= Self.anchors || floor == -.infinity {
            let sorted = values.sorted()
            guard let best = sorted.last else { return }
            let (median, low) = (sorted[sorted.count / 2], sorted[sorted.count / 4])
            floor = median - 10 * max(median - low, (best - median) / 4)
        }
        let kept = values.map { max($0, floor) }
        shift = kept.reduce(0) { $0 + $1 / Double(kept.count) }
        let widest = kept.reduce(0) { max($0, abs($1 - shift)) }
        guard widest > 0 else {
            scale = 1
            return
        }
        let variance = kept.reduce(0) { $0 + ($1 - shift) / widest * (($1 - shift) / widest) } / Double(kept.count)
        scale = max(.leastNormalMagnitude, widest * variance.squareRoot())
    }

    /// Which designs hyperparameters are fitted on: all, or the best half and an even choice of the others.
    private var fitRows: [Int]? {
        guard count > Self.fitLimit else { return nil }
        let order = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
        let (best, rest) = (order[..<(Self.fitLimit / 2)], order[(Self.fitLimit / 2)...].sorted())
        let others = (0..<Self.fitLimit - best.count).map { rest[$0 * rest.count / (Self.fitLimit - best.count)] }
        return (best + others).sorted()
    }

    /// Keeps the better half of the places for the best designs, and the other for the latest.
    private mutating func thin() {
        let places = limit * 3 / 4
        let order = values.indices.sorted { (-values[$0], -$0) < (-values[$1], -$1) }
        var kept = Set(order[..<(places / 2)])
        for row in values.indices.reversed() where kept.count < places { kept.insert(row) }
        let rows = kept.sorted()
        let designs = rows.map(process.design)
        values = rows.map { values[$0] }
        process = GaussianProcess(process.kernel)
        for design in designs { process.append(design, 0) }
        nextFit = min(nextFit, count + max(1, Int(growth * Double(count))))
    }
}
