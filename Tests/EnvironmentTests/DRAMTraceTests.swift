import Environments
import Files
import Foundation
import Gym
import Testing

@Suite("DRAM traces are read from files and generated")
struct DRAMTraceTests {
    private func read(_ text: String) throws -> RequestTrace {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).stl")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try RequestTrace(stl: TextLines(path: file.path, name: "test.stl"))
    }

    @Test("every form of a line is understood")
    func forms() throws {
        let text = """
            # a comment, then a blank line

            0:\tread\t0x0
              7 : (128) write 64 0xDEADBEEF   # data are ignored
            7: write 0Xff
            9:read 0x10 # comment\r\n10: (32) read 0x1F
            """
        let trace = try read(text)
        #expect(trace.clocks == [0, 7, 7, 9, 10])
        #expect(trace.addresses == [0, 64, 255, 16, 31])
        #expect(trace.sizes == [0, 128, 0, 0, 32])
        #expect(trace.isWrite == [false, true, true, false, false])
    }

    /// A malformed trace, and what the error says and where.
    struct Fault {
        let text: String
        let line: Int
        let column: Int
        let length: Int
        let message: String
    }

    static let faults = [
        Fault(text: "0: raed 0x0", line: 1, column: 4, length: 4, message: "'raed' is neither read nor write"),
        Fault(text: "0: read 0x0\n5: write", line: 2, column: 9, length: 1, message: "expected an address"),
        Fault(text: "0 read 0x0", line: 1, column: 3, length: 4, message: "expected ':' after the clock"),
        Fault(text: "x: read 0x0", line: 1, column: 1, length: 2, message: "expected a clock"),
        Fault(text: "-1: read 0x0", line: 1, column: 1, length: 3, message: "expected a clock"),
        Fault(text: "1.5: read 0x0", line: 1, column: 1, length: 4, message: "expected a clock"),
        Fault(text: "9: read 0x0\n8: read 0x0", line: 2, column: 1, length: 1, message: "the clock 8 goes back"),
        Fault(text: "0: read 0xZ", line: 1, column: 9, length: 3, message: "expected an address"),
        Fault(text: "0: read 0x12345678123456789", line: 1, column: 9, length: 19, message: "does not fit in 64 bits"),
        Fault(text: "0: (0) read 0x0", line: 1, column: 5, length: 2, message: "a request has 1 … 4096 bytes, not 0"),
        Fault(text: "0: (64 read 0x0", line: 1, column: 7, length: 1, message: "expected ')'"),
        Fault(text: "0: read 0x0 0x0 0x0", line: 1, column: 17, length: 3, message: "expected the end of the line"),
        Fault(text: "0: read 0x0 what", line: 1, column: 13, length: 4, message: "expected the end of the line"),
        Fault(text: "99999999999999999: read 0x0", line: 1, column: 1, length: 18, message: "the clock is beyond"),
        Fault(text: "0: réad 0x0", line: 1, column: 4, length: 1, message: "'r' is neither read nor write"),
    ]

    @Test("a malformed line is named with its caret", arguments: faults)
    func malformed(fault: Fault) throws {
        let error = try #require(throws: GymError.self) { try read(fault.text) }
        #expect(error.code == .badInput)
        #expect(error.message.contains(fault.message), "\(error)")
        let place = try #require(error.place)
        #expect((place.line, place.column, place.length) == (fault.line, fault.column, fault.length), "\(error)")
        #expect(place.file == "test.stl")
        #expect(place.text == fault.text.split(separator: "\n").map(String.init)[fault.line - 1])
    }

    @Test("a trace without requests, a missing file, a folder and a line without end are refused by a sentence")
    func refused() throws {
        let sentences = [
            "": "the trace 'test.stl' holds no request", "# nothing\n\n": "the trace 'test.stl' holds no request",
            String(repeating: "0", count: 5_000): "line 1 of 'test.stl' has more than 4096 bytes",
        ]
        for (text, sentence) in sentences {
            #expect(try #require(throws: GymError.self) { try read(text) }.message == sentence)
        }
        let missing = TextLines(path: "/no/such/file.stl", name: "file.stl")
        #expect(throws: GymError(.badInput, "there is no file 'file.stl'")) { try RequestTrace(stl: missing) }
        let folder = TextLines(path: "/", name: "root")
        #expect(throws: GymError(.badInput, "'root' is a folder, not a file")) { try RequestTrace(stl: folder) }
    }

    @Test("a file beyond the limit is refused before it is all read")
    func tooLarge() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).stl")
        try Data(repeating: 10, count: 2_000).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let lines = TextLines(path: file.path, name: "long.stl", byteLimit: 1_999)
        let error = try #require(throws: GymError.self) { try lines.forEach { _ in } }
        #expect(error.message == "'long.stl' has more than 1999 bytes")
    }

    @Test("lines that lie across the chunks of a file are whole")
    func chunks() throws {
        let count = 120_000
        let text = (0..<count).map {
            "\($0 * 3): \($0.isMultiple(of: 2) ? "read" : "write") 0x\(String($0 * 64, radix: 16))"
        }
        let trace = try read(text.joined(separator: "\n"))
        #expect(trace.count == count)
        #expect(trace.clocks == (0..<count).map { $0 * 3 })
        #expect(trace.addresses == (0..<count).map { UInt64($0 * 64) })
    }

    @Test(
        "a generated workload equals the published trace", .enabled(if: DRAMFixture.hasGolden),
        arguments: [GeneratedWorkload.stream, .random, .mixed, .idle])
    func published(workload: GeneratedWorkload) throws {
        let file = DRAMFixture.golden.appending(path: "dram_traces/\(workload.rawValue).stl")
        let published = try RequestTrace(stl: TextLines(path: file.path, name: file.lastPathComponent))
        #expect(workload.trace() == published)
    }

    @Test("a longer workload begins like a shorter one", arguments: GeneratedWorkload.allCases)
    func prefixes(workload: GeneratedWorkload) {
        let (short, long) = (workload.trace(requests: 700), workload.trace(requests: 5_000))
        #expect(short.count == 700 && long.count == 5_000)
        #expect(long.clocks.prefix(700) == short.clocks[...])
        #expect(long.addresses.prefix(700) == short.addresses[...])
        #expect(long.isWrite.prefix(700) == short.isWrite[...])
    }
}
