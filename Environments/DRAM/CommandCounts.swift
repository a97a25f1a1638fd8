/// What a run has issued, and for how long the rank had an open row: all that the energy model needs.
struct CommandCounts {
    var activates = 0
    /// Single precharges; those of auto-precharging reads and writes and of precharge-alls are counted apart.
    var precharges = 0
    var allPrecharges = 0
    /// Banks that a precharge-all closed.
    var prechargedByAll = 0
    var reads = 0
    var writes = 0
    var autoReads = 0
    var autoWrites = 0
    /// Refreshes of whole ranks, and of single banks or of one in each group.
    var refreshes = 0
    var bankRefreshes = 0
    /// Banks that the latter refreshed; several at once on DDR5.
    var refreshedBanks = 0
    var postponed = 0
    var pulledIn = 0
    /// Changes of direction on the data bus.
    var turnarounds = 0
    /// Cycles in which at least one row was open, also inside a refresh, or still had to wait for its precharge.
    private(set) var activeCycles = 0

    private var openRows = 0
    private var activeSince = 0
    private(set) var activeUntil = 0

    var hasOpenRow: Bool { openRows > 0 }
    /// Row openings and closings of every kind.
    var allReads: Int { reads + autoReads }
    var allWrites: Int { writes + autoWrites }
    var closings: Int { precharges + prechargedByAll + autoReads + autoWrites }

    @inline(__always)
    mutating func rowOpens(at cycle: Int) {
        if openRows == 0, cycle > activeUntil {
            activeCycles += activeUntil - activeSince
            activeSince = cycle
        }
        openRows += 1
    }

    /// The row's precharge begins then, which may be later than the command that asked for it.
    @inline(__always)
    mutating func rowCloses(at cycle: Int) {
        openRows -= 1
        if cycle > activeUntil { activeUntil = cycle }
    }

    mutating func finish(at end: Int) {
        activeCycles += (openRows > 0 ? end : min(activeUntil, end)) - min(activeSince, end)
    }
}
