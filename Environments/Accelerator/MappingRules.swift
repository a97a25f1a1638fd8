/// What a dataflow prescribes of mappings: which dimensions may be unrolled over a mesh or run in a level's loops, and
/// what levels keep.
package struct MappingRules: Sendable, Hashable {
    /// Dimensions to be unrolled over the columns and the rows of a mesh, those to be tried first in front.
    package struct Unrolling: Sendable, Hashable {
        /// Along columns.
        package let columns: [LoopDimension]
        /// Along rows.
        package let rows: [LoopDimension]

        /// Names them.
        package init(columns: [LoopDimension], rows: [LoopDimension]) { (self.columns, self.rows) = (columns, rows) }
    }

    /// What a mapping that is made without a search tries, one after the other.
    let unrollings: [Unrolling]
    /// A bit per dimension that may lie along columns.
    private let columns: UInt8
    /// And along rows.
    private let rows: UInt8
    /// What each level keeps, the innermost first; nil for a level that is left to the mapping.
    private let kept: [OperandSet?]
    /// A bit per dimension that may run in time at a level, the innermost first; any in levels behind the last.
    private let loops: [UInt8]

    /// Leaves everything to the mapping.
    package init() {
        (columns, rows, kept, loops) = (.max, .max, [], [])
        let pairs: [([LoopDimension], [LoopDimension])] = [
            ([.c, .k], [.k, .c]), ([.q, .k], [.p, .c]), ([.k], [.p, .q, .c]), ([.q, .k], [.s, .c, .k]),
        ]
        unrollings = pairs.map { columns, rows in
            let rest: [LoopDimension] = [.g, .n, .q, .p, .k, .c]
            return Unrolling(
                columns: columns + rest.filter { !columns.contains($0) },
                rows: rows + rest.filter { !rows.contains($0) })
        }
    }

    /// Prescribes; where `fills`, groups and batches may be unrolled too, since else depthwise layers leave an array
    /// idle that real machines of the kind do fill. `loops` are the dimensions that levels may run in time, the
    /// innermost level first; levels behind the last may run any.
    package init(
        columns: [LoopDimension], rows: [LoopDimension], kept: [OperandSet?], loops: [[LoopDimension]] = [],
        fills: Bool = true
    ) {
        let more: [LoopDimension] = fills ? [.g, .n] : []
        func bits(_ dimensions: [LoopDimension]) -> UInt8 { dimensions.reduce(0) { $0 | $1.bit } }
        unrollings = [Unrolling(columns: columns + more, rows: rows + more)]
        (self.columns, self.rows, self.kept) = (bits(columns + more), bits(rows + more), kept)
        self.loops = loops.map(bits)
    }

    /// Whether a factor of a dimension may go to a slot.
    func allows(_ dimension: LoopDimension, at slot: MappingSpace.Slot) -> Bool {
        switch slot.kind {
        case .time: !loops.indices.contains(slot.level) || loops[slot.level] & dimension.bit != 0
        case .x: columns & dimension.bit != 0
        case .y: rows & dimension.bit != 0
        }
    }

    /// What a level must keep; nil where the mapping chooses.
    func kept(at level: Int) -> OperandSet? { kept.indices.contains(level) ? kept[level] : nil }
}
