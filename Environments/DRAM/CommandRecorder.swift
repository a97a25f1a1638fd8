/// A command as it was issued.
package struct IssuedCommand: Sendable, Equatable {
    /// `ACT`, `PRE`, `RD`, `RDA`, `WR`, `WRA`, `PREA`, `REFab`, `REFpb`, `PREsb`, `REFsb`; `PDEA`, `PDEP` and `PDX` for
    /// power-down with rows open or closed, and its end.
    package let name: String
    /// The cycle of the memory's clock.
    package let cycle: Int
    /// The flat bank number; the rank's first bank for what goes to a whole rank.
    package let bank: Int
    /// Which request it serves, counted from 0; -1 for a refresh.
    package let request: Int
    /// The row; -1 for a refresh.
    package let row: Int

    /// Notes a command.
    package init(name: String, cycle: Int, bank: Int, request: Int, row: Int) {
        (self.name, self.cycle, self.bank, self.request, self.row) = (name, cycle, bank, request, row)
    }
}

/// Keeps the commands of one run, for checking and for dumps.
struct CommandRecorder {
    private(set) var commands: [IssuedCommand] = []

    init(requests: Int) { commands.reserveCapacity(3 * requests) }

    mutating func note(_ command: Command, cycle: Int, bank: Int, request: Int, row: Int32) {
        commands.append(
            IssuedCommand(name: command.name, cycle: cycle, bank: bank, request: request, row: Int(row)))
    }

    /// Notes what goes to the whole channel.
    mutating func note(_ name: String, cycle: Int) {
        commands.append(IssuedCommand(name: name, cycle: cycle, bank: 0, request: -1, row: -1))
    }
}

extension Command {
    /// As data sheets write it.
    var name: String {
        switch self {
        case .activate: "ACT"
        case .precharge: "PRE"
        case .read: "RD"
        case .write: "WR"
        case .readAuto: "RDA"
        case .writeAuto: "WRA"
        case .prechargeAll: "PREA"
        case .refreshAll: "REFab"
        case .refreshBank: "REFpb"
        case .prechargeSame: "PREsb"
        case .refreshSame: "REFsb"
        }
    }
}
