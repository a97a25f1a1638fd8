#if canImport(Glibc)
    import Glibc
#endif

/// Several independent choices made from one network's outputs: a softmax over the values of each.
///
/// The values of an ordered choice can share what they learn: its logits are then a free number for each value and a
/// sum of smooth waves over their order (cosines, as in a discrete cosine transform), whose amplitudes are outputs of
/// the network as well.
public struct CategoricalHeads: Sendable {
    /// How many values each choice has.
    public let counts: [Int]
    /// Where the logits of each choice begin.
    public let starts: [Int]
    /// How many logits there are in all.
    public let logitCount: Int
    /// How many outputs the network needs: a logit each, then the waves.
    public let outputCount: Int

    /// What a masked value's logit becomes: so little that its probability is 0.
    static let never: Float = -1e8

    /// For each choice where its waves begin among the outputs, and how many there are.
    private let waves: [(start: Int, count: Int)]
    /// For each choice and wave one number per value.
    private let heights: [[Float]]

    /// Describes choices; the waves of each are none where nothing is said.
    public init(counts: [Int], waves: [Int]? = nil) {
        self.counts = counts
        var (starts, start): ([Int], Int) = ([], 0)
        for count in counts {
            starts.append(start)
            start += count
        }
        (self.starts, logitCount) = (starts, start)
        self.waves = (waves ?? [Int](repeating: 0, count: counts.count)).map { count in
            defer { start += count }
            return (start, count)
        }
        outputCount = start
        heights = zip(counts, self.waves).map { count, wave in
            (0..<wave.count).flatMap { order in
                (0..<count).map { Float(cos(.pi * Double(order + 1) * (Double($0) + 0.5) / Double(count))) }
            }
        }
    }

    /// Where the values of a choice lie among the logits.
    public func range(of head: Int) -> Range<Int> { starts[head]..<starts[head] + counts[head] }

    /// The logits of a row of outputs.
    func expand(_ outputs: UnsafePointer<Float>, to logits: UnsafeMutablePointer<Float>) {
        logits.update(from: outputs, count: logitCount)
        for head in counts.indices {
            let (first, count) = (logits + starts[head], counts[head])
            for wave in 0..<waves[head].count {
                let amplitude = outputs[waves[head].start + wave]
                heights[head].withUnsafeBufferPointer { heights in
                    for value in 0..<count { first[value] += amplitude * heights[wave * count + value] }
                }
            }
        }
    }

    /// The slopes of a row of outputs from those of its logits.
    func contract(_ logits: UnsafePointer<Float>, to outputs: UnsafeMutablePointer<Float>) {
        outputs.update(from: logits, count: logitCount)
        for head in counts.indices {
            let (first, count) = (logits + starts[head], counts[head])
            for wave in 0..<waves[head].count {
                var total: Float = 0
                heights[head].withUnsafeBufferPointer { heights in
                    for value in 0..<count { total += first[value] * heights[wave * count + value] }
                }
                outputs[waves[head].start + wave] = total
            }
        }
    }

    /// Makes logarithms of probabilities of a row of logits, in place, and the probabilities themselves; values whose
    /// mask is 0 have none.
    func normalize(
        _ logits: UnsafeMutablePointer<Float>, _ probabilities: UnsafeMutablePointer<Float>,
        mask: UnsafePointer<UInt8>?
    ) {
        if let mask {
            for place in 0..<logitCount where mask[place] == 0 { logits[place] = Self.never }
        }
        for head in counts.indices {
            let (z, p, count) = (logits + starts[head], probabilities + starts[head], counts[head])
            var most = -Float.infinity
            for value in 0..<count { most = max(most, z[value]) }
            var total: Float = 0
            for value in 0..<count { p[value] = Curves.exponential(z[value] - most) }
            for value in 0..<count { total += p[value] }
            let (shift, factor) = (most + Float(log(Double(total))), 1 / total)
            for value in 0..<count {
                z[value] -= shift
                p[value] *= factor
            }
        }
    }

    /// The entropy of a choice in nats, from its logarithms and probabilities.
    func entropy(of head: Int, _ logs: UnsafePointer<Float>, _ probabilities: UnsafePointer<Float>) -> Float {
        var total: Float = 0
        for place in range(of: head) { total -= probabilities[place] * logs[place] }
        return total
    }

    /// Draws a value of a choice; one without a probability is never drawn.
    func draw(
        _ head: Int, _ probabilities: UnsafePointer<Float>, using generator: inout some RandomNumberGenerator
    ) -> Int {
        let p = probabilities + starts[head]
        var rest = Float(Draws.unit(&generator))
        var last = 0
        for value in 0..<counts[head] where p[value] > 0 {
            last = value
            rest -= p[value]
            if rest < 0 { break }
        }
        return last
    }

    /// The most likely value of a choice, the first of equal ones.
    func mode(_ head: Int, _ probabilities: UnsafePointer<Float>) -> Int {
        let p = probabilities + starts[head]
        return (0..<counts[head]).reduce(0) { p[$1] > p[$0] ? $1 : $0 }
    }
}
