import Environments
import Gym
import Testing

/// What a generated circuit has to compute: from the numbers of its input words to the bits of its outputs.
private struct Meaning: Sendable, CustomTestStringConvertible {
    let name: String
    let widths: [Int]
    let compute: @Sendable ([[Bool]], Int) -> [Bool]

    var testDescription: String { name }

    static func number(_ bits: [Bool]) -> Int { bits.enumerated().reduce(0) { $0 | ($1.element ? 1 << $1.offset : 0) } }
    static func bits(_ number: Int, _ count: Int) -> [Bool] { (0..<count).map { number >> $0 & 1 == 1 } }
    static func index(_ count: Int) -> Int { (1...).first { 1 << $0 >= count } ?? 1 }

    /// From numbers to one number of so many bits.
    static func numbers(
        _ name: String, _ widths: [Int], bits: @escaping @Sendable (Int) -> Int,
        _ compute: @escaping @Sendable ([Int], Int) -> Int
    ) -> Meaning {
        Meaning(name: name, widths: widths) { words, width in
            Self.bits(compute(words.map(number), width), bits(width))
        }
    }

    static let all = arithmetic + control

    static let arithmetic = [
        numbers("adder", [1, 2, 7, 16], bits: { $0 + 1 }) { words, _ in words[0] + words[1] },
        numbers("prefix-adder", [1, 2, 3, 7, 16], bits: { $0 + 1 }) { words, _ in words[0] + words[1] },
        numbers("multiplier", [1, 2, 5, 8], bits: { 2 * $0 }) { words, _ in words[0] * words[1] },
        numbers("booth-multiplier", [1, 2, 3, 5, 6, 8], bits: { 2 * $0 }) { words, width in
            let signed = words.map { $0 >> (width - 1) == 1 ? $0 - 1 << width : $0 }
            return signed[0] * signed[1]
        },
        Meaning(name: "shifter", widths: [2, 5, 8, 16]) { words, width in
            let distance = number(words[1])
            var word = words[0]
            // Stage by stage, as distances of widths that are no power of two go around more than once.
            for stage in 0..<index(width) where distance >> stage & 1 == 1 {
                let step = 1 << stage
                word = (0..<width).map { place in
                    place >= step ? word[place - step] : words[2][0] && word[((place - step) % width + width) % width]
                }
            }
            return word
        },
        numbers("divider", [1, 2, 5, 8], bits: { 2 * $0 }) { words, width in
            let (a, b) = (words[0], words[1])
            return b == 0 ? (1 << width - 1) | a << width : a / b | (a % b) << width
        },
        numbers("square-root", [2, 3, 7, 10, 12], bits: { ($0 + 1) / 2 }) { words, _ in
            Int(Double(words[0]).squareRoot())
        },
        Meaning(name: "maximum", widths: [1, 3, 8]) { words, width in
            let values = words.map(number)
            let largest = values.max() ?? 0
            return bits(largest, width) + bits(values.firstIndex(of: largest) ?? 0, 2)
        },
        Meaning(name: "popcount", widths: [1, 2, 3, 9, 15, 16]) { words, width in
            bits(words[0].count { $0 }, (1...).first { 1 << $0 > width } ?? 1)
        },
        Meaning(name: "voter", widths: [1, 2, 3, 10, 15]) { words, width in [words[0].count { $0 } > width / 2] },
    ]

    static let control = [
        Meaning(name: "priority", widths: [2, 3, 12, 32]) { words, width in
            bits(words[0].lastIndex(of: true) ?? 0, index(width)) + [words[0].contains(true)]
        },
        Meaning(name: "arbiter", widths: [2, 3, 8, 12]) { words, width in
            let start = number(words[1])
            let order = (start..<max(start, width)).filter { $0 < width } + Array(0..<width)
            let granted = order.first { words[0][$0] }
            return (0..<width).map { $0 == granted } + [granted != nil]
        },
        Meaning(name: "decoder", widths: [1, 3, 6]) { words, width in
            (0..<1 << width).map { $0 == number(words[0]) }
        },
        Meaning(name: "crc", widths: [1, 8, 16]) { words, width in
            var register = number(words[1])
            for bit in words[0].reversed() {
                let top = register >> 15 & 1 == 1
                register = register << 1 & 0xFFFF
                if top != bit { register ^= 0x1021 }
            }
            return bits(register, 16)
        },
        Meaning(name: "substitution", widths: [2, 4, 6]) { words, width in
            bits(GeneratedCircuit.permutation(width: width, seed: 3)[number(words[0])], width)
        },
        Meaning(name: "control", widths: [4, 9, 20]) { words, width in
            let products = GeneratedCircuit.products(width: width, seed: 3)
            return (0..<width / 2).map { output in
                products.contains { product in
                    product.outputs.contains(output) && product.held.allSatisfy { words[0][$0] }
                        && !product.unheld.contains { words[0][$0] }
                }
            }
        },
    ]
}

@Suite("Generated circuits mean what they say")
struct LogicCircuitTests {
    @Test("every output is right under drawn inputs, or all where they are few", arguments: Meaning.all)
    fileprivate func meaning(_ meaning: Meaning) throws {
        let design = try #require(GeneratedCircuit.named(meaning.name))
        for width in meaning.widths {
            let circuit = try design.circuit(width: width, seed: 3)
            let operands = design.operands(width)
            let count = operands.reduce(0, +)
            #expect(circuit.inputCount == count)
            var generator = Generator(seed: UInt64(width), "meaning")
            let words = count <= 12 ? max(1, (1 << count) / 64) : 32
            var patterns = [[UInt64]](repeating: [], count: count)
            for input in 0..<count {
                for word in 0..<words {
                    patterns[input].append(count > 12 ? generator.next() : Self.counting(input, word))
                }
            }
            let found = circuit.simulate(patterns)
            for pattern in 0..<64 * words {
                func bit(_ row: [UInt64]) -> Bool { row[pattern / 64] >> UInt64(pattern % 64) & 1 == 1 }
                var inputs = patterns.map(bit)[...]
                let values = operands.map { size in
                    defer { inputs = inputs.dropFirst(size) }
                    return Array(inputs.prefix(size))
                }
                try #require(found.map(bit) == meaning.compute(values, width), "\(meaning.name) \(width) \(values)")
            }
        }
    }

    /// What an input holds in 64 patterns of a count through all of them.
    private static func counting(_ input: Int, _ word: Int) -> UInt64 {
        var bits: UInt64 = 0
        for pattern in 0..<64 where (64 * word + pattern) >> input & 1 == 1 { bits |= 1 << UInt64(pattern) }
        return bits
    }

    @Test("every circuit of the list has a meaning here")
    func complete() {
        #expect(Set(Meaning.all.map(\.name)) == Set(GeneratedCircuit.all.map(\.name)))
    }

    @Test("a width that there is not is refused", arguments: GeneratedCircuit.all.map(\.name))
    func widths(name: String) throws {
        let design = try #require(GeneratedCircuit.named(name))
        #expect(throws: GymError.self) { try design.circuit(width: design.widths.upperBound + 1) }
        #expect(throws: GymError.self) { try design.circuit(width: 0) }
    }

    @Test("the features of a small graph are those that can be counted by hand")
    func features() throws {
        let circuit = try #require(GeneratedCircuit.named("adder")).circuit(width: 1)
        let values = Dictionary(
            zip(CircuitFeatures.names, CircuitFeatures(circuit).values)
        ) { first, _ in first }
        // One half adder: an XOR of three ANDs, and its first AND is the carry as well.
        #expect(values["log2_ands"] == 2 && values["xor_share"] == 1.0 / 3 && values["mux_share"] == 0)
        #expect(values["fanout_one_share"] == 0.4 && values["inverted_share"] == 4.0 / 6)
        #expect(values["level_share4"] == 0 && values["level_share0"] == 2.0 / 3)
    }
}
