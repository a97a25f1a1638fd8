import Foundation
import Gym

/// A design of `accelerator-hardware-v0` as an architecture with the rules of its dataflow: a scratchpad per operand
/// beside each multiplier, a buffer of banks that all share, and DRAM.
struct HardwareDesign: Sendable {
    /// How loops are unrolled and which scratchpads are used.
    enum Dataflow: String, Sendable, CaseIterable {
        case weightStationary = "ws"
        case outputStationary = "os"
        case inputStationary = "is"
        case rowStationary = "rs"
        case free
    }

    /// What an option fixes.
    struct Surroundings: Sendable {
        let technology: Technology
        let clock: Double
    }

    let architecture: Architecture
    let rules: MappingRules

    init(_ action: Action, in surroundings: Surroundings) {
        func number(_ name: String) -> Double { HardwareDesign.space.index(of: name).map { action[$0] } ?? 0 }
        let technology = surroundings.technology
        let bits = Int(number("word_bits"))
        let memory = MainMemory.allCases[Int(number("dram_type"))]
        // Words a cycle: the clock is in MHz.
        let dramBandwidth = number("dram_gbps") * 8_000 / Double(bits) / surroundings.clock
        let dramEnergy = memory.energyPerBit * 64
        let dram = StorageLevel(
            "dram", block: 64 / bits, readBandwidth: dramBandwidth, writeBandwidth: dramBandwidth,
            readEnergy: dramEnergy, writeEnergy: dramEnergy)
        let words = Int(number("glb_kib")) * 8_192 / bits
        let banks = Int(number("glb_banks"))
        let bank = technology.memory(rows: max(1, words / 4 / banks), bits: 4 * bits)
        let buffer = StorageLevel(
            "glb", words: words, block: 4, readBandwidth: number("glb_bandwidth"),
            writeBandwidth: number("glb_bandwidth"), readEnergy: bank.read, writeEnergy: bank.write,
            area: bank.area * Double(banks), mesh: (Int(number("pe_columns")), Int(number("pe_rows"))),
            isDoubleBuffered: true)
        func pad(_ name: String, _ operand: Operand, _ parameter: String) -> StorageLevel {
            let words = Int(number(parameter))
            let memory = technology.memory(rows: words, bits: bits)
            return StorageLevel(
                name, words: words, readEnergy: memory.read, writeEnergy: memory.write, area: memory.area,
                holds: OperandSet(operand))
        }
        architecture = Architecture(
            "design",
            levels: [
                pad("output_pad", .outputs, "output_words"), pad("weight_pad", .weights, "weight_words"),
                pad("input_pad", .inputs, "input_words"), buffer, dram,
            ], wordBits: bits, clock: surroundings.clock, macEnergy: technology.macEnergy(bits: bits),
            macArea: technology.macArea(bits: bits), technology: technology)
        rules = HardwareDesign.rules(Dataflow.allCases[Int(number("dataflow"))])
    }

    /// What each dataflow unrolls over columns and rows, and which scratchpads it uses.
    private static func rules(_ dataflow: Dataflow) -> MappingRules {
        func kept(_ operands: OperandSet) -> [OperandSet?] {
            [Operand.outputs, .weights, .inputs].map { operands.intersection(OperandSet($0)) } + [nil, nil]
        }
        return switch dataflow {
        case .weightStationary: MappingRules(columns: [.c], rows: [.k], kept: kept(OperandSet(.weights)))
        case .outputStationary: MappingRules(columns: [.q], rows: [.p], kept: kept(OperandSet(.outputs)))
        case .inputStationary: MappingRules(columns: [.c], rows: [.p, .q], kept: kept(OperandSet(.inputs)))
        case .rowStationary: MappingRules(columns: [.q, .k], rows: [.s, .c, .k], kept: kept(.all))
        case .free: MappingRules()
        }
    }

    private static let sides: [Double] = [4, 8, 12, 14, 16, 24, 32, 48, 64]
    private static let pads: [Double] = [4, 8, 16, 32, 64, 128, 256, 512]

    static let space = Space([
        Parameter("pe_columns", .ordinal(sides), scale: .log2, default: 14, note: "multipliers in a row"),
        Parameter("pe_rows", .ordinal(sides), scale: .log2, default: 12, note: "rows of multipliers"),
        Parameter(
            "dataflow", .categorical(Dataflow.allCases.map(\.rawValue)), default: "rs",
            note: "what is unrolled and stays beside the multipliers"),
        Parameter(
            "input_words", .ordinal(pads), scale: .log2, default: 16, note: "of each multiplier's pad for inputs"),
        Parameter(
            "weight_words", .ordinal(pads), scale: .log2, default: 128,
            note: "of each multiplier's scratchpad for weights"),
        Parameter(
            "output_words", .ordinal(pads), scale: .log2, default: 16,
            note: "of each multiplier's scratchpad for outputs"),
        Parameter(
            "glb_kib", .ordinal([16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096]), scale: .log2, unit: "KiB",
            default: 128, note: "the shared buffer, of which tiles take half while the other half is filled"),
        Parameter(
            "glb_banks", .ordinal([1, 2, 4, 8, 16, 32]), scale: .log2, default: 8,
            note: "of the shared buffer; smaller ones cost less an access"),
        Parameter(
            "glb_bandwidth", .ordinal([4, 8, 16, 32, 64, 128]), scale: .log2, unit: "words/cycle", default: 16,
            note: "read and written"),
        Parameter(
            "dram_gbps", .ordinal([3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 409.6]), scale: .log2, unit: "GB/s",
            default: 12.8, note: "read and written"),
        Parameter(
            "dram_type", .categorical(MainMemory.allCases.map(\.rawValue)), default: "LPDDR4", note: "energy a bit"),
        Parameter("word_bits", .ordinal([8, 16]), default: 16, note: "of every operand"),
    ])
}
