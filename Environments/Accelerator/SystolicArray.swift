/// A systolic array without stalls, with the cycles of SCALE-Sim 3: operands enter at the edges in a staggered front,
/// and the array is folded over what does not fit.
package struct SystolicArray: Sendable, Hashable {
    /// Which operand stays in the array.
    package enum Dataflow: String, Sendable, CaseIterable {
        case outputStationary = "os"
        case weightStationary = "ws"
        case inputStationary = "is"
    }

    /// Rows of multipliers.
    package let rows: Int
    /// Columns of multipliers.
    package let columns: Int
    /// What stays.
    package let dataflow: Dataflow

    /// Describes an array.
    package init(rows: Int, columns: Int, dataflow: Dataflow) {
        (self.rows, self.columns, self.dataflow) = (rows, columns, dataflow)
    }

    /// How a layer runs on it.
    package struct Run: Sendable, Hashable {
        /// From the first operand to the last result, groups one after the other.
        package let cycles: Int
        /// Multiply-accumulates over cycles times multipliers.
        package let utilisation: Double
        /// How much of the array is used while a fold is in it.
        package let mappingEfficiency: Double
    }

    /// Runs every group and image of a layer as a matrix product of its own: N·P·Q × C·R·S × K, where the images of a
    /// batch share weights.
    package func run(_ layer: Layer) -> Run {
        let extents = layer.extents
        let pixels = extents[.n] * extents[.p] * extents[.q]
        let reduction = extents[.c] * extents[.r] * extents[.s]
        let (down, across, time) =
            switch dataflow {
            case .outputStationary: (pixels, extents[.k], reduction)
            case .weightStationary: (reduction, extents[.k], pixels)
            case .inputStationary: (reduction, pixels, extents[.k])
            }
        let folds = ((down + rows - 1) / rows) * ((across + columns - 1) / columns)
        let front = dataflow == .outputStationary ? time + rows + columns - 2 : 2 * rows + columns + time - 2
        let cycles = extents[.g] * (front * folds - 1)
        return Run(
            cycles: cycles,
            utilisation: Double(layer.macs) / (Double(cycles) * Double(rows) * Double(columns)),
            mappingEfficiency: Double(down) * Double(across) / (Double(folds) * Double(rows) * Double(columns)))
    }
}
