import Files
import Foundation
import Gym

/// A store of transitions that is a text file, a line each, fields separated by tabs:
///
///     sextant-transitions 1 VERSION OF ABC
///     state NAME CORE IN BASE64
///     step NAME NAME COMMAND
///     size NAME BACKEND SIZE DELAY DETAIL COMMANDS
///     fail NAME KIND COMMAND DETAIL
///
/// A line is written at once, so several programs may append to one file.
final class TransitionFile: TransitionStore {
    private static let magic = "sextant-transitions 1"

    let version: String
    private let path: String
    private let name: String
    /// One write for each call, which the system does not mix with others.
    private let writing: FileHandle?

    /// Names a file to be read.
    ///
    /// - Throws: `GymError` (`bad-input`) where it is no record of transitions.
    init(reading path: String, name: String) throws {
        (self.path, self.name) = (path, name)
        writing = nil
        version = try Self.version(path: path, name: name)
    }

    /// Opens a file for appending, or begins it.
    ///
    /// - Throws: `GymError` where that can't be done, or where it is of another build of ABC.
    init(appending path: String, version: String) throws {
        func fault(_ flaw: String) -> GymError {
            GymError(.badInput, "the record of transitions '\(path)' \(flaw)", hint: "see SEXTANT_TRANSITIONS")
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw fault("can't be written: \(String(cString: strerror(errno)))") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        if try handle.seekToEnd() == 0 {
            try handle.write(contentsOf: Data("\(Self.magic) \(version)\n".utf8))
        } else {
            let known = try Self.version(path: path, name: path)
            guard known == version else { throw fault("is of another build of ABC: \(known)") }
        }
        (self.path, name, self.version) = (path, path, version)
        writing = handle
    }

    private struct FirstLine: Error { let text: String }

    private static func lines(_ path: String, _ name: String) -> TextLines {
        TextLines(path: path, name: name, byteLimit: 4 << 30, lineLimit: 64 << 20)
    }

    private static func version(path: String, name: String) throws -> String {
        do {
            try lines(path, name).forEach { line in
                let text = String(decoding: line.bytes, as: UTF8.self)
                guard text.hasPrefix(magic + " ") else {
                    throw line.fault("this is no record of transitions", at: 0..<1)
                }
                throw FirstLine(text: String(text.dropFirst(magic.count + 1)))
            }
        } catch let first as FirstLine { return first.text }
        throw GymError(.badInput, "'\(name)' is no record of transitions: it is empty")
    }

    func forEach(_ body: (KnownTransition) throws -> Void) throws {
        try Self.lines(path, name).forEach { line in
            guard line.number > 1 else { return }
            try body(try Self.transition(line))
        }
    }

    private static func transition(_ line: TextLine) throws -> KnownTransition {
        let fields = String(decoding: line.bytes, as: UTF8.self)
            .split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        switch (fields.first, fields.count) {
        case ("state", 3):
            guard let core = Data(base64Encoded: fields[2]) else {
                throw line.fault("the circuit is not in base 64", at: 0..<5)
            }
            return .state(name: fields[1], content: [UInt8](core))
        case ("step", 4): return .step(from: fields[1], command: fields[3], to: fields[2])
        case ("size", 7):
            let numbers = fields[3...5].compactMap { Double($0) }
            guard numbers.count == 3 else { throw line.fault("a size is three numbers", at: 0..<4) }
            return .size(of: fields[1], after: fields[6], measure: fields[2], values: numbers)
        case ("fail", 5): return .failure(of: fields[1], command: fields[3], kind: fields[2], detail: fields[4])
        default: throw line.fault("this is no line of a record of transitions", at: 0..<1)
        }
    }

    func append(_ transitions: [KnownTransition]) throws {
        let lines = transitions.map { transition in
            switch transition {
            case .state(let name, let content): ["state", name, Data(content).base64EncodedString()]
            case .step(let source, let command, let target): ["step", source, target, command]
            case .size(let state, let commands, let measure, let values):
                ["size", state, measure] + values.map { Value.format($0) } + [commands]
            case .failure(let state, let command, let kind, let detail): ["fail", state, kind, command, detail]
            }
        }
        let text = lines.map { $0.joined(separator: "\t") + "\n" }.joined()
        try writing?.write(contentsOf: Data(text.utf8))
    }
}
