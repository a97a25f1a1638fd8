import Environments
import Foundation
import Gym
import Testing

@Suite("The DRAM controller agrees with DRAMSys 5.0", .enabled(if: DRAMFixture.hasGolden))
struct DRAMGoldenTests {
    /// A metric under its golden and its own name, with the greatest mean and single error that is allowed.
    struct Bar {
        let golden: String
        let own: String
        let mean: Double
        let worst: Double
        var isAbsolute = false
    }

    static let bars = [
        Bar(golden: "total_time_ns", own: "total_time", mean: 0.001, worst: 0.005),
        Bar(golden: "mean_read_lat_ns", own: "latency", mean: 0.003, worst: 0.01),
        Bar(golden: "mean_read_total_lat_ns", own: "total_latency", mean: 0.003, worst: 0.01),
        Bar(golden: "energy_uJ", own: "energy", mean: 0.001, worst: 0.005),
        Bar(golden: "avg_power_mW", own: "power", mean: 0.001, worst: 0.005),
        Bar(golden: "row_hit_rate", own: "row_hit_rate", mean: 0.002, worst: 0.005, isAbsolute: true),
        Bar(golden: "n_ACT", own: "activates", mean: 0.005, worst: 0.01),
        Bar(golden: "n_REFAB", own: "refreshes", mean: 0, worst: 0, isAbsolute: true),
    ]

    @Test(
        "per trace, over its configurations", arguments: ["stream", "random", "mixed", "idle", "sort_lackey"])
    func errors(trace: String) throws {
        let rows = try GoldenRow.all().filter { $0["device"] == "DDR4-2400" && $0["trace"] == trace }
        try #require(rows.count >= 6)
        let results = try GoldenRow.evaluate(rows)
        var table = "\(trace) (\(rows.count) configurations)"
        for bar in Self.bars {
            let pairs = zip(rows, results).map { row, metrics in
                (golden: row.number(bar.golden), own: metrics[bar.own] ?? .nan)
            }
            let errors = pairs.map { abs($0.own - $0.golden) / (bar.isAbsolute ? 1 : abs($0.golden)) }
            let mean = errors.reduce(0, +) / Double(errors.count)
            let worst = errors.max() ?? .nan
            let rank = Self.rankCorrelation(pairs)
            table += "\n  " + Self.line(bar, mean: mean, worst: worst, rank: rank)
            #expect(mean <= bar.mean, "\(trace): mean error of \(bar.own)")
            #expect(worst <= bar.worst, "\(trace): worst error of \(bar.own)")
            if let rank { #expect(rank >= 0.98, "\(trace): rank correlation of \(bar.own)") }
        }
        print(table)
    }

    @Test("other devices: time and latency, and per-bank refreshes make reads quicker than all-bank ones")
    func otherDevices() throws {
        var latencies: [String: Double] = [:]
        let rows = try GoldenRow.all().filter { ["LPDDR4-3200", "HBM2-2000"].contains($0["device"]) }
        try #require(rows.count >= 8)
        for row in rows {
            let run = "\(row["device"]) \(row["trace"])"
            let metrics = try #require(try GoldenRow.evaluate([row]).first)
            for (golden, own, bar) in [
                ("total_time_ns", "total_time", 0.005), ("mean_read_lat_ns", "latency", 0.02),
                ("n_REFAB", "refreshes", 0), ("n_REFPB", "bank_refreshes", 0.005),
            ] {
                let (expected, found) = (row.number(golden), metrics[own] ?? .nan)
                #expect(abs(found - expected) <= bar * expected, "\(run): \(own) is \(found), not \(expected)")
            }
            latencies["\(run) \(row["RefreshPolicy"])"] = metrics["latency"]
        }
        for (name, latency) in latencies where name.hasSuffix("PerBank") {
            if let slower = latencies[name.replacing("PerBank", with: "AllBank")] {
                #expect(latency < slower, "\(name)")
            }
        }
    }

    /// ArchGym's simulator is DRAMSys 4.0 with DDR3-1600; its runs are published beside its traces.
    @Test(
        "ArchGym's own runs: total time and energy", arguments: ["dramsys_ofat.csv", "dramsys_cloud1_random2000.csv"])
    func archGym(file: String) throws {
        let rows = try GoldenRow.all(file).enumerated().filter { $0.offset.isMultiple(of: 4) }.map(\.element)
        try #require(rows.count >= 60)
        let results = try GoldenRow.evaluate(rows)
        for (golden, own, scale) in [("total_time_ns", "total_time", 1), ("total_energy_pj", "energy", 1e-6)] {
            let pairs = zip(rows, results).map { (golden: $0.number(golden) * scale, own: $1[own] ?? .nan) }
            for (pair, row) in zip(pairs, rows) {
                let error = abs(pair.own / pair.golden - 1)
                #expect(error <= 0.004, "\(own) of \(row["trace"]) \(row.knobs)")
            }
            for trace in Set(rows.map { $0["trace"] }) {
                let ofTrace = zip(rows, pairs).filter { $0.0["trace"] == trace }.map(\.1)
                if let rank = Self.rankCorrelation(ofTrace) { #expect(rank >= 0.98, "\(trace): \(own)") }
            }
        }
        if let stream = zip(rows, results).first(where: { $0.0["trace"] == "stream" }) {
            #expect(abs((stream.1["total_time"] ?? 0) / 50_025 - 1) < 0.001)
        }
    }

    private static func line(_ bar: Bar, mean: Double, worst: Double, rank: Double?) -> String {
        let unit = bar.isAbsolute ? 1.0 : 100
        let name = bar.own.padding(toLength: 14, withPad: " ", startingAt: 0)
        let order = rank.map { String(format: "  rank correlation %.4f", $0) } ?? ""
        return name + String(format: " mean %.4f  worst %.4f", mean * unit, worst * unit)
            + (bar.isAbsolute ? "  " : " %") + order
    }

    /// Spearman's coefficient where the metric moves by more than 10 %, nil elsewhere; values within 0.5 % are ties.
    private static func rankCorrelation(_ pairs: [(golden: Double, own: Double)]) -> Double? {
        let golden = pairs.map(\.golden)
        guard let low = golden.min(), let high = golden.max(), low > 0, high / low > 1.1 else { return nil }
        let (a, b) = (ranks(golden), ranks(pairs.map(\.own)))
        let mean = Double(a.count + 1) / 2
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            ab += (x - mean) * (y - mean)
            aa += (x - mean) * (x - mean)
            bb += (y - mean) * (y - mean)
        }
        return ab / (aa * bb).squareRoot()
    }

    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] <= values[order[start]] * 1.005 { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}

/// One run of DRAMSys by the names of its columns.
struct GoldenRow {
    private let fields: [String: String]

    subscript(column: String) -> String { fields[column] ?? "" }

    func number(_ column: String) -> Double { Double(self[column]) ?? .nan }

    /// The design in the controller's own names.
    var knobs: [String: Value] {
        var knobs: [String: Value] = [:]
        for column in [
            "PagePolicy", "Scheduler", "SchedulerBuffer", "RequestBufferSize", "RespQueue", "RefreshPolicy",
            "RefreshMaxPostponed", "RefreshMaxPulledin", "Arbiter", "MaxActiveTransactions",
        ] {
            var name = ""
            for letter in column {
                if letter.isUppercase, !name.isEmpty { name += "_" }
                name += letter.lowercased()
            }
            knobs[name] = Value(parsing: self[column])
        }
        return knobs
    }

    static func all(_ file: String = "dram_public.csv") throws -> [GoldenRow] {
        let text = try String(contentsOf: DRAMFixture.golden.appending(path: file), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let head = lines.first else { return [] }
        return lines.dropFirst().map { line in
            GoldenRow(fields: Dictionary(zip(head, line)) { first, _ in first })
        }
    }

    /// The metrics of rows of one device, each on its trace.
    static func evaluate(_ rows: [GoldenRow]) throws -> [[String: Double]] {
        var models: [String: DRAMController] = [:]
        return try rows.map { row in
            let isArchGym = row["device"].isEmpty
            let folder = isArchGym ? "../data/archgym/traces" : "dram_traces"
            let file = DRAMFixture.golden.appending(path: "\(folder)/\(row["trace"]).stl").standardizedFileURL
            let options: [String: Value] =
                isArchGym
                ? ["device": "DDR3-1600", "trace_clock_mhz": 800]
                : [
                    "device": .text(row["device"]), "mapping": .text(row["address_map"]),
                    "trace_clock_mhz": Value(parsing: row["trace_clk_MHz"]),
                ]
            let name = row["trace"] + row["address_map"]
            let model = try models[name] ?? DRAMFixture.model(file: file, options)
            models[name] = model
            return try model.metrics(row.knobs)
        }
    }
}
