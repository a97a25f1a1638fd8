import Foundation
import Gym

/// Valgrind's tool that prints every memory access of a program.
public enum Lackey {
    /// Runs a program and hands over the lines of its accesses until it ends or `body` returns false.
    ///
    /// - Throws: `GymError` (`unreachable`) where valgrind is missing.
    public static func run(_ program: [String], _ body: (UnsafeRawBufferPointer) -> Bool) throws {
        guard let valgrind = path else {
            throw GymError(
                .unreachable, "recording needs valgrind, which is not installed", hint: "apt-get install valgrind")
        }
        let (process, pipe) = (Process(), Pipe())
        // The trace goes to the pipe, the program's own output nowhere.
        let script = "exec \"$0\" --tool=lackey --trace-mem=yes --log-fd=3 \"$@\" 3>&1 >/dev/null"
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, valgrind] + program
        process.standardOutput = pipe
        try process.run()
        defer {
            // With nobody to read, a program that goes on could neither write nor end by itself.
            try? pipe.fileHandleForReading.close()
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
        var rest = Data()
        while case let chunk = pipe.fileHandleForReading.availableData, !chunk.isEmpty {
            rest.append(chunk)
            let used = rest.withUnsafeBytes { bytes in eachLine(of: bytes, body) }
            guard let used else { return }
            rest = Data(rest.suffix(rest.count - used))
        }
    }

    /// Hands over whole lines and returns how many bytes they took; nil when no more are wanted.
    private static func eachLine(
        of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Bool
    ) -> Int? {
        var start = 0
        while let base = bytes.baseAddress, let newline = memchr(base + start, 10, bytes.count - start) {
            let end = base.distance(to: UnsafeRawPointer(newline))
            guard body(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) else { return nil }
            start = end + 1
        }
        return start
    }

    /// Whether valgrind is installed.
    public static var isInstalled: Bool { path != nil }

    private static var path: String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/valgrind" }.first(where: FileManager.default.isExecutableFile)
    }
}
