import Files
public import Gym

/// What a study does: its trials in order.
public struct Plan: Sendable {
    /// How a manifest describes its trials.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// One agent on one environment, with several seeds.
        case run
        /// Lists of values, crossed.
        case sweep
        /// Every agent with its defaults and with configurations that are drawn.
        case lottery
    }

    /// The study's name.
    public let study: String
    /// How the manifest described it.
    public let kind: Kind
    /// In the order in which they begin and are reported.
    public let trials: [Trial]
    /// How many workers the manifest asks for; nil where it leaves that open.
    public let workers: Int?
    /// The manifest with every default filled in; reading it gives the same plan.
    public let resolved: String

    init(
        study: String, kind: Kind, cells: [Cell], names: [String], seeds: [UInt64], workers: Int?, resolved: String
    ) {
        (self.study, self.kind, self.workers, self.resolved) = (study, kind, workers, resolved)
        trials = zip(cells, names).flatMap { cell, name in
            seeds.map { Trial(study: study, group: name, label: "\(name)-s\($0)", cell: cell, seed: $0) }
        }
    }

    /// All samples that may be paid for; nil where a trial has no such limit.
    public var sampleBudget: Int? {
        trials.reduce(0) { total, trial in
            guard let total, let samples = trial.cell.budget.samples else { return nil }
            return total + samples
        }
    }

    /// One line per trial, as `--dry-run` prints them: `#0 genetic-s1 …`.
    public var listing: String {
        let rows = trials.enumerated().map { index, trial in
            [
                "#\(index)", trial.label, trial.cell.agent.name, "\(trial.seed)", trial.cell.environment.datasheet.id,
                trial.cell.objective.text, trial.cell.budget.text,
            ]
        }
        let columns = [
            Table.Column("#"), Table.Column("trial"), Table.Column("agent"), Table.Column("seed", .right),
            Table.Column("environment"), Table.Column("objective"), Table.Column("budget"),
        ]
        return Table(columns, rows: rows).text + decisions(of: trials.indices.map(\.self))
    }

    /// What the agents of some trials settled on, a line for each group of trials that has something to say:
    /// `  chosen   auto: bayesian, …`. None in a lottery, whose groups are too many.
    func decisions(of indices: [Int]) -> String {
        guard kind != .lottery else { return "" }
        var seen: Set<String> = []
        let lines = indices.compactMap { index -> String? in
            let trial = trials[index]
            guard seen.insert(trial.group).inserted, let agent = try? trial.makeAgent() else { return nil }
            return agent.decision.map { "  chosen   \(trial.group): \($0)\n" }
        }
        return lines.isEmpty ? "" : "\n" + lines.joined()
    }
}

/// One run of one agent with one setting and seed.
public struct Trial: Sendable {
    /// The study's name.
    public let study: String
    /// The label without the seed: trials of one group differ in their seeds alone.
    public let group: String
    /// Unique in the study: `genetic-s1`.
    public let label: String
    /// Everything but the seed.
    public let cell: Cell
    /// The seed of agent and environment. Trials of one seed share their random numbers, whatever the rest is.
    public let seed: UInt64

    /// What the log keeps of it.
    public func description(resumption: TrialDescription.Resumption = .fresh) -> TrialDescription {
        let settings = cell.settings.values.sorted { $0.key < $1.key }.map { name, value in
            "\(YAMLText.quoted(name)):" + (value == .text(value.text) ? YAMLText.quoted(value.text) : value.text)
        }
        return TrialDescription(
            study: study, label: label, agent: cell.agent.name, settings: "{\(settings.joined(separator: ","))}",
            seed: seed, options: cell.options.identity, objective: cell.objective.text,
            budget: cell.budget.text + (cell.repeats > 1 ? ", repeat: \(cell.repeats)" : ""), slots: cell.batch,
            recordsObservations: cell.recordsObservations, resumption: resumption)
    }

    /// A fresh agent for this trial, which may learn from precedents.
    public func makeAgent(precedents: [Precedent] = []) throws -> any Agent {
        var problem = cell.problem
        problem.precedents = precedents
        return try cell.agent.make(problem, settings: cell.settings, seed: Generator.derive(seed, ["agent"]))
    }

    /// One seed per slot for the session's reset.
    public var resetSeeds: [UInt64] {
        (0..<cell.batch).map { Generator.derive(seed, ["environment", "\($0)"]) }
    }
}
