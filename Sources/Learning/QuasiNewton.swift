/// Minimises a smooth function within bounds by L-BFGS (Liu and Nocedal, 1989), steps projected onto the bounds.
///
/// A variable that lies at a bound and is pushed against it rests for a step. The step is halved until the function
/// falls by Armijo's rule; where no step helps, the search ends.
public struct QuasiNewton: Sendable {
    /// The most iterations.
    public var iterations: Int
    /// How many differences are remembered.
    public var memory = 8
    /// The search ends where an iteration gains less than this.
    public var tolerance: Double
    /// The longest first step in any variable.
    public var reach = 1.0

    /// A search of so many iterations that ends where one gains less than `tolerance`.
    public init(iterations: Int = 50, tolerance: Double = 1e-4) {
        (self.iterations, self.tolerance) = (iterations, tolerance)
    }

    /// The best point found, its value, and how often the function was asked.
    ///
    /// - Parameters:
    ///   - start: where to begin; it is moved into the bounds.
    ///   - bounds: one per variable.
    ///   - function: the value and the gradient at a point; a value that is not finite repels.
    public func minimum(
        from start: [Double], in bounds: [ClosedRange<Double>],
        of function: ([Double]) -> (value: Double, gradient: [Double])
    ) -> (point: [Double], value: Double, calls: Int) {
        var here = zip(start, bounds).map { min($1.upperBound, max($1.lowerBound, $0)) }
        var (value, gradient) = function(here)
        var calls = 1
        var pairs: [(step: [Double], change: [Double])] = []
        for _ in 0..<iterations where value.isFinite {
            let free = here.indices.map {
                !(here[$0] <= bounds[$0].lowerBound && gradient[$0] > 0)
                    && !(here[$0] >= bounds[$0].upperBound && gradient[$0] < 0)
            }
            let direction = direction(gradient, free, pairs)
            let longest = direction.reduce(0) { max($0, abs($1)) }
            guard longest > 0 else { break }
            // Without a curvature the gradient says nothing of how far to go, and no curvature justifies leaps.
            var length = min(1, (pairs.isEmpty ? reach : 4 * reach) / longest)
            var found: (point: [Double], value: Double, gradient: [Double])?
            for _ in 0..<12 where found == nil {
                let point = here.indices.map {
                    min(bounds[$0].upperBound, max(bounds[$0].lowerBound, here[$0] + length * direction[$0]))
                }
                let slope = here.indices.reduce(0) { $0 + gradient[$1] * (point[$1] - here[$1]) }
                let next = function(point)
                calls += 1
                if next.value <= value + 1e-4 * slope, slope < 0 { found = (point, next.value, next.gradient) }
                length *= 0.4
            }
            guard let found else { break }
            pairs.append((difference(found.point, here), difference(found.gradient, gradient)))
            if Self.dot(pairs[pairs.count - 1].step, pairs[pairs.count - 1].change) <= 1e-12 { pairs.removeLast() }
            if pairs.count > memory { pairs.removeFirst() }
            let gain = value - found.value
            (here, value, gradient) = found
            if gain < tolerance { break }
        }
        return (here, value, calls)
    }

    /// Downhill, by the curvature that the last steps showed; resting variables stay.
    private func direction(
        _ gradient: [Double], _ free: [Bool], _ pairs: [(step: [Double], change: [Double])]
    ) -> [Double] {
        let plain = zip(gradient, free).map { $1 ? -$0 : 0 }
        var result = plain
        var weights: [Double] = []
        for (step, change) in pairs.reversed() {
            let weight = Self.dot(step, result) / Self.dot(step, change)
            weights.append(weight)
            for place in result.indices { result[place] -= weight * change[place] }
        }
        if let (step, change) = pairs.last {
            let scale = Self.dot(step, change) / Self.dot(change, change)
            for place in result.indices { result[place] *= scale }
        }
        for ((step, change), weight) in zip(pairs, weights.reversed()) {
            let correction = weight - Self.dot(change, result) / Self.dot(step, change)
            for place in result.indices { result[place] += correction * step[place] }
        }
        for place in result.indices where !free[place] { result[place] = 0 }
        // A direction that does not lead downhill is worth nothing.
        return Self.dot(result, gradient) < 0 ? result : plain
    }

    private func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
