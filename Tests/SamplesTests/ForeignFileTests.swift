import Foundation
import GRDB
import Gym
import Samples
import Testing

@Suite("A file that can be no log is refused with a sentence and stays as it is")
struct ForeignFileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let says: String
        /// Makes what is in the way and gives the path to open.
        let make: @Sendable (Folder) throws -> String
    }

    private static func database(_ folder: Folder, _ sql: String) throws -> String {
        let queue = try DatabaseQueue(path: folder.path())
        try queue.write { db in try db.execute(sql: sql) }
        try queue.close()
        return folder.path()
    }

    private static func newer(_ folder: Folder) throws -> String {
        try SampleLog(path: folder.path(), mode: .write).close()
        return try database(folder, "INSERT INTO grdb_migrations VALUES ('9: what is to come')")
    }

    private static func damaged(_ folder: Folder) throws -> String {
        let log = try SampleLog(path: folder.path(), mode: .write)
        try log.append(Fixture.samples(0..<500, trial: log.opened()))
        log.close()
        let file = try FileHandle(forUpdating: folder.url.appending(path: "sextant.db"))
        try file.seek(toOffset: 100)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 3_000))
        try file.close()
        return folder.path()
    }

    static let both: [Case] = [
        Case(testDescription: "a folder", says: "is a folder") { $0.url.path },
        Case(testDescription: "a text", says: "is not a Sextant log") { folder in
            try String(repeating: "kind: run\n", count: 500).write(
                toFile: folder.path(), atomically: true, encoding: .utf8)
            return folder.path()
        },
        Case(testDescription: "another program's database", says: "is not a Sextant log") {
            try database($0, "CREATE TABLE trials (x)")
        },
        Case(testDescription: "a log of a newer version", says: "was written by a newer Sextant") { try newer($0) },
        Case(testDescription: "a damaged log", says: "is damaged") { try damaged($0) },
    ]

    @Test("refused for reading and writing", arguments: both)
    func refused(_ item: Case) throws {
        let folder = try Folder()
        let path = try item.make(folder)
        let before = FileManager.default.contents(atPath: path)
        for mode in [SampleLog.Mode.read, .write] {
            let error = gymError { _ = try SampleLog(path: path, mode: mode) }
            #expect(error?.code == .logUnusable)
            #expect(error?.message.contains(item.says) == true, "\(String(describing: error))")
            #expect(error?.hint != nil)
        }
        #expect(FileManager.default.contents(atPath: path) == before)
        #expect(!FileManager.default.fileExists(atPath: path + "-lock"))
        #expect(SampleLog.writer(of: path) == nil)
    }

    static let unwritable: [Case] = [
        Case(testDescription: "a folder that is not there", says: "no such file or directory") {
            $0.path("no/sextant.db")
        },
        Case(testDescription: "a file in place of a folder", says: "not a directory") { folder in
            try Data().write(to: folder.url.appending(path: "file"))
            return folder.path("file/sextant.db")
        },
        // No user, not even the administrator, can make a file there.
        Case(testDescription: "a folder where nobody can write", says: "can't be written") { _ in "/proc/sextant.db" },
        Case(testDescription: "a device that is full", says: "is not a file") { _ in "/dev/full" },
    ]

    @Test("a place where no log can be made is named with its reason", arguments: unwritable)
    func named(_ item: Case) throws {
        let folder = try Folder()
        let path = try item.make(folder)
        let error = gymError { _ = try SampleLog(path: path, mode: .write) }
        #expect(error?.code == .logUnusable)
        #expect(error?.message.contains(item.says) == true, "\(String(describing: error))")
        #expect(error?.hint != nil)
    }

    @Test("a log that is not there is not made by reading it")
    func missing() throws {
        let folder = try Folder()
        let error = gymError { _ = try SampleLog(path: folder.path(), mode: .read) }
        #expect(error?.message == "there is no log at '\(folder.path())'")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test("an empty file, and what a writer left that was killed at its first moment, become logs")
    func unfinished() throws {
        let folder = try Folder()
        try Data().write(to: folder.url.appending(path: "sextant.db"))
        try SampleLog(path: folder.path(), mode: .write).close()
        let other = try Folder()
        _ = try Self.database(other, "PRAGMA application_id = \(0x5358_544E)")
        let log = try SampleLog(path: other.path(), mode: .write)
        _ = try log.opened()
    }
}
