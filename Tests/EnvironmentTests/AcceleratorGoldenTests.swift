import Environments
import Foundation
import Gym
import Testing

private let golden = "golden/accel_public.csv"

@Suite("The accelerator model agrees with Timeloop 2.0", .enabled(if: SharedFiles.has(golden)))
struct TimeloopGoldenTests {
    /// How far one row is from its peer.
    struct Errors {
        let row: TimeloopRow
        let countsAreEqual: Bool
        let cycles: Double
        let energy: Double
    }

    static func errors(halo: String) throws -> [Errors] {
        try TimeloopRow.all().filter { $0.halo == halo }.map { row in
            let (found, flaw) = MappingModel(row.layer, on: row.architecture).report(row.mapping)
            let report = try #require(found, "\(row.id): \(flaw?.text(on: row.architecture) ?? "")")
            let equal = row.accesses.allSatisfy { place, wanted in
                let counts = report.counts[place]
                return [counts.reads, counts.fills, counts.updates, counts.tile] == wanted
            }
            return Errors(
                row: row, countsAreEqual: equal && report.counts.count(where: \.isKept) == row.accesses.count,
                cycles: abs(report.cycles - row.cycles), energy: abs(report.energy / row.energy - 1))
        }
    }

    private static func line(_ name: String, _ errors: [Errors]) -> String {
        let exact = errors.count(where: \.countsAreEqual)
        let cycles = errors.map { $0.cycles / $0.row.cycles }.max() ?? .nan
        let energy = errors.map(\.energy).max() ?? .nan
        return String(
            format: "%@ %3d of %3d rows with every count exact, worst cycles %.1e, worst energy %.1e",
            name.padding(toLength: 6, withPad: " ", startingAt: 0), exact, errors.count, cycles, energy)
    }

    @Test("rows without a mixed halo: every count, cycles and energy")
    func clean() throws {
        let errors = try Self.errors(halo: "clean")
        try #require(errors.count == 86)
        print("Timeloop 2.0 " + Self.line("clean", errors))
        for error in errors {
            #expect(error.countsAreEqual, "\(error.row.id): a count differs")
            #expect(error.cycles <= 1 || error.cycles <= 2e-5 * error.row.cycles, "\(error.row.id): cycles")
            #expect(error.energy <= 1e-6, "\(error.row.id): energy")
        }
    }

    @Test("rows whose halo Timeloop extrapolates: cycles and energy within 5 %, at least 70 % exact")
    func mixed() throws {
        let errors = try Self.errors(halo: "mixed")
        try #require(errors.count == 64)
        print("Timeloop 2.0 " + Self.line("mixed", errors))
        for error in errors {
            #expect(error.cycles <= 0.05 * error.row.cycles, "\(error.row.id): cycles")
            #expect(error.energy <= 0.05, "\(error.row.id): energy")
        }
        #expect(Double(errors.count(where: \.countsAreEqual)) >= 0.7 * Double(errors.count))
    }

    @Test("utilisation of rows without a mixed halo is Timeloop's to its two digits")
    func utilisation() throws {
        for row in try TimeloopRow.all() where row.halo == "clean" {
            let report = try #require(MappingModel(row.layer, on: row.architecture).report(row.mapping).report)
            let found = Double(row.layer.macs) / (report.cycles * Double(row.architecture.multipliers))
            #expect(abs(found - row.utilisation) <= 0.0051, "\(row.id)")
        }
    }

    @Test("every row can be written in the notation and read back")
    func notation() throws {
        for row in try TimeloopRow.all() {
            let text = row.mapping.text(on: row.architecture)
            let again = try Mapping(text: text, file: row.id, for: row.architecture)
            let model = MappingModel(row.layer, on: row.architecture)
            let (one, other) = (model.report(row.mapping).report, model.report(again).report)
            #expect(one?.counts == other?.counts && one?.energy == other?.energy, "\(row.id)")
        }
    }
}

@Suite("A systolic array takes SCALE-Sim 3's cycles", .enabled(if: SharedFiles.has(golden)))
struct ScaleSimGoldenTests {
    @Test("cycles and mapping efficiency of every row are exact")
    func rows() throws {
        let rows = try GoldenTable.rows(golden).filter { $0["peer"] == "scalesim-3.0.0" }
        try #require(rows.count == 18)
        for row in rows {
            let sizes = GoldenTable.numbers(row["dims"] ?? "")
            let stride = try #require(Int(row["stride"] ?? ""))
            // SCALE-Sim rounds the number of output pixels up.
            func outputs(_ size: String, _ filter: String) -> Int {
                ((sizes[size] ?? 0) - (sizes[filter] ?? 0) + 2 * stride - 1) / stride
            }
            var extents = Extents.ones
            (extents[.k], extents[.c]) = (sizes["K"] ?? 0, sizes["C"] ?? 0)
            (extents[.p], extents[.q]) = (outputs("H", "R"), outputs("W", "S"))
            (extents[.r], extents[.s]) = (sizes["R"] ?? 0, sizes["S"] ?? 0)
            let mesh = (row["mesh"] ?? "").split(separator: "x").compactMap { Int($0) }
            let word = (row["mapping"] ?? "").replacing("dataflow=", with: "")
            let dataflow = try #require(SystolicArray.Dataflow(rawValue: word))
            let layer = try Layer("row", extents, stride: (stride, stride))
            let run = SystolicArray(rows: mesh[0], columns: mesh[1], dataflow: dataflow).run(layer)
            #expect(run.cycles == Int(row["cycles"] ?? ""), "\(row["id"] ?? "")")
            let percent = Double((row["accesses"] ?? "").replacing("mapping_efficiency_pct=", with: "")) ?? .nan
            #expect(abs(run.mappingEfficiency * 100 - percent) < 1e-6, "\(row["id"] ?? "")")
        }
        print("SCALE-Sim 3: cycles of \(rows.count) rows exact")
    }
}
