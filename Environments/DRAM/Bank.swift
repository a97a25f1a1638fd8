/// What the controller knows of one bank.
struct Bank {
    let group: Int
    let rank: Int
    /// The open row, -1 when precharged.
    var row: Int32 = -1
    /// First and last waiting request, -1 for none.
    var head: Int32 = -1
    var tail: Int32 = -1
    /// Waiting requests to the open row: how many, of them writes, and the oldest.
    var hits: Int32 = 0
    var writeHits: Int32 = 0
    var firstHit: Int32 = -1
    /// The next command of the bank, for which request, and the earliest cycle that the bank itself allows.
    var command = Command.activate
    var request: Int32 = -1
    var time = 0
    /// When the open row was activated, and how many reads and writes it has served since.
    var openedAt = 0
    var streak: Int32 = 0
    /// How many requests wait, and how many of them are writes.
    var waiting: Int32 = 0
    var writes: Int32 = 0
    /// For whom the open row was activated, until a read or write was issued; else -1.
    var kept: Int32 = -1
}

/// The neighbours of a request in its bank's queue, -1 for none.
struct Link {
    var previous: Int32
    var next: Int32
}

/// The command that is to be issued next, unless something happens before.
struct Candidate {
    /// The cycle in which it may be issued.
    var time: Int
    /// The cycle after the command, by which candidates are ranked first.
    var key: Int
    /// Requests are ranked by age; refreshes come before all.
    var age: Int
    /// Which bank it is for; -1 for a refresh.
    var bank: Int
    /// Which rank a refresh is for.
    var rank: Int

    /// A cycle that no trace reaches.
    static let never = 1 << 60
    static let none = Candidate(time: .max, key: .max, age: .max, bank: -1, rank: -1)

    func precedes(_ other: Candidate) -> Bool {
        key < other.key || (key == other.key && age < other.age)
    }
}

extension Controller {
    /// Puts a request at the end of its bank's queue.
    mutating func append(_ request: Int, to index: Int) {
        let number = Int32(truncatingIfNeeded: request)
        let bank = banks + index
        links[request] = Link(previous: bank.pointee.tail, next: -1)
        if bank.pointee.tail < 0 {
            bank.pointee.head = number
            pending |= 1 << UInt64(index)
        } else {
            links[Int(bank.pointee.tail)].next = number
        }
        bank.pointee.tail = number
        bank.pointee.waiting += 1
        if trace.isWrite[request] { bank.pointee.writes += 1 }
        if trace.rows[request] == bank.pointee.row { countHit(number, of: bank) }
    }

    @inline(__always)
    private mutating func countHit(_ request: Int32, of bank: UnsafeMutablePointer<Bank>) {
        if bank.pointee.hits == 0 { bank.pointee.firstHit = request }
        bank.pointee.hits += 1
        if trace.isWrite[Int(request)] { bank.pointee.writeHits += 1 }
    }

    /// Takes a served request, which hits the open row, out of its bank's queue.
    mutating func remove(_ request: Int, from index: Int) {
        let bank = banks + index
        let link = links[request]
        if link.previous < 0 { bank.pointee.head = link.next } else { links[Int(link.previous)].next = link.next }
        if link.next < 0 { bank.pointee.tail = link.previous } else { links[Int(link.next)].previous = link.previous }
        if bank.pointee.head < 0 { pending &= ~(1 << UInt64(index)) }
        bank.pointee.waiting -= 1
        bank.pointee.hits -= 1
        if trace.isWrite[request] {
            bank.pointee.writes -= 1
            bank.pointee.writeHits -= 1
        }
        bank.pointee.streak += 1
        bank.pointee.kept = -1
        guard bank.pointee.hits > 0, Int(bank.pointee.firstHit) == request else { return }
        var other = link.next
        while other >= 0, trace.rows[Int(other)] != bank.pointee.row { other = links[Int(other)].next }
        bank.pointee.firstHit = other
    }

    /// Notes the row that an activate opened and counts who waits for it.
    mutating func open(_ row: Int32, in index: Int) {
        let bank = banks + index
        bank.pointee.row = row
        bank.pointee.openedAt = now
        (bank.pointee.streak, bank.pointee.kept) = (0, bank.pointee.request)
        (bank.pointee.hits, bank.pointee.writeHits) = (0, 0)
        var request = bank.pointee.head
        while request >= 0 {
            if trace.rows[Int(request)] == row { countHit(request, of: bank) }
            request = links[Int(request)].next
        }
    }

    /// Notes that the bank has no open row any more.
    mutating func close(_ index: Int) {
        let bank = banks + index
        (bank.pointee.row, bank.pointee.kept) = (-1, -1)
        (bank.pointee.hits, bank.pointee.writeHits, bank.pointee.firstHit) = (0, 0, -1)
    }

    /// Decides anew what the bank does next, and whether that comes before everything else.
    mutating func reconsider(_ index: Int) {
        let bit: UInt64 = 1 << UInt64(index)
        guard pending & bit != 0, blocked & bit == 0 else {
            if best.bank == index { isBestStale = true }
            return
        }
        decide(index)
        guard !isBestStale else { return }
        if best.bank == index {
            isBestStale = true
        } else {
            let candidate = candidate(of: index)
            if candidate.precedes(best) { best = candidate }
        }
    }

    /// The bank's next command from its state, its queue and the policies.
    private mutating func decide(_ index: Int) {
        let bank = banks + index
        if knobs.grouping != .none || (knobs.rowHitCap > 0 && bank.pointee.row >= 0) {
            let request = pick(from: bank)
            bank.pointee.request = request
            guard request >= 0 else {
                (bank.pointee.command, bank.pointee.time) = (.activate, Candidate.never)
                return
            }
            bank.pointee.command = bank.pointee.row < 0 ? .activate : command(for: Int(request), in: bank)
        } else if bank.pointee.row < 0 {
            bank.pointee.request = bank.pointee.head
            bank.pointee.command = .activate
        } else {
            let request = choose(from: bank)
            bank.pointee.request = request
            bank.pointee.command = command(for: Int(request), in: bank)
        }
        bank.pointee.time = bankGates[index &* Command.gateCount &+ bank.pointee.command.gate]
    }

    /// The scheduler's choice in a bank with an open row.
    func choose(from bank: UnsafeMutablePointer<Bank>) -> Int32 {
        switch knobs.scheduler {
        case .fifo: return bank.pointee.head
        case .frFcfs: return bank.pointee.hits > 0 ? bank.pointee.firstHit : bank.pointee.head
        default:
            guard bank.pointee.hits > 0 else { return bank.pointee.head }
            let sameWay = lastColumnIsWrite ? bank.pointee.writeHits : bank.pointee.hits - bank.pointee.writeHits
            if sameWay == 0 || sameWay == bank.pointee.hits { return bank.pointee.firstHit }
            return oldestHit(of: bank, isWrite: lastColumnIsWrite)
        }
    }

    /// The oldest hit of one direction that no older hit of the same address stands before, else the oldest hit.
    private func oldestHit(of bank: UnsafeMutablePointer<Bank>, isWrite: Bool) -> Int32 {
        // A bit per burst of the row, folded at 256: a false alarm there only keeps two requests in order.
        var seen = SIMD4<UInt64>.zero
        var request = bank.pointee.firstHit
        while request >= 0 {
            let number = Int(request)
            if trace.rows[number] == bank.pointee.row {
                let (word, bit) = (Int(trace.bursts[number] >> 6) & 3, UInt64(trace.bursts[number] & 63))
                let isHazard = seen[word] >> bit & 1 == 1
                if trace.isWrite[number] == isWrite, !isHazard { return request }
                seen[word] |= 1 << bit
            }
            request = links[number].next
        }
        return bank.pointee.firstHit
    }

    private func command(for request: Int, in bank: UnsafeMutablePointer<Bank>) -> Command {
        let closes: Bool
        switch knobs.page {
        case .closed: closes = true
        case _ where trace.rows[request] != bank.pointee.row: return .precharge
        case .open: closes = false
        case .openAdaptive: closes = bank.pointee.head != bank.pointee.tail && !hasFurtherHit(bank, after: request)
        case .closedAdaptive: closes = !hasFurtherHit(bank, after: request)
        }
        if trace.isWrite[request] { return closes ? .writeAuto : .write }
        return closes ? .readAuto : .read
    }

    /// Whether another waiting request hits the open row; in a plain queue only the next one counts.
    private func hasFurtherHit(_ bank: UnsafeMutablePointer<Bank>, after request: Int) -> Bool {
        if knobs.scheduler != .fifo { return bank.pointee.hits > 1 && !isCapped(bank, counting: 1) }
        let next = links[request].next
        return next >= 0 && trace.rows[Int(next)] == bank.pointee.row
    }
}
