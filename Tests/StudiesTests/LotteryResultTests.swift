import Files
import Foundation
import Gym
import Learning
import Studies
import Synchronization
import Testing

@Suite("A lottery's statistics follow from its runs")
struct LotteryResultTests {
    /// Runs the plan in process; trials whose label begins with `failing` fail.
    static func run(_ plan: Plan, failing: String = "-") throws -> [Runner.Outcome] {
        try Runner(plan, width: 1, clock: { 0 }) { trial in
            Runner.Opening(try FakeSession(trial.cell, failsAt: trial.label.hasPrefix(failing) ? 0 : nil))
        }.run(board: ProgressBoard(plan))
    }

    static func bests(_ plan: Plan, _ outcomes: [Runner.Outcome], _ contender: String) -> [Double] {
        zip(plan.trials, outcomes).compactMap { trial, outcome in
            guard trial.cell.draw?.contender == contender, case .finished(let result) = outcome else { return nil }
            return result.tally.best?.metrics[0]
        }
    }

    @Test("scores run from the median random design to the best of the study, where no better is known")
    func scores() throws {
        let plan = try LotteryTests.lottery("draws: 3, agents: [genetic]", more: "seeds: 4")
        let outcomes = try Self.run(plan)
        let result = try #require(LotteryResult.all(of: plan, outcomes: outcomes).first)
        #expect(result.source == "best of this study")
        #expect(result.contenders.map(\.name) == ["random", "genetic"])
        let all = Self.bests(plan, outcomes, "random") + Self.bests(plan, outcomes, "genetic")
        #expect(result.yardstick.best == all.min())
        let genetic = result.contenders[1]
        // The walk finds the bowl's bottom, 1, with every configuration and seed.
        #expect(genetic.drawn.map(\.number) == [1, 2, 3])
        #expect(genetic.runs == [Double](repeating: result.yardstick.score(1), count: 12))
        #expect(genetic.defaultScore == result.yardstick.score(1))
        #expect(genetic.interquartileMean?.interval == result.yardstick.score(1)...result.yardstick.score(1))
        #expect(genetic.split?.share == 0)
        let random = Self.bests(plan, outcomes, "random").map(result.yardstick.score)
        #expect(result.contenders[0].runs == random)
        #expect(result.contenders[0].isSingle)
        #expect(result.randomMedian == Spread(random)?.median)
        #expect(genetic.winShare(over: result.randomMedian ?? 0) == 1)
        #expect(result.orders.last?.names == ["genetic", "random"])
        #expect(result.orders.map(\.samples) == [1, 2, 5, 10])
        #expect(result.comparisons.map(\.better) == ["genetic"])
        #expect(genetic.importance.isEmpty)
    }

    @Test("where the best is known it measures, but only with the options that it is known for")
    func known() throws {
        let texture = OptionSpec("texture", .number(0...9), default: 0, note: "another landscape")
        let sheet = Datasheet(
            id: "synthetic-dram10-v0", title: "Test", summary: "s", description: "d", options: [texture])
        let entry = EnvironmentEntry(sheet) { _ in Oneshot(Costly()) }
        let text = """
            kind: lottery
            environment: synthetic-dram10-v0
            budget: 9
            sweep: { environment.texture: [0, 1] }
            lottery: { draws: 1, agents: [genetic] }
            """
        let plan = try Manifest.plan(
            YAMLDocument.parse(text, file: "m"), folder: "", defaultName: "study",
            catalogs: Catalogs(environments: [entry], agents: catalogs.agents))
        let outcomes = try Runner(plan, width: 1, clock: { 0 }) { _ in Runner.Opening(CostlySession()) }
            .run(board: ProgressBoard(plan))
        let results = LotteryResult.all(of: plan, outcomes: outcomes)
        #expect(results.map(\.source) == ["best known (table 1)", "best of this study"])
        #expect(results[0].yardstick == Yardstick(random: 11.5339, best: 6.65418807))
        #expect(results[1].yardstick.best == 7)
    }

    @Test("problems and budgets have tables of their own, and failed trials are left out")
    func tables() throws {
        let plan = try LotteryTests.lottery(
            "draws: 2, agents: [genetic]", more: "seeds: 2\nsweep: { budget: [5, 9], environment.clock: [1, 2] }")
        let outcomes = try Self.run(plan, failing: "genetic-d1")
        let results = LotteryResult.all(of: plan, outcomes: outcomes)
        #expect(results.map(\.budget) == ["samples: 5", "samples: 9", "samples: 5", "samples: 9"])
        #expect(Set(results.map(\.problem)).count == 2)
        #expect(results[0].yardstick == results[1].yardstick)
        #expect(results.allSatisfy { $0.contenders[1].all.map(\.number) == [0, 2] })
        let text = Summary(plan, outcomes: outcomes, seconds: 1).text(log: "x.db", next: [])
        #expect(text.components(separatedBy: "score 0 is the median random design").count == 5)
        #expect(text.contains("  failed   genetic-d1-clock1-samples5-s1: the session is gone\n"))
        #expect(text.contains("  IQM     mean score"))
    }

    @Test("a run's best is kept at moments ten to the decade")
    func ascent() throws {
        let plan = try plan("environment: bowl-v0\nagent: random\nbudget: 100\nbatch: 7")
        guard case .finished(let result) = try Self.run(plan)[0] else { return }
        let marks = result.tally.ascent.marks
        #expect(marks.map(\.samples) == marks.map(\.samples).sorted())
        #expect(
            Set(marks.map(\.samples)).isSubset(of: [
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 25, 32, 40, 50, 63, 80, 100,
            ]))
        let values = marks.compactMap(\.metrics[0])
        #expect(values == values.sorted(by: >))
        #expect(result.tally.ascent.metrics(after: 100) == result.tally.best?.metrics)
        #expect(result.tally.ascent.metrics(after: 0) == nil)
        #expect(result.tally.early.count == 100)
    }

    @Test("what the log holds gives the same tally as the run did")
    func logged() throws {
        let plan = try plan("environment: bowl-v0\nagent: random\nbudget: 40\nbatch: 5\nconstraints: [\"power < 1\"]")
        let trial = try #require(plan.trials.first)
        let session = try FakeSession(trial.cell)
        let result = try Driver(trial, session: session, history: .init(samples: 10_000), clock: { 0 }).run()
        let scorer = try Scorer(trial.cell.objective, spec: trial.cell.spec)
        var (tally, known) = (Tally(of: trial), Set<Action>())
        for (number, action) in session.state.withLock({ $0.batches }).joined().enumerated() {
            let evaluation = Bowl().evaluate(action, deadline: .none)
            tally.count(
                Sample(
                    trial: 1, number: Int64(number), slot: 0, episode: 0, step: 0, action: action,
                    observation: Observation(), evaluation: evaluation,
                    score: scorer.score(evaluation, action: action), truncated: false,
                    isCached: !known.insert(action).inserted, seconds: 0, at: 0))
        }
        #expect(tally == result.tally)
        #expect(tally.ascent.marks.count > 1)
    }

    @Test("an estimate counts samples, and tries evaluations for the time")
    func estimate() throws {
        let plan = try LotteryTests.lottery("draws: 3, agents: [genetic]", more: "seeds: 4")
        let clock = FakeClock()
        let estimate = Estimate(plan, threads: 2) {
            clock.advance(0.001)
            return clock.now
        }
        #expect(estimate.trials == 20)
        #expect(estimate.samples == 200)
        #expect((estimate.seconds ?? 0) > 0.01)
        #expect((10_000...40_000).contains(estimate.bytes ?? 0))
        #expect(estimate.text.hasPrefix(" 20 trials · at most 200 samples · about "))
    }
}

/// A model of one parameter whose cost is 6 and more.
private struct Costly: CostModel {
    var spec: EnvironmentSpec {
        EnvironmentSpec(
            id: "synthetic-dram10-v0",
            actionSpace: Space([
                Parameter("depth", .integer(1...8), default: 4), Parameter("gain", .real(0...1), default: 0),
                Parameter("policy", .categorical(["Open", "Closed"]), default: "Open"),
            ]),
            metrics: [Metric("cost", unit: "1", goal: .minimize)], reference: [10])
    }

    func evaluate(_ action: Action, deadline: Deadline) -> Evaluation { Evaluation(metrics: [6 + action[0]]) }
}

/// Evaluates it, whatever was asked before.
private struct CostlySession: Session {
    let spec = Costly().spec

    func reset(seeds: [UInt64]) -> [Observation] { seeds.map { _ in Observation() } }

    func step(_ actions: [Action]) -> [Step] {
        actions.enumerated().map { slot, action in
            let evaluation = Costly().evaluate(action, deadline: .none)
            return Step(
                number: Int64(slot), observation: Observation(), finalObservation: nil,
                score: Score(reward: -action[0], violation: 0), truncated: false, evaluation: evaluation,
                isCached: false, seconds: 0)
        }
    }

    func close(_ status: TrialStatus) {}
}
