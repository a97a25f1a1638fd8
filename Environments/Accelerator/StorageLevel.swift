/// One level of an accelerator's memory: a buffer, a register file or the DRAM.
package struct StorageLevel: Sendable, Hashable {
    /// Lower-case letters, digits and `_`; unique in its architecture.
    package let name: String
    /// How many words an instance holds; nil without a limit, as for DRAM.
    package let words: Int?
    /// Words that one physical access moves.
    package let block: Int
    /// Words an instance can read in a cycle; infinite where it never limits.
    package let readBandwidth: Double
    /// Words that can be written into an instance in a cycle, updates of outputs among them.
    package let writeBandwidth: Double
    /// pJ of a read of a block.
    package let readEnergy: Double
    /// pJ of a write of a block.
    package let writeEnergy: Double
    /// mm² of an instance.
    package let area: Double
    /// mW that an instance loses whether it is used or not.
    package let leakage: Double
    /// How many instances of the next inner level, or of multipliers, hang on an instance: columns.
    package let meshX: Int
    /// And rows.
    package let meshY: Int
    /// Whether a word that several of them need is read once.
    package let multicasts: Bool
    /// Whether sums of outputs are formed on the way, so that a word is updated once.
    package let reduces: Bool
    /// Which operands may be kept here.
    package let holds: OperandSet
    /// How transfers are hidden.
    package let buffering: Buffering
    /// How the words are divided between weights, inputs and outputs, as parts; nil where they share all of them.
    package let shares: SIMD3<Int>?
    /// pJ that a bit costs on its way from one node of the mesh below this level to the next.
    package let hopEnergy: Double

    /// What happens to a tile while the next one comes.
    package enum Buffering: String, Sendable, Hashable, CaseIterable {
        /// Timeloop's assumption: tiles take all words, and transfers hide behind computation all the same.
        case ideal
        /// Tiles take half of the words, the other half is being filled.
        case double
        /// Tiles take all words, and nothing is computed while they are moved.
        case single
    }

    /// Describes a level.
    package init(
        _ name: String, words: Int? = nil, block: Int = 1, readBandwidth: Double = .infinity,
        writeBandwidth: Double = .infinity, readEnergy: Double, writeEnergy: Double, area: Double = 0,
        leakage: Double = 0, mesh: (x: Int, y: Int) = (1, 1), multicasts: Bool = true, reduces: Bool = true,
        holds: OperandSet = .all, buffering: Buffering = .ideal, shares: SIMD3<Int>? = nil, hopEnergy: Double = 0
    ) {
        (self.name, self.words, self.block) = (name, words, block)
        (self.readBandwidth, self.writeBandwidth) = (readBandwidth, writeBandwidth)
        (self.readEnergy, self.writeEnergy, self.area, self.leakage) = (readEnergy, writeEnergy, area, leakage)
        (meshX, meshY) = mesh
        (self.multicasts, self.reduces, self.holds) = (multicasts, reduces, holds)
        (self.buffering, self.shares, self.hopEnergy) = (buffering, shares, hopEnergy)
    }

    /// How many words tiles may take; nil without a limit.
    package var usableWords: Int? { buffering == .double ? words.map { $0 / 2 } : words }

    /// How many words the tile of an operand may take where the level is divided; nil where it is not.
    package func share(of operand: Operand) -> Int? {
        guard let shares, let usableWords else { return nil }
        return usableWords * shares[operand.rawValue] / (shares[0] + shares[1] + shares[2])
    }
}
