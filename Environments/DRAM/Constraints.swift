/// What a controller sends to a device.
enum Command: Int, CaseIterable {
    case activate, precharge, read, write, readAuto, prechargeAll, refreshAll, refreshBank, writeAuto
    /// To one bank in every group.
    case prechargeSame, refreshSame

    /// The commands that wait for the same times share a gate: a write waits alike with and without auto-precharge, and
    /// what goes to one bank of every group waits for each of them.
    var gate: Int {
        switch self {
        case .writeAuto: Command.write.rawValue
        case .prechargeSame: Command.precharge.rawValue
        case .refreshSame: Command.refreshBank.rawValue
        default: rawValue
        }
    }

    static let gateCount = 8

    var isPrecharge: Bool { self == .precharge || self == .prechargeAll || self == .prechargeSame }
    var isRefresh: Bool { self == .refreshAll || self == .refreshBank || self == .refreshSame }
    var isColumn: Bool { self == .read || self == .write || self == .readAuto || self == .writeAuto }
}

/// Every "from this command to that one at least so many cycles" of a device, at four levels of sharing.
///
/// A level is a matrix with a row per command and a column per gate. 0 means that there is no constraint. Commands are
/// stamped at their first cycle; where their lengths differ, the difference is part of the number.
struct Constraints: Sendable {
    typealias Matrix = [Int]

    var bank = Constraints.empty
    var group = Constraints.empty
    var rank = Constraints.empty
    /// From a command of one rank to those of every other.
    var otherRank = Constraints.empty
    /// Cycles in which four activates of a rank must not be followed by a fifth.
    let faw: Int
    /// Cycles from a precharging read or write to the start of its precharge.
    let readToPrecharge: Int
    let writeToPrecharge: Int
    /// Cycles from a read or write to the end of its data.
    let readToEnd: Int
    let writeToEnd: Int
    /// How long each command holds its bus.
    let lengths: [Int]
    /// Whether reads and writes have a command bus of their own.
    let hasColumnBus: Bool

    static let reads: [Command] = [.read, .readAuto]
    static let writes: [Command] = [.write, .writeAuto]
    private static let empty = Matrix(repeating: 0, count: Command.allCases.count * Command.gateCount)

    /// The constraints of a device, from its timing.
    init(_ device: Device) {
        let t = device.timing
        faw = t.faw
        switch device.family {
        case .ddr3, .ddr4:
            (readToPrecharge, writeToPrecharge) = (t.al + t.rtp, t.writeLatency + t.burst + t.wr)
            (readToEnd, writeToEnd) = (t.readLatency + t.burst, t.writeLatency + t.burst)
            (lengths, hasColumnBus) = ([Int](repeating: 1, count: Command.allCases.count), false)
            addDDR(t)
        case .lpddr4:
            (readToPrecharge, writeToPrecharge) = (t.rtp + t.burst - 8, t.writeLatency + t.burst + t.wr + 1)
            // The column address takes a second command, three cycles in all, before the latency begins.
            readToEnd = t.readLatency + t.dqsck + t.burst + 3
            writeToEnd = t.writeLatency + t.dqss + t.burst + 3
            lengths = Command.allCases.map { $0.isPrecharge || $0.isRefresh ? 2 : 4 }
            hasColumnBus = false
            addLPDDR4(t)
        case .ddr5:
            (readToPrecharge, writeToPrecharge) = (t.rtp, t.writeLatency + t.burst + t.wr)
            (readToEnd, writeToEnd) = (t.readLatency + t.burst, t.writeLatency + t.burst)
            lengths = Command.allCases.map { $0.isPrecharge || $0.isRefresh ? 1 : 2 }
            hasColumnBus = false
            addDDR5(t)
        case .gddr6:
            (readToPrecharge, writeToPrecharge) = (t.rtp, t.writeLatency + t.burst + t.wr)
            (readToEnd, writeToEnd) = (t.readLatency + t.burst, t.writeLatency + t.burst)
            (lengths, hasColumnBus) = ([Int](repeating: 1, count: Command.allCases.count), false)
            addFixedTurns(t)
        case .hbm2:
            (readToPrecharge, writeToPrecharge) = (t.rtp, t.writeLatency + t.burst + t.wr)
            (readToEnd, writeToEnd) = (t.readLatency + t.dqsck + t.burst, t.writeLatency + t.burst)
            lengths = Command.allCases.map { $0 == .activate ? 2 : 1 }
            hasColumnBus = true
            addFixedTurns(t)
        }
    }

    /// Sets a constraint, lengthened by what the first command is longer than the second.
    mutating func set(
        _ level: WritableKeyPath<Constraints, Matrix>, _ from: Command, to gates: [Command], _ cycles: Int
    ) {
        for gate in gates {
            let place = from.rawValue * Command.gateCount + gate.gate
            let stamped = cycles + lengths[from.rawValue] - lengths[gate.rawValue]
            self[keyPath: level][place] = max(self[keyPath: level][place], stamped)
        }
    }

    /// What all families share: rows and their banks, and refreshes of all banks.
    mutating func addRows(_ t: Timing) {
        set(\.bank, .activate, to: [.read, .readAuto], t.rcdRead - t.al)
        set(\.bank, .activate, to: [.write], t.rcdWrite - t.al)
        set(\.bank, .activate, to: [.precharge], t.ras)
        set(\.bank, .activate, to: [.activate, .refreshBank], t.rc)
        for from in [Command.precharge, .prechargeSame] {
            set(\.bank, from, to: [.activate, .refreshBank], t.rp)
            set(\.rank, from, to: [.refreshAll], t.rp)
            set(\.rank, from, to: [.precharge, .prechargeAll], t.ppd)
        }
        set(\.bank, .read, to: [.precharge], readToPrecharge)
        set(\.bank, .write, to: [.precharge], writeToPrecharge)
        set(\.bank, .readAuto, to: [.activate, .refreshBank], readToPrecharge + t.rp)
        set(\.bank, .writeAuto, to: [.activate, .refreshBank], writeToPrecharge + t.rp)
        // The hidden precharge of the read must leave the write its recovery.
        set(\.bank, .write, to: [.readAuto], writeToPrecharge - readToPrecharge)
        set(\.group, .activate, to: [.activate, .refreshBank], t.rrdLong)
        set(\.rank, .activate, to: [.activate, .refreshBank], t.rrdShort)
        set(\.rank, .activate, to: [.prechargeAll], t.ras)
        set(\.rank, .activate, to: [.refreshAll], t.rc)
        for from in Constraints.reads {
            set(\.rank, from, to: [.prechargeAll], readToPrecharge)
        }
        for from in Constraints.writes {
            set(\.rank, from, to: [.prechargeAll], writeToPrecharge)
        }
        set(\.rank, .readAuto, to: [.refreshAll], readToPrecharge + t.rp)
        set(\.rank, .writeAuto, to: [.refreshAll], writeToPrecharge + t.rp)
        set(\.rank, .prechargeAll, to: [.refreshAll, .activate, .refreshBank], t.rpAll)
        set(\.rank, .refreshAll, to: [.activate, .prechargeAll, .refreshAll, .refreshBank], t.rfc)
        for from in [Command.refreshBank, .refreshSame] {
            set(\.bank, from, to: [.activate, .precharge, .refreshBank], t.rfcBank)
            set(\.rank, from, to: [.refreshAll, .prechargeAll], t.rfcBank)
            set(\.rank, from, to: [.activate, .refreshBank], t.rrefd)
        }
    }

    /// Reads behind reads and writes behind writes.
    mutating func addBursts(_ t: Timing) {
        let (reads, writes) = (Constraints.reads, Constraints.writes)
        for (kinds, gates, long) in [(reads, reads, t.ccdLong), (writes, [.write], max(t.ccdLong, t.ccdLongWrite))] {
            for from in kinds {
                set(\.group, from, to: gates, long)
                set(\.rank, from, to: gates, t.ccdShort)
            }
        }
    }

    /// The data bus changes direction: cycles from a read to a write, and from a write to a read of the same group and
    /// of another.
    mutating func addTurns(readToWrite: Int, writeToReadLong: Int, writeToReadShort: Int) {
        for from in Constraints.reads { set(\.rank, from, to: [.write], readToWrite) }
        for from in Constraints.writes {
            set(\.group, from, to: Constraints.reads, writeToReadLong)
            set(\.rank, from, to: Constraints.reads, writeToReadShort)
        }
    }
}
