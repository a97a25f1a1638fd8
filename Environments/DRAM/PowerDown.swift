/// When the clock of the channel is off: after so many cycles without a command, until a request or refresh comes.
///
/// Nothing happens while the memory sleeps, so that a sleep is found out when it ends and costs no event.
struct PowerDown {
    /// Cycles of idleness before it; nil for never.
    let timeout: Int?
    /// Cycles asleep with a row open, and with all rows closed.
    private(set) var openCycles = 0
    private(set) var closedCycles = 0
    private(set) var count = 0
    private let least: Int
    private var last = 0
    private var ready = 0

    init(_ knobs: ControllerKnobs, timing: Timing) {
        (timeout, least) = (knobs.powerDownTimeout, timing.cke)
    }

    /// A command was issued, after which power-down must wait until the given cycle.
    @inline(__always)
    mutating func note(at cycle: Int, ready: Int) {
        last = cycle
        self.ready = max(self.ready, ready)
    }

    /// Ends a sleep, if there was one: when it began and ended.
    mutating func wake(at cycle: Int, _ counts: CommandCounts) -> (entry: Int, exit: Int)? {
        guard let timeout else { return nil }
        let entry = max(last + timeout, ready, counts.hasOpenRow ? 0 : counts.activeUntil)
        guard entry < cycle else { return nil }
        let exit = max(cycle, entry + least)
        add(exit - entry, counts)
        last = exit
        return (entry, exit)
    }

    /// The run is over.
    mutating func finish(at end: Int, _ counts: CommandCounts) {
        guard let timeout else { return }
        let entry = max(last + timeout, ready, counts.hasOpenRow ? 0 : counts.activeUntil)
        if entry < end { add(end - entry, counts) }
    }

    private mutating func add(_ cycles: Int, _ counts: CommandCounts) {
        count += 1
        if counts.hasOpenRow { openCycles += cycles } else { closedCycles += cycles }
    }
}

extension Controller {
    /// Something is to be done again: commands must wait for the clock, if it was off.
    mutating func wake() {
        guard pending == 0, !(0..<rankCount).contains(where: { ranks[$0].hasCommand }) else { return }
        let isOpen = counts.hasOpenRow
        guard let sleep = powerDown.wake(at: now, counts) else { return }
        recorder?.note(isOpen ? "PDEA" : "PDEP", cycle: sleep.entry)
        recorder?.note("PDX", cycle: sleep.exit)
        for gate in 0..<rankCount * Command.gateCount {
            rankGates[gate] = max(rankGates[gate], sleep.exit + timing.xp)
        }
    }

    /// The cycle from which the clock may be off after a command of this cycle.
    func powerDownReady(after command: Command) -> Int {
        switch command {
        case .read, .readAuto: now + constraints.readToEnd + 1
        case .write, .writeAuto: now + constraints.writeToPrecharge + 1
        case .refreshAll: now + timing.rfc
        case .refreshBank, .refreshSame: now + timing.rfcBank
        case .activate, .precharge, .prechargeAll, .prechargeSame: now + constraints.lengths[command.rawValue] + 1
        }
    }
}
