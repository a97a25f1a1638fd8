import Agents
import Environments
import Foundation
import Gym
import Learning

/// How much of the latency and power front of synthetic-dram10-v0 NSGA-II finds, beside the enumerated front.
enum FrontBenchmark {
    private static let budget = 2_000

    static func report() throws -> [String] {
        let model = SyntheticDRAM10()
        let objective = Objective(.pareto, [.init("latency"), .init("power")])
        let reference = Array(model.spec.reference.compactMap(\.self).dropFirst())
        let truth = front(of: model)
        var (volumes, shares): ([Double], [Double]) = ([], [])
        for seed in 1...UInt64(SearchBenchmark.seeds) {
            var points: [[Double]] = []
            try SearchBenchmark.run(
                SearchBenchmark.entry("nsga2"), on: model, budget: budget, seed: seed, objective: objective
            ) { points.append(Array($0.metrics.compactMap(\.self).dropFirst())) }
            volumes.append(Pareto.hypervolume(points, reference: reference) / (reference[0] * reference[1]))
            shares.append(Double(Set(points).intersection(truth).count) / Double(truth.count))
        }
        let whole = Pareto.hypervolume(truth, reference: reference) / (reference[0] * reference[1])
        let volume = SearchBenchmark.Reached(sorted: volumes.sorted())
        let found = SearchBenchmark.Reached(sorted: shares.sorted())
        return [
            "| latency and power of A after \(budget) | hypervolume | share of the true front found |", "|---|---|---|",
            "| nsga2 | \(precise(volume)) | \(String(format: "%.0f %%", 100 * found.quantile(0.5))) |",
            "| *pymoo 0.6.2 NSGA-II, its defaults (100, SBX 15, PM 20)* | 0.16622 [0.16587, 0.16663] | 20 % |",
            "| *pymoo 0.6.2 NSGA-II, the best of six settings (40, SBX 3, PM 3)* "
                + "| 0.16690 [0.16665, 0.16703] | 42 % |",
            "| the true front, \(truth.count) points by enumeration | \(String(format: "%.5f", whole)) | 100 % |", "",
            "The hypervolume is a share of the box below the default design's latency and power.",
        ]
    }

    private static func precise(_ reached: SearchBenchmark.Reached) -> String {
        String(
            format: "%.5f [%.5f, %.5f]", reached.quantile(0.5), reached.quantile(0.25), reached.quantile(0.75))
    }

    /// The front of all 18,874,368 designs: for each latency the least power, then what no lower latency beats.
    private static func front(of model: SyntheticDRAM10) -> [[Double]] {
        let parameters = model.spec.actionSpace.parameters
        let counts = parameters.map { $0.discreteCount ?? 1 }
        var ranks = [Int](repeating: 0, count: counts.count)
        var action = parameters.map(\.lowest)
        var least: [Double: Double] = [:]
        var place = 0
        while place >= 0 {
            let metrics = model.evaluate(action, deadline: .none).metrics
            if let latency = metrics[1], let power = metrics[2], power < least[latency] ?? .infinity {
                least[latency] = power
            }
            // Counts up like an odometer.
            place = counts.count - 1
            while place >= 0, ranks[place] == counts[place] - 1 {
                (ranks[place], action[place]) = (0, parameters[place].lowest)
                place -= 1
            }
            guard place >= 0 else { break }
            ranks[place] += 1
            action[place] = parameters[place].value(at: ranks[place])
        }
        var (front, lowest): ([[Double]], Double) = ([], .infinity)
        for (latency, power) in least.sorted(by: { $0.key < $1.key }) where power < lowest {
            front.append([latency, power])
            lowest = power
        }
        return front
    }
}
