import Gym

/// One layer as a loop nest of multiply-accumulates: a convolution, a grouped or depthwise one, a matrix product or a
/// batch of them.
package struct Layer: Sendable, Hashable {
    /// Unique in its network.
    package let name: String
    /// How often each dimension runs.
    package let extents: Extents
    /// How many input rows lie between neighbouring output rows.
    package let strideHeight: Int
    /// How many input columns lie between neighbouring output columns.
    package let strideWidth: Int
    /// How many inputs lie between neighbouring taps of the filter, both ways.
    package let dilation: Int
    /// Rows of zeros above and below the true input.
    package let padding: Int
    /// Columns of zeros left and right of the true input.
    package let paddingWidth: Int
    /// How often the network has this layer, with other weights each time.
    package let repeats: Int
    /// Whether the second operand is a trained weight; false for attention's products.
    package let hasWeights: Bool
    /// Multiply-accumulates of one occurrence; fewer than its loops run where it is padded.
    package private(set) var macs: Int

    /// No count of a mapping may exceed this, so that the model's integers never overflow and are exact as doubles.
    static let countLimit = 1 << 52

    /// Describes a layer.
    ///
    /// - Throws: `GymError` (`bad-input`) for a number that is not positive, or for a layer of so many
    ///   multiply-accumulates that accesses could not be counted exactly.
    package init(
        _ name: String, _ extents: Extents, stride: (Int, Int) = (1, 1), dilation: Int = 1,
        padding: (Int, Int) = (0, 0),
        repeats: Int = 1, hasWeights: Bool = true
    ) throws {
        (self.name, self.extents) = (name, extents)
        (strideHeight, strideWidth) = stride
        (self.padding, paddingWidth) = padding
        (self.dilation, self.repeats, self.hasWeights) = (dilation, repeats, hasWeights)
        macs = 0
        let numbers = extents.indices.map { extents[$0] } + [strideHeight, strideWidth, dilation, repeats]
        guard numbers.allSatisfy({ (1...(1 << 31)).contains($0) }), self.padding >= 0, paddingWidth >= 0 else {
            throw GymError(.badInput, "the layer '\(name)' has a size, stride or repeat that is not 1 … 2147483648")
        }
        // An input tile has at most (stride + dilation) times as many rows as P·R, and as many columns.
        let factors = numbers[..<8] + [strideHeight + dilation, strideWidth + dilation]
        let most = factors.reduce(1.0) { $0 * Double($1) }
        guard most <= Double(Layer.countLimit) else {
            throw GymError(
                .badInput, "the layer '\(name)' is too large: accesses could pass \(Layer.countLimit)",
                hint: "split it, or lower the batch")
        }
        macs = extents.product
    }

    /// How often the loops run, padding included.
    package var turns: Int { extents.product }

    /// Trained weights of one occurrence, without biases.
    package var weightCount: Int { hasWeights ? size(of: .weights, extents) : 0 }

    /// How many words of an operand a part of the nest touches: the bounding box, gaps of strides included.
    package func size(of operand: Operand, _ part: Extents) -> Int {
        switch operand {
        case .weights: part[.g] * part[.k] * part[.c] * part[.r] * part[.s]
        case .inputs: part[.n] * part[.g] * part[.c] * inputHeight(part) * inputWidth(part)
        case .outputs: part[.n] * part[.g] * part[.k] * part[.p] * part[.q]
        }
    }

    func inputHeight(_ part: Extents) -> Int { (part[.p] - 1) * strideHeight + (part[.r] - 1) * dilation + 1 }

    func inputWidth(_ part: Extents) -> Int { (part[.q] - 1) * strideWidth + (part[.s] - 1) * dilation + 1 }

    /// The same layer for a larger batch.
    ///
    /// - Throws: `GymError` where it gets too large.
    package func batched(_ batch: Int) throws -> Layer {
        var extents = extents
        extents[.n] *= batch
        return try resized(extents)
    }

    /// The same work in loops of other extents: those beyond the layer's own are run for nothing.
    ///
    /// - Throws: `GymError` where it gets too large.
    package func padded(to extents: Extents) throws -> Layer {
        var layer = try resized(extents)
        layer.macs = macs
        return layer
    }

    /// Padded so that every dimension but the filter's can be split: to the next number without a prime above 7.
    ///
    /// - Throws: `GymError` where it gets too large.
    package func padded() throws -> Layer {
        var extents = extents
        for dimension in LoopDimension.allCases where dimension != .r && dimension != .s {
            while (Primes.factors(of: extents[dimension]).last ?? 1) > 7 { extents[dimension] += 1 }
        }
        return extents == self.extents ? self : try padded(to: extents)
    }

    /// A depthwise layer with so many channels in a group.
    ///
    /// - Throws: `GymError` where it gets too large.
    func regrouped(width: Int) throws -> Layer {
        var extents = extents
        extents[.g] /= width
        (extents[.k], extents[.c]) = (width, width)
        return try resized(extents)
    }

    private func resized(_ extents: Extents) throws -> Layer {
        try Layer(
            name, extents, stride: (strideHeight, strideWidth), dilation: dilation, padding: (padding, paddingWidth),
            repeats: repeats, hasWeights: hasWeights)
    }

    /// Whether both need the same work, whatever they are called and however often they occur.
    package func isLike(_ other: Layer) -> Bool {
        extents == other.extents && macs == other.macs && strideHeight == other.strideHeight
            && strideWidth == other.strideWidth
            && dilation == other.dilation
    }
}
