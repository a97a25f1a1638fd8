import Foundation

/// What an access and an operation cost in a process.
package enum Technology: String, Sendable, Hashable, CaseIterable {
    /// Units of one 16-bit multiply-accumulate, as Timeloop 2.0 has them built in: the mode of the golden tests.
    case normalised
    case nm45 = "45nm"
    case nm32 = "32nm"
    case nm28 = "28nm"
    case nm22 = "22nm"
    case nm16 = "16nm"

    /// What one access to a memory of so many rows of so many bits costs.
    package struct Memory: Sendable, Hashable {
        /// pJ of a read of a row.
        package let read: Double
        /// pJ of a write of a row.
        package let write: Double
        /// mm².
        package let area: Double
    }

    /// An on-chip memory.
    package func memory(rows: Int, bits: Int) -> Memory {
        switch self {
        case .normalised:
            // Linear through a register of 0.5 KiB (1) and a buffer of 100 KiB (6), each per 16-bit word.
            let kilobytes = Double(bits * rows) / 8_192
            let energy = Double(bits) / 16 * (1 + 5 / 99.5 * (kilobytes - 0.5))
            return Memory(read: energy, write: energy, area: 0)
        case .nm45: return SRAMTable.nm45.memory(rows: rows, bits: bits)
        case .nm32: return SRAMTable.nm32.memory(rows: rows, bits: bits)
        case .nm22: return SRAMTable.nm22.memory(rows: rows, bits: bits)
        case .nm28:
            let (above, below) = (
                SRAMTable.nm32.memory(rows: rows, bits: bits), SRAMTable.nm22.memory(rows: rows, bits: bits)
            )
            func between(_ part: KeyPath<Memory, Double>) -> Double {
                below[keyPath: part] + (above[keyPath: part] - below[keyPath: part]) * 0.6
            }
            return Memory(read: between(\.read), write: between(\.write), area: between(\.area))
        case .nm16:
            // AccelForge's rule for what lies below the table.
            let base = SRAMTable.nm22.memory(rows: rows, bits: bits)
            let energy = (16.0 / 22).squareRoot()
            return Memory(read: base.read * energy, write: base.write * energy, area: base.area * 16 / 22)
        }
    }

    /// pJ of a multiply-accumulate of words of so many bits: a multiplier, and an adder of their widths' sum.
    package func macEnergy(bits: Int, by other: Int? = nil) -> Double {
        let (a, b) = (Double(bits) / 32, Double(other ?? bits) / 32)
        if self == .normalised { return 4 * a * b }
        return (12.68 * a * b + 0.21 * (a + b)) * energyScale
    }

    /// mm² of a multiply-accumulate unit.
    package func macArea(bits: Int, by other: Int? = nil) -> Double {
        let (a, b) = (Double(bits) / 32, Double(other ?? bits) / 32)
        if self == .normalised { return 0 }
        return (6_350 * a * b + 278 * (a + b)) * 1e-6 * areaScale
    }

    /// A register file by Aladdin's table: registers, and a comparison of the address to find a row.
    package func registers(rows: Int, bits: Int) -> Memory {
        if self == .normalised { return memory(rows: rows, bits: bits) }
        let address = max(1, log2(Double(rows)).rounded(.up)) / 32
        let energy = (0.009 * Double(bits) + 0.0295 * address) * energyScale
        let area = (5.98 * Double(bits) * Double(rows) + 71 * address) * 1e-6 * areaScale
        return Memory(read: energy, write: energy, area: area)
    }

    /// Two counters that step through addresses, one for reads and one for writes, by Aladdin's table: pJ of an access
    /// and mm² of both.
    package func addressing(rows: Int) -> (energy: Double, area: Double) {
        let width = max(1, log2(Double(rows)).rounded(.up)) / 32
        return (0.251 * width * energyScale, 2 * 495 * width * 1e-6 * areaScale)
    }

    private var energyScale: Double { scaling.energy / Technology.logicScaling.energy }
    private var areaScale: Double { scaling.area / Technology.logicScaling.area }

    /// Aladdin's table of logic is for 40 nm.
    private static let logicScaling = (energy: 0.869, area: 0.792)

    /// Stillmaker and Baas at 0.8 V, 45 nm = 1.
    private var scaling: (energy: Double, area: Double) {
        switch self {
        case .normalised, .nm45: (1, 1)
        case .nm32: (0.659, 0.460)
        case .nm28: (0.513, 0.377)
        case .nm22: (0.294, 0.252)
        case .nm16: (0.174, 0.190)
        }
    }

    /// Where its numbers come from, in one sentence.
    package var source: String {
        switch self {
        case .normalised:
            "Timeloop 2.0's built-in energies in units of a 16-bit MAC, linear through 0.5 KiB = 1 and 100 KiB = 6"
        default:
            "\(rawValue): SRAM of CACTI 7 (itrs-lstp, 300 K, one bank and port; 28 nm between 32 and 22, 16 nm by "
                + "AccelForge's rule), logic of Aladdin's 40 nm table scaled as Stillmaker and Baas, Integration 2017"
        }
    }
}

/// A kind of main memory by what it costs to move a bit.
package enum MainMemory: String, Sendable, Hashable, CaseIterable {
    case lpddr4 = "LPDDR4"
    case ddr3 = "DDR3"
    case hbm2 = "HBM2"
    case hbm3 = "HBM3"

    /// pJ a bit, as Accelergy's tables have it; interface and core together.
    package var energyPerBit: Double {
        switch self {
        case .lpddr4: 8
        case .ddr3: 70
        case .hbm2: 6.25
        case .hbm3: 4.05
        }
    }
}
