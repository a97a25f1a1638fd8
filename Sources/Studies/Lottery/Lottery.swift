import Files
import Gym

/// Who takes part in a lottery, and with which configurations.
///
/// A lottery asks how much of an agent's success is the luck of its hyperparameters: every agent runs with its defaults
/// and with configurations that are drawn from its own space, none by a tuner, all with the same seeds and budget.
/// Random search takes part in any case, as what the others are measured by.
struct Lottery {
    /// One agent, perhaps with some hyperparameters fixed or narrowed.
    struct Contender {
        /// Unique in the lottery: the agent's name, with a number from the second time on.
        let name: String
        let agent: AgentEntry
        /// The defaults first, then the draws.
        let configurations: [Settings]
    }

    /// How configurations are drawn.
    enum Method: String, CaseIterable {
        /// By Sobol's scrambled sequence, which fills the space evenly.
        case sobol
        /// Independently.
        case random
    }

    /// The agent that the others are measured by.
    static let reference = "random"
    /// The most draws of a contender.
    static let drawLimit = 1_000

    let draws: Int
    let method: Method
    let seed: UInt64
    /// What stands behind `agents`, as written.
    let written: [YAMLNode]
    let contenders: [Contender]

    /// Every configuration once, the defaults of all contenders first, then the first draws, and so on: what an
    /// interrupted lottery has done is spread evenly.
    var configurations: [(contender: Contender, number: Int)] {
        (0...draws).flatMap { number in
            contenders.filter { number < $0.configurations.count }.map { ($0, number) }
        }
    }

    /// As a manifest has it, the drawn configurations included, so that reading it again gives the same ones even where
    /// an agent's space has changed since.
    var text: [String] {
        let drawn = contenders.filter { $0.configurations.count > 1 }.map { contender in
            let rows = contender.configurations.dropFirst().map { "      - " + contender.text(of: $0) }
            return "    \(YAMLText.scalar(.text(contender.name))):\n" + rows.joined(separator: "\n")
        }
        let lines = [
            "lottery:", "  draws: \(draws)", "  by: \(method)", "  seed: \(seed)",
            "  agents: " + YAMLText.list(written.map(YAMLText.flow)),
        ]
        return drawn.isEmpty ? lines : lines + ["  drawn:"] + drawn
    }
}

extension Lottery.Contender {
    fileprivate func text(of settings: Settings) -> String {
        YAMLText.mapping(settings.entries(in: agent.hyperparameters))
    }
}
