import Gym

extension ControllerKnobs {
    /// ArchGym's ten knobs in its order, over the widest ranges; the device decides which refresh policies there are.
    static func space(for device: Device) -> Space {
        Space(archGym(device, schedulers: ["Fifo", "FrFcfs", "FrFcfsGrp"]), activity: archGymActivity)
    }

    /// The ten, with two more schedulers, and what ArchGym leaves out.
    static func fullSpace(for device: Device) -> Space {
        let schedulers = ["Fifo", "FrFcfs", "FrFcfsGrp", "GrpFrFcfs", "GrpFrFcfsWm"]
        let more = [
            "write_high_watermark": "scheduler == GrpFrFcfsWm", "write_low_watermark": "scheduler == GrpFrFcfsWm",
            "row_hit_cap": "scheduler != Fifo and page_policy != Closed", "power_down_timeout": "power_down == Idle",
        ]
        return Space(
            archGym(device, schedulers: schedulers) + additions(device),
            constraints: [
                "write_low_watermark < write_high_watermark",
                "scheduler != GrpFrFcfsWm or scheduler_buffer == Bankwise"
                    + " or write_high_watermark < request_buffer_size",
            ],
            activity: archGymActivity.merging(more) { $1 })
    }

    private static let archGymActivity = [
        "refresh_max_postponed": "refresh_policy != NoRefresh",
        "refresh_max_pulledin": "refresh_policy != NoRefresh",
        "max_active_transactions": "arbiter != Simple",
    ]

    private static func additions(_ device: Device) -> [Parameter] {
        [
            Parameter(
                "write_high_watermark", .integer(1...64), scale: .log2, unit: "requests", default: 6,
                note: "more waiting writes than this are drained"),
            Parameter(
                "write_low_watermark", .integer(0...63), unit: "requests", default: 2,
                note: "draining ends when no more writes than this wait and some read does"),
            Parameter(
                "row_hit_cap", .ordinal([0, 1, 2, 4, 8, 16, 32, 64]), unit: "requests", default: 0,
                note: "reads and writes of an open row after which other rows come first; 0 for no cap"),
            Parameter(
                "power_down", .categorical(["Never", "Idle"]), default: "Never",
                note: "whether an idle channel's clock is switched off"),
            Parameter(
                "power_down_timeout", .integer(1...1024), scale: .log2, unit: "cycles", default: 64,
                note: "how long the channel is idle before that"),
            Parameter(
                "address_mapping", .categorical(AddressMapping.patterns), default: "RoBaBgCo",
                note: "which address bits choose row, bank, bank group and column, the most significant first"),
        ]
    }

    private static func archGym(_ device: Device, schedulers: [String]) -> [Parameter] {
        [
            Parameter(
                "page_policy", .categorical(["Open", "OpenAdaptive", "Closed", "ClosedAdaptive"]), default: "Open",
                note: "when a row is closed behind a read or write"),
            Parameter(
                "scheduler", .categorical(schedulers), default: "FrFcfs",
                note: "which request of a bank is next: in order, row hits first, row hits of one direction first; "
                    + "Grp and Wm: reads and writes in queues of their own, in turn or by watermarks"),
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
        ]
    }
}
