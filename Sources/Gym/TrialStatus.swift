/// How a trial stands.
public enum TrialStatus: Sendable, Hashable {
    /// A process is at it.
    case running
    /// Its budget is spent, or whoever searched is content.
    case finished
    /// It was interrupted; it can be resumed.
    case stopped
    /// It can't go on, for this reason.
    case failed(String)

    /// The status that a word names; nil for a word that is none. Only `failed` has a reason.
    public init?(word: String, reason: String = "") {
        switch word {
        case "running": self = .running
        case "finished": self = .finished
        case "stopped": self = .stopped
        case "failed": self = .failed(reason)
        default: return nil
        }
    }

    /// As log and wire have it.
    public var word: String {
        switch self {
        case .running: "running"
        case .finished: "finished"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }

    /// Why it can't go on; nil where it can.
    public var reason: String? {
        if case .failed(let reason) = self { return reason }
        return nil
    }
}
