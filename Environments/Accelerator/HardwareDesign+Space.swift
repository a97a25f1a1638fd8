import Gym

/// The parameters of a design.
extension HardwareDesign {
    private static let sides: [Double] = [4, 8, 12, 14, 16, 24, 32, 48, 64]
    private static let pads: [Double] = [4, 8, 16, 32, 64, 128, 256, 512]

    /// Without row stationary and free mappings for an array whose front decides the cycles.
    static func space(isSystolic: Bool) -> Space { isSystolic ? systolicSpace : meshSpace }

    private static let meshSpace = space(Dataflow.allCases, default: .rowStationary)
    private static let systolicSpace = space(
        [.weightStationary, .outputStationary, .inputStationary], default: .weightStationary)

    private static func space(_ dataflows: [Dataflow], default usual: Dataflow) -> Space {
        Space(array(dataflows, usual) + memories)
    }

    private static func array(_ dataflows: [Dataflow], _ usual: Dataflow) -> [Parameter] {
        [
            Parameter("pe_columns", .ordinal(sides), scale: .log2, default: 14, note: "multipliers in a row"),
            Parameter("pe_rows", .ordinal(sides), scale: .log2, default: 12, note: "rows of multipliers"),
            Parameter(
                "dataflow", .categorical(dataflows.map(\.rawValue)), default: .text(usual.rawValue),
                note: "what is unrolled and stays beside the multipliers"),
            Parameter(
                "input_words", .ordinal(pads), scale: .log2, default: 16, note: "of each multiplier's pad for inputs"),
            Parameter(
                "weight_words", .ordinal(pads), scale: .log2, default: 128,
                note: "of each multiplier's scratchpad for weights"),
            Parameter(
                "output_words", .ordinal(pads), scale: .log2, default: 16,
                note: "of each multiplier's scratchpad for outputs"),
        ]
    }

    private static let memories = [
        Parameter(
            "glb_kib", .ordinal([16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096]), scale: .log2, unit: "KiB",
            default: 128, note: "the shared buffer"),
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
        Parameter("word_bits", .ordinal([8, 16]), default: 16, note: "of inputs and weights"),
        Parameter(
            "glb_share", .categorical(["unified", "1:1:1", "1:2:1", "2:1:1"]), default: "unified",
            note: "parts of the shared buffer for inputs, weights and outputs"),
        Parameter(
            "double_buffer", .categorical(["no", "yes"]), default: "yes",
            note: "tiles take half of the shared buffer while the other half is filled, or all of it and wait"),
    ]
}
