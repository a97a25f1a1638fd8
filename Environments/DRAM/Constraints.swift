/// What a controller sends to a device.
enum Command: Int, CaseIterable {
    case activate, precharge, read, write, readAuto, prechargeAll, refreshAll, refreshBank, writeAuto

    /// The commands that wait for the same times share a gate: a write waits alike with and without auto-precharge.
    var gate: Int { self == .writeAuto ? Command.write.rawValue : rawValue }

    static let gateCount = 8

    var isPrecharge: Bool { self == .precharge || self == .prechargeAll }
    var isRefresh: Bool { self == .refreshAll || self == .refreshBank }
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
        case .hbm2:
            (readToPrecharge, writeToPrecharge) = (t.rtp, t.writeLatency + t.burst + t.wr)
            (readToEnd, writeToEnd) = (t.readLatency + t.dqsck + t.burst, t.writeLatency + t.burst)
            lengths = Command.allCases.map { $0 == .activate ? 2 : 1 }
            hasColumnBus = true
            addHBM2(t)
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
        set(\.bank, .precharge, to: [.activate, .refreshBank], t.rp)
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
        set(\.rank, .precharge, to: [.refreshAll], t.rp)
        set(\.rank, .precharge, to: [.precharge, .prechargeAll], t.ppd)
        set(\.rank, .prechargeAll, to: [.refreshAll, .activate, .refreshBank], t.rpAll)
        set(\.rank, .refreshAll, to: [.activate, .prechargeAll, .refreshAll, .refreshBank], t.rfc)
        set(\.bank, .refreshBank, to: [.activate, .precharge, .refreshBank], t.rfcBank)
        set(\.rank, .refreshBank, to: [.refreshAll, .prechargeAll], t.rfcBank)
        set(\.rank, .refreshBank, to: [.activate, .refreshBank], t.rrefd)
    }

    /// Reads behind reads and writes behind writes.
    mutating func addBursts(_ t: Timing) {
        for (kinds, gates) in [(Constraints.reads, Constraints.reads), (Constraints.writes, [.write])] {
            for from in kinds {
                set(\.group, from, to: gates, t.ccdLong)
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
