import Gym
import Studies
import Testing

@Suite("Results are shown as numbers that people can read")
struct SummaryTests {
    @Test(
        "numbers have four significant digits and thousands apart",
        arguments: [
            (0.97406, "0.9741"), (41.2, "41.20"), (8, "8"), (0, "0"), (12_345.6, "12,346"), (-1_234, "-1,234"),
            (999.96, "1,000"), (1_234_567_890, "1.235e+09"), (0.000123456, "1.235e-04"), (0.001, "0.001000"),
            (99.999, "100.0"), (.infinity, "inf"),
        ])
    func numbers(value: Double, text: String) { #expect(Figures.number(value) == text) }

    @Test(
        "durations have two units at most",
        arguments: [
            (0.94, "0.9s"), (9.97, "10s"), (58, "58s"), (63.2, "1m 3s"), (7_500, "2h 5m"), (273_600, "3d 4h"),
            (.nan, "–"),
        ])
    func durations(seconds: Double, text: String) { #expect(Figures.duration(seconds) == text) }

    @Test("a table aligns its columns")
    func table() {
        let table = Table(
            [Table.Column("agent"), Table.Column("best", .right)], rows: [["random", "9 ns"], ["x", "12 ns"], ["y"]])
        #expect(table.text == "  agent    best\n  random   9 ns\n  x       12 ns\n  y\n")
    }

    func text(_ manifest: String, failing: String? = nil) throws -> String {
        let plan = try plan(manifest)
        let outcomes = try Runner(plan, width: 1, clock: { 0 }) { trial in
            Runner.Opening(try FakeSession(trial.cell, failsAt: trial.label == failing ? 0 : nil))
        }.run(board: ProgressBoard(plan))
        return Summary(plan, outcomes: outcomes, seconds: 121)
            .text(log: "sextant.db", next: ["sextant studies study", "sextant agents"])
    }

    @Test("the summary has a row per agent, the best design, the baseline, the log and what to do next")
    func whole() throws {
        let manifest =
            """
            kind: sweep
            environment: bowl-v0
            budget: 6
            batch: 4
            seeds: 3
            sweep: { agent: [random, genetic] }
            """
        #expect(try text(manifest, failing: "random-s3") == SummaryTests.expected)
    }

    static let expected = """
         Finished 30 samples in 2m 1s · 0 infeasible · 0 failed

          trials   seeds  samples  median best latency  range            found at
          random     2/3       12             1.445 ns  [1.261 – 1.630]        #1
          genetic      3       18                 1 ns  [1 – 1]                #2

          best     genetic-s1, sample #2
          metrics  latency 1 ns  power 0.5000 W
          design   depth=3  gain=0  policy=Open
          random   median 1.445 ns; the median of genetic is 30.82 % better

          failed   random-s3: the session is gone

          log      sextant.db · study study
          next     sextant studies study
                   sextant agents

        """

    @Test("when nothing was feasible the reason is named")
    func nothing() throws {
        let text = try text(
            """
            environment: bowl-v0
            agent: random
            budget: 2
            batch: 2
            start: [{ depth: 8, gain: 0 }, { depth: 8, gain: 1 }]
            """
        )
        #expect(text.contains("  best     none of 2 samples gave all metrics (too deep, 2 times in one trial)\n"))
        #expect(text.hasPrefix(" Finished 2 samples in 2m 1s · 2 infeasible · 0 failed\n"))
    }

    @Test("designs of different problems are not compared")
    func problems() throws {
        let text = try text(
            """
            kind: sweep
            environment: bowl-v0
            agent: genetic
            budget: 4
            sweep: { objective: [{ minimize: latency }, { minimize: power }] }
            """
        )
        #expect(text.contains("bowl-v0 · workload stream · device small · clock 10 · minimize latency"))
        #expect(text.contains("median best latency"))
        #expect(text.contains("median best power"))
    }
}
