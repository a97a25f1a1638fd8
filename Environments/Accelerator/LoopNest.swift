/// A mapping unfolded into one list of loops from the inside to the outside, in fixed room: nothing here allocates.
///
/// From outermost to innermost a nest is T(n-1), S(n-1), …, T(0), S(0), multiplier, where T are a level's temporal
/// loops and S what is unrolled over the mesh below it. The tile that one instance of a level holds covers its temporal
/// loops and everything inside them.
struct LoopNest {
    /// A temporal loop that runs more than once.
    struct Loop {
        var bound = 1
        /// How far the dimension moves with each turn.
        var step = 1
        var dimension = 0
    }

    static let levelLimit = Architecture.levelLimit

    /// The temporal loops, the innermost first.
    var loops = InlineArray<64, Loop>(repeating: Loop())
    /// Where each level's loops begin; the place behind the last level is the number of loops.
    var starts = InlineArray<9, Int>(repeating: 0)
    /// The bounds of a loop and of all around it, multiplied.
    var suffixes = InlineArray<65, Int>(repeating: 1)
    /// What each level unrolls, columns times rows.
    var spatial = InlineArray<8, Extents>(repeating: .ones)
    /// How many columns and rows of its mesh that takes.
    var columns = InlineArray<8, Int>(repeating: 1)
    var rows = InlineArray<8, Int>(repeating: 1)
    /// Whether it unrolls anything.
    var isSpatial = InlineArray<8, Bool>(repeating: false)
    /// How far a dimension moves from one instance below a level to the next.
    var spatialSteps = InlineArray<8, Extents>(repeating: .ones)
    /// The part of the nest inside each level's tile.
    var parts = InlineArray<8, Extents>(repeating: .ones)

    /// The turns of all temporal loops.
    var turns: Int { suffixes[0] }

    /// Unfolds a mapping and checks factors and meshes.
    mutating func unfold(_ mapping: Mapping, of layer: Layer, on architecture: Architecture) -> MappingFlaw? {
        var part = Extents.ones
        var count = 0
        for level in architecture.levels.indices {
            let below = mapping.levels[level]
            let storage = architecture.levels[level]
            spatialSteps[level] = part
            if let flaw = unroll(below, level, storage, &part, layer.extents) { return flaw }
            starts[level] = count
            for place in 0..<8 {
                let dimension = Int(below.order[place])
                let bound = below.temporal[dimension]
                guard bound != 1 else { continue }
                loops[count] = Loop(bound: bound, step: part[dimension], dimension: dimension)
                count += 1
                if let flaw = grow(&part, dimension, by: bound, upTo: layer.extents) { return flaw }
            }
            parts[level] = part
        }
        starts[architecture.levels.count] = count
        for dimension in 0..<8 where part[dimension] != layer.extents[dimension] {
            return flaw(dimension, part[dimension], layer.extents)
        }
        suffixes[count] = 1
        for place in stride(from: count - 1, through: 0, by: -1) {
            suffixes[place] = suffixes[place + 1] * loops[place].bound
        }
        return nil
    }

    private mutating func unroll(
        _ mapping: LevelMapping, _ level: Int, _ storage: StorageLevel, _ part: inout Extents, _ extents: Extents
    ) -> MappingFlaw? {
        isSpatial[level] = mapping.spatialX != .ones || mapping.spatialY != .ones
        spatial[level] = .ones
        guard isSpatial[level] else { return nil }
        var (columns, rows) = (1, 1)
        for dimension in 0..<8 {
            let (x, y) = (mapping.spatialX[dimension], mapping.spatialY[dimension])
            guard x != 1 || y != 1 else { continue }
            if let flaw = grow(&part, dimension, by: x, upTo: extents) { return flaw }
            if let flaw = grow(&part, dimension, by: y, upTo: extents) { return flaw }
            spatial[level][dimension] = x * y
            columns *= x
            rows *= y
        }
        (self.columns[level], self.rows[level]) = (columns, rows)
        if columns > storage.meshX { return .mesh(level: level, axis: "x", used: columns, present: storage.meshX) }
        if rows > storage.meshY { return .mesh(level: level, axis: "y", used: rows, present: storage.meshY) }
        return nil
    }

    /// Multiplies within the layer's extent, which bounds all products to come.
    private func grow(_ part: inout Extents, _ dimension: Int, by factor: Int, upTo extents: Extents) -> MappingFlaw? {
        let (product, overflows) = part[dimension].multipliedReportingOverflow(by: factor)
        guard !overflows, factor >= 1, product <= extents[dimension] else {
            return flaw(dimension, overflows ? .max : product, extents)
        }
        part[dimension] = product
        return nil
    }

    private func flaw(_ dimension: Int, _ product: Int, _ extents: Extents) -> MappingFlaw {
        .factors(LoopDimension.allCases[dimension], product: product, extent: extents[dimension])
    }
}
