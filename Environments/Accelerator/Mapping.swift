import Gym

/// What a mapping does at one level of storage.
package struct LevelMapping: Sendable, Hashable {
    /// How often each dimension runs in time at this level.
    package var temporal: Extents
    /// The dimensions in the order of these loops, the innermost first: a permutation of 0 … 7.
    package var order: SIMD8<UInt8>
    /// How often each dimension is unrolled over the columns of the mesh below this level.
    package var spatialX: Extents
    /// And over its rows.
    package var spatialY: Extents
    /// Which operands have a tile here.
    package var kept: OperandSet

    /// A level without loops that keeps some operands.
    package init(kept: OperandSet = .all) {
        (temporal, spatialX, spatialY) = (.ones, .ones, .ones)
        (order, self.kept) = (LevelMapping.plainOrder, kept)
    }

    /// N innermost, S outermost.
    package static let plainOrder = SIMD8<UInt8>(0, 1, 2, 3, 4, 5, 6, 7)
}

/// How a layer's loops are split over the levels of an architecture, ordered and unrolled.
package struct Mapping: Sendable, Hashable {
    /// A mapping per level, the one beside the multipliers first.
    package var levels: [LevelMapping]

    /// Collects levels.
    package init(_ levels: [LevelMapping]) { self.levels = levels }

    /// Everything in loops of the outermost level, every level keeping what it can.
    package init(outermost layer: Layer, on architecture: Architecture) {
        levels = architecture.levels.map { LevelMapping(kept: $0.holds) }
        levels[levels.count - 1].temporal = layer.extents
    }
}

extension Mapping {
    /// A layer whose loops run as far as the mapping's, where those are no shorter.
    ///
    /// - Throws: `GymError` (`bad-input`) where a loop is shorter than the layer, or the padded layer too large.
    func padding(_ layer: Layer) throws -> Layer {
        var extents = Extents.ones
        for dimension in LoopDimension.allCases {
            let product = levels.reduce(1.0) { product, level in
                product * Double(level.temporal[dimension]) * Double(level.spatialX[dimension])
                    * Double(level.spatialY[dimension])
            }
            guard product >= Double(layer.extents[dimension]), product <= Double(1 << 31) else {
                throw GymError(
                    .badInput,
                    "the mapping's factors of \(dimension.letter) give \(Value.format(product)), the layer has "
                        + "\(layer.extents[dimension])", field: "mapping")
            }
            extents[dimension] = Int(product)
        }
        return extents == layer.extents ? layer : try layer.padded(to: extents)
    }
}

/// Why a mapping can't be run. Its code is stable, so that programs may compare it.
package enum MappingFlaw: Sendable, Hashable {
    /// The factors of a dimension do not multiply to its extent.
    case factors(LoopDimension, product: Int, extent: Int)
    /// More instances are unrolled over an axis of a mesh than it has.
    case mesh(level: Int, axis: String, used: Int, present: Int)
    /// The tiles of the kept operands take more words than a level holds.
    case capacity(level: Int, needed: Int, present: Int)
    /// The tile of an operand takes more words than its share of a divided level.
    case share(level: Int, Operand, needed: Int, present: Int)
    /// A level keeps an operand that it can't hold.
    case holds(level: Int, Operand)
    /// The outermost level does not keep an operand.
    case outermost(Operand)

    /// `factors`, `mesh`, `capacity`, `share`, `holds` or `outermost`.
    package var code: String {
        switch self {
        case .factors: "factors"
        case .mesh: "mesh"
        case .capacity: "capacity"
        case .share: "share"
        case .holds: "holds"
        case .outermost: "outermost"
        }
    }

    /// How far the mapping is from fitting: what it needs over what there is; nil where that is no ratio.
    package var excess: Double? {
        switch self {
        case .mesh(_, _, let used, let present): Double(used) / Double(present)
        case .capacity(_, let needed, let present), .share(_, _, let needed, let present):
            Double(needed) / Double(max(1, present))
        default: nil
        }
    }

    /// The code with a sentence in the architecture's words.
    package func text(on architecture: Architecture) -> String {
        let sentence =
            switch self {
            case .factors(let dimension, let product, let extent):
                "the factors of \(dimension.letter) give \(product), not \(extent)"
            case .mesh(let level, let axis, let used, let present):
                "\(used) instances are unrolled over the mesh of \(architecture.levels[level].name) along \(axis), "
                    + "which has \(present)"
            case .capacity(let level, let needed, let present):
                "the tiles take \(needed) words of \(architecture.levels[level].name), which has room for \(present)"
            case .share(let level, let operand, let needed, let present):
                "the tile of \(operand.letter) takes \(needed) words of \(architecture.levels[level].name), "
                    + "of which it has \(present)"
            case .holds(let level, let operand):
                "\(architecture.levels[level].name) can't hold \(operand.letter)"
            case .outermost(let operand):
                "\(architecture.levels.last?.name ?? "the outermost level") must keep \(operand.letter)"
            }
        return "\(code): \(sentence)"
    }
}
