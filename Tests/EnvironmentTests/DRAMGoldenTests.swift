import Environments
import Foundation
import Gym
import Testing

@Suite("The DRAM controller agrees with DRAMSys 5.0")
struct DRAMGoldenTests {
    @Test("explore")
    func explore() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/golden")
            .standardized
        let folder = FileManager.default.fileExists(atPath: url.path) ? url : URL(filePath: "/work/shared/golden")
        let lines = try String(contentsOf: folder.appending(path: "dram_public.csv"), encoding: .utf8).split(
            whereSeparator: \.isNewline
        ).map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let head = lines[0]
        func col(_ n: String, _ r: [String]) -> String { r[head.firstIndex(of: n)!] }
        var cache: [String: any Environment] = [:]
        let columns: [(String, String, Double)] = [
            ("total_time_ns", "total_time", 0), ("mean_read_lat_ns", "latency", 0),
            ("mean_read_total_lat_ns", "total_latency", 0), ("energy_uJ", "energy", 0),
            ("row_hit_rate", "row_hit_rate", 1), ("n_ACT", "activates", 1), ("n_REFAB", "refreshes", 1),
            ("n_RDA", "auto_reads", 1), ("n_PREPB", "precharges", 1), ("n_PREAB", "precharge_alls", 1),
            ("p50_read_lat_ns", "latency_p50", 0), ("p95_read_lat_ns", "latency_p95", 0),
            ("p99_read_lat_ns", "latency_p99", 0), ("max_read_lat_ns", "latency_max", 0),
            ("avg_bw_noidle_GBps", "bandwidth_noidle", 0),
        ]
        for row in lines.dropFirst() where row.count == head.count {
            guard col("device", row) == "DDR4-2400" else { continue }
            let trace = col("trace", row), mapping = col("address_map", row)
            let path = folder.appending(path: "dram_traces/\(trace).stl").path
            if cache[trace + mapping] == nil {
                cache[trace + mapping] = try DRAMController.entry.make(
                    ["workload": .text(trace + ".stl"), "mapping": .text(mapping)],
                    workloads: [trace + ".stl": WorkloadFile(name: trace + ".stl", path: path, contentHash: trace)])
            }
            var env = cache[trace + mapping]!
            let names = [
                "page_policy": "PagePolicy", "scheduler": "Scheduler", "scheduler_buffer": "SchedulerBuffer",
                "request_buffer_size": "RequestBufferSize", "resp_queue": "RespQueue",
                "refresh_policy": "RefreshPolicy", "refresh_max_postponed": "RefreshMaxPostponed",
                "refresh_max_pulledin": "RefreshMaxPulledin", "arbiter": "Arbiter",
                "max_active_transactions": "MaxActiveTransactions",
            ]
            let action = try env.spec.actionSpace.action(named: names.mapValues { Value(parsing: col($0, row)) })
            let start = Date()
            let result = try env.step(action, deadline: .none)
            let seconds = Date().timeIntervalSince(start)
            var text =
                "\(col("id", row)) \(trace) \(mapping) "
                + head[6..<18].filter { !["CmdMux", "PowerDownPolicy"].contains($0) }.map { col($0, row) }.joined(
                    separator: " ")
            text += String(format: " | %.2f ms %.2f M/s |", seconds * 1e3, Double(20000) / seconds / 1e6)
            for (golden, mine, kind) in columns {
                let index = env.spec.metrics.firstIndex { $0.name == mine }!
                let a = result.metrics[index]!, b = Double(col(golden, row)) ?? .nan
                text +=
                    kind == 0
                    ? String(format: " %@ %.3f%%", golden, (a - b) / b * 100)
                    : String(format: " %@ %.5g", golden, a - b)
            }
            print(text)
        }
    }
}
