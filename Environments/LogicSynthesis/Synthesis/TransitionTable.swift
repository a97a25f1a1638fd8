import Files
import Foundation
import Gym

/// What a record of transitions holds; see `TransitionRecorder` for its lines.
final class TransitionTable: Sendable {
    /// The build of ABC that it comes from.
    let version: String
    private let states: [String: CircuitState]
    private let steps: [(from: String, to: String, command: String)]
    private let sizes: [(key: TransitionCache.Key, size: MappedSize)]
    private let failures: [String: [String: ABCFailure]]
    private let open: [String: Set<String>]

    /// Reads a record whole; every circuit in it is checked against its name.
    ///
    /// - Throws: `GymError` (`bad-input`) with the line that is wrong; a last line without an end is left out.
    init(path: String, name: String) throws {
        var reader = Reader(name: name)
        try TextLines(path: path, name: name, byteLimit: 4 << 30, lineLimit: 64 << 20).forEach { try reader.take($0) }
        guard let version = reader.version else {
            throw GymError(.badInput, "'\(name)' is no record of transitions: it is empty")
        }
        self.version = version
        (states, steps, sizes, failures) = (reader.states, reader.steps, reader.sizes, reader.failures)
        var open: [String: Set<String>] = [:]
        for step in steps { open[step.from, default: []].insert(step.command) }
        self.open = open
    }

    /// The commands that have a result at a state.
    func commands(at name: String) -> Set<String> { open[name] ?? [] }

    /// How a command failed at a state.
    func failure(of name: String, by command: String) -> ABCFailure? { failures[name]?[command] }

    /// Puts everything into a cache.
    func fill(_ cache: TransitionCache) throws {
        for state in states.values.sorted(by: { $0.name < $1.name }) {
            cache.insert(.state(state), for: .state(state.name))
        }
        for step in steps { cache.insert(.step(to: step.to), for: .step(from: step.from, command: step.command)) }
        for size in sizes { cache.insert(.size(size.size), for: size.key) }
    }

    /// What a recorder has written already, in short.
    var lines: [String] {
        states.keys.map { "state\t\($0)" } + steps.map { "step\t\($0.from)\t\($0.to)\t\($0.command)" }
            + sizes.compactMap { entry in
                guard case .size(let name, let commands, let backend) = entry.key else { return nil }
                let numbers = [entry.size.size, entry.size.delay, entry.size.detail].map { Value.format($0) }
                return (["size", name, backend] + numbers + [commands]).joined(separator: "\t")
            }
            + failures.flatMap { name, found in
                found.map { "fail\t\(name)\t\($1.kind.rawValue)\t\($0)\t\($1.detail)" }
            }
    }

    /// Takes the lines one by one.
    private struct Reader {
        let name: String
        var version: String?
        var states: [String: CircuitState] = [:]
        var steps: [(from: String, to: String, command: String)] = []
        var sizes: [(key: TransitionCache.Key, size: MappedSize)] = []
        var failures: [String: [String: ABCFailure]] = [:]

        mutating func take(_ line: TextLine) throws {
            let text = String(decoding: line.bytes, as: UTF8.self)
            guard version != nil else {
                guard text.hasPrefix(TransitionRecorder.magic + " ") else {
                    throw line.fault("this is no record of transitions", at: 0..<1)
                }
                version = String(text.dropFirst(TransitionRecorder.magic.count + 1))
                return
            }
            let fields = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            switch (fields[0], fields.count) {
            case ("state", 3):
                guard states[fields[1]] == nil else { return }
                guard let core = Data(base64Encoded: fields[2]) else {
                    throw line.fault("the circuit is not in base 64", at: 0..<5)
                }
                let state = try CircuitState(file: [UInt8](core), name: "\(name), line \(line.number)")
                guard state.name == fields[1] else {
                    throw line.fault("the circuit is '\(state.name)', not what the line says", at: 6..<38)
                }
                states[state.name] = state
            case ("step", 4): steps.append((fields[1], fields[2], fields[3]))
            case ("size", 7):
                let numbers = fields[3...5].compactMap { Double($0) }
                guard numbers.count == 3 else { throw line.fault("a size is three numbers", at: 0..<4) }
                let size = MappedSize(size: numbers[0], delay: numbers[1], detail: numbers[2])
                sizes.append((.size(of: fields[1], after: fields[6], backend: fields[2]), size))
            case ("fail", 5):
                guard let kind = ABCFailure.Kind(rawValue: fields[2]) else {
                    throw line.fault("there is no failure '\(fields[2])'", at: 0..<4)
                }
                failures[fields[1], default: [:]][fields[3]] = ABCFailure(kind: kind, detail: fields[4])
            default: throw line.fault("this is no line of a record of transitions", at: 0..<1)
            }
        }
    }
}
