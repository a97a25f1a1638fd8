import Foundation
import Gym

/// One running ABC: commands go in, framed replies come out. It dies with this value. One thread at a time uses it.
///
/// ABC ends with status 0 after any error and has no limit of time or memory of its own, so replies are judged by
/// their text, and both limits are set from outside.
final class ABCProcess {
    let folder: PrivateFolder
    private let pid: pid_t
    private let socket: Int32
    private var hasEnded = false
    private var number = 0
    private var unread: [UInt8] = []
    /// Seconds that its callers have waited for it.
    private(set) var secondsInside = 0.0

    /// No reply of ABC to what is asked here comes near this.
    private static let replyLimit = 8 << 20
    /// The words that begin it: no core file, a bound on memory, its own folder; nothing in them comes from outside.
    private static let script = """
        ulimit -c 0; ulimit -t \(processorLimit); if [ "$1" -gt 0 ]; then ulimit -v "$1"; fi; cd "$2" && exec "$3" -s
        """
    /// Seconds of processor time after which one that hangs ends even if nobody is left to kill it; nothing else may
    /// come near this.
    static let processorLimit = 200_000

    /// Begins a process in a folder of its own, with at most so many bytes of memory.
    ///
    /// - Throws: `ABCFailure` where the system refuses.
    init(path: String, memoryLimit: Int?) throws {
        do { folder = try PrivateFolder() } catch {
            throw ABCFailure(kind: .start, detail: "no folder for it can be made: \(error.localizedDescription)")
        }
        let ends = try ChildProcess.channel()
        defer { close(ends.child) }
        socket = ends.own
        let kilobytes = (memoryLimit ?? 0) / 1_024
        do {
            pid = try ChildProcess.spawn(
                ["sh", "-c", Self.script, "sh", "\(kilobytes)", folder.path, path], channel: ends.child)
        } catch {
            close(socket)
            throw error
        }
    }

    deinit { end() }

    /// Runs a line of commands and gives what was printed, without the echo of the line.
    ///
    /// - Throws: `ABCFailure` where the process died or overran its seconds, `DeadlineExpired` where the caller's
    ///   deadline passed first; the process is ended then.
    func run(_ line: String, seconds: Double, deadline: Deadline) throws -> String {
        let begun = ChildProcess.now
        defer { secondsInside += ChildProcess.now - begun }
        number += 1
        let mark = "@@\(number)@@"
        try send("\(line)\necho \(mark)\n")
        while true {
            if let reply = takeReply(mark) { return reply }
            let left = min(seconds - (ChildProcess.now - begun), deadline.secondsLeft)
            guard left > 0, !deadline.hasPassed else {
                end()
                // A caller that waits no longer is told so; whether the command was too slow remains open.
                if seconds - (ChildProcess.now - begun) > 0 { throw DeadlineExpired() }
                throw ABCFailure(kind: .timeout, detail: "no answer in \(Value.format(seconds)) s")
            }
            var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            // Short sleeps only because a deadline may pass for other reasons than time.
            guard poll(&ready, 1, Int32(max(1, min(20, left * 1_000)))) > 0 else { continue }
            try receive()
        }
    }

    /// Ends the process at once.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        close(socket)
        ChildProcess.end(pid)
    }

    /// Bytes of memory that it holds now; 0 where the system does not say.
    var residentBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8) else { return 0 }
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
    }

    private func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw death() }
            sent += count
        }
    }

    private func receive() throws {
        let start = unread.count
        unread += [UInt8](repeating: 0, count: 1 << 16)
        let count = unread.withUnsafeMutableBytes { recv(socket, $0.baseAddress.map { $0 + start }, 1 << 16, 0) }
        unread.removeLast((1 << 16) - max(0, count))
        if count < 0, errno == EINTR { return }
        guard count > 0 else { throw death() }
        guard unread.count <= Self.replyLimit else {
            end()
            throw ABCFailure(kind: .error, detail: "it prints without end")
        }
    }

    /// The text before the line that is the mark alone, once that has come. Commands are echoed after a prompt.
    private func takeReply(_ mark: String) -> String? {
        guard unread.count > mark.utf8.count else { return nil }
        let tail = unread.suffix(mark.utf8.count + 64)
        guard String(decoding: tail, as: UTF8.self).contains(mark) else { return nil }
        let lines = unread.split(separator: 10, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let end = lines.firstIndex(where: { $0.trimmingCharacters(in: .whitespaces) == mark }) else { return nil }
        unread = []
        return lines[..<end].filter { !$0.hasPrefix("abc ") || !$0.contains("> ") }.map(Self.plain)
            .joined(separator: "\n")
    }

    /// A line without the codes that make it bold on a terminal.
    private static func plain(_ line: String) -> String {
        guard line.contains("\u{1B}") else { return line }
        return line.replacing(/\x{1B}\[[0-9;]*m/, with: "")
    }

    private func death() -> ABCFailure {
        var status: Int32 = 0
        // The socket closes a moment before the process is gone.
        let killer = ChildProcess.now + 2
        var isGone = false
        while !isGone, ChildProcess.now < killer {
            isGone = waitpid(pid, &status, WNOHANG) == pid
            if !isGone { usleep(500) }
        }
        if isGone {
            hasEnded = true
            close(socket)
            ChildProcess.forget(pid)
        } else {
            end()
        }
        let last = String(decoding: unread, as: UTF8.self).split(separator: "\n")
            .last { $0.contains("ssertion") || $0.contains("rror") }
        let words = last.map { ", " + $0.prefix(200).trimmingCharacters(in: .whitespaces) } ?? ""
        let signal = status & 0x7F
        let end = signal == 0 ? "it ended with status \(status >> 8 & 0xFF)" : "signal \(signal)"
        return ABCFailure(kind: .crash, detail: end + words)
    }
}
