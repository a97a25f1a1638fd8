import Environments
import Gym
import Testing

@Suite("The DRAM controller's further knobs do what they say")
struct DRAMFullTests {
    private func model(stl trace: String, _ options: [String: Value] = [:]) throws -> DRAMController {
        try DRAMFixture.model(stl: trace, options, profile: .full)
    }

    @Test(
        "with its further knobs at their defaults it is the controller with ten knobs",
        arguments: [
            GeneratedWorkload.mixed, .conflict, .bursts,
        ])
    func defaults(workload: GeneratedWorkload) throws {
        let plain = try DRAMFixture.model(workload.rawValue)
        let full = try DRAMFixture.model(workload.rawValue, profile: .full)
        var generator = Generator(seed: 5, "defaults")
        for _ in 0..<10 {
            let action = try plain.spec.actionSpace.sample(&generator)
            var more = try #require(full.spec.actionSpace.defaultAction)
            more.replaceSubrange(0..<action.count, with: action)
            let same = try full.evaluate(full.spec.actionSpace.canonical(more), deadline: .none)
            #expect(same == (try plain.evaluate(action, deadline: .none)))
        }
    }

    @Test("writes wait for their drain, which the watermarks begin and end")
    func drain() throws {
        // Two reads of one row for each write to another, faster than the bus.
        let lines = (0..<60).map { index in
            let (first, second) = (String(index * 128, radix: 16), String(index * 128 + 64, radix: 16))
            let write = String(0x8000 + index * 64, radix: 16)
            return """
                \(index * 10): read 0x\(first)
                \(index * 10 + 3): read 0x\(second)
                \(index * 10 + 6): write 0x\(write)
                """
        }
        let model = try model(stl: lines.joined(separator: "\n"))
        let space = model.spec.actionSpace
        func order(_ scheduler: Value, _ high: Value, _ low: Value) throws -> [Bool] {
            let action = try space.action(named: [
                "scheduler": scheduler, "request_buffer_size": 128, "write_high_watermark": high,
                "write_low_watermark": low, "refresh_policy": "NoRefresh",
            ])
            return try model.commands(of: action).filter { $0.name.hasPrefix("R") || $0.name.hasPrefix("W") }.map {
                $0.name.hasPrefix("WR")
            }
        }
        func turns(_ order: [Bool]) -> Int { zip(order, order.dropFirst()).count { $0 != $1 } }
        let (patient, eager) = (try order("GrpFrFcfsWm", 60, 2), try order("GrpFrFcfsWm", 6, 2))
        // No more writes than 60 ever wait, so that all reads come first.
        #expect(turns(patient) == 1 && patient.first == false && patient.last == true)
        #expect(turns(eager) > 2)
        // Between the watermarks: at least 6 - 2 writes in a row.
        let runs = eager.split(separator: false).map(\.count)
        #expect(runs.count > 2 && runs.dropLast().allSatisfy { $0 >= 4 }, "\(runs)")
        #expect(turns(try order("GrpFrFcfsWm", 20, 2)) < turns(eager))
    }

    @Test(
        "a request never overtakes an older one of the same address, whatever the scheduler",
        arguments: [
            "Fifo", "FrFcfs", "FrFcfsGrp", "GrpFrFcfs", "GrpFrFcfsWm",
        ])
    func hazards(scheduler: String) throws {
        // Few addresses, so that many requests meet.
        var draws = Generator(seed: 4, "hazards")
        let lines = (0..<4_000).map { index in
            let address = UInt64(draws.below(6)) << 17 | UInt64(draws.below(4)) << 6
            return "\(index * 3): \(draws.below(2) == 0 ? "read" : "write") 0x\(String(address, radix: 16))"
        }
        let model = try model(stl: lines.joined(separator: "\n"))
        for cap in [0, 2] as [Value] where scheduler != "Fifo" || cap == 0 {
            let action = try model.spec.actionSpace.action(named: [
                "scheduler": .text(scheduler), "row_hit_cap": cap, "request_buffer_size": 32,
            ])
            var newest: [String: Int] = [:]
            var served = 0
            for command in try model.commands(of: action)
            where command.name.hasPrefix("R") || command.name.hasPrefix("W") {
                guard command.request >= 0, let address = lines[command.request].split(separator: " ").last else {
                    continue
                }
                #expect(newest[String(address), default: -1] < command.request)
                newest[String(address)] = command.request
                served += 1
            }
            #expect(served == lines.count)
        }
    }

    @Test("the cap lets another row come after so many accesses")
    func cap() throws {
        // One request to another row of the bank behind the first of forty hits.
        var lines = ["0: read 0x0", "1: read 0x2000000"]
        lines += (1..<40).map { "\($0 + 1): read 0x\(String($0 * 64, radix: 16))" }
        let model = try model(stl: lines.joined(separator: "\n"))
        func place(_ cap: Value) throws -> Int? {
            let action = try model.spec.actionSpace.action(named: ["row_hit_cap": cap, "request_buffer_size": 64])
            return try model.commands(of: action).filter { $0.name == "RD" }.firstIndex { $0.request == 1 }
        }
        #expect(try place(0) == 40)
        for cap in [1, 4, 16] { #expect(try place(.number(Double(cap))) == cap) }
    }

    @Test("power-down saves background energy on idle traces and costs its exit")
    func powerDown() throws {
        let model = try DRAMFixture.model("idle", profile: .full)
        let never = try model.metrics()
        let soon = try model.metrics(["power_down": "Idle", "power_down_timeout": 8])
        let late = try model.metrics(["power_down": "Idle", "power_down_timeout": 512])
        #expect(never["power_downs"] == 0 && never["energy_power_down"] == 0)
        #expect(try #require(soon["power_downs"]) > 1_000)
        #expect(try #require(soon["energy"]) < 0.95 * #require(never["energy"]))
        #expect(try #require(soon["latency"]) > #require(never["latency"]))
        #expect(try #require(late["energy_power_down"]) < #require(soon["energy_power_down"]))
    }

    /// A lone read after a long sleep, with the row closed: tXP on top of the usual.
    @Test("a read that wakes the memory waits tXP")
    func wake() throws {
        let model = try model(stl: "0: write 0x0\n4000: read 0x2000000")
        let knobs: [String: Value] = ["page_policy": "Closed", "power_down": "Idle", "power_down_timeout": 16]
        let cycles = try #require(try model.metrics(knobs)["latency"]) / period
        #expect(abs(cycles - (8 + 36)) < 1e-6)
    }

    @Test(
        "what does not fit together is refused with the rule it breaks",
        arguments: [
            (["scheduler": "GrpFrFcfsWm", "write_low_watermark": 20], "write_low_watermark < write_high_watermark"),
            (
                ["scheduler": "GrpFrFcfsWm", "scheduler_buffer": "Shared", "request_buffer_size": 4],
                "write_high_watermark < request_buffer_size"
            ),
            (["refresh_policy": "SameBank"], "SameBank"),
        ] as [([String: Value], String)])
    func refusals(design: [String: Value], rule: String) throws {
        let space = try DRAMFixture.model("idle", profile: .full).spec.actionSpace
        let error = try #require(throws: GymError.self) { try space.action(named: design) }
        #expect(error.description.contains(rule), "\(error)")
    }

    @Test("an inert knob is inactive, so that equal designs are one")
    func canonical() throws {
        let space = try DRAMFixture.model("idle", profile: .full).spec.actionSpace
        let one = try space.action(named: ["write_high_watermark": 60, "power_down_timeout": 3, "scheduler": "Fifo"])
        let other = try space.action(named: ["scheduler": "Fifo", "row_hit_cap": 4, "max_active_transactions": 7])
        #expect(one == other)
    }
}
