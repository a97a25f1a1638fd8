extension GeneratedCircuit {
    static let arithmetic = [
        GeneratedCircuit(
            "adder", 1...512, default: 16, note: "a + b with the carry as the highest bit, carries rippling",
            operands: { [$0, $0] }, body: { builder, words, _, _ in builder.add(words[0], words[1]) }),
        GeneratedCircuit(
            "prefix-adder", 1...512, default: 16, note: "a + b with carries from a Kogge-Stone prefix tree",
            operands: { [$0, $0] }, body: prefixAdder),
        GeneratedCircuit(
            "multiplier", 1...64, default: 6, note: "a · b from an array of partial products",
            operands: { [$0, $0] }, body: arrayMultiplier),
        GeneratedCircuit(
            "booth-multiplier", 1...64, default: 6, note: "a · b of two's complement words, in Booth's radix 4",
            operands: { [$0, $0] }, body: boothMultiplier),
        GeneratedCircuit(
            "shifter", 2...256, default: 16, note: "a shifted left by b < width, rotating where the last input holds",
            operands: { [$0, indexWidth($0), 1] }, body: shifter),
        GeneratedCircuit(
            "divider", 1...64, default: 5,
            note: "a / b and, above it, the remainder, restoring; by zero it gives all ones and a",
            operands: { [$0, $0] }, body: divider),
        GeneratedCircuit(
            "square-root", 2...128, default: 10, note: "the whole part of the square root of a, digit by digit",
            operands: { [$0] }, body: squareRoot),
        GeneratedCircuit(
            "maximum", 1...128, default: 8,
            note: "the largest of four words and, above it, the number of the first such",
            operands: { [$0, $0, $0, $0] }, body: maximum),
        GeneratedCircuit(
            "popcount", 1...1_024, default: 15, note: "how many inputs hold", operands: { [$0] },
            body: { builder, words, _, _ in builder.count(words[0]) }),
        GeneratedCircuit(
            "voter", 1...1_024, default: 15, note: "whether more than half of the inputs hold", operands: { [$0] },
            body: voter),
    ]

    private static let prefixAdder: Body = { builder, words, width, _ in
        var (generates, propagates) = ([UInt32](), [UInt32]())
        for (a, b) in zip(words[0], words[1]) {
            generates.append(builder.and(a, b))
            propagates.append(builder.xor(a, b))
        }
        let halves = propagates
        var distance = 1
        while distance < width {
            let (oldGenerates, oldPropagates) = (generates, propagates)
            for place in distance..<width {
                let passed = builder.and(oldPropagates[place], oldGenerates[place - distance])
                generates[place] = builder.or(oldGenerates[place], passed)
                propagates[place] = builder.and(oldPropagates[place], oldPropagates[place - distance])
            }
            distance *= 2
        }
        var sum = [halves[0]]
        for place in 1..<max(1, width) { sum.append(builder.xor(halves[place], generates[place - 1])) }
        return sum + [generates[width - 1]]
    }

    private static let arrayMultiplier: Body = { builder, words, width, _ in
        var product: [UInt32] = []
        var row = [UInt32](repeating: CircuitBuilder.no, count: width)
        for digit in words[1] {
            var partial: [UInt32] = []
            for bit in words[0] { partial.append(builder.and(bit, digit)) }
            let sum = builder.add(row, partial)
            product.append(sum[0])
            row = Array(sum.dropFirst())
        }
        return product + row
    }

    /// Every two bits of b choose -2, -1, 0, 1 or 2 times a.
    private static let boothMultiplier: Body = { builder, words, width, _ in
        let (a, b, span) = (words[0], words[1], 2 * width)
        func extended(_ word: [UInt32], _ place: Int) -> UInt32 {
            place < 0 ? CircuitBuilder.no : word[min(place, word.count - 1)]
        }
        var sum = [UInt32](repeating: CircuitBuilder.no, count: span)
        for start in stride(from: 0, to: width, by: 2) {
            let (high, middle, low) = (extended(b, start + 1), extended(b, start), extended(b, start - 1))
            let isOne = builder.xor(middle, low)
            let isDouble = builder.and(builder.xor(high, middle), isOne ^ 1)
            var partial: [UInt32] = []
            for place in 0..<span {
                guard place >= start else {
                    partial.append(CircuitBuilder.no)
                    continue
                }
                let one = builder.and(isOne, extended(a, place - start))
                let double = builder.and(isDouble, extended(a, place - start - 1))
                partial.append(builder.xor(builder.or(one, double), high))
            }
            // The inverse of the shifted word is one short of its negative, at the bit where the word begins.
            var correction = [UInt32](repeating: CircuitBuilder.no, count: span)
            correction[start] = high
            sum = Array(builder.add(sum, partial).prefix(span))
            sum = Array(builder.add(sum, correction).prefix(span))
        }
        return sum
    }

    private static let shifter: Body = { builder, words, width, _ in
        var word = words[0]
        for (stage, selector) in words[1].enumerated() {
            let distance = 1 << stage
            var moved: [UInt32] = []
            for place in 0..<width {
                let source = word[((place - distance) % width + width) % width]
                moved.append(place >= distance ? source : builder.and(source, words[2][0]))
            }
            word = builder.mux(selector, moved, word)
        }
        return word
    }

    private static let divider: Body = { builder, words, width, _ in
        let divisor = words[1] + [CircuitBuilder.no]
        var rest = [UInt32](repeating: CircuitBuilder.no, count: width + 1)
        var quotient: [UInt32] = []
        for digit in words[0].reversed() {
            rest = [digit] + rest.dropLast()
            let trial = builder.subtract(rest, divisor)
            rest = builder.mux(trial.fits, trial.difference, rest)
            quotient.insert(trial.fits, at: 0)
        }
        return quotient + rest.dropLast()
    }

    private static let squareRoot: Body = { builder, words, width, _ in
        let digits = (width + 1) / 2
        let number = words[0] + [UInt32](repeating: CircuitBuilder.no, count: 2 * digits - width)
        var rest: [UInt32] = []
        var root: [UInt32] = []
        for digit in (0..<digits).reversed() {
            // Beside what is left stands twice the root so far and a one: what the next digit would take away.
            let size = root.count + 2
            rest = [number[2 * digit], number[2 * digit + 1]] + rest
            let padding = [UInt32](repeating: CircuitBuilder.no, count: max(0, size + 1 - rest.count))
            rest = Array((rest + padding).prefix(size + 1))
            let taken = [CircuitBuilder.yes, CircuitBuilder.no] + root + [CircuitBuilder.no]
            let trial = builder.subtract(rest, taken)
            rest = builder.mux(trial.fits, trial.difference, rest)
            root.insert(trial.fits, at: 0)
        }
        return root
    }

    private static let maximum: Body = { builder, words, _, _ in
        func larger(
            _ one: [UInt32], _ other: [UInt32], _ builder: inout CircuitBuilder
        ) -> (word: [UInt32], isSecond: UInt32) {
            let isSecond = builder.subtract(one, other).fits ^ 1
            return (builder.mux(isSecond, other, one), isSecond)
        }
        let low = larger(words[0], words[1], &builder)
        let high = larger(words[2], words[3], &builder)
        let last = larger(low.word, high.word, &builder)
        return last.word + [builder.mux(last.isSecond, high.isSecond, low.isSecond), last.isSecond]
    }

    private static let voter: Body = { builder, words, width, _ in
        let count = builder.count(words[0])
        let half = width / 2 + 1
        let bound = count.indices.map { half >> $0 & 1 == 1 ? CircuitBuilder.yes : CircuitBuilder.no }
        return [builder.subtract(count, bound).fits]
    }
}

extension GeneratedCircuit {
    /// From the builder, the words of the inputs, the width and the seed to the outputs.
    typealias Body = @Sendable (inout CircuitBuilder, [[UInt32]], Int, UInt64) -> [UInt32]
}
