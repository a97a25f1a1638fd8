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
    /// Whether half of the words are being filled while the other half is used.
    package let isDoubleBuffered: Bool

    /// Describes a level.
    package init(
        _ name: String, words: Int? = nil, block: Int = 1, readBandwidth: Double = .infinity,
        writeBandwidth: Double = .infinity, readEnergy: Double, writeEnergy: Double, area: Double = 0,
        leakage: Double = 0, mesh: (x: Int, y: Int) = (1, 1), multicasts: Bool = true, reduces: Bool = true,
        holds: OperandSet = .all, isDoubleBuffered: Bool = false
    ) {
        (self.name, self.words, self.block) = (name, words, block)
        (self.readBandwidth, self.writeBandwidth) = (readBandwidth, writeBandwidth)
        (self.readEnergy, self.writeEnergy, self.area, self.leakage) = (readEnergy, writeEnergy, area, leakage)
        (meshX, meshY) = mesh
        (self.multicasts, self.reduces, self.holds) = (multicasts, reduces, holds)
        self.isDoubleBuffered = isDoubleBuffered
    }

    /// How many words tiles may take; nil without a limit.
    package var usableWords: Int? { isDoubleBuffered ? words.map { $0 / 2 } : words }
}

/// An accelerator: levels of storage above an array of multipliers.
package struct Architecture: Sendable, Hashable {
    /// At most this many levels.
    package static let levelLimit = 8

    /// What reports call it.
    package let name: String
    /// The levels, the one beside the multipliers first and the DRAM last.
    package let levels: [StorageLevel]
    /// Bits of a word of every operand.
    package let wordBits: Int
    /// Cycles in a microsecond.
    package let clock: Double
    /// pJ of a multiply-accumulate.
    package let macEnergy: Double
    /// mm² of a multiplier with its adder.
    package let macArea: Double
    /// Where energies and areas come from that were not given.
    package let technology: Technology

    /// Describes an accelerator; the reader of files checks what a user wrote.
    package init(
        _ name: String, levels: [StorageLevel], wordBits: Int = 16, clock: Double = 1_000, macEnergy: Double,
        macArea: Double = 0, technology: Technology = .normalised
    ) {
        (self.name, self.levels, self.wordBits, self.clock) = (name, levels, wordBits, clock)
        (self.macEnergy, self.macArea, self.technology) = (macEnergy, macArea, technology)
    }

    /// Multipliers in the whole array.
    package var multipliers: Int { levels.reduce(1) { $0 * $1.meshX * $1.meshY } }

    /// How many instances of a level there are in hardware.
    package func instances(of level: Int) -> Int {
        levels[(level + 1)...].reduce(1) { $0 * $1.meshX * $1.meshY }
    }

    /// Wires between parts take this share of their area; a guess.
    static let wiring = 0.1

    /// mm² of everything on the chip.
    package var area: Double {
        let storage = levels.indices.reduce(0.0) { $0 + levels[$1].area * Double(instances(of: $1)) }
        return (storage + macArea * Double(multipliers)) * (1 + Architecture.wiring)
    }

    /// mW that is lost whether anything is computed or not.
    package var leakage: Double {
        levels.indices.reduce(0.0) { $0 + levels[$1].leakage * Double(instances(of: $1)) }
    }
}
