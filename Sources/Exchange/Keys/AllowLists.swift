import Gym
import Synchronization

/// Who is let in now: the lists of a folder of keys, followed while they change.
final class AllowLists: Sendable {
    private typealias Names = [Keyring.List: [String: String]]
    private struct Look {
        var stamps: [Keyring.List: [Keyring.Stamp]] = [:]
        var at = -Double.infinity
    }

    private let keyring: Keyring
    private let onEvent: @Sendable (String) -> Void
    /// Held while files are read, which may take a while.
    private let last = Mutex(Look())
    /// Names by key; held for a moment only, since every message asks.
    private let names = Mutex(Names())

    init(_ keyring: Keyring, onEvent: @escaping @Sendable (String) -> Void) {
        (self.keyring, self.onEvent) = (keyring, onEvent)
        _ = look(isUrgent: true)
    }

    /// Whose key it is; nil where nobody of that key is let in.
    func name(of key: String, on list: Keyring.List) -> String? { names.withLock { $0[list]?[key] } }

    /// Looks whether the folder has changed, once a second; at once where somebody unknown has come, who most often has
    /// a key that was made a moment ago. A look takes some three microseconds for each file, and however many unknown
    /// come, no more than a tenth of the time is spent on it.
    func refresh(isUrgent: Bool) { look(isUrgent: isUrgent).forEach(onEvent) }

    private func look(isUrgent: Bool) -> [String] {
        last.withLock { last in
            let now = Monotonic.seconds
            let files = last.stamps.values.reduce(0) { $0 + $1.count }
            guard now - last.at >= (isUrgent ? min(Double(files) * 30e-6, 1) : 1) else { return [] }
            last.at = now
            return Keyring.List.allCases.flatMap { list -> [String] in
                let stamps = keyring.stamps(of: list)
                guard last.stamps[list] != stamps else { return [] }
                last.stamps[list] = stamps
                return replace(list, by: keyring.peers(on: list, stamps))
            }
        }
    }

    /// Puts a list that was read in the place of the one before, and says in what they differ.
    private func replace(_ list: Keyring.List, by read: (peers: [Keyring.Peer], flaws: [GymError])) -> [String] {
        let after = Dictionary(read.peers.map { ($0.key, $0.name) }, uniquingKeysWith: { first, _ in first })
        let before = names.withLock { names in
            defer { names[list] = after }
            return names[list] ?? [:]
        }
        let gone = before.filter { after[$0.key] == nil }.map(\.value).sorted()
        let new = after.filter { before[$0.key] == nil }.map(\.value).sorted()
        var events: [String] = []
        if !gone.isEmpty { events.append("no longer on the list of \(list.rawValue): \(Self.some(gone))") }
        if !new.isEmpty { events.append("new on the list of \(list.rawValue): \(Self.some(new))") }
        if let flaw = read.flaws.first {
            events.append("\(flaw)" + (read.flaws.count > 1 ? ", and \(read.flaws.count - 1) more" : ""))
        }
        return events
    }

    /// A few names, and how many more there are.
    private static func some(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}
