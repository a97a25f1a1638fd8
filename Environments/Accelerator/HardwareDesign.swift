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

    /// What options fix.
    struct Surroundings: Sendable {
        let technology: Technology
        let clock: Double
        /// pJ of a bit over a millimetre.
        var wireEnergy = 0.0
        /// Bits of outputs and of their partial sums; 0 for as many as the other operands have.
        var outputBits = 0
        var startsEmpty = false
        /// Whether operands are passed from multiplier to multiplier in a staggered front.
        var isSystolic = false
    }

    let architecture: Architecture
    let rules: MappingRules
    /// What decides the cycles of the multipliers in place of the mapping.
    let array: SystolicArray?

    init(_ action: Action, in surroundings: Surroundings) {
        let space = HardwareDesign.space(isSystolic: surroundings.isSystolic)
        func number(_ name: String) -> Double { space.index(of: name).map { action[$0] } ?? 0 }
        let dataflow = Dataflow.allCases[Int(number("dataflow"))]
        let shares: [SIMD3<Int>?] = [nil, SIMD3(1, 1, 1), SIMD3(2, 1, 1), SIMD3(1, 2, 1)]
        self.init(
            Parts(
                dataflow: dataflow, columns: Int(number("pe_columns")), rows: Int(number("pe_rows")),
                inputWords: Int(number("input_words")), weightWords: Int(number("weight_words")),
                outputWords: Int(number("output_words")), bufferBytes: Int(number("glb_kib")) * 1_024,
                banks: Int(number("glb_banks")), bufferBandwidth: number("glb_bandwidth"),
                dramGigabytes: number("dram_gbps"), memory: MainMemory.allCases[Int(number("dram_type"))],
                wordBits: Int(number("word_bits")), shares: shares[Int(number("glb_share"))],
                isDoubleBuffered: number("double_buffer") == 1), in: surroundings)
    }

    /// The sizes of a machine.
    struct Parts: Sendable {
        var dataflow: Dataflow
        var columns: Int
        var rows: Int
        var inputWords = 16
        var weightWords = 128
        var outputWords = 16
        var bufferBytes = 131_072
        var banks = 8
        /// Words a cycle, read and written.
        var bufferBandwidth: Double
        /// GB/s, read and written.
        var dramGigabytes: Double
        var memory = MainMemory.lpddr4
        var wordBits = 16
        var shares: SIMD3<Int>?
        var isDoubleBuffered = true
    }

    init(_ parts: Parts, in surroundings: Surroundings) {
        let (technology, bits) = (surroundings.technology, parts.wordBits)
        let outputBits = surroundings.outputBits == 0 ? bits : surroundings.outputBits
        // Words a cycle: the clock is in MHz.
        let dramBandwidth = parts.dramGigabytes * 8_000 / Double(bits) / surroundings.clock
        let dramEnergy = parts.memory.energyPerBit * 64
        let dram = StorageLevel(
            "dram", block: 64 / bits, readBandwidth: dramBandwidth, writeBandwidth: dramBandwidth,
            readEnergy: dramEnergy, writeEnergy: dramEnergy)
        func pad(_ name: String, _ operand: Operand, _ elements: Int) -> StorageLevel {
            let width = operand == .outputs ? outputBits : bits
            let memory = technology.memory(rows: elements, bits: width)
            // A block is one element, whatever its width in words.
            return StorageLevel(
                name, words: (elements * width + bits - 1) / bits, block: (width + bits - 1) / bits,
                readEnergy: memory.read, writeEnergy: memory.write, area: memory.area, holds: OperandSet(operand))
        }
        let pads = [
            pad("output_pad", .outputs, parts.outputWords), pad("weight_pad", .weights, parts.weightWords),
            pad("input_pad", .inputs, parts.inputWords),
        ]
        let macArea = technology.macArea(bits: bits)
        // A node of the mesh is a multiplier with its pads.
        let pitch = pads.reduce(macArea) { $0 + $1.area }.squareRoot()
        let words = parts.bufferBytes * 8 / bits
        let bank = technology.memory(rows: max(1, words / 4 / parts.banks), bits: 4 * bits)
        let buffer = StorageLevel(
            "glb", words: words, block: 4, readBandwidth: parts.bufferBandwidth, writeBandwidth: parts.bufferBandwidth,
            readEnergy: bank.read, writeEnergy: bank.write, area: bank.area * Double(parts.banks),
            mesh: (parts.columns, parts.rows), buffering: parts.isDoubleBuffered ? .double : .single,
            shares: parts.shares, hopEnergy: surroundings.wireEnergy * pitch)
        architecture = Architecture(
            "design", levels: pads + [buffer, dram], wordBits: bits, clock: surroundings.clock,
            macEnergy: technology.macEnergy(bits: bits), macArea: macArea, technology: technology,
            widths: SIMD3(bits, bits, outputBits), startsEmpty: surroundings.startsEmpty)
        let systolic = surroundings.isSystolic ? SystolicArray.Dataflow(rawValue: parts.dataflow.rawValue) : nil
        array = systolic.map { SystolicArray(rows: parts.rows, columns: parts.columns, dataflow: $0) }
        rules = systolic.map(HardwareDesign.systolicRules) ?? HardwareDesign.rules(parts.dataflow)
    }

    /// A machine of another build.
    init(_ architecture: Architecture, rules: MappingRules) {
        (self.architecture, self.rules, array) = (architecture, rules, nil)
    }

    /// A layer on this machine.
    func model(_ layer: Layer) -> MappingModel {
        MappingModel(layer, on: architecture, computeCycles: array?.run(layer).cycles)
    }

    private static func kept(_ operands: OperandSet) -> [OperandSet?] {
        [Operand.outputs, .weights, .inputs].map { operands.intersection(OperandSet($0)) } + [nil, nil]
    }

    /// What each dataflow unrolls over columns and rows, which scratchpads it uses, and which loops run inside them.
    private static func rules(_ dataflow: Dataflow) -> MappingRules {
        switch dataflow {
        case .weightStationary:
            MappingRules(
                columns: [.c], rows: [.k], kept: kept(OperandSet(.weights)),
                loops: [[.n, .p, .q], [.g, .k, .c, .r, .s], []])
        case .outputStationary:
            MappingRules(
                columns: [.q], rows: [.p], kept: kept([OperandSet(.outputs), OperandSet(.inputs)]),
                loops: [[.n, .g, .k, .p, .q], [], [.c, .r, .s]])
        case .inputStationary:
            MappingRules(
                columns: [.c], rows: [.p, .q], kept: kept(OperandSet(.inputs)),
                loops: [[.k, .r, .s], [], [.n, .g, .c, .p, .q]])
        case .rowStationary:
            MappingRules(
                columns: [.q, .k], rows: [.s, .c, .k], kept: kept(.all), loops: [[.k], [.c, .r], [.g, .n, .p, .s]])
        case .free: MappingRules()
        }
    }

    /// The same for arrays of which SCALE-Sim gives the cycles: the mapping decides only what memories see.
    private static func systolicRules(_ dataflow: SystolicArray.Dataflow) -> MappingRules {
        switch dataflow {
        case .weightStationary:
            MappingRules(
                columns: [.k], rows: [.c, .r, .s], kept: kept(OperandSet(.weights)),
                loops: [[.n, .p, .q], [.g, .k, .c, .r, .s], []], fills: false)
        case .outputStationary:
            MappingRules(
                columns: [.k], rows: [.p, .q, .n], kept: kept(OperandSet(.outputs)),
                loops: [[.n, .g, .k, .c, .p, .q, .r, .s], [], []], fills: false)
        case .inputStationary:
            MappingRules(
                columns: [.p, .q, .n], rows: [.c, .r, .s], kept: kept(OperandSet(.inputs)),
                loops: [[.k, .r, .s], [], [.n, .g, .c, .p, .q]], fills: false)
        }
    }
}
