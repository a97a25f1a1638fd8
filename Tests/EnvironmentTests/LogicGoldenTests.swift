import Environments
import Foundation
import Gym
import Testing

private let golden = "golden/logic_public.csv"

@Suite(
    "Recipes give the published numbers, exactly",
    .enabled(if: SharedFiles.has(golden)),
    .enabled(if: RealABC.isGolden, "the rows come from Debian's ABC 1.01 (compiled Feb 7 2023)"))
struct LogicGoldenTests {
    private static let designs = (try? SharedFiles.rows(golden).map { $0["design"] ?? "" }).map { names in
        Set(names).sorted()
    }

    @Test("every row of every design", arguments: designs ?? [])
    func rows(design: String) throws {
        let synthesizer = try RealABC.synthesizer()
        let file = "data/logic/\(design).aig"
        let circuit = try CircuitState(file: try SharedFiles.bytes(file), name: design)
        let library = SharedFiles.path("data/logic/lib/mcnc.genlib")
        for row in try SharedFiles.rows(golden) where row["design"] == design {
            let semantics = try #require(Synthesizer.Semantics(rawValue: row["semantics"] ?? ""))
            let recipe = (row["recipe"] ?? "").replacing(" ", with: "; ")
            let report = try synthesizer.report(
                of: circuit, after: recipe, semantics: semantics, library: library)
            let found: [String: Double] = [
                "and": Double(report.ands), "lev": Double(report.levels), "lut6": report.tables.size,
                "lut6_edges": report.tables.detail, "lut6_lev": report.tables.delay,
                "gates_mcnc": report.cells.detail, "area_mcnc": report.cells.size, "delay_mcnc": report.cells.delay,
            ]
            for (name, value) in found {
                guard let text = row[name], !text.isEmpty else { continue }
                #expect(value == Double(text), "\(design) '\(recipe)' \(semantics): \(name)")
            }
            if let name = row["aig_sha16"], !name.isEmpty {
                #expect(report.name.hasPrefix(name), "\(design) \(recipe)")
            }
        }
    }

    @Test(
        "drawn recipes too",
        arguments: [("ctrl", 40), ("int2float", 20), ("router", 20), ("cavlc", 6), ("dec", 6), ("priority", 6)])
    func drawn(name: String, count: Int) throws {
        let synthesizer = try RealABC.synthesizer()
        let circuit = try CircuitState(file: try SharedFiles.bytes("data/logic/epfl/\(name).aig"), name: name)
        let library = SharedFiles.path("data/logic/lib/mcnc.genlib")
        for row in try SharedFiles.rows("golden/logic_random_\(name).csv").prefix(count) {
            let recipe = (row["recipe"] ?? "").replacing(" ", with: "; ")
            let report = try synthesizer.report(of: circuit, after: recipe, library: library)
            let found = [
                Double(report.ands), Double(report.levels), report.tables.size, report.tables.detail,
                report.tables.delay, report.cells.detail, report.cells.size, report.cells.delay,
            ]
            let names = ["and", "lev", "lut6", "lut6_edges", "lut6_lev", "gates", "area_mcnc", "delay_mcnc"]
            #expect(found == names.map { Double(row[$0] ?? "") ?? .nan }, "\(name) '\(recipe)'")
        }
    }
}
