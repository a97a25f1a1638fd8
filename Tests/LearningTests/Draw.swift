import Learning

/// Numbers for tests: a scrambled sequence read in order, since `Learning` has no generator.
struct Draw {
    private let sequence: Sobol
    private var point: UInt32 = 0

    init(_ seed: UInt32) { sequence = Sobol(seeds: [seed &* 0x9E37_79B9, seed ^ 0x85EB_CA6B, seed &* 0xC2B2_AE35]) }

    /// A number in [0, 1).
    mutating func unit() -> Double {
        point += 1
        let sum = (0..<3).reduce(0) { $0 + sequence.coordinate($1, of: point &* 747_796_405 &+ 2_891_336_453) * 7 }
        return sum - sum.rounded(.down)
    }

    /// A whole number below a bound.
    mutating func below(_ bound: Int) -> Int { Int(unit() * Double(bound)) }
}
