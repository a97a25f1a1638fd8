import Foundation
public import Gym

extension DRAMController {
    /// Writes every command that a controller of this design issues, in order, as comma-separated values under a line
    /// of names. A line of a read or write also has the request's arrival and its latency from the port (`service`) and
    /// from the arrival (`total`), so that each request stands in exactly one line with them.
    ///
    /// Cycles are the memory's, times in nanoseconds; `rank` is the pseudo-channel of HBM2; `row` and `request` are
    /// empty for refreshes and power-down.
    public func writeCommands(of action: Action, to sink: (String) throws -> Void) throws {
        var run = try controller(of: action, records: true)
        try run.run(.none)
        try sink(
            "cycle,time_ns,command,rank,group,bank,row,request,arrival_cycle,service_latency_ns,total_latency_ns\n")
        var lines = ""
        for command in run.recorder?.commands ?? [] {
            lines += line(command, run) + "\n"
            if lines.utf8.count > 1 << 15 {
                try sink(lines)
                lines.removeAll(keepingCapacity: true)
            }
        }
        try sink(lines)
    }

    private func line(_ command: IssuedCommand, _ run: borrowing Controller) -> String {
        let group = command.bank / device.banksPerGroup
        var fields = [
            "\(command.cycle)", nanoseconds(command.cycle), command.name, "\(group / device.groups)",
            "\(group % device.groups)", "\(command.bank % device.banksPerGroup)",
        ]
        fields += command.request < 0 ? ["", ""] : ["\(command.row)", "\(command.request)"]
        if let finished = run.responses.finished, command.isColumn {
            let arrival = run.trace.arrivals[command.request]
            let response = finished[command.request]
            fields += [
                "\(arrival)", nanoseconds(response - run.responses.presented[command.request]),
                nanoseconds(response - arrival),
            ]
        } else {
            fields += ["", "", ""]
        }
        return fields.joined(separator: ",")
    }

    /// Cycles as nanoseconds with three digits, which is exact in whole picoseconds.
    private func nanoseconds(_ cycles: Int) -> String {
        let picoseconds = cycles * device.period
        return "\(picoseconds / 1_000)." + String("\(1_000 + picoseconds % 1_000)".dropFirst())
    }
}

extension IssuedCommand {
    /// Whether it is a read or write.
    var isColumn: Bool { name.hasPrefix("RD") || name.hasPrefix("WR") }
}
