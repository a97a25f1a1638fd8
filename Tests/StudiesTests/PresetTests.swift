import Files
import Foundation
import Gym
import Studies
import Testing

@Suite("A lottery gives tuned defaults, and a manifest may name them")
struct PresetTests {
    /// The presets of a lottery, and what it came to.
    static func lottery(_ more: String = "") throws -> (text: String, results: [LotteryResult]) {
        let plan = try LotteryTests.lottery("draws: 6, agents: [genetic]", more: "seeds: 2\n" + more)
        let results = LotteryResult.all(of: plan, outcomes: try LotteryResultTests.run(plan))
        return (Preset.text(of: results, plan: plan), results)
    }

    /// The plan of a manifest beside a file of presets.
    static func plan(_ agent: String, beside text: String) throws -> Plan {
        let folder = NSTemporaryDirectory() + "preset-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(text.utf8).write(to: URL(filePath: folder + "/tuned.yaml"))
        return try StudiesTests.plan("environment: bowl-v0\nbudget: 10\nagent: \(agent)", folder: folder)
    }

    @Test("each agent's configuration with the best mean score is what the file says, and what a manifest reads of it")
    func best() throws {
        let (text, results) = try Self.lottery()
        let all = try #require(results.first?.contenders.last).all
        let best = try #require(all.map(\.mean).max().flatMap { top in all.first { $0.mean == top } })
        let read = try Self.plan("{ name: genetic, preset: tuned.yaml }", beside: text)
        #expect(read.trials[0].cell.settings == best.settings)
        #expect(text.contains("seeds 1, 2:"))
        #expect(text.contains("Test:\n  genetic: "))
        #expect(!text.contains("random:"), "random search has nothing to tune")
    }

    @Test("what does best over all tables counts, not what does best in one")
    func tables() throws {
        let (text, results) = try Self.lottery("sweep: { budget: [2, 9] }")
        #expect(results.count == 2)
        let scores = results.map { result in
            Dictionary(uniqueKeysWithValues: result.contenders.last?.all.map { ($0.settings, $0.mean) } ?? [])
        }
        let read = try Self.plan("{ name: genetic, preset: tuned.yaml }", beside: text)
        let chosen = read.trials[0].cell.settings
        let means = scores[0].keys.map { settings in scores.map { $0[settings] ?? 0 }.reduce(0, +) / 2 }
        #expect(scores.map { $0[chosen] ?? 0 }.reduce(0, +) / 2 == means.max())
        #expect(text.contains("mean over 2 tables"))
    }

    @Test("what is written beside a preset goes before it, and the resolved manifest needs no file")
    func written() throws {
        let file = "Test: { genetic: { population: 77, mutation: 0.25 } }"
        let plan = try Self.plan("{ name: genetic, preset: tuned.yaml, mutation: 0.5 }", beside: file)
        #expect(plan.trials[0].cell.settings.integer("population") == 77)
        #expect(plan.trials[0].cell.settings.number("mutation") == 0.5)
        #expect(plan.resolved.contains("population: 77") && !plan.resolved.contains("preset"))
    }

    @Test(
        "what can't be is refused with what and where",
        arguments: [
            ("DRAM: { genetic: {} }", "the presets have nothing for Test"),
            ("Test: { annealing: {} }", "the presets for Test have nothing for the agent 'genetic'"),
            ("Test: { genetic: { size: 3 } }", "no hyperparameter of 'genetic' named 'size'"),
            ("Test: { genetic: { population: 0 } }", "'population' is 0, outside 2 … 1000"),
            ("[1]", "the file is a list, not a mapping of keys to values"),
        ])
    func refused(_ example: (file: String, message: String)) {
        #expect {
            try Self.plan("{ name: genetic, preset: tuned.yaml }", beside: example.file)
        } throws: { error in
            let message = (error as? GymError)?.message ?? "\(error)"
            if !message.contains(example.message) { Issue.record("\(message)") }
            return true
        }
        #expect(throws: GymError.self) { try Self.plan("{ name: genetic, preset: other.yaml }", beside: "{}") }
    }
}
