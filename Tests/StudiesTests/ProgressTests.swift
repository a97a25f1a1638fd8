import Gym
import Studies
import Synchronization
import Testing

@Suite("Progress is one line that fits")
struct ProgressTests {
    static var snapshot: ProgressBoard.Snapshot {
        var snapshot = ProgressBoard.Snapshot()
        (snapshot.trialsDone, snapshot.trials) = (3, 10)
        (snapshot.samples, snapshot.sampleBudget, snapshot.fresh) = (2_608, 5_000, 2_608)
        (snapshot.infeasible, snapshot.failed, snapshot.best) = (12, 0, "0.9810 W")
        return snapshot
    }

    static let tail = "  2,608/5,000  41.4 samples/s  best 0.9810 W  12 infeasible  0 failed  1m 3s → 58s"

    @Test(
        "the line says what there is to say, as wide as the terminal",
        arguments: [
            (
                140,
                " Running 3/10  ━━━━━━━━━━━━━━╸───────────────" + ProgressTests.tail
            ),
            (
                110,
                " Running 3/10  ━━━━━╸───────" + ProgressTests.tail
            ),
            (80, " Running 3/10  2,608/5,000  41.4 samples/s  best 0.9810 W  0 failed  1m 3s → 58s"),
            (40, " Running 3/10  ━━━━━╸──────  2,608/5,000"),
            (5, " Running 3/10"),
        ])
    func widths(columns: Int, expected: String) {
        #expect(ProgressLine(ProgressTests.snapshot, elapsed: 63).text(columns: columns, isColoured: false) == expected)
    }

    @Test("any width is kept, coloured or not", arguments: 14...150)
    func fits(columns: Int) {
        let line = ProgressLine(ProgressTests.snapshot, elapsed: 63)
        let plain = line.text(columns: columns, isColoured: false)
        #expect(plain.count <= columns)
        let coloured = line.text(columns: columns, isColoured: true)
        #expect(coloured.contains("\u{1B}[1;32m"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "").count == plain.count)
    }

    @Test("without a sample budget there is no share and no end to foresee")
    func open() {
        var snapshot = ProgressTests.snapshot
        snapshot.sampleBudget = nil
        snapshot.best = nil
        #expect(
            ProgressLine(snapshot, elapsed: 0).plain
                == " Running 3/10  2,608 samples  0.0 samples/s  12 infeasible  0 failed  0.0s")
    }

    @Test("where episodes have several steps, it says how many ended and what the last returned")
    func episodes() {
        var snapshot = ProgressTests.snapshot
        (snapshot.sampleBudget, snapshot.episodes, snapshot.meanReturn) = (nil, 1_304, 0.56218)
        #expect(
            ProgressLine(snapshot, elapsed: 0).plain
                == " Running 3/10  2,608 samples  0.0 samples/s  best 0.9810 W  1,304 episodes, return 0.5622"
                + "  12 infeasible  0 failed  0.0s")
    }

    @Test("a terminal sees five lines a second at most, a file one every ten seconds")
    func printing() throws {
        let board = ProgressBoard(try plan(PlanTests.short))
        let clock = FakeClock()
        let written = Mutex<[String]>([])
        func shown(_ output: ProgressPrinter.Output, seconds: Int) -> [String] {
            written.withLock { $0 = [] }
            var printer = ProgressPrinter(board, output: { output }, clock: { clock.now }) { text in
                written.withLock { $0.append(text) }
            }
            for _ in 0..<seconds * 16 {
                printer.tick()
                clock.advance(0.0625)
            }
            printer.finish()
            return written.withLock { $0 }
        }
        let terminal = shown(.terminal(columns: 60, isColoured: false), seconds: 2)
        #expect(terminal.count == 9)
        #expect(terminal.dropLast().allSatisfy { $0.hasPrefix("\r Running 0/1  ") && $0.hasSuffix("\u{1B}[K") })
        #expect(terminal.last == "\r\u{1B}[K")
        let plain = shown(.plain, seconds: 35)
        #expect(plain.count == 3)
        #expect(plain.allSatisfy { $0.hasPrefix(" Running 0/1  0/10  ") && $0.hasSuffix("\n") })
    }
}
