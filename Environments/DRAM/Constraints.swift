/// What a controller sends to a device.
enum Command: Int, CaseIterable {
    case activate, precharge, read, write, readAuto, prechargeAll, refreshAll, refreshBank, writeAuto

    /// The commands that wait for the same times share a gate: a write waits alike with and without auto-precharge.
    var gate: Int { self == .writeAuto ? Command.write.rawValue : rawValue }

    static let gateCount = 8
}

/// Every "from this command to that one at least so many cycles" of a device, at four levels of sharing.
///
/// A level is a matrix with a row per command and a column per gate. 0 means that there is no constraint.
struct Constraints: Sendable {
    typealias Matrix = [Int]

    private(set) var bank = Constraints.empty
    private(set) var group = Constraints.empty
    private(set) var rank = Constraints.empty
    /// From a command of one rank to those of every other.
    private(set) var otherRank = Constraints.empty
    /// Cycles in which four activates of a rank must not be followed by a fifth.
    let faw: Int
    /// Cycles from a precharging read or write to the start of its precharge.
    let readToPrecharge: Int
    let writeToPrecharge: Int

    private static let empty = Matrix(repeating: 0, count: Command.allCases.count * Command.gateCount)
    private static let reads: [Command] = [.read, .readAuto]
    private static let writes: [Command] = [.write, .writeAuto]

    /// The constraints of DDR4, from its timing; the names follow JESD79-4 and the values DRAMSys 5.0's checker.
    init(ddr4 t: Timing) {
        faw = t.faw
        readToPrecharge = t.al + t.rtp
        writeToPrecharge = t.writeLatency + t.burst + t.wr
        bankLevel(t)
        groupLevel(t)
        rankLevel(t)
        let turn = t.burst + t.rtrs
        for from in Constraints.reads {
            set(\.otherRank, from, to: Constraints.reads, turn)
            set(\.otherRank, from, to: [.write], t.readLatency + turn - t.writeLatency + t.wpre)
        }
        for from in Constraints.writes {
            set(\.otherRank, from, to: [.write], turn)
            set(\.otherRank, from, to: Constraints.reads, t.writeLatency + turn - t.readLatency)
        }
    }

    private mutating func bankLevel(_ t: Timing) {
        set(\.bank, .activate, to: [.read, .write, .readAuto], t.rcd - t.al)
        set(\.bank, .activate, to: [.precharge], t.ras)
        set(\.bank, .activate, to: [.activate], t.rc)
        set(\.bank, .precharge, to: [.activate], t.rp)
        set(\.bank, .read, to: [.precharge], readToPrecharge)
        set(\.bank, .write, to: [.precharge], writeToPrecharge)
        set(\.bank, .readAuto, to: [.activate], readToPrecharge + t.rp)
        set(\.bank, .writeAuto, to: [.activate], writeToPrecharge + t.rp)
        // The hidden precharge of the read must leave the write its recovery.
        set(\.bank, .write, to: [.readAuto], writeToPrecharge - readToPrecharge)
    }

    private mutating func groupLevel(_ t: Timing) {
        set(\.group, .activate, to: [.activate], t.rrdLong)
        for from in Constraints.reads { set(\.group, from, to: Constraints.reads, t.ccdLong) }
        for from in Constraints.writes {
            set(\.group, from, to: [.write], t.ccdLong)
            set(\.group, from, to: Constraints.reads, t.writeLatency + t.burst + t.wtrLong - t.al)
        }
    }

    private mutating func rankLevel(_ t: Timing) {
        set(\.rank, .activate, to: [.activate], t.rrdShort)
        set(\.rank, .activate, to: [.prechargeAll], t.ras)
        set(\.rank, .activate, to: [.refreshAll], t.rc)
        for from in Constraints.reads {
            set(\.rank, from, to: Constraints.reads, t.ccdShort)
            set(\.rank, from, to: [.write], t.readLatency + t.burst + 1 - t.writeLatency + t.wpre)
            set(\.rank, from, to: [.prechargeAll], readToPrecharge)
        }
        for from in Constraints.writes {
            set(\.rank, from, to: [.write], t.ccdShort)
            set(\.rank, from, to: Constraints.reads, t.writeLatency + t.burst + t.wtrShort - t.al)
            set(\.rank, from, to: [.prechargeAll], writeToPrecharge)
        }
        set(\.rank, .readAuto, to: [.refreshAll], readToPrecharge + t.rp)
        set(\.rank, .writeAuto, to: [.refreshAll], writeToPrecharge + t.rp)
        set(\.rank, .precharge, to: [.refreshAll], t.rp)
        set(\.rank, .prechargeAll, to: [.refreshAll, .activate], t.rp)
        set(\.rank, .refreshAll, to: [.activate, .prechargeAll, .refreshAll], t.rfc)
    }

    private mutating func set(
        _ level: WritableKeyPath<Constraints, Matrix>, _ from: Command, to gates: [Command], _ cycles: Int
    ) {
        for gate in gates { self[keyPath: level][from.rawValue * Command.gateCount + gate.gate] = max(0, cycles) }
    }
}
