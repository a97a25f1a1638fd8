import Environments

/// Checks a command trace against a device's constraints and the states of its banks, with nothing in common with the
/// controller: it knows the last time of every command per bank, group and rank, and the device's rules.
struct DRAMTimingChecker {
    private static let names = ["ACT", "PRE", "RD", "RDA", "WR", "WRA", "PREA", "REFab", "REFpb", "PREsb", "REFsb"]
    private static let longAgo = -100_000

    private let rules: DRAMRules
    /// For each command that may come, what it must wait for: (rule, level, earlier command).
    private let waits: [[(rule: Int, level: DRAMRules.Level, from: Int)]]
    private var bankTimes: [[Int]]
    private var groupTimes: [[Int]]
    private var rankTimes: [[Int]]
    /// The last four activates of each rank, refreshes of single banks among them.
    private var activates: [[Int]]
    private var rows: [Int]
    private var busFree = [0, 0]
    /// When the clock was switched off, while it is, and from when commands may come again.
    private var asleepSince: Int?
    private var awakeFrom = 0
    /// Until when data and write recovery keep the clock on.
    private var busyUntil = 0

    /// The first few violations, as sentences.
    static func violations(of commands: [IssuedCommand], _ rules: DRAMRules) -> [String] {
        var checker = DRAMTimingChecker(rules)
        var found: [String] = []
        for command in commands {
            if let violation = checker.take(command) { found.append(violation) }
            if found.count == 5 { break }
        }
        return found
    }

    private init(_ rules: DRAMRules) {
        self.rules = rules
        waits = Self.names.map { name in
            rules.constraints.indices.filter { rules.constraints[$0].to.contains(name) }.flatMap { rule in
                rules.constraints[rule].from.compactMap { from in
                    Self.names.firstIndex(of: from).map { (rule, rules.constraints[rule].level, $0) }
                }
            }
        }
        let never = [Int](repeating: Self.longAgo, count: Self.names.count)
        let groups = rules.ranks * rules.groups
        bankTimes = [[Int]](repeating: never, count: groups * rules.banksPerGroup)
        groupTimes = [[Int]](repeating: never, count: groups)
        rankTimes = [[Int]](repeating: never, count: rules.ranks)
        activates = [[Int]](repeating: [], count: rules.ranks)
        rows = [Int](repeating: -1, count: bankTimes.count)
    }

    private func group(of bank: Int) -> Int { bank / rules.banksPerGroup }
    private func rank(of bank: Int) -> Int { bank / (rules.banksPerGroup * rules.groups) }

    private mutating func take(_ command: IssuedCommand) -> String? {
        if command.name.hasPrefix("PD") { return powerViolation(command) }
        if asleepSince != nil { return "\(command.name) in cycle \(command.cycle): the clock is off" }
        if command.cycle < awakeFrom { return "\(command.name) in cycle \(command.cycle): tXP" }
        busyUntil = max(busyUntil, command.cycle + (rules.busy[command.name] ?? 1))
        guard let kind = Self.names.firstIndex(of: command.name) else { return "unknown command \(command.name)" }
        var violation = busViolation(command)
        for bank in banks(of: command) { violation = violation ?? timingViolation(command, kind, bank: bank) }
        violation = violation ?? stateViolation(command)
        note(command, kind)
        return violation.map { "\(command.name) on bank \(command.bank) in cycle \(command.cycle): \($0)" }
    }

    private mutating func powerViolation(_ command: IssuedCommand) -> String? {
        guard command.name != "PDX" else {
            guard let since = asleepSince else { return "PDX without power-down" }
            asleepSince = nil
            awakeFrom = command.cycle + rules.powerDown.exit
            return command.cycle < since + rules.powerDown.least ? "PDX in cycle \(command.cycle): tCKE" : nil
        }
        guard asleepSince == nil else { return "power-down twice" }
        asleepSince = command.cycle
        if command.cycle < busyUntil { return "power-down in cycle \(command.cycle): the memory is busy" }
        let isOpen = rows.contains { $0 >= 0 }
        return isOpen != (command.name == "PDEA") ? "\(command.name): rows are \(isOpen ? "open" : "closed")" : nil
    }

    private mutating func busViolation(_ command: IssuedCommand) -> String? {
        let isColumn = command.name.hasPrefix("RD") || command.name.hasPrefix("WR")
        let bus = rules.hasColumnBus && isColumn ? 1 : 0
        defer { busFree[bus] = command.cycle + (rules.lengths[command.name] ?? 1) }
        return command.cycle < busFree[bus] ? "the command bus is taken" : nil
    }

    private func timingViolation(_ command: IssuedCommand, _ kind: Int, bank: Int) -> String? {
        for wait in waits[kind] {
            let before =
                switch wait.level {
                case .bank: bankTimes[bank][wait.from]
                case .group: groupTimes[group(of: bank)][wait.from]
                case .rank: rankTimes[rank(of: bank)][wait.from]
                }
            let rule = rules.constraints[wait.rule]
            if command.cycle < before + rule.cycles {
                return "\(rule.name) (\(rule.cycles)) after \(Self.names[wait.from]) in cycle \(before)"
            }
        }
        let window = activates[rank(of: command.bank)]
        if command.name == "ACT", window.count == 4, command.cycle < window[0] + rules.faw { return "tFAW" }
        return nil
    }

    private func stateViolation(_ command: IssuedCommand) -> String? {
        let row = rows[command.bank]
        switch command.name {
        case "ACT", "REFpb": return row >= 0 ? "the bank is open" : nil
        case "PRE": return row < 0 ? "the bank is closed" : nil
        case "PREA": return nil
        case "PREsb": return banks(of: command).allSatisfy { rows[$0] < 0 } ? "all its banks are closed" : nil
        case "REFsb": return banks(of: command).contains { rows[$0] >= 0 } ? "a bank of it is open" : nil
        case "REFab": return banks(of: rank(of: command.bank)).contains { rows[$0] >= 0 } ? "a bank is open" : nil
        default: return row != command.row ? "another row is open" : nil
        }
    }

    private func banks(of rank: Int) -> Range<Int> {
        let count = rules.groups * rules.banksPerGroup
        return rank * count..<(rank + 1) * count
    }

    /// The banks that a command goes to; for one that goes to a whole rank, its first.
    private func banks(of command: IssuedCommand) -> [Int] {
        guard command.name.hasSuffix("sb") else { return [command.bank] }
        return banks(of: rank(of: command.bank)).filter { ($0 - command.bank).isMultiple(of: rules.banksPerGroup) }
    }

    private mutating func note(_ command: IssuedCommand, _ kind: Int) {
        let rank = rank(of: command.bank)
        rankTimes[rank][kind] = command.cycle
        if command.name != "PREA", command.name != "REFab" {
            for bank in banks(of: command) {
                bankTimes[bank][kind] = command.cycle
                groupTimes[group(of: bank)][kind] = command.cycle
            }
        }
        switch command.name {
        case "ACT", "REFpb", "REFsb":
            if command.name == "ACT" { rows[command.bank] = command.row }
            if activates[rank].count == 4 { activates[rank].removeFirst() }
            activates[rank].append(command.cycle)
        case "PRE", "RDA", "WRA": rows[command.bank] = -1
        case "PREsb": for bank in banks(of: command) { rows[bank] = -1 }
        case "PREA": for bank in banks(of: rank) { rows[bank] = -1 }
        default: break
        }
    }
}
