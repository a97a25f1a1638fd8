import Environments
import Foundation
import Gym
import Testing

@Suite("Recipes on the real ABC", .enabled(if: RealABC.isThere, "berkeley-abc is not installed"))
struct LogicSynthesisTests {
    /// One episode of drawn actions: the actions and the evaluations.
    private static func episode(
        _ environment: inout any Environment, seed: UInt64
    ) throws -> (actions: [Action], evaluations: [Evaluation]) {
        var generator = Generator(seed: seed, "episode")
        var (actions, evaluations) = ([Action](), [Evaluation]())
        _ = try environment.reset(seed: seed)
        for _ in 0..<environment.spec.horizon {
            actions.append(try environment.spec.actionSpace.sample(&generator))
            evaluations.append(try environment.step(actions[actions.count - 1], deadline: .none))
            if evaluations.last?.terminated ?? true { break }
        }
        return (actions, evaluations)
    }

    private static let settings: [[String: Value]] = [
        ["design": "divider", "width": 5, "length": 6], ["design": "control", "seed": 4, "preset": "abc-rl"],
        ["design": "priority", "preset": "drills", "length": 5], ["design": "crc", "preset": "openabc", "length": 6],
        [
            "design": "maximum", "width": 3, "backend": "ands", "length": 5,
            "actions": "rw, rs -K 4..12 -N 0..3, b -x 0..1, dc2, rf -N 8",
        ],
        ["design": "multiplier", "width": 4, "semantics": "oneshot", "length": 4],
        ["design": "arbiter", "measure": "last", "length": 5, "reference": "none"],
    ]

    @Test("step by step and all at once are equal, cached and not, on warm and fresh processes", arguments: settings)
    func agreement(given: [String: Value]) throws {
        let options = try LogicSynthesis.entry.options(given)
        let (cached, bare) = (try RealABC.synthesizer(), try RealABC.synthesizer(cacheBytes: 0))
        var steps = try LogicSynthesis.environment(options, on: cached)
        var plain = try LogicSynthesis.environment(options, on: bare)
        var recipe = try LogicSynthesisRecipe.environment(options, on: try RealABC.synthesizer())
        for seed in 0..<5 as Range<UInt64> {
            let first = try Self.episode(&steps, seed: seed)
            // The second time everything is known; without a cache it is done again, on processes with other pasts.
            #expect(try Self.episode(&steps, seed: seed).evaluations == first.evaluations)
            #expect(try Self.episode(&plain, seed: seed).evaluations == first.evaluations)
            _ = try recipe.reset(seed: seed)
            let whole = try recipe.step(first.actions.flatMap { $0 }, deadline: .none)
            let last = try #require(first.evaluations.last)
            #expect(whole.status == .ok && last.status == .ok)
            #expect(whole.metrics == Array(last.metrics.prefix(whole.metrics.count)))
            let gains = first.evaluations.compactMap { $0.metrics[whole.metrics.count] }
            #expect(gains.count == first.evaluations.count)
        }
        #expect(cached.stepCounts.known > 0 && bare.stepCounts.known == 0)
    }

    @Test("gains sum to what the recipe gained, mapped at every step or only at the last")
    func gains() throws {
        let synthesizer = try RealABC.synthesizer()
        var sums: [Double] = []
        for measure in ["every", "last"] as [Value] {
            let options = try LogicSynthesis.entry.options(
                ["design": "divider", "length": 6, "measure": measure, "reference": "none"])
            var environment = try LogicSynthesis.environment(options, on: synthesizer)
            let evaluations = try Self.episode(&environment, seed: 3).evaluations
            let gain = try #require(environment.spec.metrics.firstIndex { $0.name == "gain" })
            let sum = evaluations.compactMap { $0.metrics[gain] }.reduce(0, +)
            let final = try #require(evaluations.last?.metrics[0])
            // Against no reference the design's own quality is 2.
            #expect(abs(sum - (2 - final)) < 1e-12)
            sums.append(sum)
        }
        #expect(abs(sums[0] - sums[1]) < 1e-12)
    }

    @Test("several threads on few processes give what one gives alone")
    func threads() async throws {
        let options = try LogicSynthesis.entry.options(["design": "multiplier", "width": 5, "length": 5])
        var alone = try LogicSynthesis.environment(options, on: try RealABC.synthesizer(processes: 1))
        let wanted = try (0..<6 as Range<UInt64>).map { try Self.episode(&alone, seed: $0).evaluations }
        let shared = try LogicSynthesis.environment(options, on: try RealABC.synthesizer(cacheBytes: 0))
        try await withThrowingTaskGroup(of: [[Evaluation]].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var copy = shared
                    return try (0..<6 as Range<UInt64>).map { try Self.episode(&copy, seed: $0).evaluations }
                }
            }
            for try await found in group { #expect(found == wanted) }
        }
    }

    @Test("a small cache forgets, and changes nothing")
    func eviction() throws {
        let options = try LogicSynthesis.entry.options(["design": "divider", "width": 5, "length": 5])
        var large = try LogicSynthesis.environment(options, on: try RealABC.synthesizer())
        let tiny = try RealABC.synthesizer(cacheBytes: 8_000)
        var small = try LogicSynthesis.environment(options, on: tiny)
        for seed in 0..<4 as Range<UInt64> {
            let wanted = try Self.episode(&large, seed: seed).evaluations
            #expect(try Self.episode(&small, seed: seed).evaluations == wanted)
        }
        #expect(tiny.cachedBytes <= 12_000)
    }

    @Test("what was logged is replayed without ABC, and what was not is said")
    func replay() throws {
        let folder = try LogicFolder()
        let record = folder.path + "/steps"
        let given: [String: Value] = ["design": "crc", "width": 4, "length": 3, "reference": "rw; b"]
        let live = try RealABC.synthesizer(record: record)
        let options = try LogicSynthesis.entry.options(given)
        var steps = try LogicSynthesis.environment(options, on: live)
        let seeds = 0..<4 as Range<UInt64>
        let wanted = try seeds.map { try Self.episode(&steps, seed: $0) }
        let replayed = try LogicSynthesis.entry.options(given.merging(["transitions": .text(record)]) { $1 })
        var again = try LogicSynthesis.entry.make(replayed)
        for (seed, one) in zip(seeds, wanted) {
            _ = try again.reset(seed: seed)
            for (action, evaluation) in zip(one.actions, one.evaluations) {
                var found = try again.step(action, deadline: .none)
                #expect(found.observation.legal != nil || found.terminated)
                found.observation.legal = nil
                #expect(found == evaluation)
            }
        }
        // A second program goes on with the same file, and finds everything there.
        let second = try RealABC.synthesizer(record: record)
        var third = try LogicSynthesis.environment(options, on: second)
        for (seed, one) in zip(seeds, wanted) {
            #expect(try Self.episode(&third, seed: seed).evaluations == one.evaluations)
        }
        #expect(second.stepCounts.run == 0)
        let (actions, _) = try Self.episode(&again, seed: 99)
        #expect(actions.count <= 3)
    }

    @Test("operations of all kinds and at the ends of their ranges run")
    func operations() throws {
        let circuit = try #require(GeneratedCircuit.named("divider")).circuit(width: 5)
        let design = try CircuitState(file: circuit.binaryAIGER, name: "divider")
        let synthesizer = try RealABC.synthesizer()
        for recipe in [
            "rw -l; rf -N 2 -l -z; rf -N 15; rs -K 4 -N 0; rs -K 16 -N 3 -l", "b -l -d; b -s; b -x",
            "fr -R 128 -C 1; fr -D 32768", "sopb -C 2; blut -K 2 -C 1; blut -K 6; dsdb -K 3; dsdb -C 100",
            "syn2 -R 100; syn3; syn4; gdc2 -l; dc2 -b -l; irw -z; drw -C 20 -N 1 -z; drf -M 1 -K 15 -l",
            "dch; dch -f; lut -K 3 -C 1 -F 0 -A 4; lut -K 16; lut -K 6 -g", "resyn", "resyn2rs", "compress2rs",
        ] {
            for semantics in Synthesizer.Semantics.allCases {
                let report = try synthesizer.report(of: design, after: recipe, semantics: semantics)
                #expect(report.ands > 0 && report.cells.size > 0, "\(recipe)")
            }
        }
    }
}
