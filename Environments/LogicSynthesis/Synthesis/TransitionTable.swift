import Foundation
import Gym
import Synchronization

/// What a store of transitions holds, checked, and what is new to it.
final class TransitionTable: Sendable {
    /// The build of ABC that it comes from.
    let version: String
    private let store: any TransitionStore
    private let isWritten: Bool
    private let known: Mutex<Known>

    private struct Known {
        var states: Set<String> = []
        var rest: Set<KnownTransition> = []
        var failures: [String: [String: ABCFailure]] = [:]
        var open: [String: Set<String>] = [:]
    }

    /// Reads a store whole into a cache; every circuit in it is checked against its name.
    ///
    /// - Throws: `GymError` (`bad-input`) for what is wrong with it.
    init(_ store: any TransitionStore, name: String, isWritten: Bool, filling cache: TransitionCache) throws {
        (self.store, version, self.isWritten) = (store, store.version, isWritten)
        var known = Known()
        try store.forEach { transition in
            switch transition {
            case .state(let title, let content):
                guard !known.states.contains(title) else { return }
                let state = try CircuitState(file: content, name: "\(name), state \(title)")
                guard state.name == title else {
                    throw GymError(.badInput, "'\(name)' is spoiled: the state \(title) is \(state.name)")
                }
                known.states.insert(title)
                cache.insert(.state(state), for: .state(title))
            case .step(let source, let command, let target):
                known.open[source, default: []].insert(command)
                cache.insert(.step(to: target), for: .step(from: source, command: command))
            case .size(let state, let commands, let measure, let values):
                guard values.count == 3 else { throw GymError(.badInput, "'\(name)' has a size of not three numbers") }
                let size = MappedSize(size: values[0], delay: values[1], detail: values[2])
                cache.insert(.size(size), for: .size(of: state, after: commands, backend: measure))
            case .failure(let state, let command, let kind, let detail):
                guard let kind = ABCFailure.Kind(rawValue: kind) else {
                    throw GymError(.badInput, "'\(name)' has a failure of no known kind: '\(kind)'")
                }
                known.failures[state, default: [:]][command] = ABCFailure(kind: kind, detail: detail)
            }
            if isWritten, case .state = transition {} else if isWritten { known.rest.insert(transition) }
        }
        self.known = Mutex(known)
    }

    /// The commands that have a result at a state.
    func commands(at name: String) -> Set<String> { known.withLock { $0.open[name] ?? [] } }

    /// How a command failed at a state.
    func failure(of name: String, by command: String) -> ABCFailure? {
        known.withLock { $0.failures[name]?[command] }
    }

    func note(_ next: CircuitState, of state: CircuitState, by command: String) {
        put([state, next], .step(from: state.name, command: command, to: next.name))
    }

    func note(_ failure: ABCFailure, of state: CircuitState, by command: String) {
        let detail = failure.detail.replacing("\t", with: " ").replacing("\n", with: " ")
        put([state], .failure(of: state.name, command: command, kind: failure.kind.rawValue, detail: detail))
    }

    func note(_ size: MappedSize, for key: TransitionCache.Key, state: CircuitState) {
        guard case .size(let name, let commands, let backend) = key else { return }
        put([state], .size(of: name, after: commands, measure: backend, values: [size.size, size.delay, size.detail]))
    }

    private func put(_ states: [CircuitState], _ transition: KnownTransition) {
        known.withLock { known in
            let fresh = states.filter { known.states.insert($0.name).inserted }
                .map { KnownTransition.state(name: $0.name, content: $0.core) }
            let isNew = known.rest.insert(transition).inserted
            guard isNew || !fresh.isEmpty else { return }
            // A record is an extra: a full disk must not end a study, which has its own log.
            try? store.append(fresh + (isNew ? [transition] : []))
        }
    }
}

/// Opens stores of transitions: text files itself, databases by what the program says.
enum TransitionStores {
    typealias Opener = @Sendable (_ path: String, _ version: String?) throws -> any TransitionStore

    static let databases = Mutex<Opener?>(nil)
    private static let endings = [".sqlite", ".sqlite3", ".db"]

    /// Opens a store that is read only, or where a version is given, appended to.
    static func open(_ path: String, name: String, version: String?) throws -> any TransitionStore {
        let first = FileHandle(forReadingAtPath: path).flatMap { try? $0.read(upToCount: 15) }
        var isDatabase = endings.contains(where: path.hasSuffix)
        if let first, !first.isEmpty { isDatabase = first == Data("SQLite format 3".utf8) }
        guard isDatabase else {
            return try version.map { try TransitionFile(appending: path, version: $0) }
                ?? TransitionFile(reading: path, name: name)
        }
        guard let opener = databases.withLock({ $0 }) else {
            throw GymError(.badInput, "'\(name)' is a database, and this program reads text records only")
        }
        return try opener(path, version)
    }
}
