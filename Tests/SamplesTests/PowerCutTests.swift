import Foundation
import GRDB
import Gym
import Samples
import Testing

@Suite("A power cut leaves a prefix of whole batches")
struct PowerCutTests {
    private static let batch = 16
    /// So few after the last checkpoint that the whole write-ahead file is in use.
    private static let total = 2_400

    /// A log that is being written: the file and its write-ahead file, as a power cut would find them.
    private static let victim = Result { () throws -> (log: Data, ahead: Data) in
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        for first in stride(from: 0, to: total, by: batch) {
            if first == 800 { try log.compact() }
            try log.append(Fixture.samples(first..<first + batch, trial: trial))
        }
        return (
            try Data(contentsOf: URL(filePath: folder.path())),
            try Data(contentsOf: URL(filePath: folder.path() + "-wal"))
        )
    }

    /// How many bytes of the write-ahead file are lost: every 512-byte boundary of its last 64 KiB, or a tenth.
    static let losses = stride(from: 0, through: 65_536, by: isFull ? 512 : 512 * 11).map { $0 }

    @Test("the log opens, holds a prefix and goes on to the same end", arguments: losses)
    func cut(_ loss: Int) throws {
        let (file, ahead) = try Self.victim.get()
        #expect(ahead.count > 65_536)
        let folder = try Folder()
        try file.write(to: URL(filePath: folder.path()))
        try ahead.dropLast(loss).write(to: URL(filePath: folder.path() + "-wal"))
        let log = try SampleLog(path: folder.path(), mode: .write)
        let all = Fixture.samples(0..<Self.total, trial: 1)
        let opened = try log.open(Fixture.trial(resumption: .replay), spec: Fixture.plain())
        let count = Int(opened.count)
        #expect(count.isMultiple(of: Self.batch) && (loss > 0 || count == Self.total))
        #expect(loss < 512 || count < Self.total, "the cut took nothing")
        #expect(try log.all(1) == Array(all[..<count]))
        #expect(try query(folder.path(), "PRAGMA integrity_check").first?["integrity_check"] == "ok")
        try log.append(Array(all[count...]))
        #expect(try log.all(1) == all)
    }
}
