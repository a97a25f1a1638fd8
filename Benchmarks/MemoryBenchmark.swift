import Agents
import Environments
import Foundation
import Gym
import Relay

/// How many bytes an agent allocates and keeps between two numbers of samples of synthetic-recipe20-v0, whose 6.7e20
/// designs no run exhausts.
enum MemoryBenchmark {
    static func report() throws -> [String] {
        var lines = [
            "| memory on B | after a tenth or half | in the end | samples | growth, bytes a sample |",
            "|---|---|---|---|---|",
        ]
        for entry in AgentCatalog.entries {
            // Of the slow ones fewer samples, the second half of them.
            let late = SearchBenchmark.isQuick(entry.name, budget: 2_000) ? 20_000 : entry.name == "tpe" ? 4_000 : 1_000
            let early = late == 20_000 ? 2_000 : late / 2
            let start = Int(relay_allocated_bytes())
            var kept: [Int] = []
            var count = 0
            try SearchBenchmark.run(entry, on: SyntheticRecipe20(), budget: late, seed: 1) { _ in
                count += 1
                if count == early || count == late { kept.append(Int(relay_allocated_bytes()) - start) }
            }
            let growth = Double(kept[1] - kept[0]) / Double(late - early)
            lines.append(
                "| \(entry.name) | \(kept[0] / 1_024) KiB | \(kept[1] / 1_024) KiB | \(late) "
                    + String(format: "| %.0f |", growth))
        }
        return lines
    }
}
