import Foundation
import Gym
import Testing

extension Faults {
    @Suite("A disk that is full ends a run with a sentence, and the run goes on when there is room")
    struct DiskTests {
        @Test("files may not grow beyond a limit")
        func limited() throws {
            let study = try Study(.closedFormulas, samples: 1_200)
            var dice = Dice.generator("file size")
            for _ in 0..<Dice.count(40) {
                let log = study.scratch.newPath("db")
                // In blocks of 512 bytes; the log would need some two thousand of them.
                let blocks = dice.draw(1..<1_000)
                let limited = ["/bin/sh", "-c", "ulimit -f \(blocks) && exec \"$@\"", "sh"]
                let child = try study.begin(log, resuming: false, before: limited)
                try check(child, log, "a limit of \(blocks) blocks")
                if FileManager.default.fileExists(atPath: log) { #expect(try isSound(log)) }
                try study.finish(log, "a limit of \(blocks) blocks")
            }
        }

        @Test("a small file system is full", .enabled(if: SmallDisk.isAllowed, "mounting takes the rights of root"))
        func full() throws {
            let study = try Study(.closedFormulas, samples: 1_200)
            var dice = Dice.generator("full disk")
            for _ in 0..<Dice.count(40) {
                let kibibytes = dice.draw(40..<400)
                let disk = try SmallDisk(study.scratch.newPath("disk"), kibibytes: kibibytes)
                let log = disk.folder + "/sextant.db"
                let child = try study.begin(log, resuming: false)
                try check(child, log, "a disk of \(kibibytes) KiB")
                #expect(child.errors.contains("its disk is full") || child.errors.contains("No space left"))
                #expect(try disk.grow(), "the disk can't grow")
                try study.finish(log, "a disk of \(kibibytes) KiB")
            }
        }

        private func check(_ child: Child, _ log: String, _ comment: Comment) throws {
            #expect(try child.end() == .exit(74), comment)
            let headline = child.errors.split(separator: "\n").first { $0.hasPrefix("error:") } ?? ""
            #expect(headline.hasPrefix("error: the log '\(log)' can't be") || headline.hasSuffix("its disk is full"))
            #expect(child.errors.contains("help: "), "\(comment): \(child.errors)")
            #expect(child.output == "", comment)
        }
    }
}

/// A file system in memory that is soon full; taken away with the value.
private final class SmallDisk {
    static let isAllowed: Bool = {
        guard getuid() == 0, let scratch = try? Scratch() else { return false }
        return (try? SmallDisk(scratch.newPath("disk"), kibibytes: 100)) != nil
    }()

    let folder: String

    init(_ folder: String, kibibytes: Int) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard mount("tmpfs", folder, "tmpfs", 0, "size=\(kibibytes)k") == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EPERM)
        }
    }

    /// Gives it all the room that is needed.
    func grow() throws -> Bool { mount("tmpfs", folder, "tmpfs", UInt(MS_REMOUNT), "size=100m") == 0 }

    // Detached rather than waited for, so that it goes even if a file is still open.
    deinit { umount2(folder, Int32(MNT_DETACH)) }
}
