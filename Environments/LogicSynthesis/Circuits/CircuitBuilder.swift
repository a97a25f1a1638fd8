/// Makes a circuit gate by gate; equal gates are made once and constants are folded.
struct CircuitBuilder {
    static let no: UInt32 = 0
    static let yes: UInt32 = 1

    private(set) var inputCount = 0
    private var fanins: [UInt32] = []
    private var known: [UInt64: UInt32] = [:]

    /// A word of fresh inputs, the lowest bit first; all inputs come before the first gate.
    mutating func inputs(_ count: Int) -> [UInt32] {
        precondition(fanins.isEmpty, "inputs come before gates")
        defer { inputCount += count }
        return (0..<count).map { UInt32(2 * (inputCount + 1 + $0)) }
    }

    mutating func and(_ one: UInt32, _ other: UInt32) -> UInt32 {
        let (high, low) = (max(one, other), min(one, other))
        if low == Self.no || high == low ^ 1 { return Self.no }
        if low == Self.yes || high == low { return high }
        let key = UInt64(high) << 32 | UInt64(low)
        if let literal = known[key] { return literal }
        fanins.append(high)
        fanins.append(low)
        let literal = UInt32(2 * (inputCount + fanins.count / 2))
        known[key] = literal
        return literal
    }

    mutating func or(_ one: UInt32, _ other: UInt32) -> UInt32 { and(one ^ 1, other ^ 1) ^ 1 }

    mutating func xor(_ one: UInt32, _ other: UInt32) -> UInt32 {
        let both = and(one, other)
        let neither = and(one ^ 1, other ^ 1)
        return and(both ^ 1, neither ^ 1)
    }

    mutating func mux(_ selector: UInt32, _ then: UInt32, _ otherwise: UInt32) -> UInt32 {
        let one = and(selector, then)
        let other = and(selector ^ 1, otherwise)
        return or(one, other)
    }

    mutating func mux(_ selector: UInt32, _ then: [UInt32], _ otherwise: [UInt32]) -> [UInt32] {
        var word: [UInt32] = []
        for (one, other) in zip(then, otherwise) { word.append(mux(selector, one, other)) }
        return word
    }

    /// Joins literals in a balanced tree.
    mutating func all(_ literals: [UInt32]) -> UInt32 {
        var rest = literals
        guard !rest.isEmpty else { return Self.yes }
        while rest.count > 1 {
            var next: [UInt32] = []
            for place in stride(from: 0, to: rest.count, by: 2) {
                next.append(place + 1 < rest.count ? and(rest[place], rest[place + 1]) : rest[place])
            }
            rest = next
        }
        return rest[0]
    }

    mutating func any(_ literals: [UInt32]) -> UInt32 { all(literals.map { $0 ^ 1 }) ^ 1 }

    mutating func parity(_ literals: [UInt32]) -> UInt32 {
        var sum = Self.no
        for literal in literals { sum = xor(sum, literal) }
        return sum
    }

    mutating func fullAdder(_ a: UInt32, _ b: UInt32, _ c: UInt32) -> (sum: UInt32, carry: UInt32) {
        let half = xor(a, b)
        let sum = xor(half, c)
        let both = and(a, b)
        let passed = and(half, c)
        return (sum, or(both, passed))
    }

    /// The sum of two words of one width, and the carry out of it, as one word.
    mutating func add(_ a: [UInt32], _ b: [UInt32], carry: UInt32 = no) -> [UInt32] {
        var (sum, carry) = ([UInt32](), carry)
        for (one, other) in zip(a, b) {
            let digit = fullAdder(one, other, carry)
            sum.append(digit.sum)
            carry = digit.carry
        }
        return sum + [carry]
    }

    /// The difference of two words of one width, and whether the first is not the smaller one.
    mutating func subtract(_ a: [UInt32], _ b: [UInt32]) -> (difference: [UInt32], fits: UInt32) {
        let sum = add(a, b.map { $0 ^ 1 }, carry: Self.yes)
        return (Array(sum.dropLast()), sum[a.count])
    }

    /// How many of the literals hold, in carry-save form and then rippled.
    mutating func count(_ literals: [UInt32]) -> [UInt32] {
        var columns = [literals]
        var word: [UInt32] = []
        while let column = columns.first {
            columns.removeFirst()
            var (rest, carries) = (column, [UInt32]())
            while rest.count > 1 {
                let third = rest.count > 2 ? rest[2] : Self.no
                let digit = fullAdder(rest[0], rest[1], third)
                rest.removeFirst(min(3, rest.count))
                rest.append(digit.sum)
                carries.append(digit.carry)
            }
            word.append(rest.first ?? Self.no)
            if !carries.isEmpty { columns.insert(carries, at: 0) }
        }
        return word
    }

    /// The circuit of these outputs; gates that none of them needs are left out.
    func circuit(_ outputs: [UInt32]) -> Circuit {
        var isNeeded = [Bool](repeating: false, count: fanins.count / 2)
        for literal in outputs where Int(literal >> 1) > inputCount {
            isNeeded[Int(literal >> 1) - inputCount - 1] = true
        }
        for gate in isNeeded.indices.reversed() where isNeeded[gate] {
            for literal in fanins[2 * gate..<2 * gate + 2] where Int(literal >> 1) > inputCount {
                isNeeded[Int(literal >> 1) - inputCount - 1] = true
            }
        }
        var renamed = (0...UInt32(inputCount)).map { 2 * $0 }
        var kept: [UInt32] = []
        for gate in isNeeded.indices {
            guard isNeeded[gate] else {
                renamed.append(0)
                continue
            }
            let pair = fanins[2 * gate..<2 * gate + 2].map { renamed[Int($0 >> 1)] | $0 & 1 }
            kept += [max(pair[0], pair[1]), min(pair[0], pair[1])]
            renamed.append(UInt32(2 * (inputCount + kept.count / 2)))
        }
        return Circuit(
            inputCount: inputCount, fanins: kept, outputs: outputs.map { renamed[Int($0 >> 1)] | $0 & 1 })
    }
}
