/// Which bits of a byte address choose column, bank, group, rank and row, each list from its least significant bit up.
struct AddressMapping: Sendable {
    private(set) var column: [Int] = []
    private(set) var group: [Int] = []
    private(set) var bank: [Int] = []
    private(set) var rank: [Int] = []
    private(set) var row: [Int] = []
    /// Pairs of bits: the first is replaced by its exclusive or with the second before anything is decoded.
    private(set) var exclusiveOrs: [(Int, Int)] = []

    /// The mappings that every device knows, named from the most significant bits down: rows on top, the common choice;
    /// the column's upper bits above the banks, so that successive bursts change the bank group; banks on top,
    /// DRAMSys' default for DIMMs; four bursts of a row, then other banks, which are mixed with the row (Ramulator's
    /// minimalist open page); and the first one with banks mixed with the row (Zhang et al., 2000).
    static let patterns = ["RoBaBgCo", "RoCoBaBgCo", "BaRoCo", "MOP4CLXOR", "RoBaBgCoXor"]

    /// Every name of a mapping, those included that only one device knows.
    static let names = patterns + Device.all.flatMap { $0.mappings.filter { !patterns.contains($0) } }

    /// The mapping of that name on a device; nil where the device knows none.
    static func named(_ name: String, of device: Device) -> AddressMapping? {
        guard device.mappings.contains(name) else { return nil }
        return AddressMapping(name == device.usualMapping ? "RoBaBgCo" : name, of: device)
    }

    private init(_ pattern: String, of device: Device) {
        var next = device.byteBits
        func take(_ count: Int) -> [Int] {
            next += count
            return Array((next - count)..<next)
        }
        // The columns of one burst always come first.
        let burst = device.burstBytes.trailingZeroBitCount - device.byteBits
        let early =
            switch pattern {
            case "RoCoBaBgCo": burst
            case "MOP4CLXOR": min(burst + 2, device.columnBits)
            default: device.columnBits
            }
        column = take(early)
        if pattern == "BaRoCo" { row = take(device.rowBits) }
        rank = take(device.ranks.trailingZeroBitCount)
        group = take(device.groups.trailingZeroBitCount)
        bank = take(device.banksPerGroup.trailingZeroBitCount)
        column += take(device.columnBits - early)
        if row.isEmpty { row = take(device.rowBits) }
        if pattern.hasSuffix("Xor") || pattern.hasSuffix("XOR") { exclusiveOrs = Array(zip(group + bank, row)) }
    }

    /// The address after its exclusive ors.
    func mixed(_ address: UInt64) -> UInt64 {
        exclusiveOrs.reduce(address) { $0 ^ (($0 >> UInt64($1.1) & 1) << UInt64($1.0)) }
    }

    /// The number that these bits of the address spell; bits that no list names have no effect.
    static func gather(_ bits: [Int], of address: UInt64) -> Int {
        var value: UInt64 = 0
        for (place, bit) in bits.enumerated() { value |= ((address >> UInt64(bit)) & 1) << UInt64(place) }
        return Int(value)
    }
}
