import Environments

/// Checks a command trace of DDR4-2400 against the standard's constraints and the states of its banks, with nothing in
/// common with the controller: it knows the last time of every command per bank, group and rank, and the rules below.
struct DRAMTimingChecker {
    enum Level { case bank, group, rank }

    /// From any of these commands to any of those, on the same bank, group or rank, at least so many cycles.
    struct Constraint {
        let name: String
        let level: Level
        let from: [String]
        let to: [String]
        let cycles: Int
    }

    /// JESD79-4 with the numbers of the golden runs: RL 16, WL 16, burst 4.
    static let constraints = [
        Constraint(name: "tRCD", level: .bank, from: ["ACT"], to: ["RD", "RDA", "WR", "WRA"], cycles: 16),
        Constraint(name: "tRAS", level: .bank, from: ["ACT"], to: ["PRE"], cycles: 39),
        Constraint(name: "tRAS", level: .rank, from: ["ACT"], to: ["PREA"], cycles: 39),
        Constraint(name: "tRC", level: .bank, from: ["ACT"], to: ["ACT"], cycles: 55),
        Constraint(name: "tRC", level: .rank, from: ["ACT"], to: ["REFab"], cycles: 55),
        Constraint(name: "tRP", level: .bank, from: ["PRE"], to: ["ACT"], cycles: 16),
        Constraint(name: "tRP", level: .rank, from: ["PRE", "PREA"], to: ["REFab"], cycles: 16),
        Constraint(name: "tRP", level: .rank, from: ["PREA"], to: ["ACT"], cycles: 16),
        Constraint(name: "tRTP", level: .bank, from: ["RD"], to: ["PRE"], cycles: 12),
        Constraint(name: "tRTP", level: .rank, from: ["RD", "RDA"], to: ["PREA"], cycles: 12),
        Constraint(name: "tRTP + tRP", level: .bank, from: ["RDA"], to: ["ACT"], cycles: 28),
        Constraint(name: "tRTP + tRP", level: .rank, from: ["RDA"], to: ["REFab"], cycles: 28),
        Constraint(name: "tWR", level: .bank, from: ["WR"], to: ["PRE"], cycles: 16 + 4 + 18),
        Constraint(name: "tWR", level: .rank, from: ["WR", "WRA"], to: ["PREA"], cycles: 16 + 4 + 18),
        Constraint(name: "tWR before a hidden precharge", level: .bank, from: ["WR"], to: ["RDA"], cycles: 26),
        Constraint(name: "tWR + tRP", level: .bank, from: ["WRA"], to: ["ACT"], cycles: 16 + 4 + 18 + 16),
        Constraint(name: "tWR + tRP", level: .rank, from: ["WRA"], to: ["REFab"], cycles: 16 + 4 + 18 + 16),
        Constraint(name: "tRRD_L", level: .group, from: ["ACT"], to: ["ACT"], cycles: 6),
        Constraint(name: "tRRD_S", level: .rank, from: ["ACT"], to: ["ACT"], cycles: 4),
        Constraint(name: "tCCD_L", level: .group, from: ["RD", "RDA"], to: ["RD", "RDA"], cycles: 6),
        Constraint(name: "tCCD_L", level: .group, from: ["WR", "WRA"], to: ["WR", "WRA"], cycles: 6),
        Constraint(name: "tCCD_S", level: .rank, from: ["RD", "RDA"], to: ["RD", "RDA"], cycles: 4),
        Constraint(name: "tCCD_S", level: .rank, from: ["WR", "WRA"], to: ["WR", "WRA"], cycles: 4),
        Constraint(name: "read to write", level: .rank, from: ["RD", "RDA"], to: ["WR", "WRA"], cycles: 6),
        Constraint(name: "tWTR_L", level: .group, from: ["WR", "WRA"], to: ["RD", "RDA"], cycles: 16 + 4 + 9),
        Constraint(name: "tWTR_S", level: .rank, from: ["WR", "WRA"], to: ["RD", "RDA"], cycles: 16 + 4 + 3),
        Constraint(name: "tRFC", level: .rank, from: ["REFab"], to: ["ACT", "PREA", "REFab"], cycles: 312),
    ]
    static let faw = 26

    private static let names = ["ACT", "PRE", "RD", "RDA", "WR", "WRA", "PREA", "REFab"]
    private static let rankWide: Set<String> = ["PREA", "REFab"]
    /// For each command that may come, what it must wait for: (rule, level, earlier command).
    private static let waits: [[(rule: Int, level: Level, from: Int)]] = names.map { name in
        constraints.indices.filter { constraints[$0].to.contains(name) }.flatMap { rule in
            constraints[rule].from.compactMap { from in
                names.firstIndex(of: from).map { (rule, constraints[rule].level, $0) }
            }
        }
    }

    private var bankTimes = [[Int]](repeating: [Int](repeating: -100_000, count: 8), count: 16)
    private var groupTimes = [[Int]](repeating: [Int](repeating: -100_000, count: 8), count: 4)
    private var rankTimes = [Int](repeating: -100_000, count: 8)
    private var activates: [Int] = []
    private var rows = [Int](repeating: -1, count: 16)
    private var lastCycle = -1

    /// The first few violations, as sentences.
    static func violations(of commands: [IssuedCommand]) -> [String] {
        var checker = DRAMTimingChecker()
        var found: [String] = []
        for command in commands {
            if let violation = checker.take(command) { found.append(violation) }
            if found.count == 5 { break }
        }
        return found
    }

    private mutating func take(_ command: IssuedCommand) -> String? {
        guard let kind = Self.names.firstIndex(of: command.name) else { return "unknown command \(command.name)" }
        let violation = timingViolation(command, kind) ?? stateViolation(command)
        note(command, kind)
        return violation.map { "\(command.name) on bank \(command.bank) in cycle \(command.cycle): \($0)" }
    }

    private func timingViolation(_ command: IssuedCommand, _ kind: Int) -> String? {
        if command.cycle <= lastCycle { return "the command bus is taken" }
        for wait in Self.waits[kind] {
            let before =
                switch wait.level {
                case .bank: bankTimes[command.bank][wait.from]
                case .group: groupTimes[command.bank / 4][wait.from]
                case .rank: rankTimes[wait.from]
                }
            let rule = Self.constraints[wait.rule]
            if command.cycle < before + rule.cycles {
                return "\(rule.name) (\(rule.cycles)) after \(Self.names[wait.from]) in cycle \(before)"
            }
        }
        if command.name == "ACT", activates.count == 4, command.cycle < activates[0] + Self.faw { return "tFAW" }
        return nil
    }

    private func stateViolation(_ command: IssuedCommand) -> String? {
        switch command.name {
        case "ACT": rows[command.bank] >= 0 ? "the bank is open" : nil
        case "PRE": rows[command.bank] < 0 ? "the bank is closed" : nil
        case "PREA": nil
        case "REFab": rows.contains { $0 >= 0 } ? "a bank is open" : nil
        default: rows[command.bank] != command.row ? "another row is open" : nil
        }
    }

    private mutating func note(_ command: IssuedCommand, _ kind: Int) {
        lastCycle = command.cycle
        rankTimes[kind] = command.cycle
        if !Self.rankWide.contains(command.name) {
            bankTimes[command.bank][kind] = command.cycle
            groupTimes[command.bank / 4][kind] = command.cycle
        }
        switch command.name {
        case "ACT":
            rows[command.bank] = command.row
            if activates.count == 4 { activates.removeFirst() }
            activates.append(command.cycle)
        case "PRE", "RDA", "WRA": rows[command.bank] = -1
        case "PREA": rows = [Int](repeating: -1, count: 16)
        default: break
        }
    }
}
