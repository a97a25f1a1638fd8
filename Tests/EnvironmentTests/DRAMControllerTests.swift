import Environments
import Foundation
import Gym
import Testing

@Suite("The DRAM controller obeys its device and loses no request")
struct DRAMControllerTests {
    /// A trace and a design whose mean latency at the port follows from the data sheet.
    struct Unloaded {
        let name: String
        let trace: String
        var knobs: [String: Value] = [:]
        var metric = "latency"
        let cycles: Double
    }

    static let unloaded = [
        Unloaded(name: "closed bank: tRCD + RL + D", trace: "0: read 0x0", cycles: 36),
        Unloaded(name: "row hit: RL + D", trace: "0: write 0x0\n200: read 0x40", cycles: 20),
        Unloaded(name: "row conflict: tRP + tRCD + RL + D", trace: "0: write 0x0\n200: read 0x20000", cycles: 52),
        Unloaded(
            name: "no conflict with closed rows", trace: "0: write 0x0\n200: read 0x20000",
            knobs: ["page_policy": "Closed"], cycles: 36),
        Unloaded(name: "write: tRCD + WL + D", trace: "0: write 0x0", metric: "write_latency", cycles: 36),
        Unloaded(name: "second burst of one row: tCCD_L behind", trace: "0: (128) read 0x0", cycles: (36 + 41) / 2.0),
        Unloaded(
            name: "read after write of one row: WL + D + tWTR_L behind", trace: "0: write 0x0\n1: read 0x40",
            cycles: 16 + 29 - 1 + 20),
        Unloaded(
            name: "fifth bank waits for tFAW",
            trace: (0..<5).map { "\($0): read 0x\(String($0 << 13 | ($0 / 4) << 15, radix: 16))" }.joined(
                separator: "\n"),
            metric: "latency_max", cycles: 26 - 4 + 36),
    ]

    @Test("a single request takes what the data sheet says", arguments: unloaded)
    func unloadedLatency(row: Unloaded) throws {
        let metrics = try DRAMFixture.model(stl: row.trace).metrics(row.knobs)
        let cycles = try #require(metrics[row.metric]) / period
        #expect(abs(cycles - row.cycles) < 1e-9, "\(row.name): \(cycles) cycles")
    }

    @Test("a trace without reads has no read latency, and one without writes no write latency")
    func oneSided() throws {
        let writes = try DRAMFixture.model(stl: "0: write 0x0\n9: write 0x40").metrics()
        #expect(writes["latency"] == nil && writes["latency_p99"] == nil && writes["total_latency"] == nil)
        #expect(writes["write_latency"] != nil && writes["energy"] != nil)
        #expect(try DRAMFixture.model(stl: "0: read 0x0").metrics()["write_latency"] == nil)
    }

    @Test("`requests` takes so many from the first, of a generated workload and of a file")
    func shortened() throws {
        let short = try DRAMFixture.model("spmv", ["requests": 700]).metrics()
        let prefix = GeneratedWorkload.spmv.trace().prefix(700)
        #expect(try DRAMFixture.model("spmv", requests: prefix).metrics() == short)
        #expect(try DRAMFixture.model("spmv").metrics() != short)
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).stl")
        try Data("0: read 0x0\n900: write 0x40\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(try DRAMFixture.model(file: file, ["requests": 1]).metrics()["write_latency"] == nil)
        #expect(try DRAMFixture.model(file: file, ["requests": 9]).metrics()["write_latency"] != nil)
        #expect(throws: GymError.self) { try DRAMFixture.model("spmv", ["requests": 0.5]) }
    }

    @Test("sequential reads are bound by tCCD_L within a group, and by the data bus across groups")
    func bandwidthBounds() throws {
        func reads(_ lines: Int) -> String {
            (0..<20_000).map { "\($0): read 0x\(String($0 % lines * 64, radix: 16))" }.joined(separator: "\n")
        }
        let knobs: [String: Value] = ["refresh_policy": "NoRefresh"]
        let within = try DRAMFixture.model(stl: reads(128)).metrics(knobs)
        let across = try DRAMFixture.model(stl: reads(20_000), ["mapping": "RoCoBaBgCo"]).metrics(knobs)
        #expect(try #require(within["bus_utilisation"]) <= 4.0 / 6)
        #expect(try #require(within["bus_utilisation"]) > 0.66)
        #expect(try #require(across["bus_utilisation"]) > 0.99)
    }

    @Test("refreshing costs no more than its share of the time, and happens in every interval")
    func refreshOverhead() throws {
        let model = try DRAMFixture.model("stream", ["mapping": "RoCoBaBgCo", "trace_clock_mhz": 4_000])
        let (with, without) = (try model.metrics(), try model.metrics(["refresh_policy": "NoRefresh"]))
        let ratio = try #require(without["total_time"]) / #require(with["total_time"])
        #expect(ratio <= 1 && ratio >= 1 - 312.0 / 9_360 - 0.03)
        let intervals = try #require(with["total_time"]) / period / 9_360
        #expect(with["refreshes"] == intervals.rounded(.down))
        #expect(without["refreshes"] == 0)
    }

    static let workloads = GeneratedWorkload.allCases.map(\.rawValue)

    @Test(
        "no command of random designs breaks a constraint of its device, and every request is served once",
        arguments: workloads, DRAMRules.all)
    func commandTraces(workload: String, rules: DRAMRules) throws {
        let mapping: [String: Value] = ["mapping": .text(rules.mapping)]
        let trace = try #require(GeneratedWorkload(rawValue: workload)).trace(requests: 5_000)
        var generator = Generator(seed: 3, workload, rules.device)
        for (profile, more) in [(DRAMController.Profile.archGym, mapping), (.full, [:])] {
            let options = more.merging(["device": .text(rules.device)]) { $1 }
            let model = try DRAMFixture.model(workload, options, profile: profile, requests: trace)
            for _ in 0..<4 {
                let action = try model.spec.actionSpace.sample(&generator)
                let commands = try model.commands(of: action)
                let found = DRAMTimingChecker.violations(of: commands, rules)
                #expect(found.isEmpty, "\(found) \(model.spec.actionSpace.named(action))")
                #expect(Self.disorder(of: commands, in: trace) == nil, "\(model.spec.actionSpace.named(action))")
            }
        }
    }

    @Test("the checker notices commands that come a cycle early")
    func checkerNotices() throws {
        let model = try DRAMFixture.model("mixed")
        let commands = try model.commands(of: #require(model.spec.actionSpace.defaultAction))
        var noticed: Set<String> = []
        for place in stride(from: 100, to: commands.count, by: 611) {
            var early = Array(commands[..<(place + 1)])
            let moved = early[place]
            early[place] = IssuedCommand(
                name: moved.name, cycle: moved.cycle - 1, bank: moved.bank, request: moved.request, row: moved.row)
            for sentence in DRAMTimingChecker.violations(of: early, .ddr4) {
                noticed.insert(String(sentence.split(separator: ": ").last?.prefix { $0 != "(" } ?? ""))
            }
        }
        #expect(noticed.isSuperset(of: ["tRCD ", "tRP ", "tCCD_L ", "tWTR_L "]), "\(noticed)")
    }

    /// What is wrong with the reads and writes: a request that is served twice or never, by the wrong command, or
    /// before an older one of the same address.
    private static func disorder(of commands: [IssuedCommand], in trace: RequestTrace) -> String? {
        var served = [Bool](repeating: false, count: trace.count)
        var newest: [UInt64: Int] = [:]
        for command in commands where command.name.hasPrefix("RD") || command.name.hasPrefix("WR") {
            let request = command.request
            if served[request] { return "request \(request) was served twice" }
            if trace.isWrite[request] != command.name.hasPrefix("WR") { return "request \(request): \(command.name)" }
            served[request] = true
            if let newer = newest[trace.addresses[request]], newer > request { return "\(newer) overtook \(request)" }
            newest[trace.addresses[request]] = request
        }
        return served.firstIndex(of: false).map { "request \($0) was never served" }
    }

    @Test("equal designs give equal metrics, bit for bit, on any instance and in any order")
    func determinism() throws {
        let (first, second) = (try DRAMFixture.model("conflict"), try DRAMFixture.model("conflict"))
        let actions = try DRAMFixture.designs(20, seed: 5)
        let forwards = try actions.map { try first.evaluate($0, deadline: .none) }
        let backwards = try actions.reversed().map { try second.evaluate($0, deadline: .none) }
        #expect(forwards == backwards.reversed())
    }

    @Test("every random design gives finite metrics, positive where they say so, and energy is power times time")
    func metricsHold() throws {
        let model = try DRAMFixture.model("mixed", profile: .full)
        var generator = Generator(seed: 7, "designs")
        for _ in 0..<200 {
            let action = try model.spec.actionSpace.sample(&generator)
            let result = try model.evaluate(action, deadline: .none)
            #expect(result.status == .ok)
            for (metric, value) in zip(model.spec.metrics, result.metrics) {
                let number = try #require(value)
                #expect(number.isFinite && (!metric.isPositive || number > 0), "\(metric.name) of \(action)")
            }
            let metrics = try model.metrics(of: action)
            let energy = try #require(metrics["energy"])
            let product = try #require(metrics["power"]) * #require(metrics["total_time"]) * 1e-6
            #expect(abs(energy - product) < 1e-9 * energy)
        }
    }

    @Test("shifting all requests by whole refresh intervals changes nothing but the time")
    func timeShift() throws {
        let trace = GeneratedWorkload.mixed.trace(requests: 4_000)
        func text(_ shift: Int) -> String {
            trace.clocks.indices.map { index in
                let kind = trace.isWrite[index] ? "write" : "read"
                return "\(trace.clocks[index] + shift): \(kind) 0x\(String(trace.addresses[index], radix: 16))"
            }.joined(separator: "\n")
        }
        let (early, late) = (try DRAMFixture.model(stl: text(9_360)), try DRAMFixture.model(stl: text(6 * 9_360)))
        // Both begin with a refresh, and owe none.
        for var action in try DRAMFixture.designs(20, seed: 9) {
            (action[6], action[7]) = (0, 0)
            let (a, b) = (try early.metrics(of: action), try late.metrics(of: action))
            for name in [
                "latency", "latency_p50", "latency_p99", "latency_max", "write_latency", "activates", "turnarounds",
            ] {
                #expect(a[name] == b[name], "\(name) of \(action)")
            }
            let shift = try (#require(b["total_time"]) - #require(a["total_time"])) / period
            #expect(abs(shift - 5 * 9_360) < 1e-6)
        }
    }

    @Test("an expired deadline ends an evaluation, and a mapping or workload that does not exist is named")
    func refusals() throws {
        let model = try DRAMFixture.model("random")
        let action = try #require(model.spec.actionSpace.defaultAction)
        #expect(throws: DeadlineExpired.self) { try model.evaluate(action, deadline: Deadline { true }) }
        #expect(throws: GymError.self) { try DRAMFixture.model("sream") }
        let endless = "0: read 0x0\n\(RequestTrace.clockLimit): read 0x0"
        let error = try #require(throws: GymError.self) { try DRAMFixture.model(stl: endless) }
        #expect(error.message.hasPrefix("the trace lasts"))
        #expect(throws: GymError.self) { try DRAMFixture.model("stream", ["mapping": "RoBaBgCa"]) }
    }
}
