import Foundation
import Gym

/// The same mapping, choice by choice: first which tiles levels keep, then where each prime factor runs, then which
/// loop lies next outside. Masks leave only what fits, so that every episode ends with a mapping that can be run.
struct AcceleratorMappingSteps: Environment {
    /// One decision of an episode.
    private enum Step {
        case keep(level: Int, Operand)
        case factor(Int)
        case loop(level: Int)
    }

    let spec: EnvironmentSpec
    private let space: MappingSpace
    private let steps: [Step]
    private var choice: MappingChoice
    /// The dimensions whose place in the order of a level is settled.
    private var settled: [LoopDimension] = []
    private var position: Int?
    private var cost = 0.0

    init(_ problem: MappingProblem) {
        space = problem.space
        choice = MappingChoice(problem.space)
        let levels = problem.space.model.architecture.levels
        let inner = levels.indices.reversed()
        let keeps = problem.space.keepChoices.map { Step.keep(level: $0.level, $0.operand) }
        // Large factors first: they have the fewest places.
        let order = problem.space.factors.indices.sorted {
            let (a, b) = (problem.space.factors[$0].prime, problem.space.factors[$1].prime)
            return a != b ? a > b : $0 < $1
        }
        let turns = max(0, problem.space.dimensions.count - 1)
        steps =
            keeps + order.map(Step.factor)
            + inner.flatMap { level in (0..<turns).map { _ in Step.loop(level: level) } }
        let choices = max(2, problem.space.slots.count, problem.space.dimensions.count)
        let gain = Metric(
            "gain", unit: "1", goal: .maximize, isPositive: false,
            note: "how far this choice lowers ln(latency times energy) of what is settled, the rest being in DRAM")
        let actions = Space([
            Parameter(
                "choice", .categorical((0..<choices).map { "\($0)" }), default: "0",
                note: "of a tile: 0 bypass, 1 keep; of a factor: a slot, the outermost first; of a loop: a dimension")
        ])
        spec = EnvironmentSpec(
            id: AcceleratorMapping.datasheet.id, actionSpace: actions,
            observationNames: AcceleratorMappingSteps.names(problem.space), metrics: MappingMetrics.all + [gain],
            horizon: max(1, steps.count), isPure: false)
    }

    mutating func reset(seed: UInt64, deadline: Deadline) -> Observation {
        choice = MappingChoice(space)
        // Nothing is kept until it is chosen, but in the outermost level.
        for (level, operand) in space.keepChoices { choice.kept[level].remove(OperandSet(operand)) }
        (settled, position) = ([], 0)
        cost = logCost(of: choice).cost
        return observation
    }

    mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation {
        guard let position, position < max(1, steps.count) else {
            throw GymError(.stepBeforeReset, "a step before the first reset")
        }
        if position < steps.count { take(steps[position], Int(action[0])) }
        self.position = position + 1
        let (newCost, values) = logCost(of: choice)
        let gain = cost - newCost
        cost = newCost
        let ends = position + 1 >= steps.count
        return Evaluation(
            observation: observation, metrics: values.map(Optional.some) + [gain], terminated: ends)
    }

    /// What the mask forbids is taken as the first choice that it allows.
    private mutating func take(_ step: Step, _ wanted: Int) {
        let allowed = legal(step)
        let number = allowed.indices.contains(wanted) && allowed[wanted] ? wanted : allowed.firstIndex(of: true) ?? 0
        switch step {
        case .keep(let level, let operand):
            if number == 1 { choice.kept[level].insert(OperandSet(operand)) }
        case .factor(let place): choice.slots[place] = number
        case .loop(let level):
            settled.append(space.dimensions[number])
            let rest = space.dimensions.filter { !settled.contains($0) }
            choice.setOrder(settled + rest, of: level)
            if rest.count == 1 { settled = [] }
        }
    }

    private func legal(_ step: Step) -> [Bool] {
        var legal = [Bool](repeating: false, count: spec.actionSpace.parameters[0].discreteCount ?? 0)
        switch step {
        case .keep(let level, let operand):
            legal[0] = true
            var trial = choice
            trial.kept[level].insert(OperandSet(operand))
            legal[1] = fits(trial)
        case .factor(let place):
            for slot in space.slots.indices {
                var trial = choice
                trial.slots[place] = slot
                legal[slot] = fits(trial)
            }
        case .loop:
            for (place, dimension) in space.dimensions.enumerated() { legal[place] = !settled.contains(dimension) }
        }
        return legal
    }

    private func fits(_ choice: MappingChoice) -> Bool { space.model.report(choice.mapping(in: space)).flaw == nil }

    private func logCost(of choice: MappingChoice) -> (cost: Double, values: [Double]) {
        let model = space.model
        guard let report = model.report(choice.mapping(in: space)).report else {
            preconditionFailure("the masks let a mapping through that can't be run")
        }
        return (log(report.cycles) + log(report.energy), MappingMetrics.values(report, model))
    }
}

/// What an agent sees of a mapping that is being made.
extension AcceleratorMappingSteps {
    private static func names(_ space: MappingSpace) -> [String] {
        let levels = space.model.architecture.levels
        return ["done", "is_keep", "is_factor", "is_loop", "level", "log2_prime"]
            + LoopDimension.allCases.map { "dimension_" + $0.letter.lowercased() }
            + Operand.allCases.map { "operand_" + $0.letter.lowercased() }
            + levels.reversed().flatMap { ["full_" + $0.name, "columns_" + $0.name, "rows_" + $0.name] }
            + ["log_latency", "log_energy"]
    }

    private var observation: Observation {
        let position = position ?? 0
        let step = position < steps.count ? steps[position] : nil
        let levels = space.model.architecture.levels
        var kind = [0.0, 0, 0]
        var (place, prime) = (0.0, 0.0)
        var dimensions = [Double](repeating: 0, count: 8)
        var operands = [Double](repeating: 0, count: 3)
        switch step {
        case .keep(let level, let operand):
            (kind[0], place) = (1, Double(level))
            operands[operand.rawValue] = 1
        case .factor(let factor):
            (kind[1], prime) = (1, log2(Double(space.factors[factor].prime)))
            dimensions[space.factors[factor].dimension.rawValue] = 1
        case .loop(let level):
            (kind[2], place) = (1, Double(level))
            for dimension in settled { dimensions[dimension.rawValue] = 1 }
        case nil: break
        }
        let mapping = choice.mapping(in: space)
        let values = logCost(of: choice).values
        let report = space.model.report(mapping).report
        let states = levels.indices.reversed().flatMap { level -> [Double] in
            let tiles = Operand.allCases.reduce(0) { $0 + (report?.counts(level, $1).tile ?? 0) }
            let full = levels[level].usableWords.map { Double(tiles) / Double(max(1, $0)) } ?? 0
            return [
                full, Double(mapping.levels[level].spatialX.product) / Double(levels[level].meshX),
                Double(mapping.levels[level].spatialY.product) / Double(levels[level].meshY),
            ]
        }
        let done = Double(position) / Double(max(1, steps.count))
        return Observation(
            [done] + kind + [place, prime] + dimensions + operands + states + [log(values[0]), log(values[1])],
            legal: step.map { [legal($0)] })
    }
}
