import Gym
import Learning
import Samples
import Studies

/// Samples of a problem cut into cells per parameter: what says which parameters matter, and which values are good.
struct DesignCells: Sendable {
    /// One parameter that took several values.
    struct Axis: Sendable {
        let name: String
        let isOrdered: Bool
        /// What each cell holds, as people read it, in order.
        let labels: [String]
        /// The cell of each sample.
        let cells: [Int]
    }

    private static let bins = 12
    private static let sampleLimit = 2_000
    private static let parameterLimit = 40

    let axes: [Axis]
    /// The headline of each sample.
    let values: [Double]
    /// Whether the samples are random search's alone, so that no agent's taste is among them.
    let isRandom: Bool

    /// Nil with fewer than 30 samples or no parameter that took two values.
    init?(_ problem: Problem) throws {
        let parameters = problem.spec.actionSpace.parameters
        guard parameters.count <= Self.parameterLimit, problem.spec.horizon == 1 else { return nil }
        let random = problem.trials.filter { $0.summary.description.agent == "random" }
        isRandom = random.reduce(0) { $0 + $1.summary.evaluated } >= 300
        let samples = try problem.spread(Self.sampleLimit, of: isRandom ? random : nil)
        var kept: [(action: Action, value: Double)] = []
        for sample in samples where sample.evaluation.status == .ok && !sample.isCached {
            guard let value = problem.headline(sample), value.isFinite else { continue }
            kept.append((sample.action, value))
        }
        guard kept.count >= 30 else { return nil }
        values = kept.map(\.value)
        axes = parameters.indices.compactMap { place in
            Axis(parameters[place], values: kept.map { $0.action[place] })
        }
        guard !axes.isEmpty else { return nil }
    }

    /// Which parameters explain the variance, the greatest share first.
    func importance() -> [(names: [String], share: Double)] {
        var generator = Generator(seed: 1, "design importance")
        let isPositive = values.allSatisfy { $0 > 0 }
        let importance = Importance(
            axes.map { Importance.Dimension(cells: $0.labels.count, isOrdered: $0.isOrdered) },
            points: values.indices.map { sample in axes.map { $0.cells[sample] } },
            // Ratios, not differences: a few very bad designs would explain everything.
            scores: isPositive ? values.map { Scale.log($0) } : values, trees: 24, using: &generator)
        let alone = zip(axes, importance.alone).map { (names: [$0.0.name], share: $0.1) }
        let pairs = importance.pairs.map { (names: [axes[$0.first].name, axes[$0.second].name], share: $0.share) }
        return (alone + pairs).enumerated().sorted {
            (-$0.element.share, $0.offset) < (-$1.element.share, $1.offset)
        }.map(\.element)
    }
}

extension DesignCells.Axis {
    fileprivate init?(_ parameter: Parameter, values: [Double]) {
        let distinct = Set(values).sorted()
        guard distinct.count > 1, let low = distinct.first, let high = distinct.last else { return nil }
        let bins = DesignCells.cellCount
        if parameter.isCategorical || distinct.count <= bins {
            self.init(
                name: parameter.name, isOrdered: !parameter.isCategorical,
                labels: distinct.map { DesignCells.label(parameter, $0) },
                cells: values.map { value in distinct.firstIndex(of: value) ?? 0 })
            return
        }
        let (start, end) = (parameter.encode(low), parameter.encode(high))
        let cells = values.map {
            min(bins - 1, max(0, Int((parameter.encode($0) - start) / (end - start) * Double(bins))))
        }
        var ranges = [(least: Double, most: Double)?](repeating: nil, count: bins)
        for (value, cell) in zip(values, cells) {
            let range = ranges[cell] ?? (value, value)
            ranges[cell] = (min(range.least, value), max(range.most, value))
        }
        let labels = ranges.map { range -> String in
            guard let range else { return "" }
            let least = DesignCells.label(parameter, range.least)
            return range.most == range.least ? least : "\(least) – \(DesignCells.label(parameter, range.most))"
        }
        self.init(name: parameter.name, isOrdered: true, labels: labels, cells: cells)
    }
}

extension DesignCells {
    fileprivate static var cellCount: Int { bins }

    fileprivate static func label(_ parameter: Parameter, _ value: Double) -> String {
        switch parameter.named(value) {
        case .text(let word): word
        case .number(let number): Figures.number(number)
        }
    }
}
