import Environments
import Foundation
import Gym
import Testing

@Suite("Circuits and cells of one's own", .enabled(if: RealABC.isThere, "berkeley-abc is not installed"))
struct LogicFileTests {
    /// The start and the end of an episode of three operations, or what is wrong.
    private static func metrics(_ given: [String: Value]) throws -> [Double?] {
        let options = try LogicSynthesisRecipe.entry.options(
            ["length": 3, "reference": "none", "deadline": 20].merging(given) { $1 })
        var environment = try LogicSynthesisRecipe.environment(options, on: try RealABC.synthesizer(processes: 1))
        _ = try environment.reset(seed: 1)
        let action = environment.spec.actionSpace.defaultAction ?? []
        return try environment.step(action, deadline: .none).metrics
    }

    private static func complaint(_ given: [String: Value]) -> String {
        do { return "\(try metrics(given))" } catch { return "\(error)" }
    }

    private static let blif = """
        .model seq
        .inputs a b c
        .outputs y
        .latch n q 0
        .names a b c n
        11- 1
        --1 1
        .names q a y
        10 1
        01 1
        .end

        """

    private static let verilog = """
        module count(input clk, input reset, input [3:0] a, b, output reg [3:0] q, output [7:0] p);
            always @(posedge clk) if (reset) q <= 0; else q <= q + a;
            assign p = a * b;
        endmodule

        """

    @Test("binary AIGER, ASCII AIGER and a design by its name are one circuit")
    func forms() throws {
        let folder = try LogicFolder()
        let circuit = try #require(GeneratedCircuit.named("crc")).circuit(width: 5)
        let wanted = try Self.metrics(["design": "crc", "width": 5])
        let binary = try folder.file("crc.aig", circuit.binaryAIGER)
        let text = try folder.file("crc.aag", circuit.textAIGER.utf8)
        #expect(try Self.metrics(["design": .text(binary)]) == wanted)
        #expect(try Self.metrics(["design": .text(text)]) == wanted)
    }

    @Test("BLIF is read, its registers becoming ports")
    func blif() throws {
        let folder = try LogicFolder()
        let good = try folder.file("seq.blif", Self.blif.utf8)
        // The register's two sides are a function of three inputs, and an exclusive or of its output.
        #expect(try Self.metrics(["design": .text(good)])[1] == 2)
        let bad = try folder.file("bad.blif", ".model x\n.inputs a b\n.outputs y\n.names a b y\n1111 1\n.end\n".utf8)
        #expect(Self.complaint(["design": .text(bad)]).contains("gives no circuit"))
        let junk = try folder.file("junk.blif", (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 37) })
        #expect(Self.complaint(["design": .text(junk)]).contains("gives no circuit"))
    }

    @Test(
        "Verilog is read through yosys",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/yosys"), "yosys is not installed"))
    func verilog() throws {
        let folder = try LogicFolder()
        let good = try folder.file("count.v", Self.verilog.utf8)
        #expect((try Self.metrics(["design": .text(good)])[1] ?? 0) > 10)
        let bad = try folder.file("bad.v", "module m(input a; endmodule\n".utf8)
        #expect(Self.complaint(["design": .text(bad)]).contains("gives no circuit"))
    }

    /// A delay for each of three slews and three loads; ABC takes no fewer.
    private static func cell(_ name: String, _ area: Double, _ function: String, _ pins: String) -> String {
        func table(_ name: String) -> String {
            "\(name)(d) { index_1(\"1, 10, 100\"); index_2(\"1, 10, 100\"); "
                + "values(\"10, 20, 80\", \"12, 25, 90\", \"30, 60, 120\"); }"
        }
        let tables = ["cell_rise", "cell_fall", "rise_transition", "fall_transition"].map(table).joined(separator: " ")
        let inputs = pins.map { "pin(\($0)) { direction : input; capacitance : 1.5; }" }.joined(separator: " ")
        let timing = pins.map { "timing() { related_pin : \"\($0)\"; timing_sense : non_unate; \(tables) }" }
        return "cell(\(name)) { area : \(area); \(inputs) pin(Y) { direction : output; function : \"\(function)\"; "
            + "max_capacitance : 100; \(timing.joined(separator: " ")) } }"
    }

    private static func liberty(_ cells: [String]) -> String {
        """
        library(tiny) { delay_model : table_lookup; time_unit : "1ps"; capacitive_load_unit(1, ff);
        lu_table_template(d) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance;
        index_1("1, 10, 100"); index_2("1, 10, 100"); }

        """ + cells.joined(separator: "\n") + "\n}\n"
    }

    @Test("Liberty is used where it is one, and refused in a sentence where ABC dies of it")
    func liberty() throws {
        let folder = try LogicFolder()
        let cells = [
            Self.cell("INV", 1, "!A", "A"), Self.cell("BUF", 2, "A", "A"), Self.cell("NAND2", 2, "!(A&B)", "AB"),
            Self.cell("NOR2", 2.5, "!(A|B)", "AB"),
        ]
        let path = try folder.file("tiny.lib", Self.liberty(cells).utf8)
        let found = try Self.metrics(["design": "crc", "width": 4, "backend": "liberty", "library": .text(path)])
        #expect((found[1] ?? 0) > 10 && (found[2] ?? 0) > 10 && (found[3] ?? 0) > 5)
        let text = Self.liberty(cells).replacing("1, 10, 100", with: "0, 100").replacing("10, 20, 80", with: "1, 2")
        let bad = try folder.file("bad.lib", text.utf8)
        let complaint = Self.complaint(["design": "crc", "backend": "liberty", "library": .text(bad)])
        #expect(complaint.contains("can't be prepared"), "\(complaint)")
    }

    @Test("sequential AIGER and an empty design are refused")
    func refused() throws {
        let folder = try LogicFolder()
        let latch = try folder.file("latch.aig", Array("aig 2 1 1 1 0\n2\n4\n".utf8))
        #expect(Self.complaint(["design": .text(latch)]).contains("1 latches"))
        let wire = try folder.file("wire.aig", Array("aig 1 1 0 1 0\n2\n".utf8))
        #expect(Self.complaint(["design": .text(wire)]).contains("no gates"))
    }
}
