import Gym

/// The built-in architectures, in the notation of files.
extension Architecture {
    /// Every built-in one, the default first.
    package static let all: [Architecture] = texts.map { text in
        do {
            return try Architecture(text: text, file: "built in")
        } catch {
            preconditionFailure("an architecture in the program is wrong: \(error)")
        }
    }

    /// The built-in one of a name; nil where there is none.
    package static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }

    private static let texts = [small, eyeriss, lanes, mobile, cloud]

    /// 256 multipliers that share a buffer of 128 KiB, each beside 512 bytes of its own.
    private static let small = """
        name: small
        technology: 45nm
        levels:
          - { name: dram, memory: LPDDR4, block: 4, read_bandwidth: 8, write_bandwidth: 8 }
          - { name: glb, words: 65536, block: 4, read_bandwidth: 32, write_bandwidth: 32, mesh: [16, 16] }
          - { name: rf, words: 256 }
        """

    /// Chen et al., Eyeriss, ISSCC 2016: 168 multipliers with a scratchpad per operand; sizes as ArchGym has them.
    private static let eyeriss = """
        name: eyeriss
        technology: 45nm
        levels:
          - { name: dram, memory: LPDDR4, block: 4, read_bandwidth: 8, write_bandwidth: 8 }
          - { name: glb, words: 65536, block: 4, read_bandwidth: 16, write_bandwidth: 16, mesh: [14, 12], holds: IO }
          - { name: ifmap_spad, words: 12, read_bandwidth: 2, write_bandwidth: 2, holds: I }
          - { name: weights_spad, words: 192, read_bandwidth: 2, write_bandwidth: 2, holds: W }
          - { name: psum_spad, words: 16, read_bandwidth: 2, write_bandwidth: 2, holds: O }
        """

    /// 16 processing elements of 16 lanes, each lane with registers for weights.
    private static let lanes = """
        name: lanes
        technology: 45nm
        levels:
          - { name: dram, memory: LPDDR4, block: 4, read_bandwidth: 8, write_bandwidth: 8 }
          - { name: glb, words: 131072, block: 4, read_bandwidth: 32, write_bandwidth: 32, mesh: [16, 1] }
          - { name: pe_buffer, words: 2048, mesh: [16, 1], holds: IO }
          - { name: w_reg, words: 16, holds: W }
        """

    /// 1,024 multipliers of 8 bits at 16 nm, as a phone may have them.
    private static let mobile = """
        name: mobile
        technology: 16nm
        word_bits: 8
        clock_mhz: 800
        levels:
          - { name: dram, memory: LPDDR4, block: 8, read_bandwidth: 32, write_bandwidth: 32 }
          - { name: glb, words: 1048576, block: 8, read_bandwidth: 128, write_bandwidth: 128, mesh: [32, 32] }
          - { name: rf, words: 128 }
        """

    /// 16,384 multipliers with high-bandwidth memory, as a server may have them.
    private static let cloud = """
        name: cloud
        technology: 16nm
        clock_mhz: 940
        levels:
          - { name: dram, memory: HBM2, block: 16, read_bandwidth: 256, write_bandwidth: 256 }
          - { name: glb, words: 8388608, block: 16, read_bandwidth: 1024, write_bandwidth: 1024, mesh: [128, 128] }
          - { name: rf, words: 64 }
        """
}
