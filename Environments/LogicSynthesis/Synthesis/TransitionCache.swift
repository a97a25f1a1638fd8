import Gym
import Synchronization

/// What is known of steps: a bounded table in memory that all slots and threads share. What has not been asked for
/// longest goes first, roughly: entries live in two generations, and the older one is dropped when the younger is full.
final class TransitionCache: Sendable {
    /// What is asked for.
    enum Key: Hashable, Sendable {
        case state(String)
        case step(from: String, command: String)
        case size(of: String, after: String, backend: String)
    }

    /// What is known.
    enum Entry: Sendable {
        case state(CircuitState)
        case step(to: String)
        case size(MappedSize)

        fileprivate var byteCount: Int {
            if case .state(let state) = self { state.byteCount } else { 300 }
        }
    }

    private struct Generations {
        var young: [Key: Entry] = [:]
        var old: [Key: Entry] = [:]
        var youngBytes = 0
        var oldBytes = 0
    }

    private let limit: Int
    private let generations = Mutex(Generations())

    /// Holds at most about so many bytes.
    init(byteLimit: Int) { limit = byteLimit }

    func entry(_ key: Key) -> Entry? {
        generations.withLock { generations in
            if let entry = generations.young[key] { return entry }
            guard let entry = generations.old[key] else { return nil }
            insert(entry, for: key, into: &generations)
            return entry
        }
    }

    func insert(_ entry: Entry, for key: Key) {
        generations.withLock { generations in insert(entry, for: key, into: &generations) }
    }

    /// Bytes that are held, roughly.
    var byteCount: Int { generations.withLock { $0.youngBytes + $0.oldBytes } }

    private func insert(_ entry: Entry, for key: Key, into generations: inout Generations) {
        if let known = generations.young.updateValue(entry, forKey: key) { generations.youngBytes -= known.byteCount }
        generations.youngBytes += entry.byteCount
        guard generations.youngBytes > limit / 2 else { return }
        (generations.old, generations.oldBytes) = (generations.young, generations.youngBytes)
        (generations.young, generations.youngBytes) = ([:], 0)
    }

    /// The state that a step led to, where both are known.
    func successor(of state: String, by command: String) -> CircuitState? {
        guard case .step(let name)? = entry(.step(from: state, command: command)) else { return nil }
        guard case .state(let found)? = entry(.state(name)) else { return nil }
        return found
    }

    /// Notes where a step leads, and gives the state: one value for all that are equal.
    func note(_ successor: CircuitState, of state: String, by command: String) -> CircuitState {
        let known: CircuitState
        if case .state(let found)? = entry(.state(successor.name)) { known = found } else { known = successor }
        insert(.state(known), for: .state(known.name))
        insert(.step(to: known.name), for: .step(from: state, command: command))
        return known
    }
}
