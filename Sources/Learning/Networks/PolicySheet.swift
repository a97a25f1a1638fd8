/// What a policy network says of some rows: the probability of every value of every choice, and after a decision is
/// judged, the slopes that lead back.
///
/// Rows that equal the first one, inputs and mask alike, share one pass of the network and one softmax. Where there is
/// nothing to see, as before a design that is proposed at once, that is all rows, and the sum of their gradients is the
/// gradient of their sum.
struct PolicySheet: Sendable {
    /// For each row where it was computed.
    private(set) var homes: [Int32] = []
    /// The logarithms of the probabilities, and these, for each place.
    private(set) var logs: [Float] = []
    private(set) var probabilities: [Float] = []
    private var origins: [Int32] = []
    private var slopes: [Float] = []
    /// For each place and choice the slopes of its rows added up, and how many rows make the choice.
    private var pulls: [Float] = []
    private var makers: [Float] = []

    /// Computes the rows with these numbers of the inputs and masks, which lie row after row; no masks where none are
    /// in force.
    mutating func evaluate(
        _ actor: inout Network, _ heads: CategoricalHeads, inputs: [Float], masks: [UInt8], rows: [Int32]
    ) {
        actor.load(inputs, rows: rows, masks: masks, maskWidth: heads.logitCount, homes: &homes, origins: &origins)
        actor.forward()
        let (places, width) = (origins.count, heads.logitCount)
        if logs.count < places * width {
            logs = [Float](repeating: 0, count: places * width)
            probabilities = logs
        }
        let start = actor.outputStart
        actor.values.withUnsafeBufferPointer { values in
            masks.withUnsafeBufferPointer { masks in
                logs.withUnsafeMutableBufferPointer { logs in
                    probabilities.withUnsafeMutableBufferPointer { probabilities in
                        guard let values = values.baseAddress, let logs = logs.baseAddress,
                            let probabilities = probabilities.baseAddress
                        else { return }
                        for (place, origin) in origins.enumerated() {
                            let line = logs + place * width
                            heads.expand(values + start + place * heads.outputCount, to: line)
                            heads.normalize(
                                line, probabilities + place * width,
                                mask: masks.isEmpty ? nil : masks.baseAddress.map { $0 + Int(origin) * width })
                        }
                    }
                }
            }
        }
    }

    /// Where a row's numbers begin.
    func start(of row: Int, _ heads: CategoricalHeads) -> Int { Int(homes[row]) * heads.logitCount }

    /// Begins to collect slopes.
    mutating func beginSlopes(_ heads: CategoricalHeads) {
        func clear(_ buffer: inout [Float], _ count: Int) {
            if buffer.count < count { buffer = [Float](repeating: 0, count: count) }
            buffer.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        }
        clear(&slopes, origins.count * heads.logitCount)
        clear(&pulls, origins.count * heads.counts.count)
        clear(&makers, origins.count * heads.counts.count)
    }

    /// Adds the slope of the loss by the logarithm of a chosen value's probability.
    mutating func pull(_ row: Int, _ head: Int, value: Int, by slope: Float, _ heads: CategoricalHeads) {
        let home = Int(homes[row])
        slopes[home * heads.logitCount + heads.starts[head] + value] += slope
        pulls[home * heads.counts.count + head] += slope
        makers[home * heads.counts.count + head] += 1
    }

    /// Adds a slope of the loss by a logit.
    mutating func push(_ row: Int, logit: Int, by slope: Float, _ heads: CategoricalHeads) {
        slopes[Int(homes[row]) * heads.logitCount + logit] += slope
    }

    /// Passes all slopes back into the network's gradients; each row that makes a choice gains `entropy` for each nat
    /// of it. Returns the entropy of all rows together.
    mutating func backward(_ actor: inout Network, _ heads: CategoricalHeads, entropy: Float) -> Float {
        var total: Float = 0
        let (width, choices) = (heads.logitCount, heads.counts.count)
        for place in origins.indices {
            for head in 0..<choices where makers[place * choices + head] > 0 {
                let pull = pulls[place * choices + head]
                let count = makers[place * choices + head]
                total += count * spread(place * width, heads.range(of: head), pull, entropy * count)
            }
        }
        let start = actor.outputStart
        actor.slopes.withUnsafeMutableBufferPointer { target in
            slopes.withUnsafeBufferPointer { slopes in
                guard let target = target.baseAddress, let slopes = slopes.baseAddress else { return }
                for place in origins.indices {
                    heads.contract(slopes + place * width, to: target + start + place * heads.outputCount)
                }
            }
        }
        actor.backward()
        return total
    }

    /// Adds the part of a choice's slopes that all its values share; returns its entropy.
    private mutating func spread(_ start: Int, _ range: Range<Int>, _ pull: Float, _ weight: Float) -> Float {
        var entropy: Float = 0
        logs.withUnsafeBufferPointer { logs in
            probabilities.withUnsafeBufferPointer { probabilities in
                slopes.withUnsafeMutableBufferPointer { slopes in
                    guard let logs = logs.baseAddress, let likely = probabilities.baseAddress,
                        let slopes = slopes.baseAddress
                    else { return }
                    let first = start + range.lowerBound
                    let (z, p, s) = (logs + first, likely + first, slopes + first)
                    for place in 0..<range.count { entropy -= p[place] * z[place] }
                    for place in 0..<range.count { s[place] += p[place] * (weight * (z[place] + entropy) - pull) }
                }
            }
        }
        return entropy
    }
}

extension Network {
    /// Makes the rows with these numbers of a source its inputs; a row that equals the first one, in its mask too where
    /// there are masks, is loaded once.
    ///
    /// - Parameters:
    ///   - homes: for each row where it was loaded.
    ///   - origins: for each loaded row its number in the source.
    mutating func load(
        _ source: [Float], rows: [Int32], masks: [UInt8] = [], maskWidth: Int = 0, homes: inout [Int32],
        origins: inout [Int32]
    ) {
        begin(rows: rows.count)
        homes.removeAll(keepingCapacity: true)
        origins.removeAll(keepingCapacity: true)
        let width = inputs
        source.withUnsafeBufferPointer { source in
            masks.withUnsafeBufferPointer { masks in
                values.withUnsafeMutableBufferPointer { values in
                    for row in rows {
                        if let first = origins.first,
                            Network.equal(source, Int(first), Int(row), width),
                            masks.isEmpty || Network.equal(masks, Int(first), Int(row), maskWidth)
                        {
                            homes.append(0)
                            continue
                        }
                        let place = origins.count
                        for column in 0..<width { values[place * width + column] = source[Int(row) * width + column] }
                        homes.append(Int32(place))
                        origins.append(row)
                    }
                }
            }
        }
        self.rows = origins.count
    }

    private static func equal<Element: Equatable>(
        _ source: UnsafeBufferPointer<Element>, _ first: Int, _ second: Int, _ width: Int
    ) -> Bool {
        for column in 0..<width where source[first * width + column] != source[second * width + column] {
            return false
        }
        return true
    }
}
