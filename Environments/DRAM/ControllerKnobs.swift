import Gym

/// A point of the controller's design space in the engine's terms. The order of the cases is that of the choices.
struct ControllerKnobs: Sendable {
    enum PagePolicy: Int, CaseIterable { case open, openAdaptive, closed, closedAdaptive }
    enum Scheduler: Int, CaseIterable { case fifo, frFcfs, frFcfsGrp }
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

    /// Reads a legal action of `space(for:)` for the same device.
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
    }

    /// ArchGym's ten knobs in its order, over the widest ranges; the device decides which refresh policies there are.
    static func space(for device: Device) -> Space {
        Space(
            [
                Parameter(
                    "page_policy", .categorical(["Open", "OpenAdaptive", "Closed", "ClosedAdaptive"]), default: "Open",
                    note: "when a row is closed behind a read or write"),
                Parameter(
                    "scheduler", .categorical(["Fifo", "FrFcfs", "FrFcfsGrp"]), default: "FrFcfs",
                    note: "which request of a bank is next: in order, row hits first, row hits of one direction first"),
                Parameter(
                    "scheduler_buffer", .categorical(["Bankwise", "ReadWrite", "Shared"]), default: "Bankwise",
                    note:
                        "what shares the request buffer: each bank has its own, reads and writes have, or all share one"
                ),
                Parameter(
                    "request_buffer_size", .integer(1...128), scale: .log2, unit: "requests", default: 8,
                    note: "entries of each request buffer"),
                Parameter(
                    "resp_queue", .categorical(["Fifo", "Reorder"]), default: "Fifo",
                    note: "the order of responses: as served, or as requested"),
                Parameter(
                    "refresh_policy", .categorical(device.refreshPolicies.map(\.rawValue)), default: "AllBank",
                    note: "whether rows are refreshed; NoRefresh is a bound, not a working memory"),
                Parameter(
                    "refresh_max_postponed", .integer(0...8), unit: "refreshes", default: 0,
                    note: "how many refreshes a busy rank may postpone"),
                Parameter(
                    "refresh_max_pulledin", .integer(0...8), unit: "refreshes", default: 0,
                    note: "how many refreshes an idle rank may do early"),
                Parameter(
                    "arbiter", .categorical(["Simple", "Fifo", "Reorder"]), default: "Simple",
                    note: "what stands before the controller: nothing, a queue, a queue that returns in order"),
                Parameter(
                    "max_active_transactions", .integer(1...128), scale: .log2, unit: "requests", default: 128,
                    note: "how many requests the arbiter lets in flight"),
            ],
            activity: [
                "refresh_max_postponed": "refresh_policy != NoRefresh",
                "refresh_max_pulledin": "refresh_policy != NoRefresh",
                "max_active_transactions": "arbiter != Simple",
            ])
    }
}
