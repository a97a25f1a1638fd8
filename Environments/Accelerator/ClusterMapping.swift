/// A mapping in MAESTRO's way of two levels: tiles of the outer level are dealt out to clusters along one dimension,
/// tiles of the inner level to the multipliers of a cluster along another.
package struct ClusterMapping: Sendable {
    /// The tiles of one level.
    package struct Tiles: Sendable {
        /// How much of each dimension a tile has; more than there is counts as all.
        package var sizes: Extents
        /// Over which dimension tiles are dealt out.
        package var parallel: LoopDimension
        /// Loops over tiles, the outermost first.
        package var order: [LoopDimension]

        /// Describes tiles.
        package init(sizes: Extents, parallel: LoopDimension, order: [LoopDimension]) {
            (self.sizes, self.parallel, self.order) = (sizes, parallel, order)
        }
    }

    /// The layer with its loops as long as tiles make them.
    package let layer: Layer
    /// Multipliers' buffers, clusters that keep nothing, the shared buffer and what is behind it, none with a limit.
    package let architecture: Architecture
    /// The same tiles as loops.
    package let mapping: Mapping
    /// Words that a multiplier's buffer must hold.
    package let innerWords: Int
    /// Words that the shared buffer must hold for one turn of the outer loops.
    package let outerWords: Int

    /// MAESTRO's energies of an access, where a multiply-accumulate is 1.
    private static let (innerEnergy, outerEnergy) = (1.68, 18.61)

    /// Deals out a layer.
    ///
    /// - Parameters:
    ///   - multipliers: in the whole array.
    ///   - most: multipliers of a cluster at most.
    /// - Throws: `GymError` where the padded layer gets too large.
    package init(_ layer: Layer, outer: Tiles, inner: Tiles, multipliers: Int, most: Int) throws {
        let extents = layer.extents
        func share(_ whole: Int, _ part: Int) -> Int { (whole + part - 1) / part }
        var (outerSizes, innerSizes) = (Extents.ones, Extents.ones)
        for dimension in LoopDimension.allCases {
            outerSizes[dimension] = min(max(1, outer.sizes[dimension]), extents[dimension])
            innerSizes[dimension] = min(max(1, inner.sizes[dimension]), outerSizes[dimension])
        }
        let lanes = min(max(1, most), multipliers, share(outerSizes[inner.parallel], innerSizes[inner.parallel]))
        let clusters = min(multipliers / lanes, share(extents[outer.parallel], outerSizes[outer.parallel]))
        var levels = [
            LevelMapping(), LevelMapping(kept: []), LevelMapping(), LevelMapping(),
        ]
        levels[0].temporal = innerSizes
        levels[1].spatialX[inner.parallel] = lanes
        levels[2].spatialX[outer.parallel] = clusters
        for dimension in LoopDimension.allCases {
            var turns = share(outerSizes[dimension], innerSizes[dimension])
            if dimension == inner.parallel { turns = share(turns, lanes) }
            levels[1].temporal[dimension] = turns
            var rounds = share(extents[dimension], outerSizes[dimension])
            if dimension == outer.parallel { rounds = share(rounds, clusters) }
            levels[2].temporal[dimension] = rounds
        }
        for (level, order) in [(1, inner.order), (2, outer.order)] {
            let loops = order.reversed() + LoopDimension.allCases.filter { !order.contains($0) }
            for (place, dimension) in loops.enumerated() { levels[level].order[place] = UInt8(dimension.rawValue) }
        }
        mapping = Mapping(levels)
        self.layer = try mapping.padding(layer)
        func words(_ part: Extents) -> Int { Operand.allCases.reduce(0) { $0 + layer.size(of: $1, part) } }
        innerWords = words(innerSizes)
        var turn = outerSizes
        turn[outer.parallel] = min(turn[outer.parallel] * clusters, extents[outer.parallel])
        outerWords = words(turn)
        architecture = Architecture(
            "maestro",
            levels: [
                StorageLevel("l1", readEnergy: ClusterMapping.innerEnergy, writeEnergy: ClusterMapping.innerEnergy),
                StorageLevel("cluster", readEnergy: 0, writeEnergy: 0, mesh: (lanes, 1)),
                StorageLevel(
                    "l2", readEnergy: ClusterMapping.outerEnergy, writeEnergy: ClusterMapping.outerEnergy,
                    mesh: (clusters, 1)),
                StorageLevel("dram", readEnergy: 0, writeEnergy: 0),
            ], macEnergy: 1)
    }

    /// What it costs; a mapping that is made like this always fits.
    package var report: MappingReport? { MappingModel(layer, on: architecture).report(mapping).report }
}
