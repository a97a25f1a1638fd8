/// An accelerator: levels of storage above an array of multipliers.
package struct Architecture: Sendable, Hashable {
    /// At most this many levels.
    package static let levelLimit = 8

    /// What reports call it.
    package let name: String
    /// The levels, the one beside the multipliers first and the DRAM last.
    package let levels: [StorageLevel]
    /// Bits of a word, in which capacities, blocks and bandwidths are counted.
    package let wordBits: Int
    /// Bits of an element of weights, inputs and outputs.
    package let widths: SIMD3<Int>
    /// Cycles in a microsecond.
    package let clock: Double
    /// pJ of a multiply-accumulate.
    package let macEnergy: Double
    /// mm² of a multiplier with its adder.
    package let macArea: Double
    /// Where energies and areas come from that were not given.
    package let technology: Technology
    /// Whether a layer waits until the first tiles have come.
    package let startsEmpty: Bool
    /// Whether any mesh costs energy.
    let hasHops: Bool

    /// Describes an accelerator; the reader of files checks what a user wrote.
    package init(
        _ name: String, levels: [StorageLevel], wordBits: Int = 16, clock: Double = 1_000, macEnergy: Double,
        macArea: Double = 0, technology: Technology = .normalised, widths: SIMD3<Int>? = nil, startsEmpty: Bool = false
    ) {
        (self.name, self.levels, self.wordBits, self.clock) = (name, levels, wordBits, clock)
        (self.macEnergy, self.macArea, self.technology) = (macEnergy, macArea, technology)
        self.widths = widths ?? SIMD3(repeating: wordBits)
        self.startsEmpty = startsEmpty
        hasHops = levels.contains { $0.hopEnergy > 0 }
    }

    /// How many words so many elements of an operand take.
    func words(_ elements: Int, of operand: Operand) -> Int {
        let width = widths[operand.rawValue]
        return width == wordBits ? elements : (elements * width + wordBits - 1) / wordBits
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
