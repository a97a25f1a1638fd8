import Gym

extension Circuit {
    /// Up to so many inputs every pattern is tried.
    static let exhaustiveInputLimit = 12

    /// The values of the outputs under many input patterns at once, 64 to a word.
    ///
    /// - Parameter patterns: the words of every input, all of one length.
    /// - Returns: the words of every output, of that length.
    public func simulate(_ patterns: [[UInt64]]) -> [[UInt64]] {
        let count = patterns.first?.count ?? 1
        precondition(patterns.count == inputCount && patterns.allSatisfy { $0.count == count })
        var values = [UInt64](repeating: 0, count: variableCount * count)
        for (input, words) in patterns.enumerated() {
            for (place, word) in words.enumerated() { values[(input + 1) * count + place] = word }
        }
        values.withUnsafeMutableBufferPointer { values in
            fanins.withUnsafeBufferPointer { fanins in
                var target = (inputCount + 1) * count
                for gate in stride(from: 0, to: fanins.count, by: 2) {
                    let (left, right) = (fanins[gate], fanins[gate + 1])
                    let (leftFlip, rightFlip) = (0 &- UInt64(left & 1), 0 &- UInt64(right & 1))
                    let (leftStart, rightStart) = (Int(left >> 1) &* count, Int(right >> 1) &* count)
                    for word in 0..<count {
                        values[target &+ word] =
                            (values[leftStart &+ word] ^ leftFlip) & (values[rightStart &+ word] ^ rightFlip)
                    }
                    target &+= count
                }
            }
        }
        return outputs.map { literal in
            let flip = 0 &- UInt64(literal & 1)
            return (0..<count).map { values[Int(literal >> 1) * count + $0] ^ flip }
        }
    }

    /// The patterns that circuits of so many inputs are compared under: all of them where there are at most 12 inputs,
    /// else 1,024 drawn ones, always the same.
    static func comparisonPatterns(inputCount: Int) -> [[UInt64]] {
        guard inputCount > exhaustiveInputLimit else {
            let count = max(1, (1 << inputCount) / 64)
            return (0..<inputCount).map { input in (0..<count).map { counting(input, word: $0) } }
        }
        var generator = Generator(seed: 0, "circuit-patterns")
        return (0..<inputCount).map { _ in (0..<16).map { _ in generator.next() } }
    }

    /// What an input holds in 64 patterns of a count through all of them.
    private static func counting(_ input: Int, word: Int) -> UInt64 {
        var bits: UInt64 = 0
        for pattern in 0..<64 where (64 * word + pattern) >> input & 1 == 1 { bits |= 1 << UInt64(pattern) }
        return bits
    }

    /// Ports and behaviour in one number: circuits of one function have one, others differ but by an accident of 2^-64,
    /// provided that the patterns tell them apart.
    func signature(under patterns: [[UInt64]]) -> UInt64 {
        var hash = splitmix64(UInt64(inputCount) << 32 | UInt64(outputs.count))
        for words in simulate(patterns) {
            for word in words { hash = splitmix64(hash ^ word) }
        }
        return hash
    }
}
