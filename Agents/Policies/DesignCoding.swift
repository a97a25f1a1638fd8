import Gym
import Learning

/// Between the actions of a space and what a policy network deals in: levels, features and masks.
///
/// A discrete parameter has a level for each value, or for a run of neighbouring ones where they are too many; a real
/// one has equal parts of its scale, within which a value is drawn.
struct DesignCoding: Sendable {
    let space: Space
    /// How many levels each parameter has.
    let counts: [Int]
    /// How many numbers a design's features are.
    let featureCount: Int
    private let levels: Levels
    private let starts: [Int]
    private let categoricals: [Int]

    /// `limit` levels of a number at most.
    init(_ problem: Problem, limit: Int, agent: String) throws {
        let genomes = try Genomes(problem.ofOneStep, agent: agent)
        space = genomes.space
        levels = Levels(genomes, limit: limit)
        counts = levels.counts
        var (starts, start): ([Int], Int) = ([], 0)
        for parameter in space.parameters {
            starts.append(start)
            start += parameter.featureCount
        }
        (self.starts, featureCount) = (starts, start)
        categoricals = space.parameters.indices.filter { genomes.space.parameters[$0].isCategorical }
    }

    /// How many waves the levels of each parameter share: none for choices without an order, or where they are few.
    var waves: [Int] {
        zip(space.parameters, counts).map { $0.isCategorical || $1 < 6 ? 0 : min(8, $1 / 2) }
    }

    /// The level of each active parameter's value; -1 for one that is not active.
    func choices(of action: Action) -> [Int32] {
        let flags = space.activity.isEmpty ? nil : space.active(action)
        return action.indices.map { place in
            flags?[place] ?? true ? Int32(levels.level(of: action[place], at: place)) : -1
        }
    }

    /// A value of a level.
    func value(_ place: Int, level: Int, _ generator: inout Generator) -> Double {
        levels.value(in: level, at: place, &generator)
    }

    /// Writes the features of some parameters of a design, those before `end`: a number's place on its scale from -1 to
    /// 1, 1 for a choice that is taken; 0 else.
    func write(_ action: Action, upTo end: Int, to features: inout [Float], at start: Int) {
        for place in 0..<end {
            let parameter = space.parameters[place]
            if parameter.isCategorical {
                features[start + starts[place] + Int(action[place])] = 1
            } else {
                features[start + starts[place]] = Float(2 * parameter.encode(action[place]) - 1)
            }
        }
    }

    /// The features of a design.
    func features(_ action: Action) -> [Float] {
        var features = [Float](repeating: 0, count: featureCount)
        write(action, upTo: action.count, to: &features, at: 0)
        return features
    }

    /// How many features some parameters have.
    func featureCount(of places: [Int]) -> Int { places.reduce(0) { $0 + space.parameters[$1].featureCount } }

    /// A view that ends with a design's features from `start` on, of which only some parameters' are left.
    func kept(_ places: [Int], of view: [Float], at start: Int) -> [Float] {
        view[..<start]
            + places.flatMap { view[start + starts[$0]..<start + starts[$0] + space.parameters[$0].featureCount] }
    }

    /// Clears the features of all parameters but some.
    func clear(allBut places: [Int], of features: inout [Float], at start: Int) {
        for place in space.parameters.indices where !places.contains(place) {
            for column in 0..<space.parameters[place].featureCount { features[start + starts[place] + column] = 0 }
        }
    }

    /// For each level of each parameter whether the environment allows it; nil where all are.
    func mask(_ legal: [[Bool]]?, _ heads: CategoricalHeads) -> [UInt8]? {
        guard let legal else { return nil }
        var mask: [UInt8]?
        for (place, row) in zip(categoricals, legal)
        where row.count == counts[place] && row.contains(true) && row.contains(false) {
            var marks = mask ?? [UInt8](repeating: 1, count: heads.logitCount)
            for (value, isLegal) in row.enumerated() where !isLegal { marks[heads.starts[place] + value] = 0 }
            mask = marks
        }
        return mask
    }

    /// Forbids the levels of a parameter that break a constraint with what was chosen before it; none where all do.
    func narrow(_ mask: inout [UInt8]?, _ place: Int, after action: Action, _ heads: CategoricalHeads) {
        guard space.decidesConstraint(place), space.parameters[place].discreteCount == counts[place] else { return }
        var marks = mask ?? [UInt8](repeating: 1, count: heads.logitCount)
        var design = action
        for level in 0..<counts[place] where marks[heads.starts[place] + level] == 1 {
            design[place] = space.parameters[place].value(at: level)
            if !space.satisfiesConstraints(design, decidedBy: place) { marks[heads.starts[place] + level] = 0 }
        }
        if marks[heads.range(of: place)].contains(1) { mask = marks }
    }
}

extension Problem {
    /// Whether a design is proposed at once and out of nothing, so that none needs to be tried twice.
    var isOfDesigns: Bool { spec.horizon == 1 && spec.observationNames.isEmpty }

    /// The same problem as if one action were all there is.
    var ofOneStep: Problem {
        let spec = EnvironmentSpec(
            id: spec.id, actionSpace: spec.actionSpace, observationNames: spec.observationNames, metrics: spec.metrics,
            horizon: 1, isPure: spec.isPure, reference: spec.reference)
        return Problem(spec: spec, objective: objective, sampleBudget: sampleBudget, slots: slots)
    }
}
