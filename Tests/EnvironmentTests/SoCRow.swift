import Environments
import Files
import Foundation
import Gym
import Testing

/// One golden row of scheduling and SoC design, its quoted fields taken apart.
struct SoCRow {
    static let file = "golden/soc_public.csv"
    static let tasksFile = "golden/soc_public_tasks.json"

    private let fields: [String: String]

    subscript(_ name: String) -> String { fields[name] ?? "" }

    /// The rows of a kind: `online`, `static`, `optimum_sum_latency`, `farsi_design`.
    static func all(_ kind: String) throws -> [SoCRow] {
        var names: [String] = []
        var rows: [SoCRow] = []
        try CSVTable(path: SharedFiles.path(file)).forEach { row in
            guard !names.isEmpty else {
                names = row.fields
                return
            }
            rows.append(SoCRow(fields: Dictionary(zip(names, row.fields)) { first, _ in first }))
        }
        return rows.filter { $0["kind"] == kind }
    }

    /// Whole numbers between semicolons.
    func numbers(_ name: String) -> [Int] { self[name].split(separator: ";").compactMap { Int($0) } }

    func number(_ name: String) throws -> Double { try #require(Double(self[name]), "\(self["id"]): \(name)") }

    /// A field that holds a JSON object.
    func object(_ name: String) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(self[name].utf8))) as? [String: Any] ?? [:]
    }

    /// Of every online row the tasks as [job, task, element, start, finish], by job and task.
    static func schedules() throws -> [String: [[Int]]] {
        let data = try Data(contentsOf: URL(filePath: SharedFiles.path(tasksFile)))
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: [[Int]]])
        return object.mapValues { $0.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) } }
    }

    private static let applications = [
        "WIFI_5TXM": "wifi-tx", "WIFI_5RXM": "wifi-rx", "LAG": "lag-detection", "SCT": "single-carrier-tx",
        "SCR": "single-carrier-rx", "TEMP_MIT": "temporal-mitigation", "Top": "top-1",
    ]
    private static let platforms = ["MULTIPLE_BAL": "ds3-16", "BAL_only": "ds3-8", "Top": "three"]

    /// The run that an online row asks for, and the rule that places its tasks.
    func run() throws -> (simulation: Simulation, rule: PlacingRule) {
        let name = SoCRow.platforms[self["soc"]]
        var platform = try #require(BuiltInProfiles.platforms.first { $0.name == name })
        platform = platform.resized(object("pe_counts").compactMapValues { $0 as? Int })
        for (cluster, word) in object("dvfs") {
            let place = try #require(platform.index(of: cluster))
            platform.clusters[place].governor = try #require(Governor(word as? String ?? ""))
        }
        let applications = name == "three" ? BuiltInProfiles.topcuoglu : BuiltInProfiles.radio
        let times = numbers("arrivals_us")
        let jobs = try self["jobs"].split(separator: ";").enumerated().map { place, word in
            let name = SoCRow.applications[String(word)] ?? ""
            return Arrivals.Job(
                application: try #require(applications.firstIndex { $0.name == name }),
                gap: place == 0 ? times[0] : times[place] - times[place - 1])
        }
        var settings = SimulationSettings()
        settings.cap = try #require(Int(self["max_jobs_in_parallel"]))
        (settings.jobs, settings.records, settings.keepsLatencies) = (jobs.count, true, true)
        settings.sharesMemory = self["comm"] == "shared_memory"
        let word = self["scheduler"].replacing("_fixed", with: "").lowercased()
        let tables = try TaskTables(applications, on: platform)
        return (Simulation(tables, Arrivals(jobs), settings), try #require(PlacingRule(rawValue: word)))
    }
}
