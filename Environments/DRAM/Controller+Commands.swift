extension Controller {
    /// When the bank's next command may be issued, everything considered.
    @inline(__always)
    func candidate(of index: Int) -> Candidate {
        let bank = banks + index
        let gate = bank.pointee.command.gate
        let shared = max(
            groupGates[bank.pointee.group &* Command.gateCount &+ gate],
            rankGates[bank.pointee.rank &* Command.gateCount &+ gate])
        let bus = bank.pointee.command.isColumn ? columnBusFree : rowBusFree
        let time = max(max(bank.pointee.time, shared), max(bus, now))
        let key = time &+ lengths[bank.pointee.command.rawValue]
        return Candidate(time: time, key: key, age: Int(bank.pointee.request), bank: index, rank: -1)
    }

    /// Finds the candidate that comes first: the earliest, among equals the oldest.
    mutating func rescan() {
        isBestStale = false
        var first = Candidate.none
        var rest = pending & ~blocked
        while rest != 0 {
            let candidate = candidate(of: rest.trailingZeroBitCount)
            rest &= rest &- 1
            if candidate.precedes(first) { first = candidate }
        }
        for rank in 0..<rankCount where ranks[rank].hasCommand {
            let candidate = refreshCandidate(of: rank)
            if candidate.precedes(first) { first = candidate }
        }
        best = first
    }

    /// Issues the best candidate now.
    mutating func issueBest() {
        isBestStale = true
        guard best.bank >= 0 else { return issueRefresh(of: best.rank) }
        let index = best.bank
        let command = banks[index].command
        let request = Int(banks[index].request)
        constrain(after: command, bank: index, rank: banks[index].rank)
        recorder?.note(command, cycle: now, bank: index, request: request, row: trace.rows[request])
        switch command {
        case .activate: activate(index, for: request)
        case .precharge:
            close(index)
            counts.precharges += 1
            counts.rowCloses(at: now)
        default: access(request, index, command)
        }
        reconsider(index)
    }

    private mutating func activate(_ index: Int, for request: Int) {
        open(trace.rows[request], in: index)
        noteActivate(in: banks[index].rank)
        counts.activates += 1
        counts.rowOpens(at: now)
    }

    /// A read or write: the request leaves its queue, its response is on the way, and another may take its place.
    private mutating func access(_ request: Int, _ index: Int, _ command: Command) {
        let isWrite = trace.isWrite[request]
        remove(request, from: index)
        room.release(bank: index, isWrite: isWrite)
        waiting &-= 1
        waitingCycles &+= now
        if isWrite { waitingWrites &-= 1 }
        if knobs.grouping == .drain { reviewDrain() }
        switch command {
        case .read: counts.reads += 1
        case .write: counts.writes += 1
        case .readAuto:
            counts.autoReads += 1
            counts.rowCloses(at: max(now + constraints.readToPrecharge, banks[index].openedAt + timing.ras))
            close(index)
        default:
            counts.autoWrites += 1
            counts.rowCloses(at: now + constraints.writeToPrecharge)
            close(index)
        }
        responses.served(request, dataEnds: now + (isWrite ? constraints.writeToEnd : constraints.readToEnd))
        port.reviewed(responses)
        if isWrite != lastColumnIsWrite { turn(to: isWrite, from: index) }
        if room.hasSpace, port.presented <= now { accept() }
    }

    /// The data bus changes direction, which the grouping scheduler's choices depend on.
    private mutating func turn(to isWrite: Bool, from index: Int) {
        lastColumnIsWrite = isWrite
        counts.turnarounds += 1
        if knobs.grouping == .lastDirection { return reconsiderAll() }
        guard knobs.scheduler == .frFcfsGrp else { return }
        var rest = pending & ~blocked & ~(1 << UInt64(index))
        while rest != 0 {
            let other = rest.trailingZeroBitCount
            rest &= rest &- 1
            if banks[other].hits > 1 { reconsider(other) }
        }
    }

    /// Lets everything that must wait for this command wait.
    @inline(__always)
    mutating func constrain(after command: Command, bank index: Int, rank: Int) {
        let free = now &+ lengths[command.rawValue]
        if !constraints.hasColumnBus || command.isColumn { columnBusFree = free }
        if !constraints.hasColumnBus || !command.isColumn { rowBusFree = free }
        let from = command.rawValue * Command.gateCount
        if command != .prechargeAll, command != .refreshAll {
            raise(bankGates + index * Command.gateCount, constraints.bank, from)
            raise(groupGates + banks[index].group * Command.gateCount, constraints.group, from)
        }
        raise(rankGates + rank * Command.gateCount, constraints.rank, from)
        if powerDown.timeout != nil { powerDown.note(at: now, ready: powerDownReady(after: command)) }
        guard rankCount > 1 else { return }
        for other in 0..<rankCount where other != rank {
            raise(rankGates + other * Command.gateCount, constraints.otherRank, from)
        }
    }

    @inline(__always)
    private func raise(_ gates: UnsafeMutablePointer<Int>, _ matrix: Constraints.Matrix, _ from: Int) {
        matrix.withUnsafeBufferPointer { delays in
            for gate in 0..<Command.gateCount {
                gates[gate] = max(gates[gate], now &+ delays[from &+ gate])
            }
        }
    }
}
