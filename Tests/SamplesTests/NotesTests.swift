import Gym
import Samples
import Testing

@Suite("Agents' notes in the log")
struct NotesTests {
    @Test("a note is read as it was kept, the last one where there were several, and nothing where there was none")
    func roundTrip() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        let words: [UInt64] = [0, .max, 1 << 63, (-0.0).bitPattern, Double.nan.bitPattern]
        try log.keep(note: [7], of: trial, at: 4)
        try log.keep(note: words, of: trial, at: 4)
        try log.keep(note: [], of: trial, at: 5)
        let reader = try SampleLog(path: folder.path(), mode: .read)
        #expect(try reader.note(of: trial, at: 4) == words)
        #expect(try reader.note(of: trial, at: 5) == [])
        #expect(try reader.note(of: trial, at: 6) == nil)
        #expect(try reader.number(ofTrial: "first", in: "study") == trial)
        #expect(try reader.number(ofTrial: "second", in: "study") == nil)
    }

    @Test("notes go with their trial: a merge brings them, a removed study takes them along")
    func lifetime() throws {
        let folder = try Folder()
        let (home, away) = (folder.path("home.db"), folder.path("away.db"))
        let log = try SampleLog(path: home, mode: .write)
        let other = try SampleLog(path: away, mode: .write)
        // Another trial comes first, so that the numbers differ between the logs.
        _ = try log.opened(Fixture.trial("elsewhere", study: "another"))
        let theirs = try other.opened()
        try other.append(Fixture.samples(0..<4, trial: theirs))
        try other.keep(note: [1, 2], of: theirs, at: 0)
        try log.merge(from: away)
        let mine = try #require(try log.number(ofTrial: "first", in: "study"))
        #expect(mine != theirs)
        #expect(try log.note(of: mine, at: 0) == [1, 2])
        try other.append(Fixture.samples(4..<8, trial: theirs))
        try other.keep(note: [9], of: theirs, at: 0)
        try other.keep(note: [3], of: theirs, at: 4)
        try log.merge(from: away)
        #expect(try log.note(of: mine, at: 0) == [1, 2])
        #expect(try log.note(of: mine, at: 4) == [3])
        try log.remove(study: "study")
        #expect(try query(home, "SELECT * FROM notes").isEmpty)
    }

    @Test("a log of the first release takes notes once it is opened to write")
    func migration() throws {
        let folder = try Folder()
        let first = try SampleLog(path: folder.path(), mode: .write)
        let trial = try first.opened()
        try first.append(Fixture.samples(0..<3, trial: trial))
        first.close()
        try change(folder.path(), "DROP TABLE notes; DELETE FROM grdb_migrations WHERE identifier LIKE '2:%'")
        // Such a log can still be merged from, and read.
        let other = try SampleLog(path: folder.path("other.db"), mode: .write)
        #expect(try other.merge(from: folder.path()).samples == 3)
        let log = try SampleLog(path: folder.path(), mode: .write)
        try log.keep(note: [5], of: trial, at: 0)
        #expect(try log.note(of: trial, at: 0) == [5])
        #expect(try log.all(trial).count == 3)
    }
}
