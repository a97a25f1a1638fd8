/// SHA-256 (FIPS 180-4): names a circuit by its bytes, and is what published tables name circuits by.
struct SHA256 {
    private static let roots: [UInt32] = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
        0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
        0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
        0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
        0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
        0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]

    private var state: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]

    /// The first half of the digest of some bytes, as 32 hexadecimal digits.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        var hash = SHA256()
        var padded = Array(bytes)
        let bits = UInt64(padded.count) * 8
        padded.append(0x80)
        padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            padded.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
        hash.absorb(padded)
        return hash.state[..<4].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    private mutating func absorb(_ padded: [UInt8]) {
        func turned(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            padded.withUnsafeBufferPointer { padded in
                Self.roots.withUnsafeBufferPointer { roots in
                    for block in stride(from: 0, to: padded.count, by: 64) {
                        for word in 0..<16 {
                            let at = block + 4 * word
                            schedule[word] =
                                UInt32(padded[at]) << 24 | UInt32(padded[at + 1]) << 16
                                | UInt32(padded[at + 2]) << 8 | UInt32(padded[at + 3])
                        }
                        for word in 16..<64 {
                            let (early, late) = (schedule[word - 15], schedule[word - 2])
                            let first = turned(early, 7) ^ turned(early, 18) ^ early >> 3
                            let second = turned(late, 17) ^ turned(late, 19) ^ late >> 10
                            schedule[word] = schedule[word - 16] &+ first &+ schedule[word - 7] &+ second
                        }
                        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
                        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
                        for round in 0..<64 {
                            let mixed = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
                            let one = h &+ mixed &+ (e & f ^ ~e & g) &+ roots[round] &+ schedule[round]
                            let other = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) &+ (a & b ^ a & c ^ b & c)
                            (h, g, f, e) = (g, f, e, d &+ one)
                            (d, c, b, a) = (c, b, a, one &+ other)
                        }
                        for (place, word) in [a, b, c, d, e, f, g, h].enumerated() { state[place] &+= word }
                    }
                }
            }
        }
    }
}
