import Gym
import Learning

/// A model of one number, of one of five kinds, that goes to a file and back.
struct Regressor: Sendable {
    /// The fitted model.
    enum Model: Sendable {
        case boosted(BoostedTrees)
        case forest(RandomForest)
        case process(GaussianProcess, shift: Double, scale: Double)
        case networks(NetworkEnsemble)
        case ridge(Ridge)
    }

    /// How much is spent on a fit.
    enum Effort: Sendable {
        /// For a comparison by cross-validation.
        case quick
        /// For the model that is kept.
        case full
    }

    let model: Model

    /// Fits a model to designs and targets.
    ///
    /// - Parameter hint: hyperparameters of a process, which are then not fitted.
    init(
        _ candidate: Candidate, _ coding: DesignCoding, _ actions: [Action], extras: [[Double]], targets: [Double],
        effort: Effort = .full, hint: [Double]? = nil, generator: inout Generator
    ) {
        let count = actions.count
        switch candidate.kind {
        case .boosted:
            let designs = (0..<count).map { coding.natural(actions[$0], extras[$0]) }
            model = .boosted(
                BoostedTrees(
                    coding.axes, designs: designs, targets: targets, rules: candidate.boosting, using: &generator))
        case .forest:
            let designs = (0..<count).map { coding.natural(actions[$0], extras[$0]) }
            model = .forest(
                RandomForest(
                    coding.axes, designs: designs, targets: targets, rules: candidate.forest, using: &generator))
        case .process:
            model = Regressor.process(coding, actions, extras, targets, effort, hint, &generator)
        case .networks:
            var rules = NetworkEnsemble.Rules()
            if effort == .quick { (rules.members, rules.steps) = (1, 4_000) }
            let rows = (0..<count).map { coding.features(actions[$0], extras[$0]) }
            model = .networks(NetworkEnsemble(rows, targets: targets, rules: rules, using: &generator))
        case .ridge:
            let rows = (0..<count).map { coding.features(actions[$0], extras[$0]) }
            model = .ridge(Ridge(rows, targets: targets, pairs: coding.pairs))
        }
    }

    private static func process(
        _ coding: DesignCoding, _ actions: [Action], _ extras: [[Double]], _ targets: [Double], _ effort: Effort,
        _ hint: [Double]?, _ generator: inout Generator
    ) -> Model {
        var rows = Array(actions.indices)
        if rows.count > Candidate.processLimit {
            generator.shuffle(&rows)
            rows = rows[..<Candidate.processLimit].sorted()
        }
        let designs = rows.map { coding.scaled(actions[$0], extras[$0]) }
        let own = rows.map { targets[$0] }
        let shift = own.reduce(0, +) / Double(max(1, own.count))
        let spread = (own.reduce(0) { $0 + ($1 - shift) * ($1 - shift) } / Double(max(1, own.count))).squareRoot()
        let scale = spread > 0 ? spread : 1
        let standard = own.map { ($0 - shift) / scale }
        var kernel = coding.kernel
        if let hint, hint.count == kernel.logarithms.count {
            kernel.logarithms = hint
        } else {
            // Some hundreds of designs say what there is to say of hyperparameters.
            let few = min(rows.count, effort == .full ? 400 : 200)
            let sample = GaussianProcess(kernel, designs: Array(designs[..<few]), targets: Array(standard[..<few]))
            kernel.logarithms = sample.fitted(iterations: 60)
        }
        var process = GaussianProcess(kernel, designs: designs, targets: standard)
        process.settle()
        return .process(process, shift: shift, scale: scale)
    }

    /// What designs are foretold to give.
    func predictions(_ coding: DesignCoding, _ actions: [Action], extras: [[Double]]) -> [Double] {
        switch model {
        case .boosted(let trees):
            return trees.predictions(actions.indices.map { coding.natural(actions[$0], extras[$0]) })
        case .forest(let forest):
            return actions.indices.map { forest.prediction(at: coding.natural(actions[$0], extras[$0])).mean }
        case .process(let process, let shift, let scale):
            return actions.indices.map {
                shift + scale * process.mean(at: coding.scaled(actions[$0], extras[$0]))
            }
        case .networks(let ensemble):
            return ensemble.predictions(actions.indices.map { coding.features(actions[$0], extras[$0]) }).map(\.mean)
        case .ridge(let ridge):
            return actions.indices.map { ridge.prediction(at: coding.features(actions[$0], extras[$0])) }
        }
    }

    /// The hyperparameters, where it is a process.
    var hyperparameters: [Double]? {
        if case .process(let process, _, _) = model { process.kernel.logarithms } else { nil }
    }

    /// The trees, where it is made of boosted ones.
    var trees: BoostedTrees? { if case .boosted(let trees) = model { trees } else { nil } }
}

extension Regressor: Codable {
    private enum Key: String, CodingKey {
        case kind, model, choices, alphabet, logarithms, designs, targets, shift, scale
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch model {
        case .boosted(let trees):
            try container.encode(ModelKind.boosted, forKey: .kind)
            try container.encode(trees, forKey: .model)
        case .forest(let forest):
            try container.encode(ModelKind.forest, forKey: .kind)
            try container.encode(forest, forKey: .model)
        case .process(let process, let shift, let scale):
            try container.encode(ModelKind.process, forKey: .kind)
            try container.encode(process.kernel.axes.map { $0 == .choice }, forKey: .choices)
            try container.encode(process.kernel.sequence?.alphabet, forKey: .alphabet)
            try container.encode(process.kernel.logarithms, forKey: .logarithms)
            try container.encode((0..<process.count).map(process.design), forKey: .designs)
            try container.encode(process.targets, forKey: .targets)
            try container.encode(shift, forKey: .shift)
            try container.encode(scale, forKey: .scale)
        case .networks(let ensemble):
            try container.encode(ModelKind.networks, forKey: .kind)
            try container.encode(ensemble, forKey: .model)
        case .ridge(let ridge):
            try container.encode(ModelKind.ridge, forKey: .kind)
            try container.encode(ridge, forKey: .model)
        }
    }

    /// Reads what `encode` wrote; throws `DecodingError` where the parts do not fit.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(ModelKind.self, forKey: .kind) {
        case .boosted: model = .boosted(try container.decode(BoostedTrees.self, forKey: .model))
        case .forest: model = .forest(try container.decode(RandomForest.self, forKey: .model))
        case .networks: model = .networks(try container.decode(NetworkEnsemble.self, forKey: .model))
        case .ridge: model = .ridge(try container.decode(Ridge.self, forKey: .model))
        case .process:
            model = try Regressor.process(container)
        }
    }

    private static func process(_ container: KeyedDecodingContainer<Key>) throws -> Model {
        let axes = try container.decode([Bool].self, forKey: .choices).map { $0 ? DesignKernel.Axis.choice : .number }
        let alphabet = try container.decodeIfPresent(Int.self, forKey: .alphabet)
        guard alphabet.map({ (2...40).contains($0) }) ?? true else {
            throw DecodingError.dataCorruptedError(
                forKey: .alphabet, in: container, debugDescription: "an alphabet has 2 to 40 symbols")
        }
        var kernel = DesignKernel(axes, sequence: alphabet.map { SequenceFeatures(alphabet: $0) })
        let logarithms = try container.decode([Double].self, forKey: .logarithms)
        let designs = try container.decode([[Double]].self, forKey: .designs)
        let targets = try container.decode([Double].self, forKey: .targets)
        let (shift, scale) = (
            try container.decode(Double.self, forKey: .shift), try container.decode(Double.self, forKey: .scale)
        )
        guard logarithms.count == kernel.logarithms.count, logarithms.allSatisfy({ abs($0) < 50 }),
            designs.count == targets.count, designs.count <= Candidate.processLimit, shift.isFinite, scale.isFinite,
            designs.allSatisfy({ $0.count == kernel.axes.count && $0.allSatisfy(\.isFinite) }),
            targets.allSatisfy(\.isFinite)
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .designs, in: container, debugDescription: "the designs of a process do not fit its space")
        }
        kernel.logarithms = logarithms
        var process = GaussianProcess(kernel, designs: designs, targets: targets)
        process.settle()
        return .process(process, shift: shift, scale: scale)
    }
}

extension Regressor {
    /// Whether it reads designs of this form.
    func fits(_ coding: DesignCoding) -> Bool {
        switch model {
        case .boosted(let trees): trees.table.axes.count == coding.axes.count
        case .forest(let forest): forest.axisCount == coding.axes.count
        case .process(let process, _, _): process.kernel.axes == coding.kernel.axes
        case .networks(let ensemble): ensemble.inputs == coding.featureCount
        case .ridge(let ridge): ridge.features == coding.featureCount
        }
    }
}
