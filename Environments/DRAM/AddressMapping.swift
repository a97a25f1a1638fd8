/// Which bits of a byte address choose column, bank, group, rank and row, each list from its least significant bit up.
struct AddressMapping: Sendable {
    /// As the option `mapping` spells it.
    let name: String
    let column: [Int]
    let group: [Int]
    let bank: [Int]
    var rank: [Int] = []
    let row: [Int]
    /// Pairs of bits: the first is replaced by its exclusive or with the second before anything is decoded.
    var exclusiveOrs: [(Int, Int)] = []

    /// DRAMSys' mappings: three for DDR4 (`BaRoCo` is its default for DIMMs), then LPDDR4 and HBM2.
    static let all = [
        AddressMapping(
            name: "RoBaBgCo", column: Array(3...12), group: [13, 14], bank: [15, 16], row: Array(17...31)),
        AddressMapping(
            name: "RoCoBaBgCo", column: Array(3...5) + Array(10...16), group: [6, 7], bank: [8, 9],
            row: Array(17...31)),
        AddressMapping(
            name: "BaRoCo", column: Array(3...12), group: [28, 29], bank: [30, 31], row: Array(13...27)),
        AddressMapping(name: "DDR3_RoBaCo", column: Array(3...12), group: [], bank: [13, 14, 15], row: Array(16...29)),
        AddressMapping(name: "LP4_RoBaCo", column: Array(1...10), group: [], bank: [11, 12, 13], row: Array(14...29)),
        AddressMapping(
            name: "HBM_RoBaBgPcCo", column: Array(3...9), group: [11, 12], bank: [13, 14], rank: [10],
            row: Array(15...29)),
    ]

    /// The mapping of that name; nil where there is none.
    static func named(_ name: String) -> AddressMapping? { all.first { $0.name == name } }

    /// The address after its exclusive ors.
    func mixed(_ address: UInt64) -> UInt64 {
        exclusiveOrs.reduce(address) { $0 ^ ((($1.1 < 64 ? $0 >> UInt64($1.1) : 0) & 1) << UInt64($1.0)) }
    }

    /// The number that these bits of the address spell; bits that no list names have no effect.
    static func gather(_ bits: [Int], of address: UInt64) -> Int {
        var value: UInt64 = 0
        for (place, bit) in bits.enumerated() { value |= ((address >> UInt64(bit)) & 1) << UInt64(place) }
        return Int(value)
    }
}
