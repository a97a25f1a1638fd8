import Environments
import Foundation
import Gym
import Testing

@Suite("Options of the logic-synthesis environments")
struct LogicOptionTests {
    /// What an option's error says; empty where there is none.
    private static func complaint(_ given: [String: Value]) -> String {
        do {
            let folder = try LogicFolder()
            let design = try GeneratedCircuit.named("adder")?.circuit(width: 4) ?? Circuit(aiger: [], name: "")
            let synthesizer = try Synthesizer(program: try FakeABC.program(in: folder, for: design), processes: 1)
            let options = try LogicSynthesis.entry.options(
                ["design": "adder", "width": 4, "reference": "none"].merging(given) { $1 })
            _ = try LogicSynthesis.environment(options, on: synthesizer)
            return ""
        } catch { return "\(error)" }
    }

    @Test(
        "bad ones are refused with the smallest fix",
        arguments: [
            (["actions": "rw, rff"], "did you mean 'rf'"), (["actions": "rw"], "one operation only"),
            (["actions": "rw, rw"], "an operation twice"), (["actions": "rw, rs -K 3"], "not in 4 to 16"),
            (["actions": "rw, rs -K"], "needs a number from 4 to 16"),
            (["actions": "rw, b -K 3"], "it has: -l -d -s -x"),
            (["actions": "rw, rs -K 9..4"], "not in 4 to 16"), (["actions": "rw, rs -K 4 -K 5"], "twice"),
            (["actions": "rw; !touch x"], "which is no operation"), (["actions": ", ,"], "has an empty place"),
            (["reference": "rw; rs -K 4..6"], "leaves a number of 'rs' open"), (["width": 1.5], "not a whole number"),
            (["width": 1_000], "widths from 1 to 512"), (["backend": "liberty"], "needs a file"),
            (["length": 2.5], "not a whole number"), (["design": "addder"], "did you mean"),
        ] as [([String: Value], String)])
    func refused(given: [String: Value], flaw: String) {
        #expect(Self.complaint(given).contains(flaw), "\(Self.complaint(given))")
    }

    @Test("no word of an option ever reaches a command but through the list")
    func commands() throws {
        for text in [
            "rw; quit", "rw\nquit", "rw, !ls", "rw, read_aiger x", "rw, rf -N 5;ls", "rw, $(ls)", "rw, rf -N 0x9",
        ] {
            #expect(Self.complaint(["actions": .text(text)]) != "", "\(text)")
        }
    }

    @Test("presets set operations, length and metrics; each may be overridden")
    func presets() throws {
        let folder = try LogicFolder()
        let design = try #require(GeneratedCircuit.named("adder")).circuit(width: 4)
        let synthesizer = try Synthesizer(program: try FakeABC.program(in: folder, for: design), processes: 1)
        func spec(_ given: [String: Value]) throws -> EnvironmentSpec {
            let options = try LogicSynthesis.entry.options(
                ["design": "adder", "width": 4, "reference": "none"].merging(given) { $1 })
            return try LogicSynthesis.environment(options, on: synthesizer).spec
        }
        let boils = try spec(["preset": "boils"])
        #expect(boils.horizon == 20 && boils.actionSpace.parameters[0].count == 11)
        #expect(boils.metrics.map(\.name) == ["quality", "luts", "lut_levels", "lut_edges", "ands", "levels", "gain"])
        let short = try spec(["preset": "boils", "length": 3, "actions": "std7", "backend": "ands"])
        #expect(short.horizon == 3 && short.actionSpace.parameters[0].count == 7)
        #expect(short.metrics.map(\.name) == ["quality", "ands", "levels", "gain"])
        let free = try spec(["actions": "rw, rs -K 4..12 -N 0..3, rf -N 5..15"])
        #expect(free.actionSpace.parameters.map(\.name) == ["op", "rs_k", "rs_n", "rf_n"])
        #expect(free.actionSpace.active([1, 4, 0, 5]) == [true, true, true, false])
    }

    @Test(
        "a library that is none is refused",
        arguments: [
            ("GATE a 1 O=!x", "';'"), ("GATE a 1 O=!x; PIN * INV 1 999 1 1 1", "six numbers"),
            ("GATE a 1 O=(x; PIN * INV 1 999 1 1 1 1", "expression"), ("PIN * INV 1 999 1 1 1 1", "begin with a gate"),
            ("GATE a b O=!x;", "GATE name area"), ("GATE a 1 O=x;\n", "none of its gates inverts"), ("", "no gates"),
            ("GATE a 1 O=!x; PIN * UP 1 999 1 1 1 1", "phase"), ("library (x) { cell (a) {", "ends inside"),
            ("library (x) { }", "no cells"), ("library (x) } {", "closes a group"),
        ])
    func libraries(text: String, flaw: String) throws {
        let folder = try LogicFolder()
        let path = try folder.file("cells.lib", text.utf8)
        let backend: Value = text.hasPrefix("library") ? "liberty" : "genlib"
        let found = Self.complaint(["backend": backend, "library": .text(path)])
        #expect(found.contains(flaw), "\(found)")
    }
}
