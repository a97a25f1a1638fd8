/// The schedulers that keep reads and writes in queues of their own, and the cap on row hits.
extension Controller {
    /// The request that a bank serves next, -1 when it has none for the present direction.
    ///
    /// A row that was activated for a request serves it, unless another that hits the row is preferred meanwhile.
    func pick(from bank: UnsafeMutablePointer<Bank>) -> Int32 {
        let choice = preferred(in: bank)
        let kept = bank.pointee.kept
        guard kept >= 0, choice < 0 || trace.rows[Int(choice)] != bank.pointee.row else { return choice }
        return kept
    }

    private func preferred(in bank: UnsafeMutablePointer<Bank>) -> Int32 {
        switch knobs.grouping {
        case .none:
            guard isCapped(bank, counting: 0) else { return choose(from: bank) }
            return oldestMiss(of: bank)
        case .lastDirection:
            let request = oldest(of: bank, isWrite: lastColumnIsWrite)
            if request >= 0 { return request }
            let other = oldest(of: bank, isWrite: !lastColumnIsWrite)
            return other >= 0 ? other : bank.pointee.head
        case .drain:
            let writes = bank.pointee.writes
            guard isDraining ? writes > 0 : bank.pointee.waiting > writes else { return -1 }
            // Where all of them wait for an older request of the other direction, that comes first.
            let request = oldest(of: bank, isWrite: isDraining)
            return request >= 0 ? request : bank.pointee.head
        }
    }

    /// Whether the open row has had its share after so many more accesses while requests to other rows wait.
    func isCapped(_ bank: UnsafeMutablePointer<Bank>, counting more: Int32) -> Bool {
        knobs.rowHitCap > 0 && bank.pointee.streak + more >= knobs.rowHitCap
            && bank.pointee.hits < bank.pointee.waiting
    }

    private func oldestMiss(of bank: UnsafeMutablePointer<Bank>) -> Int32 {
        var request = bank.pointee.head
        while request >= 0, trace.rows[Int(request)] == bank.pointee.row { request = links[Int(request)].next }
        return request
    }

    /// The best request of one direction that no older one of the same address and the other direction stands before:
    /// row hits first, or misses first where the row has had its share; -1 for none.
    private func oldest(of bank: UnsafeMutablePointer<Bank>, isWrite: Bool) -> Int32 {
        // A bit per row and burst, folded at 256: only where it is set must the queue be searched.
        var seen = SIMD4<UInt64>.zero
        let prefersMiss = isCapped(bank, counting: 0)
        var second: Int32 = -1
        var request = bank.pointee.head
        while request >= 0 {
            let number = Int(request)
            let mixed = UInt32(bitPattern: trace.rows[number]) &* 0x9E37_79B1
            let place = Int((mixed ^ (UInt32(trace.bursts[number]) &* 0x85EB_CA6B)) >> 24)
            let bit: UInt64 = 1 << UInt64(place & 63)
            if trace.isWrite[number] != isWrite {
                seen[place >> 6] |= bit
            } else if seen[place >> 6] & bit == 0 || !isBehindOther(number, in: bank) {
                if (trace.rows[number] == bank.pointee.row) != prefersMiss { return request }
                if second < 0 { second = request }
            }
            request = links[number].next
        }
        return second
    }

    /// Whether an older request of the other direction has the same address.
    private func isBehindOther(_ number: Int, in bank: UnsafeMutablePointer<Bank>) -> Bool {
        var other = Int(bank.pointee.head)
        while other != number {
            if trace.isWrite[other] != trace.isWrite[number], trace.rows[other] == trace.rows[number],
                trace.bursts[other] == trace.bursts[number]
            {
                return true
            }
            other = Int(links[other].next)
        }
        return false
    }

    /// Changes between serving reads and draining writes at the watermarks, as DRAMSys does: writes are served when
    /// more than the upper watermark wait or no read does, until no more than the lower one wait and some read does.
    mutating func reviewDrain() {
        let (reads, writes) = (waiting - waitingWrites, waitingWrites)
        let drains = isDraining ? writes > knobs.lowWatermark || reads == 0 : writes > knobs.highWatermark || reads == 0
        guard drains != isDraining else { return }
        isDraining = drains
        reconsiderAll()
    }

    /// Decides anew for every bank, since what they all depend on has changed.
    mutating func reconsiderAll() {
        var rest = pending & ~blocked
        while rest != 0 {
            reconsider(rest.trailingZeroBitCount)
            rest &= rest &- 1
        }
    }
}
