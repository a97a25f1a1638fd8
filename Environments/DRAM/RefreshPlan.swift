/// How a policy refreshes a rank: in sets of banks, each at its turn of a round.
struct RefreshPlan {
    /// How many sets there are; 0 when nothing is refreshed.
    let setCount: Int
    /// The banks of each set, as bits relative to the rank's first bank.
    let masks: [UInt64]
    /// Cycles between two refreshes.
    let interval: Int
    let precharge: Command
    let refresh: Command
    /// For how long a refresh keeps rows open inside its banks.
    let openCycles: Int
    /// The most refreshes that may be owed, and done in advance.
    let maxOwed: Int
    let maxAhead: Int

    init(_ knobs: ControllerKnobs, device: Device) {
        let t = device.timing
        let banks = device.groups * device.banksPerGroup
        switch knobs.refresh {
        case .none, .allBank:
            setCount = knobs.refresh == .none ? 0 : 1
            masks = [(1 << UInt64(banks)) &- 1]
            (interval, precharge, refresh) = (t.refi, .prechargeAll, .refreshAll)
            openCycles = t.rfc - t.rp
        case .perBank:
            setCount = banks
            masks = (0..<banks).map { 1 << UInt64($0) }
            (interval, precharge, refresh) = (t.refiBank, .precharge, .refreshBank)
            openCycles = t.rfcBank - t.rp
        case .sameBank:
            setCount = device.banksPerGroup
            masks = (0..<device.banksPerGroup).map { bank in
                (0..<device.groups).reduce(0) { $0 | 1 << UInt64($1 * device.banksPerGroup + bank) }
            }
            (interval, precharge, refresh) = (t.refiBank, .prechargeSame, .refreshSame)
            openCycles = t.rfcBank - t.rp
        }
        maxOwed = knobs.maxPostponed * max(1, setCount)
        maxAhead = knobs.maxPulledIn * max(1, setCount)
    }

    /// Ranks are refreshed in turn: rank r first at `interval - bitreverse(r) * interval / ranks`.
    func firstTrigger(of rank: Int, ranks: Int) -> Int {
        guard setCount > 0 else { return .max }
        var (reversed, rest, size) = (0, rank, ranks)
        while size > 1 {
            reversed = reversed << 1 | rest & 1
            rest >>= 1
            size >>= 1
        }
        return interval - reversed * interval / ranks
    }
}

/// The refresh manager of one rank, and its last four activates.
struct Rank {
    enum Phase { case resting, waiting, forced }

    /// When the next refresh falls due.
    var trigger: Int
    /// Resting until the trigger; waiting for a moment without requests; or forced, with the banks blocked.
    var phase = Phase.resting
    /// After a refresh in time, more may be pulled in while banks are idle.
    var isPullingIn = false
    /// Refreshes that are owed (above zero) or were done in advance (below).
    var owed = 0
    /// The set whose turn it is, and the sets that this round has still to refresh.
    var current = 0
    var remaining: UInt64
    private var activates = (Int.min / 2, Int.min / 2, Int.min / 2, Int.min / 2)

    init(trigger: Int, sets: Int) {
        (self.trigger, remaining) = (trigger, Rank.round(of: sets))
    }

    var hasCommand: Bool { phase != .resting }

    /// Remembers an activate and returns the fourth last, itself included.
    @inline(__always)
    mutating func noteActivate(at cycle: Int) -> Int {
        activates = (activates.1, activates.2, activates.3, cycle)
        return activates.0
    }

    /// The current set is done; a new round begins when all are.
    mutating func finishSet(of sets: Int) {
        remaining &= ~(1 << UInt64(current))
        if remaining == 0 { remaining = Rank.round(of: sets) }
    }

    private static func round(of sets: Int) -> UInt64 { (1 << UInt64(sets)) &- 1 }
}
