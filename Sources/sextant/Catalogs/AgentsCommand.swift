import Agents
import ArgumentParser
import Gym
import Studies

/// `sextant agents`: who can search, or the hyperparameters of one.
struct Agents: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the agents, or the hyperparameters of one with ranges and defaults.")

    @Argument(help: "The agent's name.")
    var name: String?

    @Flag(help: "One JSON object per agent.")
    var json = false

    func run() throws {
        var entries = AgentCatalog.entries
        if let name {
            guard let entry = entries.first(where: { $0.name == name }) else {
                throw GymError.unknown(.usage, "agent", name, among: entries.map(\.name))
            }
            entries = [entry]
        }
        if json {
            for entry in entries {
                Terminal.put(
                    JSONText.object([
                        "name": .text(entry.name), "summary": .text(entry.summary),
                        "hyperparameters": .list(entry.hyperparameters.parameters.map(\.json)),
                    ]).line)
            }
        } else if name != nil, let entry = entries.first {
            Terminal.put("\(entry.name) · \(entry.summary)\n\n\(ParameterTable.text(entry.hyperparameters))")
        } else {
            let rows = entries.map { [$0.name, "\($0.hyperparameters.parameters.count)", $0.summary] }
            let columns = [Table.Column("name"), Table.Column("hyperparameters", .right), Table.Column("what it does")]
            Terminal.put(
                Table(columns, rows: rows).text + "\n  sextant agents NAME lists the hyperparameters of one.\n")
        }
    }
}
