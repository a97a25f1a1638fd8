import Environments
import Files
import Foundation
import Gym
import Proxies

/// How far off proxies are, how often their intervals hold, and what a prediction costs, on data whose figures for
/// other programs are known.
enum ProxyBenchmark {
    /// Uniform designs of a model, each once.
    static func rows(of model: some CostModel, count: Int, seed: UInt64) throws -> DesignRows {
        var generator = Generator(seed: seed, "proxy benchmark")
        var rows = DesignRows(model.spec)
        while rows.rows.count < count {
            let action = try model.spec.actionSpace.sample(&generator)
            rows.add(
                action, try model.evaluate(action, deadline: .none), from: .init(study: "uniform", agent: "random"))
        }
        return rows
    }

    static func report() throws -> [String] {
        var lines = [
            "| RMSE / mean on designs kept out, median of ten splits | boosted trees | spread of the target | bar |",
            "|---|---|---|---|",
        ]
        let parts = try [dramsys(), synthetic()].compactMap(\.self)
        lines += parts.flatMap(\.errors)
        lines += ["", "| 90 % intervals | hold, in the mean |", "|---|---|"] + parts.flatMap(\.coverage)
        lines += ["", "| CPU time of a prediction, one metric | 1,024 at once | alone |", "|---|---|---|"]
        return lines + parts.map(\.timing)
    }

    /// Rows of three tables about one set of designs.
    private struct Part {
        var errors: [String] = []
        var coverage: [String] = []
        var timing = ""
    }

    /// DRAMSys 4.0 as ArchGym runs it, 2,000 uniform designs: 1,600 are learned from.
    /// Nil where the published table is not at hand.
    private static func dramsys() throws -> Part? {
        guard let rows = try published() else { return nil }
        return try measure(
            rows, learned: 1_600, splits: 20, name: "DRAMSys, 1,600 designs",
            bars: ["latency": "1.48 %", "power": "1.05 %", "energy": "0.58 %"])
    }

    private static func synthetic() throws -> Part? {
        try measure(
            rows(of: SyntheticDRAM10(), count: 9_000, seed: 1), learned: 5_000, splits: 3, metrics: ["latency"],
            name: "synthetic-dram10-v0, 5,000 designs", bars: ["latency": "1.0 %, LightGBM 1.14 %, texture 0.46 %"])
    }

    private static func measure(
        _ rows: DesignRows, learned: Int, splits: Int, metrics: [String] = [], name: String, bars: [String: String]
    ) throws -> Part {
        var part = Part()
        var errors: [String: [Double]] = [:]
        var covered: [String: [Double]] = [:]
        var spreads: [String: Double] = [:]
        for split in 0..<splits {
            let order = rows.shuffled(seed: UInt64(split), "benchmark")
            var rules = ProxyTraining.Rules()
            (rules.model, rules.metrics, rules.seed) = (.boosted, metrics, UInt64(split))
            let proxy = try ProxyTraining(rows.picking(order[..<learned].sorted()), rules: rules).run()
            let test = rows.picking(order[learned...].sorted())
            for (metric, accuracy) in proxy.accuracy(on: test) {
                // Errors are the median of ten, coverage the mean of all.
                if split < 10 { errors[metric, default: []].append(accuracy.rmsePercent) }
                covered[metric, default: []].append(accuracy.coverage)
                spreads[metric] = accuracy.variationPercent
            }
            if split == 0 { part.timing = timing(proxy, test, name: name) }
        }
        for metric in errors.keys.sorted() {
            let sorted = errors[metric, default: []].sorted()
            let mean = covered[metric, default: []].reduce(0, +) / Double(splits)
            part.coverage.append(
                String(format: "| %@, %@ (%d splits) | %.1f %% |", name, metric, splits, 100 * mean))
            part.errors.append(
                String(
                    format: "| %@, %@ | %.2f %% [%.2f, %.2f] | %.0f %% | %@ |", name, metric, sorted[sorted.count / 2],
                    sorted.first ?? .nan, sorted.last ?? .nan, spreads[metric] ?? .nan, bars[metric] ?? ""))
        }
        return part
    }

    /// Microseconds per metric, best of five.
    private static func timing(_ proxy: Proxy, _ rows: DesignRows, name: String) -> String {
        let batch = (0..<1_024).map { rows.rows[$0 % rows.rows.count].action }
        let metrics = Double(proxy.spec.metrics.count)
        let together = (0..<5).map { _ in Measurement.threadSeconds { _ = proxy.values(batch) } }.min() ?? .nan
        let alone =
            (0..<5).map { _ in
                Measurement.threadSeconds { for action in batch.prefix(100) { _ = proxy.values([action]) } }
            }.min() ?? .nan
        return String(
            format: "| %@, %@ | %.2f us | %.2f us |", name, proxy.choices.first?.model ?? "",
            together * 1e6 / 1_024 / metrics, alone * 1e6 / 100 / metrics)
    }

    /// The published table; nil where it is not at hand.
    private static func published() throws -> DesignRows? {
        guard let data = FileManager.default.contents(atPath: "../shared/golden/dramsys_cloud1_random2000.csv") else {
            return nil
        }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",").map(String.init) }
        let (header, body) = (lines[0], lines.dropFirst())
        let parameters = (1...10).map { column in
            let values = Set(body.map { $0[column] })
            let numbers = values.compactMap(Double.init).sorted()
            return Parameter(
                header[column],
                numbers.count == values.count ? .ordinal(numbers) : .categorical(values.sorted()),
                scale: header[column] == "MaxActiveTransactions" ? .log2 : .linear)
        }
        let metrics = [("latency", "total_time_ns"), ("power", "avg_power_mw"), ("energy", "total_energy_pj")]
        let columns = metrics.compactMap { metric in header.firstIndex(of: metric.1) }
        let spec = EnvironmentSpec(
            id: "dramsys-cloud1-v0", actionSpace: Space(parameters),
            metrics: metrics.map { Metric($0.0, unit: "1", goal: .minimize) })
        var rows = DesignRows(spec)
        for line in body {
            let action = try zip(parameters, line[1...10]).map { parameter, word in
                try parameter.value(of: Value(parsing: word), code: .badInput)
            }
            rows.add(
                action, Evaluation(metrics: columns.map { Double(line[$0]) }),
                from: .init(study: "published", agent: "random"))
        }
        return rows
    }
}
