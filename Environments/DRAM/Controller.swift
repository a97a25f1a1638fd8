import Gym

/// One run of a memory controller over a trace: an event-driven model of DRAMSys 5.0's controller in whole cycles.
///
/// It jumps from event to event (a request is accepted, a refresh falls due, a command is issued) and allocates nothing
/// while it runs. One instance runs once, on one thread.
struct Controller: ~Copyable {
    let knobs: ControllerKnobs
    let timing: Timing
    let constraints: Constraints
    let plan: RefreshPlan
    /// How long each command holds its bus.
    let lengths: UnsafeMutablePointer<Int>
    let trace: DecodedTrace
    let bankCount: Int
    let banksPerRank: Int
    let rankCount: Int

    let banks: UnsafeMutablePointer<Bank>
    /// Earliest cycles per bank, group and rank, one for each gate.
    let bankGates: UnsafeMutablePointer<Int>
    let groupGates: UnsafeMutablePointer<Int>
    let rankGates: UnsafeMutablePointer<Int>
    let ranks: UnsafeMutablePointer<Rank>
    /// The queue's neighbours of each request that waits in a bank.
    let links: UnsafeMutablePointer<Link>

    var now = 0
    /// The last cycle in which a command was issued or a refresh fell due.
    var lastAct = -1
    /// Banks that have requests, and banks that may not be served because a refresh waits for them.
    var pending: UInt64 = 0
    var blocked: UInt64 = 0
    var rowBusFree = 0
    var columnBusFree = 0
    var best = Candidate.none
    var isBestStale = false
    var nextTrigger = Int.max
    var lastColumnIsWrite = false
    /// Requests in the buffers, the writes among them, the most there were, and the sum over their cycles.
    var waiting = 0
    var waitingWrites = 0
    private(set) var mostWaiting = 0
    var waitingCycles = 0
    /// Cycles in which a request stood at the port without being accepted.
    private(set) var backPressure = 0
    /// Whether writes are being drained.
    var isDraining = false
    var powerDown: PowerDown

    var room: BufferRoom
    var port: RequestPort
    var responses: ResponsePath
    var counts = CommandCounts()
    var recorder: CommandRecorder?

    init(
        _ knobs: ControllerKnobs, device: Device, constraints: Constraints, trace: DecodedTrace, records: Bool = false
    ) {
        (self.knobs, timing, self.constraints, self.trace) = (knobs, device.timing, constraints, trace)
        (bankCount, rankCount) = (device.bankCount, device.ranks)
        banksPerRank = device.groups * device.banksPerGroup
        banks = .allocate(capacity: bankCount)
        for index in 0..<bankCount {
            let bank = Bank(group: index / device.banksPerGroup, rank: index / banksPerRank)
            banks.advanced(by: index).initialize(to: bank)
        }
        let gates = Command.gateCount
        bankGates = Controller.zeros(bankCount * gates)
        groupGates = Controller.zeros(device.ranks * device.groups * gates)
        rankGates = Controller.zeros(device.ranks * gates)
        ranks = .allocate(capacity: device.ranks)
        plan = RefreshPlan(knobs, device: device)
        lengths = Controller.zeros(constraints.lengths.count)
        for (command, length) in constraints.lengths.enumerated() { lengths[command] = length }
        for index in 0..<device.ranks {
            let rank = Rank(trigger: plan.firstTrigger(of: index, ranks: device.ranks), sets: plan.setCount)
            ranks.advanced(by: index).initialize(to: rank)
            nextTrigger = min(nextTrigger, rank.trigger)
        }
        powerDown = PowerDown(knobs, timing: device.timing)
        links = .allocate(capacity: trace.count)
        room = BufferRoom(knobs, bankCount: bankCount)
        port = RequestPort(knobs, trace: trace)
        responses = ResponsePath(knobs, trace: trace, records: records)
        if records { recorder = CommandRecorder(requests: trace.count) }
    }

    deinit {
        banks.deallocate()
        bankGates.deallocate()
        groupGates.deallocate()
        rankGates.deallocate()
        ranks.deallocate()
        links.deallocate()
        lengths.deallocate()
        room.deallocate()
        responses.deallocate()
    }

    private static func zeros(_ count: Int) -> UnsafeMutablePointer<Int> {
        let pointer = UnsafeMutablePointer<Int>.allocate(capacity: count)
        pointer.initialize(repeating: 0, count: count)
        return pointer
    }

    /// Serves the whole trace.
    mutating func run(_ deadline: Deadline) throws {
        var events = 0
        while responses.served < trace.count {
            step()
            events += 1
            if events & 0x1FFF == 0 { try deadline.check() }
        }
        responses.finish()
        powerDown.finish(at: responses.last, counts)
        counts.finish(at: responses.last)
    }

    /// One event: whichever is next of a request's arrival, a refresh that falls due, and a command.
    ///
    /// In one and the same cycle a refresh that falls due comes before a command, and a request comes before or after
    /// both; see `RequestPort.precedes`.
    private mutating func step() {
        if isBestStale { rescan() }
        let arrival = room.hasSpace ? port.presented : .max
        let other = min(nextTrigger, best.time)
        if arrival < other || (arrival == other && port.precedes(commandScheduledAt: lastAct)) {
            now = arrival
            accept()
        } else if nextTrigger <= best.time {
            now = nextTrigger
            lastAct = now
            refreshFallsDue()
        } else {
            now = best.time
            lastAct = now
            issueBest()
        }
    }

    /// Takes the request at the port into its bank's queue.
    mutating func accept() {
        let request = port.next
        let bank = Int(trace.banks[request])
        if powerDown.timeout != nil { wake() }
        backPressure &+= now &- port.presented
        responses.accepted(request, presented: port.presented, at: now)
        room.store(bank: bank, isWrite: trace.isWrite[request])
        append(request, to: bank)
        waiting &+= 1
        mostWaiting = max(mostWaiting, waiting)
        waitingCycles &-= now
        if trace.isWrite[request] { waitingWrites &+= 1 }
        if knobs.grouping == .drain { reviewDrain() }
        port.accepted(at: now, responses)
        reconsider(bank)
        let rank = banks[bank].rank
        if ranks[rank].phase == .waiting { reviewRefresh(of: rank) }
    }
}
