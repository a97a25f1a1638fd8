import Environments
import Gym
import Testing

@Suite("Every DRAM device does what its data sheet says")
struct DRAMDeviceTests {
    /// A device with the cycles of its data sheet that the mean latency of a lone request follows from.
    struct Sheet: Sendable, CustomTestStringConvertible {
        let device: String
        let period: Double
        let rcdRead, rcdWrite, rp, readLatency, writeLatency, burst: Int
        let ccdShort, ccdLong: Int
        let peak: Double
        let rfc, refi: Int
        /// Cycles that the standard adds between the command's first edge and its latency.
        var extraRead = 0
        var extraWrite = 0
        /// Bytes of a burst.
        var bytes = 64
        var testDescription: String { device }
    }

    static let sheets = [
        Sheet(
            device: "DDR4-2400", period: 0.833, rcdRead: 16, rcdWrite: 16, rp: 16, readLatency: 16, writeLatency: 16,
            burst: 4, ccdShort: 4, ccdLong: 6, peak: 19.2, rfc: 312, refi: 9_360),
        Sheet(
            device: "DDR4-3200", period: 0.625, rcdRead: 22, rcdWrite: 22, rp: 22, readLatency: 22, writeLatency: 16,
            burst: 4, ccdShort: 4, ccdLong: 8, peak: 25.6, rfc: 560, refi: 12_480),
        Sheet(
            device: "DDR5-4800", period: 0.416, rcdRead: 36, rcdWrite: 36, rp: 36, readLatency: 36, writeLatency: 34,
            burst: 8, ccdShort: 8, ccdLong: 12, peak: 19.2, rfc: 710, refi: 9_375),
        Sheet(
            device: "DDR3-1600", period: 1.25, rcdRead: 10, rcdWrite: 10, rp: 10, readLatency: 10, writeLatency: 8,
            burst: 4, ccdShort: 4, ccdLong: 4, peak: 12.8, rfc: 88, refi: 6_240),
        Sheet(
            device: "LPDDR4-3200", period: 0.625, rcdRead: 29, rcdWrite: 29, rp: 29, readLatency: 28,
            writeLatency: 14, burst: 8, ccdShort: 8, ccdLong: 8, peak: 6.4, rfc: 448, refi: 6_246, extraRead: 6 + 3,
            extraWrite: 3 + 3, bytes: 32),
        Sheet(
            device: "GDDR6-14", period: 0.57, rcdRead: 27, rcdWrite: 16, rp: 27, readLatency: 24, writeLatency: 6,
            burst: 2, ccdShort: 2, ccdLong: 4, peak: 28, rfc: 211, refi: 3_333, bytes: 32),
        Sheet(
            device: "HBM2-2000", period: 1, rcdRead: 12 + 1, rcdWrite: 6 + 1, rp: 14 - 1, readLatency: 17,
            writeLatency: 7, burst: 2, ccdShort: 2, ccdLong: 3, peak: 32, rfc: 220, refi: 3_900, extraRead: 1, bytes: 32
        ),
    ]

    private func model(_ sheet: Sheet, _ trace: String, _ more: [String: Value] = [:]) throws -> DRAMController {
        // A clock of 10 ns, so that requests of different clocks do not meet.
        let options: [String: Value] = ["device": .text(sheet.device), "trace_clock_mhz": 100]
        return try DRAMFixture.model(stl: trace, options.merging(more) { $1 })
    }

    @Test("a lone request takes what the sheet adds up to", arguments: sheets)
    func lone(sheet: Sheet) throws {
        func cycles(_ trace: String, _ metric: String = "latency_max", page: Value = "Open") throws -> Double {
            let metrics = try model(sheet, trace).metrics(["refresh_policy": "NoRefresh", "page_policy": page])
            return try #require(metrics[metric]) / sheet.period
        }
        let read = Double(sheet.readLatency + sheet.burst + sheet.extraRead)
        let write = Double(sheet.writeLatency + sheet.burst + sheet.extraWrite)
        #expect(abs(try cycles("0: read 0x0") - (Double(sheet.rcdRead) + read)) < 1e-6)
        #expect(abs(try cycles("0: write 0x0", "write_latency") - (Double(sheet.rcdWrite) + write)) < 1e-6)
        #expect(abs(try cycles("0: write 0x0\n900: read 0x40") - read) < 1e-6)
        // The last row of the device lies in the same bank as the first.
        let conflict = "0: write 0x0\n900: read 0x2000000"
        let precharge = sheet.device == "LPDDR4-3200" ? sheet.rp - 2 : sheet.device == "DDR5-4800" ? 35 : sheet.rp
        #expect(abs(try cycles(conflict) - (Double(precharge + sheet.rcdRead) + read)) < 1e-6)
        #expect(abs(try cycles(conflict, page: "Closed") - (Double(sheet.rcdRead) + read)) < 1e-6)
    }

    @Test("a stream fills the bus as far as the distance of bursts allows", arguments: sheets)
    func streaming(sheet: Sheet) throws {
        func reads(_ lines: Int) -> String {
            (0..<20_000).map { "\($0 / 100): read 0x\(String($0 % lines * sheet.bytes, radix: 16))" }
                .joined(separator: "\n")
        }
        let knobs: [String: Value] = ["refresh_policy": "NoRefresh", "request_buffer_size": 64]
        let across = try model(sheet, reads(20_000), ["mapping": "RoCoBaBgCo"]).metrics(knobs)
        let within = try model(sheet, reads(16), ["mapping": "RoBaBgCo"]).metrics(knobs)
        #expect(try #require(across["bus_utilisation"]) > 0.97)
        let bound = Double(sheet.burst) / Double(sheet.ccdLong)
        #expect(try #require(within["bus_utilisation"]) <= bound + 1e-9)
        // One row lies in one pseudo-channel.
        let share = sheet.device == "HBM2-2000" ? 0.5 : 1
        #expect(try #require(within["bus_utilisation"]) > 0.94 * bound * share)
        let bytes = try #require(across["bandwidth"])
        #expect(bytes <= sheet.peak * 1.005 && bytes > sheet.peak * 0.96)
    }

    @Test("refreshing all banks costs about tRFC out of every tREFI", arguments: sheets)
    func refreshShare(sheet: Sheet) throws {
        let lines = (0..<60_000).map { "\($0 / 100): read 0x\(String($0 * sheet.bytes, radix: 16))" }
            .joined(separator: "\n")
        let model = try model(sheet, lines, ["mapping": "RoCoBaBgCo"])
        let with = try model.metrics(["request_buffer_size": 64])
        let without = try model.metrics(["refresh_policy": "NoRefresh", "request_buffer_size": 64])
        let ratio = try #require(without["total_time"]) / #require(with["total_time"])
        let share = Double(sheet.rfc) / Double(sheet.refi)
        #expect(ratio < 1 && ratio > 1 - share - 0.03, "\(ratio) against \(1 - share)")
        let intervals = try #require(with["total_time"]) / sheet.period / Double(sheet.refi)
        let ranks = sheet.device == "HBM2-2000" ? 2.0 : 1
        #expect(abs(try #require(with["refreshes"]) - intervals * ranks) <= ranks)
    }

    @Test(
        "refreshing bank by bank makes reads quicker and loses no refresh",
        arguments: [
            ("DDR5-4800", "SameBank", 4.0), ("GDDR6-14", "PerBank", 16), ("LPDDR4-3200", "PerBank", 8),
            ("HBM2-2000", "PerBank", 16),
        ])
    func bankwise(device: String, policy: String, sets: Double) throws {
        let model = try DRAMFixture.model("random", ["device": .text(device)])
        let all = try model.metrics()
        let one = try model.metrics(["refresh_policy": .text(policy)])
        #expect(try #require(one["latency"]) < #require(all["latency"]))
        let duration = try #require(one["total_time"]) / #require(all["total_time"])
        let (found, wanted) = try (#require(one["bank_refreshes"]), #require(all["refreshes"]) * sets * duration)
        #expect(abs(found - wanted) <= 2 * sets, "\(found) against \(wanted)")
        #expect(one["refreshes"] == 0 && all["bank_refreshes"] == 0)
    }

    @Test("a policy or mapping that a device does not know is refused by name")
    func inapplicable() throws {
        let ddr4 = try DRAMFixture.model("idle")
        for policy in ["PerBank", "SameBank"] {
            let error = try #require(throws: GymError.self) { try ddr4.metrics(["refresh_policy": .text(policy)]) }
            #expect(error.field == "refresh_policy" && error.description.contains("AllBank"), "\(error)")
        }
        let error = try #require(throws: GymError.self) { try DRAMFixture.model("idle", ["mapping": "LP4_RoBaCo"]) }
        #expect(error.message == "the mapping 'LP4_RoBaCo' does not fit the device 'DDR4-2400'")
    }
}
