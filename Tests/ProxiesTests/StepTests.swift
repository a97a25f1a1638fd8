import Environments
import Gym
import Proxies
import Testing

@Suite("Proxies of steps")
struct StepTests {
    @Test("a number is learned as its change or as itself, whichever varies less; what is steady is not learned")
    func rules() throws {
        let steps = try StepTraining(Cart.episodes(0..<150))
        // The weight differs from episode to episode, but no step changes it; the color never differs.
        #expect(steps.rows.spec.metrics.map(\.name) == ["next_place", "next_speed", "cost", "gain"])
        let parameters = steps.rows.spec.actionSpace.parameters.map(\.name)
        #expect(parameters == ["seen_place", "seen_speed", "seen_weight", "seen_steps_left", "push", "force"])
        #expect(steps.rows.spec.actionSpace.activity["force"]?.text == "push != none")
        // A gain is learned as it is, a place by how much it changes.
        let row = try #require(steps.rows.rows.first { $0.action[0] == 0 && $0.action[4] == 2 && $0.action[5] == 4 })
        let weight = row.action[2]
        #expect(row.metrics[0] == 4 / weight && row.metrics[3] == -4 / weight)
    }

    @Test("steps count once, and none of a proxy, of an episode without its beginning, or without observations")
    func intake() throws {
        let whole = try Cart.episodes(0..<40)
        #expect(whole.episodes.count == 40 && whole.steps == 240)
        // All episodes begin in one of two states with one of nine actions.
        #expect(try StepTraining(whole).rows.duplicates > 10)
        #expect(try Cart.episodes(0..<40, skipping: 0).episodes.isEmpty)
        #expect(throws: GymError.self) { _ = try StepTraining(Cart.episodes(0..<40, skipping: 0)) }
        var rows = EpisodeRows(Cart().spec)
        let key = EpisodeRows.Key(trial: 0, slot: 0, episode: 0)
        let (seen, next) = (Observation([0, 0, 1, 6, 7]), Evaluation(metrics: [1, 1]))
        try rows.add(Cart.sample([0, 1], seen, next, fidelity: "proxy"), to: key, from: Fixture.source)
        #expect(rows.learned == 1 && rows.episodes.isEmpty)
        let error = #expect(throws: GymError.self) {
            try rows.add(Cart.sample([0, 1], seen, next), to: key, from: Fixture.source)
        }
        #expect(error?.hint?.contains("record: observations") ?? false)
        let masked = Observation([0, 0, 1, 6, 7], legal: [[true, true, false]])
        let shown = Evaluation(observation: seen, metrics: [1, 1])
        #expect(throws: GymError.self) {
            try rows.add(Cart.sample([0, 1], masked, shown), to: key, from: Fixture.source)
        }
        let unknown = #expect(throws: GymError.self) { _ = try StepTraining(whole, metrics: ["costs"]) }
        #expect(unknown?.hint?.contains("cost") ?? false)
    }

    @Test("trees foretell steps and whole episodes that they did not learn from, far better than no change would")
    func accuracy() throws {
        let file = try Cart.file(.forest)
        let rules = try #require(file.episodes)
        let scores = StepScoring(file.proxy, rules, on: try Cart.episodes(150..<210)).accuracies()
        #expect(scores.map(\.name) == ["place", "speed", "cost", "gain"])
        for score in scores {
            let (step, still) = (try #require(score.stepPercent), try #require(score.stillPercent))
            #expect(step < still / 3 && step < 30, "\(score)")
            let (end, stillEnd) = (try #require(score.episodePercent), try #require(score.stillEpisodePercent))
            #expect(end < stillEnd / 2, "\(score)")
            #expect((score.agreement ?? 0) > 0.8, "\(score)")
        }
    }

    @Test("a step is scored only from states that nothing was learned from, an episode only with one of these")
    func separation() throws {
        let file = try Cart.file(.ridge)
        let rules = try #require(file.episodes)
        let (known, new) = (try Cart.episodes(0..<150), try Cart.episodes(150..<200))
        #expect(StepScoring(file.proxy, rules, on: known).accuracies().isEmpty)
        #expect(known.episodes.allSatisfy { $0.steps.allSatisfy { rules.knows($0.seen) } })
        let score = try #require(StepScoring(file.proxy, rules, on: new).accuracies().first)
        let states = new.episodes.flatMap { $0.steps }.filter { !rules.knows($0.seen) }
        #expect(score.steps == Set(states.map { $0.seen + $0.action }).count && score.steps < new.steps)
        // Both beginnings are known, so that no first step is among them.
        #expect(new.episodes.allSatisfy { rules.knows($0.steps[0].seen) })
    }

    @Test("episodes begin where the log's began, go on by what is foretold, and end when the log's do")
    func episodes() throws {
        let file = try Cart.file(.forest)
        let rules = try #require(file.episodes)
        var environment = try LearnedEpisodes(file.proxy, rules, id: file.environmentID)
        #expect(environment.spec.fidelity == "proxy" && environment.spec.horizon == Cart.length)
        #expect(environment.spec.observationNames == Cart().spec.observationNames)
        #expect(environment.spec.actionSpace == Cart().spec.actionSpace)
        #expect(throws: GymError.self) { _ = try environment.step([0, 1], deadline: .none) }
        let starts = (0..<20).map { environment.reset(seed: $0, deadline: .none).values }
        #expect(Set(starts) == [[0, 0, 1, 6, 7], [0, 0, 2, 6, 7]])
        let start = environment.reset(seed: 3, deadline: .none)
        var real = Cart()
        _ = real.reset(seed: start.values[2] == 1 ? 0 : 1, deadline: .none)
        for step in 0..<Cart.length {
            let told = try environment.step([2, 2], deadline: .none)
            let truth = real.step([2, 2], deadline: .none)
            #expect(told.terminated == (step + 1 == Cart.length))
            #expect(told.observation.values[3] == Double(Cart.length - step - 1) && told.observation.values[4] == 7)
            #expect(abs(told.observation.values[0] - truth.observation.values[0]) < 4)
            #expect(told.metrics.count == 2 && (told.metrics[0] ?? 0) > 0)
        }
        #expect(throws: GymError.self) { _ = try environment.step([0, 1], deadline: .none) }
    }

    @Test("its file gives back the same proxy and refuses rules of other steps")
    func file() throws {
        let steps = try StepTraining(Cart.episodes(0..<150))
        var rules = ProxyTraining.Rules()
        rules.model = .ridge
        let proxy = try ProxyTraining(steps.rows, rules: rules).run()
        let data = try ProxyFile.data(proxy, episodes: steps.rules, program: "test")
        let file = try ProxyFile(data, name: "x")
        #expect(try ProxyFile.data(file.proxy, episodes: file.episodes, program: "test") == data)
        let other = try StepTraining(Cart.episodes(0..<150), metrics: ["cost"])
        let mixed = try ProxyFile.data(proxy, episodes: other.rules, program: "test")
        let error = #expect(throws: GymError.self) { _ = try ProxyFile(mixed, name: "x") }
        #expect(error?.message.contains("episodes of other steps") ?? false)
    }

    @Test(
        "steps of logic synthesis on generated circuits: sizes after a step, better than no change",
        .enabled(if: (try? ABCProgram.find()) != nil, "ABC is not installed"))
    func logic() throws {
        var known: EpisodeRows?
        var new: EpisodeRows?
        for design in ["adder", "priority"] {
            let options: [String: Value] = [
                "design": .text(design), "width": 6, "length": 6, "preset": "openabc", "backend": "ands",
            ]
            var environment = try LogicSynthesis.entry.make(options)
            for number in 0..<38 { try Self.record(number, of: &environment, design, into: &known) }
            for number in 38..<50 { try Self.record(number, of: &environment, design, into: &new) }
        }
        let steps = try StepTraining(try #require(known), metrics: ["ands", "levels"])
        var rules = ProxyTraining.Rules()
        rules.model = .ridge
        let proxy = try ProxyTraining(steps.rows, rules: rules).run()
        let scores = StepScoring(proxy, steps.rules, on: try #require(new)).accuracies()
        let size = try #require(scores.first { $0.name == "ands" })
        let (error, still) = (try #require(size.stepPercent), try #require(size.stillPercent))
        #expect(error < still, "\(size)")
        #expect(size.episodes > 10 && size.steps > 20)
    }

    /// An episode of uniform actions.
    private static func record(
        _ number: Int, of environment: inout any Environment, _ design: String, into rows: inout EpisodeRows?
    ) throws {
        if rows == nil { rows = EpisodeRows(environment.spec) }
        var generator = Generator(seed: UInt64(number), "logic", design)
        var seen = try environment.reset(seed: 1)
        for step in 0..<environment.spec.horizon {
            let action = try environment.spec.actionSpace.sample(&generator)
            let evaluation = try environment.step(action, deadline: .none)
            try rows?.add(
                Cart.sample(action, seen, evaluation, step: step),
                to: EpisodeRows.Key(trial: design == "adder" ? 0 : 1, slot: 0, episode: Int64(number)),
                from: Fixture.source)
            seen = evaluation.observation
        }
    }
}
