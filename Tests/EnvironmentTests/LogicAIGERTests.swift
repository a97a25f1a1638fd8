import Environments
import Gym
import Testing

@Suite("AIGER is read, checked and written")
struct LogicAIGERTests {
    /// A half adder: the sum first, then the carry.
    private static let text = "aag 5 2 0 2 3\n2\n4\n10\n6\n6 4 2\n8 5 3\n10 9 7\ni0 a\ni1 b\nc\na half adder\n"

    @Test("binary and ASCII are one circuit, and writing gives what was read")
    func forms() throws {
        let circuit = try Circuit(aiger: Array(Self.text.utf8), name: "half.aag")
        #expect(circuit.simulate([[0b0011], [0b0101]]).map { $0[0] & 15 } == [0b0110, 0b0001])
        #expect(try Circuit(aiger: circuit.binaryAIGER, name: "b") == circuit)
        #expect(try Circuit(aiger: Array(circuit.textAIGER.utf8), name: "t") == circuit)
        #expect(circuit.depth == 2 && circuit.andCount == 3)
    }

    @Test("gates of an ASCII file may stand in any order")
    func order() throws {
        let mixed = "aag 9 2 0 2 3\n2\n18\n10\n6\n10 9 7\n8 19 3\n6 18 2\n"
        let circuit = try Circuit(aiger: Array(mixed.utf8), name: "mixed")
        #expect(circuit.simulate([[0b0011], [0b0101]]).map { $0[0] & 15 } == [0b0110, 0b0001])
    }

    @Test("a long chain needs no deep recursion")
    func chain() throws {
        let count = 200_000
        var lines = ["aag \(count + 1) 1 0 1 \(count)", "2", "\(2 * count + 2)"]
        for gate in (0..<count).reversed() { lines.append("\(2 * gate + 4) \(2 * gate + 3) \(2 * gate + 2)") }
        let circuit = try Circuit(aiger: Array((lines.joined(separator: "\n") + "\n").utf8), name: "chain")
        #expect(circuit.depth == count)
    }

    @Test(
        "what is wrong is said in a sentence",
        arguments: [
            ("", "does not begin"), ("hello\n", "does not begin"), ("aig 1 2 3\n", "five numbers"),
            ("aig 3 1 0 1\n", "five numbers"), ("aig 5 2 0 2 3\n10\n", "middle"), ("aig 2 1 1 1 0\n2\n", "latches"),
            ("aig 9 2 0 1 3\n10\n", "9 variables"), ("aig 3 2 0 1 1\n99\n\u{1}\u{1}", "literal 99"),
            ("aig 3 2 0 1 1\n6\n\u{0}\u{1}", "does not come after"), ("aig 3 2 0 1 1\n6\n\u{1}\u{9}", "below zero"),
            ("aig 900000000 2 0 1 899999998\n6\n", "more than"), ("aig 1000002 2 0 1 1000000\n6\n\u{1}", "middle"),
            ("aig 0 0 0 0 0\n", "no outputs"), ("aag 3 2 0 1 1\n2\n4\n6\n6 6 2\n", "itself"),
            ("aag 3 2 0 1 1\n2\n2\n6\n6 4 2\n", "input 1"), ("aag 3 2 0 1 1\n2\n4\n8\n6 4 2\n", "nothing defines"),
            ("aag 4 2 0 1 2\n2\n4\n8\n8 6 2\n8 6 2\n", "twice"), ("aag 4 2 0 1 1\n2\n4\n8\n8 6 2\n", "not defined"),
            ("aig 3 2 0 1 1 1\n6\n\u{1}\u{1}", "properties"), ("aag 3 2 0 1 1\n2\n4\n6\n6 4\n", "3 numbers"),
            ("aig 3 2 0 1 1\n-6\n\u{1}\u{1}", "not a number"),
        ])
    func flaws(text: String, flaw: String) {
        #expect {
            _ = try Circuit(aiger: Array(text.utf8), name: "x.aig")
        } throws: { error in
            ((error as? GymError)?.message ?? "").contains(flaw)
        }
    }

    @Test("no spoiled file is anything but an error or another circuit")
    func spoiled() throws {
        let good = try #require(GeneratedCircuit.named("multiplier")).circuit().binaryAIGER
        var generator = Generator(seed: 5, "spoiled")
        var refused = 0
        for _ in 0..<3_000 {
            var bytes = good
            for _ in 0...generator.below(4) { bytes[generator.below(bytes.count)] = UInt8(generator.below(256)) }
            if generator.chance(0.3) { bytes.removeLast(generator.below(bytes.count)) }
            do {
                let circuit = try Circuit(aiger: bytes, name: "spoiled")
                for (place, literal) in circuit.fanins.enumerated() {
                    #expect(Int(literal >> 1) < circuit.inputCount + 1 + place / 2)
                }
            } catch is GymError { refused += 1 }
        }
        #expect(refused > 500)
    }

    @Test("published circuits come back byte for byte", .enabled(if: SharedFiles.has("data/logic/epfl/router.aig")))
    func published() throws {
        for name in ["epfl/router", "epfl/i2c", "iscas85/c6288", "openabcd/tv80"] {
            let file = try SharedFiles.bytes("data/logic/\(name).aig")
            let state = try CircuitState(file: file, name: name)
            #expect(try Circuit(aiger: file, name: name).binaryAIGER == state.core)
            #expect(file.starts(with: state.core))
        }
    }
}
