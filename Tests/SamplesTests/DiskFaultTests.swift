import Foundation
import GRDB
import Gym
import Samples
import Testing

@Suite("A disk that fails or is full stops the log with a sentence and takes nothing back", .serialized)
struct DiskFaultTests {
    private static let batches = 6

    /// Writes until the disk fails.
    ///
    /// - Returns: how many samples were acknowledged, and the error.
    private func write(_ path: String, _ durability: SampleLog.Durability) -> (acknowledged: Int, error: GymError?) {
        var acknowledged = 0
        let error = gymError {
            let log = try SampleLog(path: path, mode: .write, durability: durability)
            defer { log.close() }
            let trial = try log.opened()
            for _ in 0..<Self.batches {
                try log.append(Fixture.samples(acknowledged..<acknowledged + 16, trial: trial))
                acknowledged += 16
            }
        }
        return (acknowledged, error)
    }

    @Test(
        "the N-th write fails, for every N", arguments: FaultyDisk.Fault.allCases, [SampleLog.Durability.normal, .full])
    func fails(_ fault: FaultyDisk.Fault, _ durability: SampleLog.Durability) throws {
        var (countdown, failures) = (1, 0)
        while true {
            let folder = try Folder()
            #expect(FaultyDisk.arm(folder.url.path, fault, countdown: countdown))
            let (acknowledged, error) = write(folder.path(), durability)
            guard FaultyDisk.heal() else {
                #expect(error == nil && acknowledged == 16 * Self.batches)
                break
            }
            if let error {
                failures += 1
                #expect(error.code == .logUnusable && error.hint != nil, "call \(countdown): \(error)")
                if fault == .full { #expect(error.message.hasSuffix("can't grow: its disk is full")) }
            }
            try check(folder.path(), acknowledged, "\(fault) at call \(countdown)")
            countdown += isFull || countdown < 40 ? 1 : 7
        }
        #expect(failures > 10, "the faults were hardly met: \(failures) of \(countdown)")
    }

    private func check(_ path: String, _ acknowledged: Int, _ comment: Comment) throws {
        let log = try SampleLog(path: path, mode: .write)
        defer { log.close() }
        let opened = try log.open(Fixture.trial(resumption: .replay), spec: Fixture.plain())
        let all = Fixture.samples(0..<16 * Self.batches, trial: opened.trial)
        // A batch may have reached the disk although its acknowledgement was lost.
        #expect([acknowledged, acknowledged + 16].contains(Int(opened.count)), comment)
        #expect(try log.all(opened.trial) == Array(all[..<Int(opened.count)]), comment)
        #expect(try query(path, "PRAGMA integrity_check").first?["integrity_check"] == "ok", comment)
        try log.append(Array(all[Int(opened.count)...]))
        #expect(try log.all(opened.trial) == all, comment)
    }

    @Test("only full durability flushes every batch", arguments: [(SampleLog.Durability.normal, 0), (.full, 4)])
    func flushes(_ durability: SampleLog.Durability, _ count: Int) throws {
        let folder = try Folder()
        #expect(FaultyDisk.arm(folder.url.path, .error, countdown: 1_000_000))
        let log = try SampleLog(path: folder.path(), mode: .write, durability: durability)
        let trial = try log.opened()
        let before = FaultyDisk.flushes
        for number in 0..<4 { try log.append([Fixture.sample(number, trial: trial)]) }
        #expect(FaultyDisk.flushes - before == count)
        #expect(!FaultyDisk.heal())
    }

    @Test("after a full disk has room again, the same open log goes on")
    func recovers() throws {
        let folder = try Folder()
        #expect(FaultyDisk.arm(folder.url.path, .full, countdown: 1_000_000))
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        try log.append(Fixture.samples(0..<16, trial: trial))
        #expect(FaultyDisk.arm(folder.url.path, .full, countdown: 1))
        let error = gymError { try log.append(Fixture.samples(16..<32, trial: trial)) }
        #expect(error?.message.hasSuffix("its disk is full") == true)
        #expect(FaultyDisk.heal())
        #expect(try log.all(trial) == Fixture.samples(0..<16, trial: trial))
        try log.append(Fixture.samples(16..<32, trial: trial))
        #expect(try log.all(trial) == Fixture.samples(0..<32, trial: trial))
    }
}
