import Dispatch
import Foundation
import Gym
import Samples
import Synchronization
import Testing

@Suite("One writer at a time")
struct WriterLockTests {
    @Test("a second writer in the same process is refused at once, a reader is not")
    func sameProcess() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let error = gymError { _ = try SampleLog(path: folder.path(), mode: .write) }
        #expect(error?.code == .logUnusable)
        #expect(
            error?.message == "the log '\(folder.path())' is being written by another process (pid \(getpid()))")
        #expect(SampleLog.writer(of: folder.path()) == getpid())
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.db"), withDestinationPath: folder.path())
        #expect(gymError { _ = try SampleLog(path: folder.path("link.db"), mode: .write) }?.code == .logUnusable)
        _ = try SampleLog(path: folder.path(), mode: .read).studies()
        log.close()
        #expect(SampleLog.writer(of: folder.path()) == nil)
        try SampleLog(path: folder.path(), mode: .write).close()
    }

    @Test("a second writer in another process is refused with the first one's pid")
    func otherProcess() async throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        defer { log.close() }
        let (path, pid) = (folder.path(), getpid())
        await #expect(processExitsWith: .success) { [path = path as String, pid = pid as Int32] in
            let error = gymError { _ = try SampleLog(path: path, mode: .write) }
            try #require(error?.message.hasSuffix("another process (pid \(pid))") == true)
        }
    }

    @Test("kill -9 gives the right to write back, and keeps what was acknowledged")
    func killed() async throws {
        let folder = try Folder()
        let path = folder.path()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let log = try SampleLog(path: path, mode: .write)
            try log.append(Fixture.samples(0..<40, trial: log.opened()))
            kill(getpid(), SIGKILL)
        }
        #expect(FileManager.default.fileExists(atPath: path + "-lock"), "the killed process can't have tidied up")
        #expect(SampleLog.writer(of: path) == nil)
        let reader = try SampleLog(path: path, mode: .read)
        #expect(try reader.studies().map(\.status) == [.stopped])
        let log = try SampleLog(path: path, mode: .write)
        #expect(try log.all(1) == Fixture.samples(0..<40, trial: 1))
        #expect(try log.studies().map(\.status) == [.stopped])
        _ = try log.opened(Fixture.trial(resumption: .replay))
        #expect(try reader.studies().map(\.status) == [.running])
    }

    @Test("what is called after the end throws, and nothing stays behind but the log")
    func closed() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        try log.append(Fixture.samples(0..<40, trial: trial))
        #expect(try log.studies().count == 1)
        #expect(try log.all(trial).count == 40)
        log.close()
        log.close()
        #expect(gymError { try log.append(Fixture.samples(0..<1, trial: trial)) }?.code == .logUnusable)
        #expect(gymError { _ = try log.studies() }?.code == .logUnusable)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["sextant.db"])
    }

    @Test("a reader can't write")
    func reader() throws {
        let folder = try Folder()
        try SampleLog(path: folder.path(), mode: .write).close()
        let reader = try SampleLog(path: folder.path(), mode: .read)
        #expect(gymError { _ = try reader.opened() }?.code == .readOnly)
        #expect(gymError { try reader.compact() }?.code == .readOnly)
    }

    @Test("a reader sees every acknowledged sample at once and never waits or fails")
    func readsDuringWrites() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        let reads = isFull ? 1_000 : 100
        let isStopped = Mutex(false)
        let written = Mutex<Result<Int, any Error>>(.success(0))
        let end = DispatchSemaphore(value: 0)
        // A thread of its own, since the other tests keep the pool of tasks busy.
        Thread.detachNewThread {
            let result = Result { try Self.write(log, trial, until: { isStopped.withLock { $0 } }) }
            written.withLock { $0 = result }
            end.signal()
        }
        var last: Int64 = 0
        for _ in 0..<reads {
            let reader = try SampleLog(path: folder.path(), mode: .read)
            let count = try #require(try reader.trials(of: "study").first?.samples)
            #expect(count >= last && count % 16 == 0)
            let tail = try reader.samples(of: trial, from: max(0, count - 16), limit: 16)
            // The first samples may come between the two looks at an empty log.
            #expect(count == 0 || tail.last?.number == count - 1)
            last = count
        }
        isStopped.withLock { $0 = true }
        end.wait()
        #expect(try log.all(trial).count == written.withLock { try $0.get() })
        #expect(last > 0)
    }

    private static func write(_ log: SampleLog, _ trial: Int64, until isStopped: () -> Bool) throws -> Int {
        var written = 0
        while !isStopped() {
            try log.append(Fixture.samples(written..<written + 16, trial: trial))
            written += 16
        }
        return written
    }
}
