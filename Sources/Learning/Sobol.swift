/// Sobol's sequence in base 2 with Joe and Kuo's direction numbers (2008), scrambled by a hash that acts like Owen's
/// nested permutations (Burley, 2020): every 2^k points in a row, from a multiple of 2^k on, fill the unit cube evenly.
public struct Sobol: Sendable {
    /// How many coordinates are even in pairs as well; beyond, each one is even by itself alone.
    public static let publishedDimensions = table.count + 1

    private let directions: [[UInt32]]
    private let seeds: [UInt32]

    /// A sequence of points with as many coordinates as there are seeds; each seed scrambles its coordinate.
    public init(seeds: [UInt32]) {
        self.seeds = seeds
        directions = seeds.indices.map { Sobol.directions(of: $0) }
    }

    /// A coordinate of a point, in [0, 1); the sequence repeats after 2^32 points.
    public func coordinate(_ dimension: Int, of point: UInt32) -> Double {
        var (rest, bits) = (point, UInt32(0))
        for direction in directions[dimension] where rest != 0 {
            if rest & 1 == 1 { bits ^= direction }
            rest >>= 1
        }
        return Double(Sobol.scrambled(bits, seeds[dimension])) * 0x1p-32
    }

    /// A permutation that looks at a number's bits from the highest down, each bit turned by those above it.
    private static func scrambled(_ bits: UInt32, _ seed: UInt32) -> UInt32 {
        var x = reversed(bits)
        x ^= x &* 0x3D20_ADEA
        x &+= seed
        x &*= (seed >> 16) | 1
        x ^= x &* 0x0552_6C56
        x ^= x &* 0x53A2_2864
        return reversed(x)
    }

    private static func reversed(_ value: UInt32) -> UInt32 {
        var x = value.byteSwapped
        x = (x >> 4) & 0x0F0F_0F0F | (x & 0x0F0F_0F0F) << 4
        x = (x >> 2) & 0x3333_3333 | (x & 0x3333_3333) << 2
        return (x >> 1) & 0x5555_5555 | (x & 0x5555_5555) << 1
    }

    private static func directions(of dimension: Int) -> [UInt32] {
        guard dimension > 0 else { return (0..<32).map { 1 << (31 - $0) } }
        guard dimension <= table.count else {
            // Any odd numbers below 2^i keep a coordinate even by itself.
            return (0..<32).map { place in
                let odd = hash(UInt32(truncatingIfNeeded: dimension &* 32 + place)) | 1
                return (odd << (31 - UInt32(place)))
            }
        }
        let (coefficients, first) = (table[dimension - 1][0], table[dimension - 1].dropFirst().map(UInt32.init))
        let degree = first.count
        var found: [UInt32] = []
        for place in 0..<32 {
            guard place >= degree else {
                found.append(first[place] << (31 - UInt32(place)))
                continue
            }
            var direction = found[place - degree] ^ (found[place - degree] >> UInt32(degree))
            for step in 1..<max(2, degree) where step < degree && (coefficients >> (degree - 1 - step)) & 1 == 1 {
                direction ^= found[place - step]
            }
            found.append(direction)
        }
        return found
    }

    private static func hash(_ value: UInt32) -> UInt32 {
        var x = value &* 0x9E37_79B9
        x ^= x >> 16
        x &*= 0x85EB_CA6B
        x ^= x >> 13
        return x &* 0xC2B2_AE35
    }

    /// For each coordinate from the second on: the inner coefficients of its primitive polynomial as bits, then the
    /// first direction numbers, as many as the polynomial's degree.
    private static let table: [[Int]] = [
        [0, 1], [1, 1, 3], [1, 1, 3, 1], [2, 1, 1, 1], [1, 1, 1, 3, 3], [4, 1, 3, 5, 13], [2, 1, 1, 5, 5, 17],
        [4, 1, 1, 5, 5, 5], [7, 1, 1, 7, 11, 19], [11, 1, 1, 5, 1, 1], [13, 1, 1, 1, 3, 11], [14, 1, 3, 5, 5, 31],
        [1, 1, 3, 3, 9, 7, 49], [13, 1, 1, 1, 15, 21, 21], [16, 1, 3, 1, 13, 27, 49], [19, 1, 1, 1, 15, 7, 5],
        [22, 1, 3, 1, 15, 13, 25], [25, 1, 1, 5, 5, 19, 61], [1, 1, 3, 7, 11, 23, 15, 103],
        [4, 1, 3, 7, 13, 13, 15, 69], [7, 1, 1, 3, 13, 7, 35, 63], [8, 1, 3, 5, 9, 1, 25, 53],
        [14, 1, 3, 1, 13, 9, 35, 107], [19, 1, 3, 1, 5, 27, 61, 31], [21, 1, 1, 5, 11, 19, 41, 61],
        [28, 1, 3, 5, 3, 3, 13, 69], [31, 1, 1, 7, 13, 1, 19, 1], [32, 1, 3, 7, 5, 13, 19, 59],
        [37, 1, 1, 3, 9, 25, 29, 41], [41, 1, 3, 5, 13, 23, 1, 55], [42, 1, 3, 7, 3, 13, 59, 17],
        [50, 1, 3, 1, 3, 5, 53, 69], [55, 1, 1, 5, 5, 23, 33, 13], [56, 1, 1, 7, 7, 1, 61, 123],
        [59, 1, 1, 7, 9, 13, 61, 49], [62, 1, 3, 3, 5, 3, 55, 33], [14, 1, 3, 1, 15, 31, 13, 49, 245],
        [21, 1, 3, 5, 15, 31, 59, 63, 97], [22, 1, 3, 1, 11, 11, 11, 77, 249], [38, 1, 3, 1, 11, 27, 43, 71, 9],
        [47, 1, 1, 7, 15, 21, 11, 81, 45], [49, 1, 3, 7, 3, 25, 31, 65, 79], [50, 1, 3, 1, 1, 19, 11, 3, 205],
        [52, 1, 1, 5, 9, 19, 21, 29, 157], [56, 1, 3, 7, 11, 1, 33, 89, 185], [67, 1, 3, 3, 3, 15, 9, 79, 71],
        [70, 1, 3, 7, 11, 15, 39, 119, 27], [84, 1, 1, 3, 1, 11, 31, 97, 225], [97, 1, 1, 1, 3, 23, 43, 57, 177],
        [103, 1, 3, 7, 7, 17, 17, 37, 71], [115, 1, 3, 1, 5, 27, 63, 123, 213], [122, 1, 1, 3, 5, 11, 43, 53, 133],
        [8, 1, 3, 5, 5, 29, 17, 47, 173, 479], [13, 1, 3, 3, 11, 3, 1, 109, 9, 69],
        [16, 1, 1, 1, 5, 17, 39, 23, 5, 343], [22, 1, 3, 1, 5, 25, 15, 31, 103, 499],
        [25, 1, 1, 1, 11, 11, 17, 63, 105, 183], [44, 1, 1, 5, 11, 9, 29, 97, 231, 363],
        [47, 1, 1, 5, 15, 19, 45, 41, 7, 383], [52, 1, 3, 7, 7, 31, 19, 83, 137, 221],
        [55, 1, 1, 1, 3, 23, 15, 111, 223, 83], [59, 1, 1, 5, 13, 31, 15, 55, 25, 161],
        [62, 1, 1, 3, 13, 25, 47, 39, 87, 257],
    ]
}
