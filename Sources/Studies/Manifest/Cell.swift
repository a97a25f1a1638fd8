import Files
public import Gym

/// One combination of environment, agent, objective and budget; with each seed it is one trial.
public struct Cell: Sendable {
    /// The environment's catalog entry.
    public let environment: EnvironmentEntry
    /// Every option, files resolved.
    public let options: Options
    /// The instance that these options make.
    public let spec: EnvironmentSpec
    /// The agent's catalog entry.
    public private(set) var agent: AgentEntry
    /// Its hyperparameters, defaults filled in.
    public private(set) var settings: Settings
    /// What is sought, constraints included.
    public let objective: Objective
    /// When a trial ends.
    public let budget: Budget
    /// How many slots step together.
    public let batch: Int
    /// Seconds that one evaluation may take; nil for any time.
    public let timeout: Double?
    /// Whether the log keeps observations and masks.
    public let recordsObservations: Bool
    /// Designs that are tried before the agent is asked, canonical.
    public let start: [Action]
    /// How many evaluations are averaged to a sample; more than 1 only where metrics are not deterministic.
    public let repeats: Int
    /// Studies in the same log whose samples the agent hears of before it is asked.
    public let warm: [String]
    /// Studies in the same log on other instances of the environment, which agents may learn a prior from.
    public let transfer: [String]
    /// Which configuration of a lottery it is; nil in any other study.
    public private(set) var draw: Draw?

    /// What the agent is to solve.
    public var problem: Problem {
        Problem(spec: spec, objective: objective, sampleBudget: budget.samples, slots: batch)
    }

    /// Equal for cells whose best designs may be compared: same environment, options and objective.
    public var problemText: String {
        ([environment.datasheet.id] + optionEntries.map { "\($0.0) \($0.1)" } + [objective.text])
            .joined(separator: " · ")
    }

    /// Whether the first samples are random designs.
    var isRandom: Bool { agent.name == Lottery.reference && start.isEmpty }

    /// The same cell with another agent, as a lottery has one for every configuration.
    func with(_ agent: AgentEntry, _ settings: Settings, draw: Draw) -> Cell {
        var cell = self
        (cell.agent, cell.settings, cell.draw) = (agent, settings, draw)
        return cell
    }

    var optionEntries: [(String, String)] {
        environment.datasheet.options.compactMap { option in
            options.values[option.name].map { (option.name, YAMLText.scalar($0)) }
        }
    }

    var settingEntries: [(String, String)] {
        settings.entries(in: agent.hyperparameters)
    }
}

extension Settings {
    /// What is set, as a manifest has it, in the order of the space.
    func entries(in space: Space) -> [(String, String)] {
        space.parameters.compactMap { parameter in
            values[parameter.name].map { (parameter.name, YAMLText.scalar($0)) }
        }
    }
}

extension Cell {
    /// What stands behind one key of the manifest.
    enum Part: Equatable {
        case whole(String)
        case entries([Entry])

        struct Entry: Equatable {
            let name: String
            let text: String
        }

        init(_ pairs: [(String, String)]) { self = .entries(pairs.map { Entry(name: $0.0, text: $0.1) }) }
    }

    /// Every key of a manifest that a sweep may vary with its complete value, in the order in which they are written.
    var parts: [(key: String, part: Part)] {
        var parts: [(key: String, part: Part)] = [
            ("environment", Part([("id", environment.origin ?? environment.datasheet.id)] + optionEntries)),
            ("agent", Part([("name", agent.name)] + settingEntries)),
            ("objective", .whole(objectiveText)),
        ]
        if !objective.constraints.isEmpty {
            parts.append(("constraints", .whole(YAMLText.list(objective.constraints.map { YAMLText.quoted($0.text) }))))
        }
        parts.append(("budget", Part(budget.entries)))
        parts.append(("batch", .whole("\(batch)")))
        parts.append(("timeout", .whole(TimeText.text(timeout))))
        parts.append(("record", .whole(recordsObservations ? "observations" : "samples")))
        if repeats > 1 { parts.append(("repeat", .whole("\(repeats)"))) }
        if !warm.isEmpty { parts.append(("warm", .whole(YAMLText.list(warm.map { YAMLText.scalar(.text($0)) })))) }
        if !transfer.isEmpty {
            parts.append(("transfer", .whole(YAMLText.list(transfer.map { YAMLText.scalar(.text($0)) }))))
        }
        if !start.isEmpty { parts.append(("start", .whole(YAMLText.list(start.map(designText))))) }
        return parts
    }

    private var objectiveText: String {
        let names = objective.terms.map { YAMLText.scalar(.text($0.metric)) }
        switch objective.kind {
        case .minimize, .maximize, .accumulate:
            return YAMLText.mapping([("\(objective.kind)", names.first ?? "")])
        case .pareto:
            return YAMLText.mapping([("\(objective.kind)", YAMLText.list(names))])
        case .product, .target, .archgym:
            let amounts = objective.terms.map { ($0.metric, Value.format($0.amount)) }
            return YAMLText.mapping([("\(objective.kind)", YAMLText.mapping(amounts))])
        }
    }

    private func designText(_ action: Action) -> String {
        YAMLText.mapping(
            zip(spec.actionSpace.parameters, action).map { ($0.name, YAMLText.scalar($0.named($1))) })
    }
}

/// A configuration that takes part in a lottery.
public struct Draw: Sendable, Hashable {
    /// Whose it is: the agent's name, with a number where it takes part more than once.
    public let contender: String
    /// 0 for the defaults, then the draws in their order.
    public let number: Int
}
