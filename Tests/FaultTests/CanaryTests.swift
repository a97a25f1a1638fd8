import Foundation
import Testing

extension Faults {
    /// What tells the faults' tests that something went wrong has to be able to tell.
    @Suite("The comparison of logs finds what is to be found")
    struct CanaryTests {
        /// What is done to a log, with `SAMPLES` for the table of its samples, and what has to be said of it.
        private static let damages = [
            ("DELETE FROM SAMPLES WHERE _trial = 1 AND _number = 150", "has 299 samples, not 300"),
            ("DELETE FROM SAMPLES WHERE _trial = 1 AND _number = 299", "has 299 samples, not 300"),
            ("UPDATE SAMPLES SET _number = 300 WHERE _trial = 1 AND _number = 4", "has number 5 at place 4"),
            ("UPDATE SAMPLES SET latency = latency * 1.0000000000000002 WHERE _number = 7", "has the sample"),
            ("UPDATE SAMPLES SET _reward = NULL WHERE _trial = 2 AND _number = 0", "has the sample"),
            ("UPDATE SAMPLES SET arbiter = 'Fifo' WHERE arbiter = 'Simple'", "has the sample"),
            ("UPDATE SAMPLES SET _slot = 1 WHERE _number = 16", "has the sample"),
            ("UPDATE trials SET status = 'running' WHERE id = 1", "is '"),
            ("UPDATE trials SET best = best + 1 WHERE id = 3", "is '"),
            ("DELETE FROM SAMPLES WHERE _trial = 4; DELETE FROM trials WHERE id = 4", "is lost"),
            ("UPDATE trials SET label = 'other' WHERE id = 4", "is new"),
        ]

        @Test("one sample lost, renumbered or altered in its last bit, a status, a trial")
        func altered() throws {
            let study = try Study(.closedFormulas, samples: 300)
            let log = study.scratch.newPath("db")
            try study.finish(log)
            for (sql, finding) in Self.damages {
                let copy = study.scratch.newPath("db")
                try FileManager.default.copyItem(atPath: log, toPath: copy)
                #expect(try LogContents(copy).differences(from: study.wanted) == [])
                try tamper(with: copy, sql)
                let found = try LogContents(copy).differences(from: study.wanted)
                #expect(found.contains { $0.contains(finding) }, "after '\(sql)' it says \(found)")
            }
        }

        @Test("clocks and the order in which trials began are no difference")
        func clocks() throws {
            let study = try Study(.closedFormulas, samples: 50)
            let log = study.scratch.newPath("db")
            try study.finish(log)
            try tamper(
                with: log, "UPDATE SAMPLES SET _seconds = 7, _at = 8; UPDATE trials SET created = '', seconds = 9")
            try tamper(with: log, "UPDATE SAMPLES SET _trial = 90 - _trial; UPDATE trials SET id = 90 - id")
            #expect(try LogContents(log).differences(from: study.wanted) == [])
        }
    }
}
