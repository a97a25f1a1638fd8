import Environments
import Foundation
import Gym
import Testing

@Suite("Records of transitions as text")
struct LogicRecordTests {
    /// A record of a few steps of the fake, which leave the circuit as it is.
    private static func record(in folder: LogicFolder) throws -> (path: String, options: Options) {
        let design = try GeneratedCircuit.named("adder")?.circuit(width: 4) ?? Circuit(aiger: [], name: "")
        let path = folder.path + "/steps"
        let synthesizer = try Synthesizer(
            program: try FakeABC.program(in: folder, for: design), processes: 1, record: path)
        let given: [String: Value] = [
            "design": "adder", "width": 4, "actions": "fr, rw, b", "reference": "none", "length": 2,
        ]
        let options = try LogicSynthesis.entry.options(given)
        var environment = try LogicSynthesis.environment(options, on: synthesizer)
        for action in [0.0, 1, 2] {
            _ = try environment.reset(seed: 1)
            _ = try environment.step([action], deadline: .none)
        }
        return (path, try LogicSynthesis.entry.options(given.merging(["transitions": .text(path)]) { $1 }))
    }

    @Test("a logged failure fails again, and masks leave what is known")
    func failures() throws {
        let folder = try LogicFolder()
        let (_, options) = try Self.record(in: folder)
        var environment = try LogicSynthesis.entry.make(options)
        let observation = try environment.reset(seed: 1)
        #expect(observation.legal == [[true, false, false]])
        let failed = try environment.step([1], deadline: .none)
        guard case .failed(let reason) = failed.status else {
            Issue.record("the logged crash did not fail: \(failed.status)")
            return
        }
        #expect(reason.hasPrefix("tool_crash"))
    }

    @Test(
        "a spoiled line is refused with its place",
        arguments: [
            ("nonsense\n", "no line of a record"), ("step\ta\n", "no line of a record"),
            ("state\tabc\t%%%\n", "base 64"), ("state\tabc\tYWlnIDEgMQ==\n", "AIGER"),
            ("size\ta\tlut6\tx\t1\t1\t\n", "three numbers"), ("fail\ta\tbored\trw\tx\n", "no known kind"),
            ("state\tabc\tYWlnIDEgMSAwIDEgMAoyCg==\n", "spoiled"),
        ])
    func spoiled(line: String, flaw: String) throws {
        let folder = try LogicFolder()
        let (path, options) = try Self.record(in: folder)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(line.utf8))
        #expect {
            _ = try LogicSynthesis.entry.make(options)
        } throws: { error in
            "\(error)".contains(flaw)
        }
    }

    @Test("a file that is no record, or of another build, is refused")
    func strangers() throws {
        let folder = try LogicFolder()
        let design = try #require(GeneratedCircuit.named("adder")).circuit(width: 4)
        let program = try FakeABC.program(in: folder, for: design)
        for text in ["hello\n", "sextant-transitions 1 another build\n"] {
            let path = try folder.file("other", text.utf8)
            #expect(throws: GymError.self) { try Synthesizer(program: program, processes: 1, record: path) }
        }
        let empty = try folder.file("empty", [])
        let options = try LogicSynthesis.entry.options(["transitions": .text(empty)])
        #expect(throws: GymError.self) { try LogicSynthesis.entry.make(options) }
    }
}
