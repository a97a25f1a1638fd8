import Environments
import Foundation
import Gym
import Testing

@Suite("Traces are converted, described and filtered through caches")
struct DRAMTraceFormatTests {
    private func file<Result>(_ bytes: [UInt8], _ body: (URL) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).bin")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file)
    }

    private func bytes(_ trace: RequestTrace, _ format: TraceFormat) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try trace.write(format) { bytes += $0 }
        return bytes
    }

    private func read(_ bytes: [UInt8]) throws -> RequestTrace {
        try file(bytes) { try RequestTrace(path: $0.path, name: "test") }
    }

    @Test("a trace survives every format, which its first bytes tell", arguments: TraceFormat.allCases)
    func roundTrip(format: TraceFormat) throws {
        var trace = GeneratedWorkload.mixed.trace(requests: 9_000)
        if format != .dramsim3 { trace.append(clock: 1 << 30, isWrite: true, address: 0xFFFF_FFFF_F040, size: 4_096) }
        #expect(try read(bytes(trace, format)) == trace)
    }

    @Test("DRAMsim3 text gets a line for every 64 bytes, and the binary form no address beyond 48 bits")
    func limits() throws {
        var trace = RequestTrace()
        trace.append(clock: 3, isWrite: true, address: 0x1000, size: 128)
        #expect(String(decoding: try bytes(trace, .dramsim3), as: UTF8.self) == "0x1000 WRITE 3\n0x1040 WRITE 3\n")
        trace.append(clock: 4, isWrite: false, address: 1 << 48)
        #expect(throws: GymError.self) { try bytes(trace, .binary) }
    }

    @Test(
        "a DRAMsim3 line that is none is named",
        arguments: [
            ("0x0 READ 5\n0x0 READ 4", "the clock 4 goes back"), ("0x0 READ 5\n0x40 RAED 6", "neither READ nor WRITE"),
            ("0x0 READ 5\n0x40 WRITE", "expected a clock"), ("0x0 READ 5 7", "expected the end of the line"),
        ])
    func malformed(text: String, sentence: String) throws {
        let error = try #require(throws: GymError.self) { try read(Array(text.utf8)) }
        #expect(error.message.contains(sentence) && error.place != nil, "\(error)")
    }

    @Test("a damaged binary trace is refused by a sentence")
    func damaged() throws {
        let whole = try bytes(GeneratedWorkload.stream.trace(requests: 10), .binary)
        #expect(try read(whole).count == 10)
        var backwards = whole
        backwards.replaceSubrange(16..<24, with: [255, 255, 0, 0, 0, 0, 0, 0])
        var countless = whole
        countless.replaceSubrange(8..<16, with: [UInt8](repeating: 255, count: 8))
        for (damaged, sentence) in [
            (Array(whole.dropLast()), "ends after 0 of its 10 requests"), (whole + [0], "goes on behind"),
            (Array(whole.prefix(12)), "has no requests"), (backwards, "goes back in time"),
            (countless, "has no requests"),
        ] {
            let error = try #require(throws: GymError.self) { try read(damaged) }
            #expect(error.message.contains(sentence), "\(error)")
        }
    }

    @Test("a summary counts what was written")
    func summary() throws {
        let trace = try read(Array("0: read 0x0\n10: write 0x40\n20: (128) read 0x1000\n90: read 0x0".utf8))
        let figures = Dictionary(TraceSummary(trace).figures.map { ($0.name, $0.value) }) { first, _ in first }
        let wanted: [String: Double] = [
            "requests": 4, "reads": 3, "writes": 1, "bytes": 320, "duration": 91, "gap_mean": 30, "gap_p50": 10,
            "gap_max": 70, "footprint": 192, "pages": 2, "sequential": 0.25, "row_hits": 0.75,
        ]
        for (name, value) in wanted { #expect(figures[name] == value, "\(name) is \(figures[name] ?? .nan)") }
    }

    @Test("caches let misses and changed lines through and nothing else")
    func caches() {
        var configuration = CacheFilter.Configuration()
        (configuration.firstLevel, configuration.secondLevel) = (4, 16)
        var filter = CacheFilter(configuration)
        for _ in 0..<3 { for line in 0..<UInt64(64) { filter.access(.load, at: line * 64) } }
        // 4 KiB fit the first level: each line is read once.
        #expect(filter.trace.count == 64 && !filter.trace.isWrite.contains(true))
        filter.execute(10)
        for line in 0..<UInt64(256) { filter.access(.store, at: 1 << 30 | line * 64) }
        #expect(filter.trace.count == 64 + 256 && filter.trace.clocks.last == 5)
        // 16 KiB of changed lines must leave for 16 KiB of others, in two levels.
        for line in 0..<UInt64(512) { filter.access(.load, at: 1 << 31 | line * 64) }
        #expect(filter.trace.isWrite.count { $0 } == 256)
        filter.access(.load, at: (1 << 31) + 511 * 64 + 60, bytes: 8)
        #expect(filter.trace.count == 64 + 256 + 512 + 256 + 1)
    }

    @Test("lackey's lines are understood and others left alone")
    func lackey() {
        var filter = CacheFilter()
        func take(_ line: String) -> Bool { Array(line.utf8).withUnsafeBytes { filter.take(lackey: $0) } }
        #expect(take("I  04001090,3") && take(" L 1ffefff,8") && take(" S 20000000,4") && take(" M 30000000,8"))
        for line in ["==12== lackey", "", "I", " L ,", " X 1000,4", " L 10000", " L xyz,4", " S 1000,99999"] {
            #expect(!take(line), "\(line)")
        }
        // A load across two lines, and one line for each of the others.
        #expect(filter.instructions == 1 && filter.trace.count == 1 + 2 + 1 + 1)
    }

    @Test("a real program is recorded until enough requests have come", .enabled(if: Lackey.isInstalled))
    func recorded() throws {
        var filter = CacheFilter()
        try Lackey.run(["/bin/ls", "/"]) { line in
            filter.take(lackey: line)
            return filter.trace.count < 1_000
        }
        // The loader alone touches more than a thousand lines.
        #expect((1_000..<1_010).contains(filter.trace.count) && filter.instructions > 1_000)
        #expect(try read(bytes(filter.trace, .stl)) == filter.trace)
    }

    @Test("every kernel reads and writes, and differs from the others")
    func kernels() {
        let traces = [GeneratedWorkload.matmul, .spmv, .hashjoin, .bfs].map { $0.trace(requests: 30_000) }
        for trace in traces {
            #expect(trace.count == 30_000 && zip(trace.clocks, trace.clocks.dropFirst()).allSatisfy { $0 <= $1 })
        }
        #expect(Set(traces.map(\.addresses)).count == 4)
        #expect(traces.dropFirst().allSatisfy { $0.isWrite.count { $0 } > 50 })
    }
}
