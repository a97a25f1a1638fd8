/// Energies and areas of memories by capacity, in bytes, J a byte and m².
///
/// Computed with the CACTI that ArchGym builds for FARSI (SRAM: low-power ITRS cells; DRAM: main memory), of 16-byte
/// accesses, scaled by 0.064 for energy and 0.07 for area as FARSI scales them.
enum MemoryTable {
    struct Point: Sendable {
        let bytes, read, write, area: Double
    }

    static let sram: [Point] = [
        Point(bytes: 256_000, read: 1.749912e-13, write: 1.612216e-13, area: 5.982102e-08),
        Point(bytes: 512_000, read: 2.505132e-13, write: 2.12208e-13, area: 1.097621e-07),
        Point(bytes: 768_000, read: 3.115616e-13, write: 2.552812e-13, area: 1.541267e-07),
        Point(bytes: 1_024_000, read: 3.575196e-13, write: 3.192144e-13, area: 2.210075e-07),
        Point(bytes: 1_536_000, read: 4.61732e-13, write: 4.05452e-13, area: 3.104647e-07),
        Point(bytes: 1_792_000, read: 4.98332e-13, write: 4.33208e-13, area: 3.499202e-07),
        Point(bytes: 2_048_000, read: 5.28444e-13, write: 4.54472e-13, area: 3.922919e-07),
        Point(bytes: 3_072_000, read: 6.21632e-13, write: 5.65352e-13, area: 6.119372e-07),
        Point(bytes: 4_096_000, read: 7.23844e-13, write: 6.49876e-13, area: 7.82614e-07),
        Point(bytes: 6_144_000, read: 9.33952e-13, write: 8.24316e-13, area: 1.127665e-06),
        Point(bytes: 8_192_000, read: 1.027568e-12, write: 9.53596e-13, area: 1.542429e-06),
        Point(bytes: 12_288_000, read: 1.240552e-12, write: 1.13092e-12, area: 2.215941e-06),
        Point(bytes: 16_384_000, read: 1.42268e-12, write: 1.346796e-12, area: 3.05823e-06),
        Point(bytes: 24_576_000, read: 1.810756e-12, write: 1.699208e-12, area: 4.410252e-06),
        Point(bytes: 26_368_000, read: 1.885312e-12, write: 1.767692e-12, area: 4.681915e-06),
        Point(bytes: 32_768_000, read: 2.02408e-12, write: 1.948196e-12, area: 6.039761e-06),
        Point(bytes: 39_424_000, read: 2.19138e-12, write: 2.100944e-12, area: 7.1267e-06),
        Point(bytes: 46_080_000, read: 2.347472e-12, write: 2.242488e-12, area: 8.20785e-06),
    ]

    static let dram: [Point] = [
        Point(bytes: 256_000, read: 2.378608e-13, write: 9.87752e-12, area: 3.344222e-08),
        Point(bytes: 512_000, read: 2.846296e-13, write: 1.961568e-11, area: 5.711153e-08),
        Point(bytes: 768_000, read: 3.129736e-13, write: 2.6391e-11, area: 6.29531e-08),
        Point(bytes: 1_024_000, read: 3.377984e-13, write: 3.31628e-11, area: 6.752739e-08),
        Point(bytes: 1_536_000, read: 3.80488e-13, write: 2.35888e-11, area: 7.81466e-08),
        Point(bytes: 1_792_000, read: 4.07308e-13, write: 1.514876e-11, area: 1.259314e-07),
        Point(bytes: 2_048_000, read: 4.19352e-13, write: 1.678908e-11, area: 1.289197e-07),
        Point(bytes: 3_072_000, read: 4.72924e-13, write: 2.368124e-11, area: 1.430415e-07),
        Point(bytes: 4_096_000, read: 5.192e-13, write: 1.688892e-11, area: 2.481122e-07),
        Point(bytes: 6_144_000, read: 5.74444e-13, write: 2.378276e-11, area: 2.734795e-07),
        Point(bytes: 8_192_000, read: 6.25692e-13, write: 3.056408e-11, area: 2.952054e-07),
        Point(bytes: 12_288_000, read: 7.3208e-13, write: 4.42392e-11, area: 3.433276e-07),
        Point(bytes: 16_384_000, read: 8.33184e-13, write: 5.79088e-11, area: 3.880233e-07),
        Point(bytes: 24_576_000, read: 9.31272e-13, write: 4.44384e-11, area: 7.10794e-07),
        Point(bytes: 26_368_000, read: 9.54544e-13, write: 4.75008e-11, area: 7.3073e-07),
        Point(bytes: 32_768_000, read: 1.02052e-12, write: 3.095892e-11, area: 1.072736e-06),
        Point(bytes: 39_424_000, read: 1.086964e-12, write: 3.656136e-11, area: 1.157254e-06),
        Point(bytes: 46_080_000, read: 1.142392e-12, write: 4.21528e-11, area: 1.225798e-06),
    ]

    /// The point of a capacity, between the sizes of the table on a straight line; nil beyond its end.
    static func point(_ table: [Point], bytes: Double) -> Point? {
        guard let upper = table.firstIndex(where: { $0.bytes >= bytes }) else { return nil }
        guard upper > 0, table[upper].bytes > bytes else { return table[upper] }
        let (low, high) = (table[upper - 1], table[upper])
        let share = (bytes - low.bytes) / (high.bytes - low.bytes)
        func between(_ one: Double, _ other: Double) -> Double { one + (other - one) * share }
        return Point(
            bytes: bytes, read: between(low.read, high.read), write: between(low.write, high.write),
            area: between(low.area, high.area))
    }
}
