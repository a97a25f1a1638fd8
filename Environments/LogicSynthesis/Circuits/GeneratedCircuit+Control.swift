import Gym

extension GeneratedCircuit {
    static let control = [
        GeneratedCircuit(
            "priority", 2...512, default: 32, note: "the number of the highest input that holds, and whether any does",
            operands: { [$0] }, body: priority),
        GeneratedCircuit(
            "arbiter", 2...256, default: 12,
            note: "requests, then a pointer: grants the first request at or after the pointer, round robin; and any",
            operands: { [$0, indexWidth($0)] }, body: arbiter),
        GeneratedCircuit(
            "decoder", 1...12, default: 6, note: "one output for each value of the word", operands: { [$0] },
            body: { builder, words, width, _ in
                (0..<1 << width).map { value in
                    builder.all(words[0].enumerated().map { place, bit in value >> place & 1 == 1 ? bit : bit ^ 1 })
                }
            }),
        GeneratedCircuit(
            "crc", 1...512, default: 16,
            note:
                "data, then a register of 16 bits: its next value under CRC-16 (0x1021), the highest bit of data first",
            operands: { [$0, 16] }, body: crc),
        GeneratedCircuit(
            "substitution", 2...10, default: 6,
            note: "a permutation of all words, drawn by the seed, as a tree of muxes",
            operands: { [$0] }, body: substitution),
        GeneratedCircuit(
            "control", 4...256, default: 20,
            note: "as many outputs as half the inputs, each an OR of drawn products that several share; by the seed",
            operands: { [$0] }, body: randomControl),
    ]

    private static let priority: Body = { builder, words, width, _ in
        var index = [UInt32](repeating: CircuitBuilder.no, count: indexWidth(width))
        for (number, request) in words[0].enumerated() {
            let own = index.indices.map { number >> $0 & 1 == 1 ? CircuitBuilder.yes : CircuitBuilder.no }
            index = builder.mux(request, own, index)
        }
        return index + [builder.any(words[0])]
    }

    /// A request is granted when none stands between the pointer and it; past the end the search begins anew.
    private static let arbiter: Body = { builder, words, width, _ in
        let (requests, pointer) = (words[0], words[1])
        var isAfter: [UInt32] = []
        for number in 0..<width {
            let own = pointer.indices.map { number >> $0 & 1 == 1 ? CircuitBuilder.yes : CircuitBuilder.no }
            isAfter.append(builder.subtract(own, pointer).fits)
        }
        func firsts(_ candidates: [UInt32]) -> (grants: [UInt32], any: UInt32) {
            var (grants, seen) = ([UInt32](), CircuitBuilder.no)
            for candidate in candidates {
                grants.append(builder.and(candidate, seen ^ 1))
                seen = builder.or(seen, candidate)
            }
            return (grants, seen)
        }
        var late: [UInt32] = []
        for (request, after) in zip(requests, isAfter) { late.append(builder.and(request, after)) }
        let (lateGrants, anyLate) = firsts(late)
        let (grants, any) = firsts(requests)
        var result: [UInt32] = []
        for (one, other) in zip(lateGrants, grants) {
            result.append(builder.or(one, builder.and(other, anyLate ^ 1)))
        }
        return result + [any]
    }

    private static let crc: Body = { builder, words, _, _ in
        var register = words[1]
        for bit in words[0].reversed() {
            let feedback = builder.xor(bit, register[15])
            register = [CircuitBuilder.no] + register.dropLast()
            for place in 0..<16 where 0x1021 >> place & 1 == 1 {
                register[place] = builder.xor(register[place], feedback)
            }
        }
        return register
    }

    /// The permutation that a seed draws.
    public static func permutation(width: Int, seed: UInt64) -> [Int] {
        var generator = Generator(seed: seed, "substitution")
        return generator.shuffled(Array(0..<1 << width))
    }

    private static let substitution: Body = { builder, words, width, seed in
        let table = permutation(width: width, seed: seed)
        return (0..<width).map { output in
            var row = table.map { $0 >> output & 1 == 1 ? CircuitBuilder.yes : CircuitBuilder.no }
            for selector in words[0] {
                var next: [UInt32] = []
                for pair in stride(from: 0, to: row.count, by: 2) {
                    next.append(builder.mux(selector, row[pair + 1], row[pair]))
                }
                row = next
            }
            return row[0]
        }
    }

    /// One product of inputs: which must hold and which must not.
    public struct Product: Sendable {
        /// Inputs that must hold.
        public let held: [Int]
        /// Inputs that must not hold.
        public let unheld: [Int]
        /// The outputs that hold where it does.
        public let outputs: [Int]
    }

    /// The products that a seed draws: three times as many as inputs, of two to five inputs, for one to four outputs.
    public static func products(width: Int, seed: UInt64) -> [Product] {
        var generator = Generator(seed: seed, "control")
        return (0..<3 * width).map { _ in
            let inputs = generator.shuffled(Array(0..<width)).prefix(2 + generator.below(min(4, width - 1)))
            let held = inputs.filter { _ in generator.chance(0.5) }
            let outputs = generator.shuffled(Array(0..<width / 2)).prefix(1 + generator.below(4))
            return Product(held: held, unheld: inputs.filter { !held.contains($0) }, outputs: Array(outputs))
        }
    }

    private static let randomControl: Body = { builder, words, width, seed in
        var terms = [[UInt32]](repeating: [], count: width / 2)
        for product in products(width: width, seed: seed) {
            let literals = product.held.map { words[0][$0] } + product.unheld.map { words[0][$0] ^ 1 }
            let term = builder.all(literals)
            for output in product.outputs { terms[output].append(term) }
        }
        return terms.map { builder.any($0) }
    }
}
