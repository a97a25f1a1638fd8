import Environments
import Foundation
import Gym
import Testing

@Suite("What ABC does wrong is a failed transition and nothing else", .serialized)
struct LogicFaultTests {
    /// 1,000 faults with `make faults`, a tenth otherwise.
    private static let count = ProcessInfo.processInfo.environment["SEXTANT_FAULTS"] == "full" ? 1_000 : 100
    private static let list = FakeABC.faults.map(\.operation).joined(separator: ", ")

    private static func options(_ more: [String: Value]) throws -> Options {
        try LogicSynthesis.entry.options(
            [
                "design": "adder", "width": 4, "actions": .text(list), "reference": "none", "length": 1,
                "deadline": 0.8,
            ].merging(more) { $1 })
    }

    @Test("crashes, hangs and corrupt files, in several threads at once")
    func injected() async throws {
        let folder = try LogicFolder()
        let design = try #require(GeneratedCircuit.named("adder")).circuit(width: 4)
        let record = folder.path + "/record"
        let synthesizer = try Synthesizer(
            program: try FakeABC.program(in: folder, for: design), processes: 8, cacheBytes: 0, record: record)
        let prepared = try LogicSynthesis.environment(try Self.options([:]), on: synthesizer)
        let share = Self.count / 8 + 1
        let faults = try await withThrowingTaskGroup(of: [String: Int].self) { group in
            for lane in 0..<8 {
                group.addTask {
                    var environment = prepared
                    return try Self.suffer(share, lane: lane, &environment)
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        #expect(faults.values.reduce(0, +) >= Self.count)
        #expect(Set(faults.keys) == Set(FakeABC.faults.compactMap(\.kind)))
        // Each is in the record, and none left a state behind that is not the design's.
        let lines = try String(contentsOfFile: record, encoding: .utf8).split(separator: "\n")
        for (operation, kind) in FakeABC.faults {
            guard let kind else { continue }
            #expect(lines.contains { $0.hasPrefix("fail\t") && $0.contains("\t\(kind)\t") }, "\(operation)")
        }
        #expect(lines.count { $0.hasPrefix("state\t") } == 1)
    }

    /// Takes faults until there are so many, and after each sees that a good step still works.
    private static func suffer(
        _ count: Int, lane: Int, _ environment: inout any Environment
    ) throws -> [String: Int] {
        var seen: [String: Int] = [:]
        let good = FakeABC.faults.firstIndex { $0.kind == nil } ?? 0
        for number in 0..<count {
            var place = (number + lane) % FakeABC.faults.count
            if place == good { place = 0 }
            let first = try environment.reset(seed: 1)
            let bad = try environment.step([Double(place)], deadline: .none)
            guard case .failed(let reason) = bad.status else {
                throw GymError(.internal, "\(FakeABC.faults[place]) did not fail")
            }
            let kind = FakeABC.faults[place].kind ?? ""
            #expect(reason.hasPrefix(kind), "\(FakeABC.faults[place]): \(reason)")
            #expect(bad.terminated && bad.metrics.allSatisfy { $0 == nil })
            seen[kind, default: 0] += 1
            #expect(try environment.reset(seed: 1) == first)
            let fine = try environment.step([Double(good)], deadline: .none)
            #expect(fine.status == .ok && fine.metrics[0] == 2, "\(fine.status)")
        }
        return seen
    }

    @Test("skipped failures leave the circuit and go on; the recipe's form agrees")
    func skipped() throws {
        let folder = try LogicFolder()
        let design = try #require(GeneratedCircuit.named("adder")).circuit(width: 4)
        let program = try FakeABC.program(in: folder, for: design)
        let synthesizer = try Synthesizer(program: program, processes: 1)
        let options = try Self.options(["length": 3, "failures": "skip"])
        var steps = try LogicSynthesis.environment(options, on: synthesizer)
        _ = try steps.reset(seed: 1)
        let bad = try steps.step([0], deadline: .none)
        #expect(bad.status != .ok && !bad.terminated)
        #expect(bad.observation.values.count == steps.spec.observationNames.count)
        let fine = try steps.step([7], deadline: .none)
        #expect(fine.status == .ok && !fine.terminated)
        let last = try steps.step([7], deadline: .none)
        #expect(last.terminated)
        var recipe = try LogicSynthesisRecipe.environment(options, on: synthesizer)
        _ = try recipe.reset(seed: 1)
        let whole = try recipe.step([0, 7, 7], deadline: .none)
        #expect(whole.status == .ok && whole.metrics == Array(last.metrics.dropLast()))
    }

    @Test("a caller's deadline ends a hanging step, and the next one finds a living process")
    func deadline() throws {
        let folder = try LogicFolder()
        let design = try #require(GeneratedCircuit.named("adder")).circuit(width: 4)
        let synthesizer = try Synthesizer(program: try FakeABC.program(in: folder, for: design), processes: 1)
        var environment = try LogicSynthesis.environment(try Self.options(["deadline": 60]), on: synthesizer)
        _ = try environment.reset(seed: 1)
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(300)
        let deadline = Deadline(secondsLeft: { (end - clock.now) / .seconds(1) }) { clock.now >= end }
        #expect(throws: DeadlineExpired.self) { try environment.step([1], deadline: deadline) }
        #expect(clock.now < end + .seconds(5))
        _ = try environment.reset(seed: 1)
        #expect(try environment.step([7], deadline: .none).status == .ok)
    }

    @Test("no process and no folder is left behind")
    func tidy() throws {
        let folder = try LogicFolder()
        let design = try #require(GeneratedCircuit.named("adder")).circuit(width: 4)
        func children() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc").count { name in
                let line = try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8)
                return line?.contains(folder.path) ?? false
            }
        }
        do {
            let synthesizer = try Synthesizer(program: try FakeABC.program(in: folder, for: design), processes: 1)
            var environment = try LogicSynthesis.environment(try Self.options([:]), on: synthesizer)
            _ = try environment.reset(seed: 1)
            _ = try environment.step([7], deadline: .none)
            #expect(try children() == 1)
        }
        #expect(try children() == 0)
    }

    @Test(
        "a program that is none is refused in a sentence",
        arguments: [
            ("/nowhere/abc", "no program that can be run"), ("/bin/true", "does not answer like ABC"),
        ])
    func programs(path: String, flaw: String) {
        #expect {
            _ = try ABCProgram.find(in: ["SEXTANT_ABC": path])
        } throws: { error in
            ((error as? GymError)?.message ?? "").contains(flaw)
        }
        #expect {
            _ = try ABCProgram.find(in: ["PATH": "/nowhere"])
        } throws: { error in
            (error as? GymError)?.message == "ABC not found: install berkeley-abc or yosys-abc, or set SEXTANT_ABC"
        }
    }
}
