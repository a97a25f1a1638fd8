/// Counts malformed messages per peer and cuts off whoever sends too many, for a minute.
struct Peers {
    private static let tolerance = 100
    private static let sentenceSeconds = 60.0
    /// The most peers that are kept in mind.
    private static let limit = 10_000

    private var malformed: [[UInt8]: Int] = [:]
    private var cutOffUntil: [[UInt8]: Double] = [:]

    /// Whether what the peer sends is to be ignored.
    func isCutOff(_ peer: [UInt8]) -> Bool {
        guard !cutOffUntil.isEmpty, let end = cutOffUntil[peer] else { return false }
        return Monotonic.seconds < end
    }

    /// Counts a malformed message; true where the peer is cut off for it.
    mutating func noteMalformed(_ peer: [UInt8]) -> Bool {
        if malformed.count >= Peers.limit { malformed = [:] }
        malformed[peer, default: 0] += 1
        guard malformed[peer] == Peers.tolerance else { return false }
        malformed[peer] = nil
        if cutOffUntil.count >= Peers.limit { cutOffUntil = [:] }
        cutOffUntil[peer] = Monotonic.seconds + Peers.sentenceSeconds
        return true
    }

    /// Forgets sentences that are over.
    mutating func forgive(now: Double) {
        guard !cutOffUntil.isEmpty else { return }
        cutOffUntil = cutOffUntil.filter { $0.value > now }
    }
}
