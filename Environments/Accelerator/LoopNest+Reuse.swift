/// How often words move between levels: reuse in time by loops that do not touch an operand, in space by multicast.
extension LoopNest {
    /// Words of an operand that one instance of a level is given over the whole run, or gives back.
    ///
    /// Loops around the tile that do not touch the operand leave it where it is as long as no loop between touches it.
    /// The innermost that does touch it brings, at each later turn, only what was not there before; any loop around it
    /// repeats everything.
    func deliveries(of operand: Operand, to level: Int, tile: Int, layer: Layer, outermost: Int) -> Int {
        let relevant = operand.relevant
        for place in starts[level + 1]..<starts[outermost + 1] {
            let loop = loops[place]
            guard relevant & (1 << UInt8(loop.dimension)) != 0 else { continue }
            let fresh = freshWords(loop, operand, parts[level], tile: tile, layer: layer)
            return (tile + (loop.bound - 1) * fresh) * suffixes[place + 1]
        }
        return tile
    }

    /// Words that a turn of a loop brings beyond those that the tile before it held.
    private func freshWords(_ loop: Loop, _ operand: Operand, _ part: Extents, tile: Int, layer: Layer) -> Int {
        guard operand == .inputs else { return tile }
        let (length, reach): (Int, Int)
        switch LoopDimension(rawValue: loop.dimension) {
        case .p: (length, reach) = (layer.inputHeight(part), loop.step * layer.strideHeight)
        case .r: (length, reach) = (layer.inputHeight(part), loop.step * layer.dilation)
        case .q: (length, reach) = (layer.inputWidth(part), loop.step * layer.strideWidth)
        case .s: (length, reach) = (layer.inputWidth(part), loop.step * layer.dilation)
        default: return tile
        }
        return tile / length * min(length, reach)
    }

    /// How many instances below get words of their own, and how many share each word, over the meshes of some levels.
    func spread(of operand: Operand, over levels: ClosedRange<Int>, layer: Layer) -> (distinct: Int, shared: Int) {
        var (distinct, shared) = (1, 1)
        var isSliding = false
        let relevant = operand.relevant
        for level in levels where isSpatial[level] {
            for dimension in 0..<8 where spatial[level][dimension] != 1 {
                let factor = spatial[level][dimension]
                if relevant & (1 << UInt8(dimension)) == 0 {
                    shared *= factor
                } else if operand == .inputs, dimension >= LoopDimension.p.rawValue {
                    isSliding = true
                } else {
                    distinct *= factor
                }
            }
        }
        guard isSliding else { return (distinct, shared) }
        let rows = places(of: .p, layer.strideHeight, and: .r, layer.dilation, over: levels)
        let columns = places(of: .q, layer.strideWidth, and: .s, layer.dilation, over: levels)
        return (distinct * rows * columns, shared)
    }

    /// How many different places along an axis of the input the instances need.
    private func places(
        of outputs: LoopDimension, _ stride: Int, and taps: LoopDimension, _ dilation: Int,
        over levels: ClosedRange<Int>
    ) -> Int {
        var product = 1
        var (outputLevel, tapLevel) = (-1, -1)
        var (outputCount, tapCount) = (0, 0)
        for level in levels where isSpatial[level] {
            if spatial[level][outputs] > 1 { (outputLevel, outputCount) = (level, outputCount + 1) }
            if spatial[level][taps] > 1 { (tapLevel, tapCount) = (level, tapCount + 1) }
            product *= spatial[level][outputs] * spatial[level][taps]
        }
        guard outputCount > 0, tapCount > 0 else { return product }
        guard outputCount == 1, tapCount == 1 else {
            return enumeratedPlaces(of: outputs, stride, and: taps, dilation, over: levels, product: product)
        }
        // The sums a·i + b·j of two progressions: each pair (i, j), (i + b/g, j - a/g) is counted once.
        let a = spatialSteps[outputLevel][outputs] * stride
        let b = spatialSteps[tapLevel][taps] * dilation
        let divisor = greatestCommonDivisor(a, b)
        let doubles =
            max(0, spatial[outputLevel][outputs] - b / divisor) * max(0, spatial[tapLevel][taps] - a / divisor)
        return product - doubles
    }

    /// The same by listing them, for axes that several levels unroll. Fewer than 128 places take no allocation.
    private func enumeratedPlaces(
        of outputs: LoopDimension, _ stride: Int, and taps: LoopDimension, _ dilation: Int,
        over levels: ClosedRange<Int>, product: Int
    ) -> Int {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: product) { room in
            var sums = room
            sums.initialize(repeating: 0)
            var count = 1
            for level in levels where isSpatial[level] {
                for (dimension, scale) in [(outputs, stride), (taps, dilation)] {
                    let step = spatialSteps[level][dimension] * scale
                    let factor = spatial[level][dimension]
                    for turn in 1..<max(1, factor) {
                        for place in 0..<count { sums[turn * count + place] = sums[place] + turn * step }
                    }
                    count *= factor
                }
            }
            sums.sort()
            var different = 1
            for place in 1..<max(1, product) where sums[place] != sums[place - 1] { different += 1 }
            return different
        }
    }
}

/// Euclid's algorithm for positive numbers.
func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
