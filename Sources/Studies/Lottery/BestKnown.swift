import Gym
import Learning

/// The best objectives that are known of problems, and what random designs reach: the ends of the scale that scores are
/// on. The table has a version, since a better find moves every score.
enum BestKnown {
    /// Rises whenever an entry changes.
    static let version = 1

    private struct Entry {
        let environment: String
        let objective: String
        let random: Double
        let best: Double
    }

    /// dram10 by enumeration of all its designs; recipe20 by long annealing, so not proven.
    private static let table = [
        Entry(environment: "synthetic-dram10-v0", objective: "minimize cost", random: 11.5339, best: 6.65418807),
        Entry(
            environment: "synthetic-recipe20-v0", objective: "minimize cost", random: 0.52178, best: 0.425440437752),
    ]

    /// What a cell's objective is measured by; nil where the table has nothing, as for any options but the defaults.
    static func yardstick(for cell: Cell) -> Yardstick? {
        let options = cell.environment.datasheet.options
        guard options.allSatisfy({ cell.options.values[$0.name] == $0.defaultValue }) else { return nil }
        let entry = table.first {
            $0.environment == cell.environment.datasheet.id && $0.objective == cell.objective.text
        }
        return entry.flatMap { Yardstick(random: $0.random, best: $0.best) }
    }
}
