extension Controller {
    /// The banks that the rank's next refresh is for.
    private func target(of rank: Int) -> UInt64 {
        plan.masks[ranks[rank].current] << UInt64(rank * banksPerRank)
    }

    /// Makes the first idle set of the round current, else the first; returns whether it is idle.
    private mutating func select(_ rank: Int) -> Bool {
        var rest = ranks[rank].remaining
        ranks[rank].current = rest.trailingZeroBitCount
        while rest != 0 {
            let set = rest.trailingZeroBitCount
            if pending & (plan.masks[set] << UInt64(rank * banksPerRank)) == 0 {
                ranks[rank].current = set
                return true
            }
            rest &= rest &- 1
        }
        return false
    }

    /// Looks at every rank whose refresh is due now.
    mutating func refreshFallsDue() {
        if powerDown.timeout != nil { wake() }
        for rank in 0..<rankCount where ranks[rank].phase == .resting && ranks[rank].trigger <= now {
            reviewRefresh(of: rank)
        }
        noteNextTrigger()
    }

    /// Decides what a rank does whose refresh is due: force it, wait for it, or put it off.
    mutating func reviewRefresh(of index: Int) {
        let rank = ranks + index
        guard rank.pointee.phase != .forced else { return }
        isBestStale = true
        if now >= rank.pointee.trigger + plan.interval {
            rank.pointee.trigger += plan.interval
            rank.pointee.isPullingIn = false
        }
        let isIdle = select(index)
        if rank.pointee.isPullingIn {
            if isIdle { rank.pointee.phase = .waiting } else { rest(index) }
        } else if rank.pointee.owed == plan.maxOwed {
            rank.pointee.phase = .forced
            blocked |= target(of: index)
        } else if isIdle {
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
        ranks[index].trigger += plan.interval
        noteNextTrigger()
    }

    private mutating func noteNextTrigger() {
        nextTrigger = .max
        for rank in 0..<rankCount where ranks[rank].phase == .resting {
            nextTrigger = min(nextTrigger, ranks[rank].trigger)
        }
    }

    /// The first open bank of a set, -1 when all are precharged.
    private func openBank(in set: UInt64) -> Int {
        var rest = set
        while rest != 0 {
            let bank = rest.trailingZeroBitCount
            if banks[bank].row >= 0 { return bank }
            rest &= rest &- 1
        }
        return -1
    }

    /// The precharge or refresh that a rank is about to do. Refreshes come before requests.
    func refreshCandidate(of rank: Int) -> Candidate {
        let set = target(of: rank)
        let command = openBank(in: set) >= 0 ? plan.precharge : plan.refresh
        var time = max(rankGates[rank * Command.gateCount + command.gate], max(rowBusFree, now))
        var rest = plan.setCount > 1 ? set : 0
        while rest != 0 {
            let bank = rest.trailingZeroBitCount
            rest &= rest &- 1
            time = max(time, bankGates[bank * Command.gateCount + command.gate])
            time = max(time, groupGates[banks[bank].group * Command.gateCount + command.gate])
        }
        return Candidate(
            time: time, key: time + constraints.lengths[command.rawValue], age: -1, bank: -1, rank: rank)
    }

    /// Precharges the banks of the rank's set, or refreshes them when all are precharged.
    mutating func issueRefresh(of index: Int) {
        let set = target(of: index)
        let isPrecharge = openBank(in: set) >= 0
        let command = isPrecharge ? plan.precharge : plan.refresh
        constrain(after: command, bank: set.trailingZeroBitCount, rank: index)
        var rest = plan.setCount > 1 ? set & (set &- 1) : 0
        while rest != 0 {
            constrain(after: command, bank: rest.trailingZeroBitCount, rank: index)
            rest &= rest &- 1
        }
        recorder?.note(command, cycle: now, bank: set.trailingZeroBitCount, request: -1, row: -1)
        guard isPrecharge else { return refresh(set, of: index) }
        if command == .precharge { counts.precharges += 1 } else { counts.allPrecharges += 1 }
        while case let bank = openBank(in: set), bank >= 0 {
            counts.rowCloses(at: now)
            if command != .precharge { counts.prechargedByAll += 1 }
            close(bank)
        }
    }

    private mutating func refresh(_ set: UInt64, of index: Int) {
        let rank = ranks + index
        counts.rowOpens(at: now)
        counts.rowCloses(at: now + plan.openCycles)
        if plan.refresh == .refreshAll {
            counts.refreshes += 1
        } else {
            counts.bankRefreshes += 1
            counts.refreshedBanks += set.nonzeroBitCount
            noteActivate(in: index)
        }
        blocked &= ~set
        rank.pointee.finishSet(of: plan.setCount)
        rank.pointee.phase = .resting
        for bank in index * banksPerRank..<(index + 1) * banksPerRank where set >> UInt64(bank) & 1 == 1 {
            reconsider(bank)
        }
        if rank.pointee.isPullingIn {
            rank.pointee.owed -= 1
            if rank.pointee.owed < 0 { counts.pulledIn += 1 }
        } else {
            rank.pointee.isPullingIn = true
        }
        if rank.pointee.owed == -plan.maxAhead { rest(index) } else { reviewRefresh(of: index) }
    }

    /// Counts an activate, or a refresh of one bank, into the rank's window of four.
    mutating func noteActivate(in rank: Int) {
        // The oldest of the last four is where the window begins.
        let window = ranks[rank].noteActivate(at: now) + constraints.faw
        for gate in [Command.activate.gate, Command.refreshBank.gate] {
            let place = rank * Command.gateCount + gate
            if window > rankGates[place] { rankGates[place] = window }
        }
    }
}
