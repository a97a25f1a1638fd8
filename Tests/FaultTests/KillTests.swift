import Foundation
import Gym
import Testing

extension Faults {
    @Suite("A run that is killed goes on to the log that it would have written anyway")
    struct KillTests {
        @Test("kill -9 at any moment, several times a study", arguments: Study.Kind.allCases)
        func killed(_ kind: Study.Kind) throws {
            let study = try Study(kind)
            var dice = Dice.generator("kill \(kind)")
            let wanted = Dice.count(200) / Study.Kind.allCases.count
            var (kills, hits) = (0, 0)
            // On a machine that is busy with other things many come too early: then there are more of them.
            while kills < wanted || (hits * 2 <= kills && kills < 4 * wanted) {
                let log = study.scratch.newPath("db")
                for place in 0..<min(10, wanted) {
                    let child = try study.begin(log, resuming: place > 0)
                    if let ending = child.wait(seconds: dice.draw(0..<study.seconds * 0.6)) {
                        #expect(ending == .exit(0), "\(child.errors)")
                        break
                    }
                    child.signal(SIGKILL)
                    #expect(try child.end() == .signal(SIGKILL))
                    kills += 1
                    if (1..<study.wanted.count).contains(samplesLogged(log)) { hits += 1 }
                }
                try study.finish(log)
            }
            #expect(hits * 2 > kills, "of \(kills) kills only \(hits) found a log in the middle")
        }

        @Test("a power cut takes the tail of the write-ahead file, at any sector")
        func powerCut() throws {
            // So few that the write-ahead file has not begun anew, and all of it is in use.
            let study = try Study(.closedFormulas, samples: 500)
            let log = try killed(study)
            let file = try Data(contentsOf: URL(filePath: log))
            let ahead = try Data(contentsOf: URL(filePath: log + "-wal"))
            try #require(ahead.count > 65_536)
            let whole = samplesLogged(log)
            var (dice, taken) = (Dice.generator("power cut"), 0)
            for place in 0..<Dice.count(128) {
                let loss = 512 * (Dice.isFull ? place : dice.draw(0..<128))
                // A cut takes the commit that it goes through, whole, and no other.
                let kept = ahead.dropLast(loss)
                let counts = try [kept, kept.prefix(Self.committedBytes(of: kept))].map { rest in
                    let copy = study.scratch.newPath("db")
                    try file.write(to: URL(filePath: copy))
                    try rest.write(to: URL(filePath: copy + "-wal"))
                    let count = samplesLogged(copy)
                    try study.finish(copy, "a cut of \(loss) bytes")
                    return count
                }
                #expect(counts[0] == counts[1], "a cut of \(loss) bytes")
                #expect(counts[0] <= whole, "a cut of \(loss) bytes")
                taken += counts[0] < whole ? 1 : 0
            }
            // Short cuts may take the end of a commit that was under way, or one that holds no sample.
            #expect(taken > 0, "no cut reached a sample")
        }

        /// How many bytes of a write-ahead file the last commit ends at: a frame of 24 bytes and a page that says how
        /// large the database is ends one (SQLite's file format, section 4).
        private static func committedBytes(of ahead: Data) -> Int {
            let bytes = [UInt8](ahead)
            func word(_ place: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(bytes[place + $1]) } }
            let frame = 24 + word(8)
            return stride(from: 32, through: bytes.count - frame, by: frame).reduce(32) {
                word($1 + 4) != 0 ? $1 + frame : $0
            }
        }

        /// A log whose run was killed after the first quarter.
        private func killed(_ study: Study) throws -> String {
            for _ in 0..<10 {
                let log = study.scratch.newPath("db")
                let child = try study.begin(log, resuming: false)
                #expect(child.wait { samplesLogged(log) > study.wanted.count / 4 }, "\(child.errors)")
                child.signal(SIGKILL)
                if try child.end() == .signal(SIGKILL) { return log }
            }
            throw GymError(.internal, "every run was over before it was killed")
        }
    }
}
