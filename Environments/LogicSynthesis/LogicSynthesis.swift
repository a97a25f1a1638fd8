import Foundation
public import Gym

/// Recipes step by step: every action is an operation of ABC on the circuit as it is.
public struct LogicSynthesis: Environment {
    /// One operation a step; what is seen are features of the circuit and of the way to it.
    public let spec: EnvironmentSpec
    private let problem: SynthesisProblem
    private var run: SynthesisRun
    private var step: Int?
    /// The operations so far.
    private var history: [Int] = []
    /// How the last operation changed ANDs and levels, relative to the design's.
    private var change = (ands: 0.0, levels: 0.0)
    private var quality = 0.0
    private var size: MappedSize

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in try environment(options, on: try synthesizer(options)) }
    }

    /// The environment on a synthesizer of one's own.
    ///
    /// - Throws: `GymError` for options or files that are wrong, or a design that ABC fails at.
    public static func environment(_ options: Options, on synthesizer: Synthesizer) throws -> any Environment {
        try LogicSynthesis(SynthesisProblem(options, on: synthesizer))
    }

    /// ABC as this machine has it, or the table that the option `transitions` names.
    static func synthesizer(_ options: Options) throws -> Synthesizer {
        guard let table = options.files["transitions"] else { return try Synthesizer.live() }
        return try Synthesizer.replay(table)
    }

    init(_ problem: SynthesisProblem) throws {
        self.problem = problem
        run = problem.start
        size = problem.startSize
        let actions = problem.actions.parameters(
            "op", prefix: "", default: problem.defaultChoices[0], note: "what is done now")
        let labels = problem.actions.items.map(\.label)
        let extra = Self.stepMetrics(problem.objective)
        spec = EnvironmentSpec(
            id: Self.datasheet.id,
            actionSpace: try Space(checking: actions.parameters, activity: actions.activity),
            observationNames: CircuitFeatures.names
                + ["ands_share", "levels_share", "ands_change", "levels_change", "steps_left"]
                + labels.map { "last_" + $0 } + labels.map { "recent_" + $0 },
            metrics: problem.declaredMetrics + extra, horizon: problem.length, isPure: false,
            reference: problem.referenceMetrics.map(Optional.some) + extra.map { _ in nil },
            traits: problem.start.base.features.values)
    }

    /// Begins with the design; nothing is left to chance, so every seed begins the same episode.
    public mutating func reset(seed: UInt64, deadline: Deadline) throws -> Observation {
        do { run = try problem.begin(deadline: deadline) } catch let failure as ABCFailure {
            throw GymError(.internal, "no episode can begin: \(failure.reason)")
        }
        (step, history, change) = (0, [], (0, 0))
        (quality, size) = (problem.startMetrics[0], problem.startSize)
        let observation = observation
        guard legal?.contains(true) ?? true else {
            throw GymError(.badInput, "the table of transitions has no step of this design under these options")
        }
        return observation
    }

    /// Runs one operation; failed where ABC does not, and then the episode is over unless failures are skipped.
    public mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation {
        guard let step, step < problem.length else {
            throw GymError(.stepBeforeReset, "a step before the first reset")
        }
        let (choice, command) = problem.actions.command(action[...])
        let isLast = step + 1 == problem.length
        do {
            let next = try problem.advanced(run, by: [command], deadline: deadline)
            let isMeasured = isLast || !problem.measuresLast
            let mapped = isMeasured ? try problem.size(of: next, deadline: deadline) : nil
            let (old, first) = (run.state.features, problem.start.base.features)
            let new = next.state.features
            change = (
                Double(new.ands - old.ands) / Double(first.ands),
                Double(new.levels - old.levels) / Double(max(1, first.levels))
            )
            run = next
            advance(choice)
            let values = values(mapped)
            return Evaluation(observation: observation, metrics: values, terminated: isLast || isStuck)
        } catch let failure as ABCFailure {
            change = (0, 0)
            advance(choice)
            var evaluation = Evaluation.invalid(.failed(failure.reason), metricCount: spec.metrics.count)
            evaluation.terminated = isLast || !problem.skipsFailures || isStuck
            evaluation.observation = observation
            if evaluation.terminated { self.step = problem.length }
            return evaluation
        }
    }

    private mutating func advance(_ choice: Int) {
        step = (step ?? 0) + 1
        history.append(choice)
    }

    /// The metrics after a step; those of a mapping are missing where none was made.
    private mutating func values(_ mapped: MappedSize?) -> [Double?] {
        guard let mapped else {
            let graph: [Double?] = [Double(run.state.features.ands), Double(run.state.features.levels)]
            let unmapped = [Double?](repeating: nil, count: problem.declaredMetrics.count - 2)
            return unmapped + graph + [0] + (problem.objective == .constrained ? [0] : [])
        }
        let values = problem.metrics(of: run, size: mapped)
        let gain = quality - values[0]
        let reward = SynthesisObjective.tableReward(from: size, to: mapped, limit: problem.reference.delayLimit)
        (quality, size) = (values[0], mapped)
        return values.map(Optional.some) + [gain] + (problem.objective == .constrained ? [reward] : [])
    }

    private static func stepMetrics(_ objective: SynthesisObjective) -> [Metric] {
        let gain = Metric(
            "gain", unit: "1", goal: .maximize, isPositive: false,
            note: "by how much this step lowers the quality; an episode's sum is the design's less its final one")
        let table = Metric(
            "table_reward", unit: "1", goal: .maximize, isPositive: false,
            note: "the reward of DRiLLS for this step: -3 to 3 by limit, delay and area")
        return [gain] + (objective == .constrained ? [table] : [])
    }

    private var observation: Observation {
        let (features, first) = (run.state.features, problem.start.base.features)
        let count = problem.actions.items.count
        var (last, recent) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        if let choice = history.last { last[choice] = 1 }
        for choice in history.suffix(3) { recent[choice] += 1 / 3 }
        let left = Double(problem.length - (step ?? 0)) / Double(problem.length)
        let shares = [
            Double(features.ands) / Double(first.ands), Double(features.levels) / Double(max(1, first.levels)),
        ]
        let mask = legal.flatMap { $0.contains(true) ? [$0] : nil }
        return Observation(
            features.values + shares + [change.ands, change.levels, left] + last + recent, legal: mask)
    }

    /// Which operations a table has results of here; nil where ABC does any.
    private var legal: [Bool]? {
        let isChain = problem.semantics == .oneshot
        guard let known = problem.synthesizer.knownCommands(at: isChain ? run.base : run.state) else { return nil }
        return problem.actions.items.map { item in
            guard item.free.isEmpty else { return true }
            return known.contains((run.commands + [item.command([])]).joined(separator: "; "))
        }
    }

    /// Whether a table knows of nothing that could be done here.
    private var isStuck: Bool { legal.map { !$0.contains(true) } ?? false }
}
