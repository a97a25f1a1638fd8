import Testing

/// The rules of one device for the timing checker, written from the standards: start to start in its own cycles.
struct DRAMRules: Sendable, CustomTestStringConvertible {
    enum Level { case bank, group, rank }

    /// From any of these commands to any of those, on the same bank, group or rank, at least so many cycles.
    struct Constraint {
        let name: String
        let level: Level
        let from: [String]
        let to: [String]
        let cycles: Int

        init(_ name: String, _ level: Level, _ from: [String], _ to: [String], _ cycles: Int) {
            (self.name, self.level, self.from, self.to, self.cycles) = (name, level, from, to, cycles)
        }
    }

    let device: String
    let mapping: String
    let ranks: Int
    let groups: Int
    let banksPerGroup: Int
    let faw: Int
    /// How long a command holds its bus, 1 where it is not named.
    let lengths: [String: Int]
    /// Whether reads and writes have a bus of their own.
    let hasColumnBus: Bool
    let constraints: [Constraint]
    /// The least time with the clock off, and from its return to the next command.
    let powerDown: (least: Int, exit: Int)
    /// How long after a command the clock must stay on; a cycle where it is not named.
    let busy: [String: Int]

    var testDescription: String { device }

    static let reads = ["RD", "RDA"]
    static let writes = ["WR", "WRA"]

    /// Every device of the table.
    static let all = [ddr4, ddr4at3200, ddr5, ddr3, lpddr4, gddr6, hbm2]

    /// DDR4-2400 (JESD79-4) with the numbers of the golden runs: RL 16, WL 16, burst 4.
    static let ddr4 = DRAMRules(
        device: "DDR4-2400", mapping: "RoCoBaBgCo", ranks: 1, groups: 4, banksPerGroup: 4, faw: 26, lengths: [:],
        hasColumnBus: false,
        constraints: [
            Constraint("tRCD", .bank, ["ACT"], reads + writes, 16),
            Constraint("tRAS", .bank, ["ACT"], ["PRE"], 39),
            Constraint("tRAS", .rank, ["ACT"], ["PREA"], 39),
            Constraint("tRC", .bank, ["ACT"], ["ACT"], 55),
            Constraint("tRC", .rank, ["ACT"], ["REFab"], 55),
            Constraint("tRP", .bank, ["PRE"], ["ACT"], 16),
            Constraint("tRP", .rank, ["PRE", "PREA"], ["REFab"], 16),
            Constraint("tRP", .rank, ["PREA"], ["ACT"], 16),
            Constraint("tRTP", .bank, ["RD"], ["PRE"], 12),
            Constraint("tRTP", .rank, reads, ["PREA"], 12),
            Constraint("tRTP + tRP", .bank, ["RDA"], ["ACT"], 28),
            Constraint("tRTP + tRP", .rank, ["RDA"], ["REFab"], 28),
            Constraint("tWR", .bank, ["WR"], ["PRE"], 16 + 4 + 18),
            Constraint("tWR", .rank, writes, ["PREA"], 16 + 4 + 18),
            Constraint("tWR before a hidden precharge", .bank, ["WR"], ["RDA"], 26),
            Constraint("tWR + tRP", .bank, ["WRA"], ["ACT"], 16 + 4 + 18 + 16),
            Constraint("tWR + tRP", .rank, ["WRA"], ["REFab"], 16 + 4 + 18 + 16),
            Constraint("tRRD_L", .group, ["ACT"], ["ACT"], 6),
            Constraint("tRRD_S", .rank, ["ACT"], ["ACT"], 4),
            Constraint("tCCD_L", .group, reads, reads, 6),
            Constraint("tCCD_L", .group, writes, writes, 6),
            Constraint("tCCD_S", .rank, reads, reads, 4),
            Constraint("tCCD_S", .rank, writes, writes, 4),
            Constraint("read to write", .rank, reads, writes, 6),
            Constraint("tWTR_L", .group, writes, reads, 16 + 4 + 9),
            Constraint("tWTR_S", .rank, writes, reads, 16 + 4 + 3),
            Constraint("tRFC", .rank, ["REFab"], ["ACT", "PREA", "REFab"], 312),
        ],
        powerDown: (6, 8),
        busy: ["RD": 21, "RDA": 21, "WR": 38, "WRA": 39, "REFab": 312])

    /// DDR3-1600 (JESD79-3): RL 10, WL 8, burst 4; there are no bank groups.
    static let ddr3 = DRAMRules(
        device: "DDR3-1600", mapping: "DDR3_RoBaCo", ranks: 1, groups: 1, banksPerGroup: 8, faw: 24, lengths: [:],
        hasColumnBus: false,
        constraints: [
            Constraint("tRCD", .bank, ["ACT"], reads + writes, 10),
            Constraint("tRAS", .bank, ["ACT"], ["PRE"], 28),
            Constraint("tRAS", .rank, ["ACT"], ["PREA"], 28),
            Constraint("tRC", .bank, ["ACT"], ["ACT"], 38),
            Constraint("tRP", .bank, ["PRE"], ["ACT"], 10),
            Constraint("tRP", .rank, ["PRE", "PREA"], ["REFab"], 10),
            Constraint("tRTP", .bank, ["RD"], ["PRE"], 6),
            Constraint("tRTP + tRP", .bank, ["RDA"], ["ACT"], 16),
            Constraint("tWR", .bank, ["WR"], ["PRE"], 8 + 4 + 12),
            Constraint("tWR + tRP", .bank, ["WRA"], ["ACT"], 8 + 4 + 12 + 10),
            Constraint("tRRD", .rank, ["ACT"], ["ACT"], 5),
            Constraint("tCCD", .rank, reads, reads, 4),
            Constraint("tCCD", .rank, writes, writes, 4),
            Constraint("read to write", .rank, reads, writes, 10 + 4 + 2 - 8),
            Constraint("tWTR", .rank, writes, reads, 8 + 4 + 6),
            Constraint("tRFC", .rank, ["REFab"], ["ACT", "PREA", "REFab"], 88),
        ],
        powerDown: (3, 6),
        busy: ["RD": 15, "RDA": 15, "WR": 24, "WRA": 25, "REFab": 88])

    /// LPDDR4-3200 (JESD209-4): activates, reads and writes take four cycles, precharges and refreshes two.
    static let lpddr4 = DRAMRules(
        device: "LPDDR4-3200", mapping: "LP4_RoBaCo", ranks: 1, groups: 1, banksPerGroup: 8, faw: 64,
        lengths: ["ACT": 4, "RD": 4, "RDA": 4, "WR": 4, "WRA": 4, "PRE": 2, "PREA": 2, "REFab": 2, "REFpb": 2],
        hasColumnBus: false,
        constraints: [
            Constraint("tRCD", .bank, ["ACT"], reads + writes, 29),
            Constraint("tRAS", .bank, ["ACT"], ["PRE"], 68 + 2),
            Constraint("tRAS", .rank, ["ACT"], ["PREA"], 68 + 2),
            Constraint("tRCpb", .bank, ["ACT"], ["ACT"], 97),
            Constraint("tRCpb", .rank, ["ACT"], ["REFab"], 97 + 2),
            Constraint("tRPpb", .bank, ["PRE"], ["ACT"], 29 - 2),
            Constraint("tRPpb", .bank, ["PRE"], ["REFpb"], 29),
            Constraint("tRPpb", .rank, ["PRE"], ["REFab"], 29),
            Constraint("tRPab", .rank, ["PREA"], ["ACT"], 34 - 2),
            Constraint("tRPab", .rank, ["PREA"], ["REFab", "REFpb"], 34),
            Constraint("tRTP", .bank, ["RD"], ["PRE"], 12 + 8 - 6),
            Constraint("tRTP + tRPpb", .bank, ["RDA"], ["ACT"], 12 + 8 - 8 + 29),
            Constraint("tWR", .bank, ["WR"], ["PRE"], 14 + 8 + 29 + 3),
            Constraint("tWR + tRPpb", .bank, ["WRA"], ["ACT"], 14 + 8 + 1 + 29 + 29),
            Constraint("tRRD", .rank, ["ACT"], ["ACT"], 16),
            Constraint("tRRD", .rank, ["ACT"], ["REFpb"], 16 + 2),
            Constraint("tRRD", .rank, ["REFpb"], ["ACT"], 16 - 2),
            Constraint("tCCD", .rank, reads, reads, 8),
            Constraint("tCCD", .rank, writes, writes, 8),
            Constraint("read to write", .rank, reads, writes, 28 + 6 + 8 - 14 + 2),
            Constraint("tWTR", .rank, writes, reads, 14 + 1 + 8 + 16),
            Constraint("tPPD", .rank, ["PRE"], ["PRE", "PREA"], 4),
            Constraint("tRFCab", .rank, ["REFab"], ["ACT"], 448 - 2),
            Constraint("tRFCab", .rank, ["REFab"], ["REFab", "REFpb"], 448),
            Constraint("tRFCpb", .bank, ["REFpb"], ["ACT"], 224 - 2),
            Constraint("tRFCpb", .bank, ["REFpb"], ["REFpb"], 224),
        ],
        powerDown: (12, 12),
        busy: ["RD": 43, "RDA": 43, "WR": 51, "WRA": 52, "REFab": 448, "REFpb": 224])

    /// HBM2 (JESD235): activates take two cycles of the row bus; a rank is a pseudo-channel.
    static let hbm2 = DRAMRules(
        device: "HBM2-2000", mapping: "HBM_RoBaBgPcCo", ranks: 2, groups: 4, banksPerGroup: 4, faw: 16,
        lengths: ["ACT": 2], hasColumnBus: true,
        constraints: [
            Constraint("tRCDRD", .bank, ["ACT"], reads, 12 + 1),
            Constraint("tRCDWR", .bank, ["ACT"], writes, 6 + 1),
            Constraint("tRAS", .bank, ["ACT"], ["PRE"], 28 + 1),
            Constraint("tRC", .bank, ["ACT"], ["ACT"], 42),
            Constraint("tRC", .rank, ["ACT"], ["REFab"], 42 + 1),
            Constraint("tRP", .bank, ["PRE"], ["ACT"], 14 - 1),
            Constraint("tRP", .bank, ["PRE"], ["REFpb"], 14),
            Constraint("tRP", .rank, ["PRE", "PREA"], ["REFab"], 14),
            Constraint("tRTP", .bank, ["RD"], ["PRE"], 5),
            Constraint("tRTP + tRP", .bank, ["RDA"], ["ACT"], 5 + 14 - 1),
            Constraint("tWR", .bank, ["WR"], ["PRE"], 7 + 2 + 14),
            Constraint("tWR + tRP", .bank, ["WRA"], ["ACT"], 7 + 2 + 14 + 14 - 1),
            Constraint("tRRD_L", .group, ["ACT"], ["ACT"], 6),
            Constraint("tRRD_S", .rank, ["ACT"], ["ACT"], 4),
            Constraint("tRRD_S", .rank, ["ACT"], ["REFpb"], 4 + 1),
            Constraint("tCCD_L", .group, reads, reads, 3),
            Constraint("tCCD_L", .group, writes, writes, 3),
            Constraint("tCCD_S", .rank, reads, reads, 2),
            Constraint("tCCD_S", .rank, writes, writes, 2),
            Constraint("tRTW", .rank, reads, writes, 18),
            Constraint("tWTR_L", .group, writes, reads, 7 + 2 + 9),
            Constraint("tWTR_S", .rank, writes, reads, 7 + 2 + 4),
            Constraint("tRFC", .rank, ["REFab"], ["ACT"], 220 - 1),
            Constraint("tRFC", .rank, ["REFab"], ["REFab", "REFpb"], 220),
            Constraint("tRFCSB", .bank, ["REFpb"], ["ACT"], 96 - 1),
            Constraint("tRREFD", .rank, ["REFpb"], ["ACT"], 8 - 1),
            Constraint("tRREFD", .rank, ["REFpb"], ["REFpb"], 8),
        ],
        powerDown: (8, 8),
        busy: ["RD": 20, "RDA": 20, "WR": 23, "WRA": 24, "REFab": 220, "REFpb": 96])
}
