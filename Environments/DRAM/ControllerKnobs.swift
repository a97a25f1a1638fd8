import Gym

/// A point of the controller's design space in the engine's terms. The order of the cases is that of the choices.
struct ControllerKnobs: Sendable {
    enum PagePolicy: Int, CaseIterable { case open, openAdaptive, closed, closedAdaptive }
    enum Scheduler: Int, CaseIterable { case fifo, frFcfs, frFcfsGrp, grpFrFcfs, grpFrFcfsWm }
    enum Buffer: Int, CaseIterable { case bankwise, readWrite, shared }
    enum ResponseQueue: Int, CaseIterable { case fifo, reorder }
    enum Refresh: String { case none = "NoRefresh", allBank = "AllBank", perBank = "PerBank", sameBank = "SameBank" }
    enum Arbiter: Int, CaseIterable { case simple, fifo, reorder }

    var page: PagePolicy
    var scheduler: Scheduler
    var buffer: Buffer
    var bufferSize: Int
    var responses: ResponseQueue
    var refresh: Refresh
    var maxPostponed: Int
    var maxPulledIn: Int
    var arbiter: Arbiter
    var maxActive: Int
    /// How many writes must wait before they are drained, and how many are left then.
    var highWatermark = 0
    var lowWatermark = 0
    /// Reads and writes of an open row after which waiting requests to other rows come first; 0 for no cap.
    var rowHitCap: Int32 = 0
    /// Cycles of idleness before power-down; nil for never.
    var powerDownTimeout: Int?

    /// Which direction's queue a bank serves: there is but one, that of the last read or write, or the one that the
    /// watermarks say.
    enum Grouping { case none, lastDirection, drain }

    var grouping: Grouping {
        switch scheduler {
        case .fifo, .frFcfs, .frFcfsGrp: .none
        case .grpFrFcfs: .lastDirection
        case .grpFrFcfsWm: .drain
        }
    }

    /// Reads a legal action of `space(for:)` or `fullSpace(for:)` for the same device.
    init(_ action: Action, device: Device) {
        page = PagePolicy(rawValue: Int(action[0])) ?? .open
        scheduler = Scheduler(rawValue: Int(action[1])) ?? .fifo
        buffer = Buffer(rawValue: Int(action[2])) ?? .bankwise
        bufferSize = Int(action[3])
        responses = ResponseQueue(rawValue: Int(action[4])) ?? .fifo
        refresh = device.refreshPolicies[Int(action[5])]
        (maxPostponed, maxPulledIn) = (Int(action[6]), Int(action[7]))
        arbiter = Arbiter(rawValue: Int(action[8])) ?? .simple
        maxActive = Int(action[9])
        guard action.count > 10 else { return }
        (highWatermark, lowWatermark) = (Int(action[10]), Int(action[11]))
        rowHitCap = Int32(action[12])
        powerDownTimeout = action[13] == 0 ? nil : Int(action[14])
    }

    /// Which of the device's mappings a legal action of `fullSpace(for:)` chooses.
    static func mapping(of action: Action) -> Int { Int(action[15]) }
}
