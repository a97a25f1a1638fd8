import Learning

/// What a proxy can be made of.
public enum ModelKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Gradient-boosted trees.
    case boosted
    /// A random forest.
    case forest
    /// A Gaussian process.
    case process
    /// An ensemble of multilayer perceptrons.
    case networks
    /// Linear regression on features and their products.
    case ridge

    /// What it is, in one line.
    public var summary: String {
        switch self {
        case .boosted: "gradient-boosted trees"
        case .forest: "a random forest"
        case .process: "a Gaussian process on at most \(Candidate.processLimit) designs"
        case .networks: "three multilayer perceptrons"
        case .ridge: "linear regression on products of features"
        }
    }
}

/// A kind of model with rules: what cross-validation chooses among.
struct Candidate: Sendable, Hashable, Codable {
    /// A process looks at no more designs than this, whose cube is its time.
    static let processLimit = 1_500

    /// What kind of model.
    let kind: ModelKind
    /// Which rules of the kind.
    let variant: String

    var name: String { variant.isEmpty ? kind.rawValue : "\(kind.rawValue)/\(variant)" }

    /// What is tried of a kind, or of all.
    static func all(of kind: ModelKind?) -> [Candidate] {
        let all: [Candidate] = [
            Candidate(kind: .boosted, variant: "deep"), Candidate(kind: .boosted, variant: "deeper"),
            Candidate(kind: .boosted, variant: "smooth"), Candidate(kind: .forest, variant: ""),
            Candidate(kind: .process, variant: ""), Candidate(kind: .networks, variant: ""),
            Candidate(kind: .ridge, variant: ""),
        ]
        return all.filter { kind == nil || $0.kind == kind }
    }

    /// What is tried where a choice must not take longer than a search has: what is fitted to some hundreds of designs
    /// in a second.
    static let quick = [
        Candidate(kind: .boosted, variant: "smooth"), Candidate(kind: .process, variant: ""),
        Candidate(kind: .ridge, variant: ""),
    ]

    /// How boosted trees grow. Deep ones follow responses that change from one combination of choices to the next, as
    /// simulators' do, deeper ones where more of them matter; smooth ones follow responses that add up.
    var boosting: BoostedTrees.Rules {
        var rules = BoostedTrees.Rules()
        switch variant {
        case "smooth":
            (rules.trees, rules.leaves, rules.minLeaf, rules.rows, rules.axes) = (1_500, 12, 6, 0.6, 0.9)
            rules.rate = 0.04
        case "deeper":
            (rules.trees, rules.leaves, rules.minLeaf, rules.rows, rules.axes) = (700, 64, 1, 0.8, 1)
            (rules.penalty, rules.smoothing) = (0.3, 1)
        default:
            (rules.trees, rules.leaves, rules.minLeaf, rules.rows, rules.axes) = (1_000, 32, 1, 0.8, 1)
            (rules.penalty, rules.smoothing) = (0.1, 0.5)
        }
        return rules
    }

    /// How a forest grows: every axis competes, and the trees are whole.
    var forest: RandomForest.Rules {
        var rules = RandomForest.Rules()
        (rules.trees, rules.share) = (64, 1)
        return rules
    }
}
