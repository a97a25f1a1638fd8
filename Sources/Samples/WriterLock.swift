import Foundation
import Glibc
import Gym

/// The right to write a log: an advisory lock on the file `LOG-lock` beside it, which holds the writer's process id.
///
/// It is an open-file-description lock, so that a second log in the same process is refused as well, a reader can ask
/// for it without taking it, and the kernel releases it however the process ends.
struct WriterLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Takes the lock of a log at once or throws a `GymError` that says why it can't be had.
    init(of log: String) throws {
        path = WriterLock.path(of: log)
        while true {
            let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw WriterLock.unwritable(log, errno) }
            var request = WriterLock.wholeFile
            guard fcntl(descriptor, ofdSetLock, &request) == 0 else {
                let reason = errno
                defer { Glibc.close(descriptor) }
                guard reason == EAGAIN || reason == EACCES else { throw WriterLock.unwritable(log, reason) }
                throw WriterLock.taken(log, by: WriterLock.processID(in: descriptor))
            }
            // The last writer may have removed the file between our opening and our locking it.
            if WriterLock.isSameFile(descriptor, path) {
                self.descriptor = descriptor
                break
            }
            Glibc.close(descriptor)
        }
        let line = "\(getpid())\n"
        guard ftruncate(descriptor, 0) == 0, write(descriptor, line, line.utf8.count) == line.utf8.count else {
            let reason = errno
            Glibc.close(descriptor)
            throw WriterLock.unwritable(log, reason)
        }
    }

    /// Gives the lock up and removes its file; call it once.
    func release() {
        unlink(path)
        Glibc.close(descriptor)
    }

    /// The process that writes a log now; nil where none does.
    static func holder(of log: String) -> Int32? {
        let descriptor = Glibc.open(path(of: log), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var question = wholeFile
        guard fcntl(descriptor, ofdGetLock, &question) == 0, question.l_type != Int16(F_UNLCK) else { return nil }
        return processID(in: descriptor)
    }

    /// Beside the file itself where the log's name is a link to it, so that every name has the same lock.
    private static func path(of log: String) -> String {
        guard let resolved = realpath(log, nil) else { return log + "-lock" }
        defer { free(resolved) }
        return String(cString: resolved) + "-lock"
    }

    private static var wholeFile: flock {
        flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }

    private static func processID(in descriptor: Int32) -> Int32 {
        var digits = [UInt8](repeating: 0, count: 16)
        let count = max(0, pread(descriptor, &digits, digits.count, 0))
        return digits.prefix(count).reduce(0) { number, digit in
            (48...57).contains(digit) && number < 100_000_000 ? number * 10 + Int32(digit - 48) : number
        }
    }

    private static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
        var (held, named) = (stat(), stat())
        return fstat(descriptor, &held) == 0 && stat(path, &named) == 0
            && held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }

    private static func taken(_ log: String, by process: Int32) -> GymError {
        GymError(
            .logUnusable, "the log '\(log)' is being written by another process (pid \(process))",
            hint: "wait until it has ended, or name another file with --log")
    }

    private static func unwritable(_ log: String, _ reason: Int32) -> GymError {
        let folder = URL(filePath: log).deletingLastPathComponent().relativePath
        let hint =
            reason == ENOENT ? "mkdir -p \(folder)" : "name a file in a folder that you can write to with --log"
        return GymError(
            .logUnusable, "the log '\(log)' can't be written: \(String(cString: strerror(reason)).lowercased())",
            hint: reason == ENOSPC ? "free some space on its disk" : hint)
    }
}

// Linux's F_OFD_GETLK and F_OFD_SETLK, which the C library declares only under _GNU_SOURCE.
private let ofdGetLock: Int32 = 36
private let ofdSetLock: Int32 = 37
