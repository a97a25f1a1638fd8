import ArgumentParser
import Environments
import Foundation
import Gym

/// `sextant trace record`: runs a program under valgrind's lackey, and its accesses through caches.
struct TraceRecord: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record what a program asks of the memory.",
        discussion: """
            The program runs under valgrind's lackey, some hundred times slower than by itself; its output is thrown
            away. Its accesses pass through a first level of caches for instructions and data and a second level behind
            both; what misses, and what is written back, is the trace. It ends with the program or at --requests.
            """)

    @Option(help: "At most so many requests.")
    var requests = 40_000

    @Option(help: ArgumentHelp("Size of each first-level cache, a power of two.", valueName: "KiB"))
    var firstLevel = 32

    @Option(help: ArgumentHelp("Size of the second-level cache, a power of two.", valueName: "KiB"))
    var secondLevel = 256

    @Option(help: "Memory clocks that one instruction takes.")
    var clocksPerInstruction = 0.5

    @OptionGroup var output: TraceOutput

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("The program and its arguments, after --.", valueName: "program"))
    var program: [String] = []

    func run() throws {
        guard let name = program.first else {
            throw GymError(.usage, "no program to record", hint: "sextant trace record -o sort.stl -- sort words.txt")
        }
        var filter = CacheFilter(try configuration())
        let limit = try TraceLimits.checked(requests)
        try Lackey.run(program) { line in
            filter.take(lackey: line)
            return filter.trace.count < limit && !Interruption.isRequested
        }
        if Interruption.isRequested { Sextant.leave(with: Interruption.exitCode) }
        guard filter.trace.count > 0 else {
            throw GymError(.badInput, "'\(name)' asked nothing of the memory", hint: "does it start by itself?")
        }
        try output.write(filter.trace)
        Terminal.say("\(filter.trace.count) requests of \(filter.instructions) instructions\n")
    }

    private func configuration() throws -> CacheFilter.Configuration {
        for (name, size, least) in [("first-level", firstLevel, 1), ("second-level", secondLevel, 2)] {
            guard size.nonzeroBitCount == 1, (least...65_536).contains(size) else {
                throw GymError(.usage, "--\(name) is \(size), no power of two from \(least) to 65536", field: name)
            }
        }
        guard clocksPerInstruction > 0, clocksPerInstruction <= 1_000 else {
            throw GymError(.usage, "--clocks-per-instruction is \(clocksPerInstruction), not above 0 and at most 1000")
        }
        var configuration = CacheFilter.Configuration()
        (configuration.firstLevel, configuration.secondLevel) = (firstLevel, secondLevel)
        configuration.clocksPerInstruction = clocksPerInstruction
        return configuration
    }
}

/// Valgrind's tool that prints every memory access of a program.
enum Lackey {
    /// Runs a program and hands over the lines of its accesses until it ends or `body` returns false.
    ///
    /// - Throws: `GymError` (`unreachable`) where valgrind is missing.
    static func run(_ program: [String], _ body: (UnsafeRawBufferPointer) -> Bool) throws {
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
            // No lines are awaited any more; a program that goes on is ended.
            if process.isRunning { process.terminate() }
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

    private static var path: String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/valgrind" }.first(where: FileManager.default.isExecutableFile)
    }
}
