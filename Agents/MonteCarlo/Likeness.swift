#if canImport(Glibc)
    import Glibc
#endif

/// How like other instances are to one, by their traits, each in units of its deviation among all of them.
struct Likeness: Sendable {
    /// What each of the others counts, at most 1.
    let weights: [Double]
    /// How far the nearest is, and how far an instance's nearest usually is among the others (the median).
    let nearest, usual: Double

    init(_ others: [[Double]], to own: [Double]) {
        let rows = others.filter { $0.count == own.count } + [own]
        let scales = own.indices.map { place in
            let values = rows.map { $0[place] }
            let mean = values.reduce(0, +) / Double(rows.count)
            let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows.count)
            return square > 1e-18 * max(1, mean * mean) ? square.squareRoot() : .infinity
        }
        func distance(_ a: [Double], _ b: [Double]) -> Double {
            guard a.count == own.count, b.count == own.count else { return .infinity }
            let squares = own.indices.map { place -> Double in
                let step = (a[place] - b[place]) / scales[place]
                return step * step
            }
            return (squares.reduce(0, +) / Double(max(1, own.count))).squareRoot()
        }
        let toOwn = others.map { distance($0, own) }
        let gaps = others.indices.map { one in
            others.indices.reduce(Double.infinity) { $1 == one ? $0 : min($0, distance(others[one], others[$1])) }
        }
        let sorted = gaps.filter(\.isFinite).sorted()
        let usual = sorted.isEmpty ? 1 : max(1e-9, sorted[sorted.count / 2])
        (nearest, self.usual) = (toOwn.min() ?? .infinity, usual)
        weights = toOwn.map { gap in gap.isFinite ? 1 / (1 + gap * gap / (usual * usual)) : 1e-3 }
    }

    /// From 1, where some instance is the same, to 0, where none is near: a half at the usual distance.
    func belief(steepness: Double) -> Double {
        nearest.isFinite ? 1 / (1 + exp(steepness * (nearest / usual - 1))) : 0
    }
}
