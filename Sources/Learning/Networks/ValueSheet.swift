/// What a network says each value of each choice is worth, for some rows; a decision is worth the sum over its choices.
///
/// Rows that equal the first one share one pass, as in `PolicySheet`.
struct ValueSheet: Sendable {
    /// For each row where it was computed.
    private(set) var homes: [Int32] = []
    /// The worth of every value of every choice, place after place.
    private(set) var worths: [Float] = []
    private var origins: [Int32] = []
    private var slopes: [Float] = []

    mutating func evaluate(_ network: inout Network, _ heads: CategoricalHeads, inputs: [Float], rows: [Int32]) {
        network.load(inputs, rows: rows, homes: &homes, origins: &origins)
        network.forward()
        let width = heads.logitCount
        if worths.count < origins.count * width {
            worths = [Float](repeating: 0, count: origins.count * width)
            slopes = worths
        }
        slopes.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        let (start, places) = (network.outputStart, origins.count)
        network.values.withUnsafeBufferPointer { values in
            worths.withUnsafeMutableBufferPointer { worths in
                guard let values = values.baseAddress, let worths = worths.baseAddress else { return }
                for place in 0..<places {
                    heads.expand(values + start + place * heads.outputCount, to: worths + place * width)
                }
            }
        }
    }

    /// Adds the slope of the loss by the worth of one value.
    mutating func push(_ row: Int, logit: Int, by slope: Float, _ heads: CategoricalHeads) {
        slopes[Int(homes[row]) * heads.logitCount + logit] += slope
    }

    mutating func backward(_ network: inout Network, _ heads: CategoricalHeads) {
        let (start, width, places) = (network.outputStart, heads.logitCount, origins.count)
        network.slopes.withUnsafeMutableBufferPointer { target in
            slopes.withUnsafeBufferPointer { slopes in
                guard let target = target.baseAddress, let slopes = slopes.baseAddress else { return }
                for place in 0..<places {
                    heads.contract(slopes + place * width, to: target + start + place * heads.outputCount)
                }
            }
        }
        network.backward()
    }
}
