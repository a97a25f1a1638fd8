import Foundation
import Gym
import Synchronization

/// Appends steps to a file as they happen, a line each, so that they need never be run again:
///
///     sextant-transitions 1 VERSION OF ABC
///     state NAME CORE IN BASE64
///     step NAME NAME COMMAND
///     size NAME BACKEND SIZE DELAY DETAIL COMMANDS
///     fail NAME KIND COMMAND, TAB, DETAIL
///
/// Fields are separated by tabs. A line is written at once, so several programs may share a file.
final class TransitionRecorder: Sendable {
    static let magic = "sextant-transitions 1"

    private let state: Mutex<(handle: FileHandle, written: Set<String>)>

    /// Opens a file for appending, or begins it.
    ///
    /// - Throws: `GymError` where that can't be done.
    init(path: String, version: String) throws {
        func fault(_ flaw: String) -> GymError {
            GymError(.badInput, "the record of transitions '\(path)' \(flaw)", hint: "see SEXTANT_TRANSITIONS")
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw fault("can't be written: \(String(cString: strerror(errno)))") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var written: Set<String> = []
        if try handle.seekToEnd() == 0 {
            try handle.write(contentsOf: Data("\(Self.magic) \(version)\n".utf8))
        } else {
            let table = try TransitionTable(path: path, name: path)
            guard table.version == version else { throw fault("is of another build of ABC: \(table.version)") }
            written = Set(table.lines)
        }
        state = Mutex((handle, written))
    }

    func note(_ next: CircuitState, of state: CircuitState, by command: String) {
        put([line(of: state), line(of: next), ["step", state.name, next.name, command]])
    }

    func note(_ failure: ABCFailure, of state: CircuitState, by command: String) {
        let detail = failure.detail.replacing("\t", with: " ").replacing("\n", with: " ")
        put([line(of: state), ["fail", state.name, failure.kind.rawValue, command, detail]])
    }

    func note(_ size: MappedSize, for key: TransitionCache.Key, state: CircuitState) {
        guard case .size(let name, let commands, let backend) = key else { return }
        let numbers = [size.size, size.delay, size.detail].map { Value.format($0) }
        put([line(of: state), ["size", name, backend] + numbers + [commands]])
    }

    private func line(of state: CircuitState) -> [String] {
        ["state", state.name, Data(state.core).base64EncodedString()]
    }

    private func put(_ lines: [[String]]) {
        state.withLock { state in
            let fresh = lines.map { $0.joined(separator: "\t") }.filter {
                state.written.insert(Self.short($0)).inserted
            }
            guard !fresh.isEmpty else { return }
            // A record is an extra: a full disk must not end a study, which has its own log.
            try? state.handle.write(contentsOf: Data((fresh.joined(separator: "\n") + "\n").utf8))
        }
    }

    /// A line without what follows from the rest of it: states are known by their names alone.
    static func short(_ line: String) -> String {
        line.hasPrefix("state\t") ? line.split(separator: "\t").prefix(2).joined(separator: "\t") : line
    }
}
