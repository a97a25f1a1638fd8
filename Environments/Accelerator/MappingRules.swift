/// What a dataflow prescribes of mappings: which dimensions may be unrolled over a mesh, and what levels keep.
package struct MappingRules: Sendable, Hashable {
    /// A bit per dimension that may lie along columns.
    private let columns: UInt8
    /// And along rows.
    private let rows: UInt8
    /// What each level keeps, the innermost first; nil for a level that is left to the mapping.
    private let kept: [OperandSet?]

    /// Leaves everything to the mapping.
    package init() { (columns, rows, kept) = (.max, .max, []) }

    /// Prescribes; groups and batches may be unrolled under every rule, since else depthwise layers leave an array
    /// idle that real machines of the kind do fill.
    package init(columns: [LoopDimension], rows: [LoopDimension], kept: [OperandSet?]) {
        func bits(_ dimensions: [LoopDimension]) -> UInt8 {
            (dimensions + [.g, .n]).reduce(0) { $0 | $1.bit }
        }
        (self.columns, self.rows, self.kept) = (bits(columns), bits(rows), kept)
    }

    /// Whether a factor of a dimension may go to a slot.
    func allows(_ dimension: LoopDimension, at slot: MappingSpace.Slot) -> Bool {
        switch slot.kind {
        case .time: true
        case .x: columns & dimension.bit != 0
        case .y: rows & dimension.bit != 0
        }
    }

    /// What a level must keep; nil where the mapping chooses.
    func kept(at level: Int) -> OperandSet? { kept.indices.contains(level) ? kept[level] : nil }
}
