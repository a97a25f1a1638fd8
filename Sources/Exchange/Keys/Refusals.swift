import Synchronization

/// Tells of peers that are refused, once per address and minute, however often they come.
final class Refusals: Sendable {
    /// The most addresses that are told apart; all others share one entry.
    private static let limit = 1_000
    private static let quietSeconds = 60.0

    private struct Entry {
        var toldAt: Double
        var untold = 0
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let onEvent: @Sendable (String) -> Void

    init(onEvent: @escaping @Sendable (String) -> Void) { self.onEvent = onEvent }

    /// Notes a refusal; the address is an IP address, or what libzmq says of a peer on this machine.
    func note(_ address: String, _ why: String) {
        let now = Monotonic.seconds
        let event = entries.withLock { entries -> String? in
            if entries[address] == nil, entries.count >= Refusals.limit {
                entries = entries.filter { now - $0.value.toldAt < Refusals.quietSeconds }
            }
            let isKnown = entries[address] != nil || entries.count < Refusals.limit
            let peer = isKnown ? address : "yet another address"
            if let entry = entries[peer], now - entry.toldAt < Refusals.quietSeconds {
                entries[peer]?.untold += 1
                return nil
            }
            let untold = entries.updateValue(Entry(toldAt: now), forKey: peer)?.untold ?? 0
            return "refused \(peer): \(why)" + (untold > 0 ? " (and \(untold) times more before)" : "")
        }
        if let event { onEvent(event) }
    }
}
