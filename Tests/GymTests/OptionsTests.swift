import Gym
import Testing

@Suite("options")
struct OptionsTests {
    private static let declared = [
        OptionSpec("device", .choice(["ddr3", "ddr4"]), default: "ddr4", note: "memory"),
        OptionSpec("clock", .number(1...1_000), default: 800, note: "MHz"),
        OptionSpec("label", .text, default: "", note: "free"),
        OptionSpec("tag", .text, default: "", note: "free"),
        OptionSpec("workload", .workload(["stream", "random"]), default: "stream", note: "requests"),
    ]
    private static let file = WorkloadFile(name: "my.stl", path: "my.stl", contentHash: "fnv1a:1:2")

    private static func options(_ given: [String: Value]) throws -> Options {
        try Options(given, declared: declared, workloads: ["my.stl": file])
    }

    @Test("what is not given has its default")
    func defaults() throws {
        let options = try Self.options([:])
        #expect(options.text("device") == "ddr4" && options.number("clock") == 800 && options.files.isEmpty)
        #expect(options.identity == "clock=800;device=ddr4;label=;tag=;workload=stream")
    }

    @Test("a file is known by what it holds")
    func files() throws {
        let options = try Self.options(["workload": "my.stl", "clock": "400"])
        #expect(options.files == ["workload": Self.file] && options.number("clock") == 400)
        #expect(options.identity == "clock=400;device=ddr4;label=;tag=;workload=fnv1a:1:2")
    }

    @Test(
        "what can't be is refused",
        arguments: [
            ("devise", "ddr3", "did you mean 'device'?"), ("device", "ddr5", "did you mean 'ddr3'?"),
            ("clock", "0", "outside 1 … 1000"), ("clock", "fast", "outside 1 … 1000"), ("clock", "nan", "outside"),
            ("workload", "steam", "did you mean 'stream'?"),
            ("workload", "/etc/passwd", "known: stream, random, my.stl"),
            ("label", String(repeating: "x", count: 1_001), "more than 1,000"),
        ])
    func refused(name: String, value: String, complaint: String) {
        #expect { try Self.options([name: .text(value)]) } throws: { error in
            guard let error = error as? GymError else { return false }
            return error.code == .badOption && "\(error.message) \(error.hint ?? "")".contains(complaint)
        }
    }

    @Test("a number that is none is refused", arguments: [Double.nan, .infinity, 1_000.5])
    func strangeNumbers(value: Double) {
        #expect(throws: GymError.self) { try Self.options(["clock": .number(value)]) }
    }

    @Test("different options never read alike")
    func identity() throws {
        let one = try Self.options(["label": "1;tag=2", "tag": "3"])
        let other = try Self.options(["label": "1", "tag": "2;tag=3"])
        #expect(one.identity != other.identity)
    }
}
