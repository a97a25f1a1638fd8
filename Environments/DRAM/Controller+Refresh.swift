/// The refresh manager of one rank, and its last four activates.
struct Rank {
    enum Phase { case resting, waiting, forced }

    /// When the next refresh falls due.
    var trigger: Int
    /// Resting until the trigger; waiting for a moment without requests; or forced, with the banks blocked.
    var phase = Phase.resting
    /// After a refresh in time, more may be pulled in while the rank is idle.
    var isPullingIn = false
    /// Refreshes that are owed (above zero) or were done in advance (below).
    var owed = 0
    private var activates = (Int.min / 2, Int.min / 2, Int.min / 2, Int.min / 2)

    init(trigger: Int) { self.trigger = trigger }

    var hasCommand: Bool { phase != .resting }

    /// Remembers an activate and returns the fourth last, itself included.
    @inline(__always)
    mutating func noteActivate(at cycle: Int) -> Int {
        activates = (activates.1, activates.2, activates.3, cycle)
        return activates.0
    }

    /// Ranks are refreshed in turn: rank r at `interval - bitreverse(r) * interval / ranks`.
    static func firstTrigger(_ rank: Int, of device: Device) -> Int {
        var (reversed, rest, size) = (0, rank, device.ranks)
        while size > 1 {
            reversed = reversed << 1 | rest & 1
            rest >>= 1
            size >>= 1
        }
        return device.timing.refi - reversed * device.timing.refi / device.ranks
    }
}

extension Controller {
    private func mask(of rank: Int) -> UInt64 {
        ((1 << UInt64(banksPerRank)) &- 1) << UInt64(rank * banksPerRank)
    }

    private func isIdle(_ rank: Int) -> Bool { pending & mask(of: rank) == 0 }

    private func isOpen(_ rank: Int) -> Bool {
        for index in rank * banksPerRank..<(rank + 1) * banksPerRank where banks[index].row >= 0 { return true }
        return false
    }

    /// Looks at every rank whose refresh is due now.
    mutating func refreshFallsDue() {
        for rank in 0..<rankCount where ranks[rank].phase == .resting && ranks[rank].trigger <= now {
            reviewRefresh(of: rank)
        }
        noteNextTrigger()
    }

    /// Decides what a rank does whose refresh is due: force it, wait for it, or put it off.
    mutating func reviewRefresh(of index: Int) {
        let rank = ranks + index
        isBestStale = true
        if now >= rank.pointee.trigger + timing.refi {
            rank.pointee.trigger += timing.refi
            rank.pointee.isPullingIn = false
        }
        if rank.pointee.isPullingIn {
            if isIdle(index) {
                rank.pointee.phase = .waiting
            } else {
                rest(index)
                counts.pullsEnded += 1
            }
        } else if rank.pointee.owed == knobs.maxPostponed {
            rank.pointee.phase = .forced
            blocked |= mask(of: index)
        } else if isIdle(index) {
            rank.pointee.phase = .waiting
        } else {
            rank.pointee.owed += 1
            counts.postponed += 1
            rest(index)
        }
    }

    private mutating func rest(_ index: Int) {
        ranks[index].isPullingIn = false
        ranks[index].phase = .resting
        ranks[index].trigger += timing.refi
        noteNextTrigger()
    }

    private mutating func noteNextTrigger() {
        nextTrigger = .max
        for rank in 0..<rankCount where ranks[rank].phase == .resting {
            nextTrigger = min(nextTrigger, ranks[rank].trigger)
        }
    }

    /// The precharge or refresh that a rank is about to do. Refreshes come before requests.
    func refreshCandidate(of rank: Int) -> Candidate {
        let command: Command = isOpen(rank) ? .prechargeAll : .refreshAll
        let time = max(rankGates[rank * Command.gateCount + command.gate], max(busFree, now))
        return Candidate(time: time, age: -1, bank: -1, rank: rank)
    }

    /// Precharges the rank's banks, or refreshes them when all are precharged.
    mutating func issueRefresh(of index: Int) {
        let first = index * banksPerRank
        let command: Command = isOpen(index) ? .prechargeAll : .refreshAll
        constrain(after: command, bank: first, rank: index)
        recorder?.note(command, cycle: now, bank: first, request: -1, row: -1)
        if command == .prechargeAll {
            counts.allPrecharges += 1
            for bank in first..<(first + banksPerRank) where banks[bank].row >= 0 {
                counts.rowCloses(at: now)
                counts.prechargedByAll += 1
                close(bank)
            }
            return
        }
        counts.refreshes += 1
        finishRefresh(of: index)
    }

    private mutating func finishRefresh(of index: Int) {
        let rank = ranks + index
        blocked &= ~mask(of: index)
        for bank in index * banksPerRank..<(index + 1) * banksPerRank { reconsider(bank) }
        if rank.pointee.isPullingIn {
            rank.pointee.owed -= 1
            if rank.pointee.owed < 0 { counts.pulledIn += 1 }
        } else {
            rank.pointee.isPullingIn = true
        }
        if rank.pointee.owed == -knobs.maxPulledIn {
            rest(index)
        } else {
            reviewRefresh(of: index)
        }
    }
}
