#if canImport(Glibc)
    import Glibc
#endif

/// By how much a point that is known as two independent normals is expected to enlarge the volume that a front of two
/// objectives dominates (exact expected hypervolume improvement, by strips between the front's points; Emmerich and
/// others, 2016). Both objectives are to be minimised. By its logarithm, so that where all improvement is unlikely the
/// least unlikely still stands out.
public struct FrontImprovement: Sendable {
    /// The front's points within the reference, the first objective rising; the strips end at their first coordinates
    /// and at the reference.
    private let ends: [Double]
    /// Up to where a strip is not dominated yet.
    private let heights: [Double]

    /// - Parameters:
    ///   - points: pairs of costs, dominated ones among them or not.
    ///   - reference: what is at least as bad in both counts nothing.
    public init(_ points: [[Double]], reference: [Double]) {
        let inside = points.filter { $0[0] < reference[0] && $0[1] < reference[1] }
        var (ends, heights): ([Double], [Double]) = ([], [reference[1]])
        for point in inside.sorted(by: { ($0[0], $0[1]) < ($1[0], $1[1]) })
        where point[1] < heights[heights.count - 1] {
            ends.append(point[0])
            heights.append(point[1])
        }
        (self.ends, self.heights) = (ends + [reference[0]], heights)
    }

    /// The logarithm of the volume to expect from means and standard deviations of the two costs.
    public func logExpected(_ means: (Double, Double), _ deviations: (Double, Double)) -> Double {
        var parts: [Double] = []
        var before = -Double.infinity
        for (end, height) in zip(ends, heights) {
            let width = Self.logShortfall(end, means.0, deviations.0)
            // The mean length of the strip that the point leaves behind it.
            if width > before {
                parts.append(width + log1p(-exp(before - width)) + Self.logShortfall(height, means.1, deviations.1))
            }
            before = max(before, width)
        }
        guard let most = parts.max(), most > -.infinity else { return -.infinity }
        return most + log(parts.reduce(0) { $0 + exp($1 - most) })
    }

    /// log E[(bound - y)⁺].
    private static func logShortfall(_ bound: Double, _ mean: Double, _ deviation: Double) -> Double {
        log(deviation) + Normal.logExcess((bound - mean) / deviation)
    }
}
