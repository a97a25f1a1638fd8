/// The one random number generator of Sextant: xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64.
///
/// Its numbers, and those of every function here, are part of the reproducibility promise: they never change.
public struct Generator: Sendable, RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Seeds all 256 bits of state from 64 by four steps of splitmix64.
    public init(seed: UInt64) {
        var mixer = seed
        func step() -> UInt64 {
            defer { mixer &+= 0x9E37_79B9_7F4A_7C15 }
            return splitmix64(mixer)
        }
        state = (step(), step(), step(), step())
    }

    /// A generator that goes on where one with these words stands.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) { state = words }

    /// Its whole state: what `init(words:)` takes.
    public var words: [UInt64] { [state.0, state.1, state.2, state.3] }

    /// A generator of its own for one purpose under a seed: the seed and the words are hashed together, so streams of
    /// different purposes are independent.
    public init(seed: UInt64, _ purpose: String...) {
        self.init(seed: Generator.derive(seed, purpose))
    }

    /// The seed of a purpose under a seed.
    public static func derive(_ seed: UInt64, _ purpose: [String]) -> UInt64 {
        purpose.reduce(splitmix64(seed)) { splitmix64($0 ^ ContentHash.of($1.utf8)) }
    }

    /// The next 64 uniform bits.
    public mutating func next() -> UInt64 {
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    /// A uniform integer in `0 ..< bound`, without bias (Lemire, 2019); `bound` must be at least 1.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "the bound of a uniform integer must be positive")
        let range = UInt64(bound)
        var product = next().multipliedFullWidth(by: range)
        if product.low < range {
            let threshold = (0 &- range) % range
            while product.low < threshold { product = next().multipliedFullWidth(by: range) }
        }
        return Int(product.high)
    }

    /// A uniform double in [0, 1) with 53 random bits.
    public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// True with the given probability.
    public mutating func chance(_ probability: Double) -> Bool {
        unit() < probability
    }

    /// Shuffles in place (Fisher and Yates, from the end).
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, through: 1, by: -1) {
            elements.swapAt(last, below(last + 1))
        }
    }

    /// A shuffled copy.
    public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var copy = elements
        shuffle(&copy)
        return copy
    }

    private func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        (value << bits) | (value >> (64 - bits))
    }
}

/// One step of splitmix64 (Steele, Lea and Flood, 2014) from a given state: a good 64-bit mixer.
public func splitmix64(_ state: UInt64) -> UInt64 {
    var z = state &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

/// FNV-1a over bytes: names what a file or a text holds. It protects against mix-ups, not against an adversary.
public struct ContentHash: Sendable {
    /// The hash of all bytes added so far.
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325
    private var count = 0

    /// The hash of no bytes.
    public init() {}

    /// Adds bytes.
    public mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            count += 1
        }
    }

    /// The hash of one run of bytes.
    public static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = ContentHash()
        hash.add(bytes)
        return hash.value
    }

    /// As text: `fnv1a:HASH:BYTES`, the hash in 16 hexadecimal digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return "fnv1a:" + String(repeating: "0", count: 16 - digits.count) + digits + ":\(count)"
    }
}
