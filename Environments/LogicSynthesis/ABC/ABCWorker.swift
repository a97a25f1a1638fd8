import Foundation
import Gym

/// A place for one ABC process: begins it when it is needed, again when it died, and anew before it grows too large.
/// One thread at a time uses it, the one that the pool has handed it to.
final class ABCWorker: @unchecked Sendable {
    private let program: ABCProgram
    private var process: ABCProcess?
    private var commandCount = 0
    /// The name of the state that is the current network; nil where something else is.
    private(set) var loaded: String?
    /// The key of the cell library that was read.
    private var library: String?
    /// Seconds that were spent waiting for ABC.
    private(set) var secondsInside = 0.0
    /// How many processes were begun.
    private(set) var beginnings = 0

    /// After so many commands, or with so many bytes, a process is replaced: it leaks a little.
    private static let commandLimit = 10_000
    private static let residentLimit = 1 << 29

    init(_ program: ABCProgram) { self.program = program }

    /// What bounds one command.
    struct Limits: Sendable, Hashable {
        /// Seconds for one command.
        var seconds: Double
        /// Bytes of memory for the process.
        var memory: Int
    }

    /// Applies commands to a circuit and gives the AIGER file of what became of it.
    ///
    /// The file is read back, so that the next step begins from exactly what is written in it.
    func transform(
        _ state: CircuitState, by commands: [String], count: Int, limits: Limits, deadline: Deadline
    ) throws -> [UInt8] {
        let process = try ready(limits)
        try load(state, in: process)
        let output = process.folder.file("o.aig")
        unlink(output)
        let wasLoaded = loaded == state.name
        loaded = nil
        let line =
            (wasLoaded ? [] : ["read_aiger i.aig", "strash"]) + commands
            + ["write_aiger o.aig", "read_aiger o.aig", "strash", "print_stats"]
        let reply = try run(line, in: process, seconds: limits.seconds * Double(max(1, count)), deadline: deadline)
        if let complaint = ABCPrint.complaint(reply) { throw ABCFailure(kind: .error, detail: complaint) }
        guard let bytes = FileManager.default.contents(atPath: output), ABCPrint(reply)?.number("and") != nil else {
            throw ABCFailure(kind: .error, detail: "it left no circuit")
        }
        return [UInt8](bytes)
    }

    /// Says that the current network is this state, which was checked.
    func keep(_ state: CircuitState) { loaded = state.name }

    /// Applies commands to a circuit, maps what became of it, and gives the reply.
    func map(
        _ state: CircuitState, after commands: [String], with backend: MappingBackend, limits: Limits,
        deadline: Deadline
    ) throws -> MappedSize {
        let process = try ready(limits)
        if let cells = backend.library, library != cells.key {
            library = nil
            guard FileManager.default.createFile(atPath: process.folder.file("cells"), contents: Data(cells.text.utf8))
            else { throw ABCFailure(kind: .start, detail: "its folder can't be written") }
            let reply = try run([cells.command], in: process, seconds: limits.seconds, deadline: deadline)
            if let complaint = ABCPrint.complaint(reply) { throw ABCFailure(kind: .error, detail: complaint) }
            library = cells.key
        }
        try load(state, in: process)
        let line = (loaded == state.name ? [] : ["read_aiger i.aig", "strash"]) + commands + backend.commands
        loaded = nil
        let reply = try run(
            line, in: process, seconds: limits.seconds * Double(1 + commands.count), deadline: deadline)
        if let complaint = ABCPrint.complaint(reply) { throw ABCFailure(kind: .error, detail: complaint) }
        guard let size = backend.size(reply) else {
            throw ABCFailure(kind: .error, detail: "it left no mapped circuit")
        }
        return size
    }

    private func load(_ state: CircuitState, in process: ABCProcess) throws {
        guard loaded != state.name else { return }
        guard FileManager.default.createFile(atPath: process.folder.file("i.aig"), contents: Data(state.core)) else {
            throw ABCFailure(kind: .start, detail: "its folder can't be written")
        }
    }

    private func ready(_ limits: Limits) throws -> ABCProcess {
        if commandCount >= Self.commandLimit
            || process?.secondsInside ?? 0 > Double(ABCProcess.processorLimit) / 2
            || commandCount % 100 == 99 && process?.residentBytes ?? 0 > min(Self.residentLimit, limits.memory / 2)
        {
            forget()
        }
        commandCount += 1
        if let process { return process }
        let fresh = try ABCProcess(path: program.path, memoryLimit: limits.memory)
        process = fresh
        beginnings += 1
        return fresh
    }

    private func run(
        _ commands: [String], in process: ABCProcess, seconds: Double, deadline: Deadline
    ) throws -> String {
        let before = process.secondsInside
        defer { secondsInside += process.secondsInside - before }
        do {
            return try process.run(commands.joined(separator: "; "), seconds: seconds, deadline: deadline)
        } catch {
            forget()
            throw error
        }
    }

    /// Gives the process up; the next command begins another.
    private func forget() {
        process?.end()
        process = nil
        (loaded, library, commandCount) = (nil, nil, 0)
    }
}
