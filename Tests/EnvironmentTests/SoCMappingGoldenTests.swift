import Environments
import Foundation
import Gym
import Testing

@Suite("Designs of blocks cost what FARSI says", .enabled(if: SharedFiles.has(SoCRow.file)))
struct SoCMappingGoldenTests {
    private static let workloads = [
        "audio_decoder": "audio-decoder", "edge_detection": "edge-detection", "hpvm_cava": "cava",
    ]

    /// The numbers at the end of `GMEM_2_4_mem` or `LMEM_ic_3_8_ic` as bytes a second.
    private static func bandwidth(_ name: String) throws -> Double {
        let numbers = name.split(separator: "_").compactMap { Int($0) }
        try #require(numbers.count == 2)
        return BlockDesign.bandwidth(width: 4 << numbers[0], clock: numbers[1])
    }

    /// `A53_pe`, or `scale_fxp_cloned_IP0_8_4_pe`: an accelerator that unrolls 8 at 400 MHz.
    private static func element(_ name: String, tasks: [String]) throws -> BlockDesign.Element {
        guard !name.hasPrefix("A53") else { return .core }
        let parts = name.replacing("_pe", with: "").split(separator: "_IP0_").map(String.init)
        let numbers = parts[1].split(separator: "_").compactMap { Int($0) }
        let task = try #require(tasks.firstIndex { $0 == normal(parts[0]) }, "\(parts[0])")
        return .accelerator(task: task, clock: numbers[1], unroll: numbers[0])
    }

    /// FARSI's name of a task without its suffix, compared letter by letter.
    private static func normal(_ name: String) -> String {
        name.replacing("_fxp_cloned", with: "").replacing("_", with: "").lowercased()
    }

    private static func design(_ row: SoCRow, _ workload: MappingWorkload) throws -> BlockDesign {
        let object = row.object("design")
        func words(_ key: String) throws -> [String] { try #require(object[key] as? [String], "\(key)") }
        func numbers(_ key: String) throws -> [Int] { try #require(object[key] as? [Int], "\(key)") }
        let tasks = workload.tasks.map { normal($0.name) }
        let capacities = object["mem_capacity_bytes"] as? [Double]
        var design = BlockDesign()
        design.elements = try words("pe_names").map { try element($0, tasks: tasks) }
        design.elementBuses = try numbers("pe2bus")
        design.buses = try words("ic_names").map(bandwidth)
        design.links = (object["bus2bus"] as? [[Int]] ?? []).map { ($0[0], $0[1]) }
        let buses = try numbers("mem2bus")
        design.memories = try words("mem_names").enumerated().map { place, name in
            BlockDesign.Memory(
                isDRAM: name.hasPrefix("GMEM"), bandwidth: try bandwidth(name), bus: buses[place],
                capacity: capacities?[place])
        }
        (design.taskElements, design.taskMemories) = (try numbers("t2pe"), try numbers("t2mem"))
        return design
    }

    @Test("latency within 0.1 % where FARSI's sharing is known, energy and area given the memory's capacity")
    func rows() throws {
        let rows = try SoCRow.all("farsi_design")
        try #require(rows.count == 26)
        print("FARSI design, relative errors of latency, energy, area and power (the last for report only)")
        for row in rows {
            let name = Self.workloads[row["workload"]]
            let workload = try #require(MappingWorkload.builtIn.first { $0.name == name })
            let (found, flaw) = BlockModel(workload).report(try Self.design(row, workload))
            let report = try #require(found, "\(row["id"]): \(flaw?.text ?? "")")
            func error(_ value: Double, _ column: String) throws -> Double { value / (try row.number(column)) - 1 }
            let (latency, area) = (try error(report.latency, "latency_s"), try error(report.area, "area_m2"))
            let (energy, power) = (try error(report.energy, "energy_J"), try error(report.power, "power_W"))
            let label = row["id"].dropFirst(3).padding(toLength: 60, withPad: " ", startingAt: 0)
            print(
                "  " + label + [latency, energy, area, power].map { String(format: "%9.1e", $0) }.joined()
                    + "  " + row["independent_match"])
            if row["independent_match"] == "yes" { #expect(abs(latency) <= 0.001, "\(row["id"]): latency") }
            #expect(abs(latency) <= 0.16, "\(row["id"]): latency")
            if row["design"].contains("mem_capacity_bytes") {
                #expect(abs(energy) <= 1e-6 && abs(area) <= 1e-6, "\(row["id"]): energy or area")
            }
        }
    }
}
