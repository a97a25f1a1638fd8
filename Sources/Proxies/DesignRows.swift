public import Gym

/// Designs that a cost model was asked for, each once, with what it gave: what proxies learn from.
///
/// A design that comes again with the same numbers counts as a duplicate; where a model is not deterministic its
/// numbers are averaged. Rows keep the order in which their designs first came.
public struct DesignRows: Sendable {
    /// One design.
    public struct Row: Sendable, Hashable {
        /// The design in canonical form.
        public let action: Action
        /// One number per metric of the spec; nil where it has none, and everywhere where it is infeasible.
        public var metrics: [Double?]
        /// Whether the model can evaluate it.
        public var isFeasible: Bool
        /// Who proposed it first, as a place among the sources.
        public let source: Int
        /// How often its numbers were averaged.
        fileprivate var weight = 1.0
    }

    /// Where rows came from.
    public struct Source: Sendable, Hashable, Codable {
        /// The study's name.
        public let study: String
        /// The agent's name.
        public let agent: String

        /// Names a source.
        public init(study: String, agent: String) { (self.study, self.agent) = (study, agent) }
    }

    /// What the rows are evaluations of.
    public let spec: EnvironmentSpec
    /// Every design once.
    public private(set) var rows: [Row] = []
    /// Who proposed designs.
    public private(set) var sources: [Source] = []
    /// How many samples were offered in all.
    public private(set) var samples = 0
    /// How many of them were of a design that was known already, with the same numbers.
    public private(set) var duplicates = 0
    /// How many gave other numbers than an earlier sample of the same design.
    public private(set) var conflicts = 0
    /// How many failed and say nothing of the design.
    public private(set) var failures = 0
    /// How many came from a proxy and were left out: a proxy must not learn from one.
    public private(set) var learned = 0
    private var places: [Action: Int] = [:]

    /// Begins with no rows.
    public init(_ spec: EnvironmentSpec) { self.spec = spec }

    /// Takes in what became of a design.
    public mutating func add(_ action: Action, _ evaluation: Evaluation, from source: Source, fidelity: String = "") {
        samples += 1
        guard fidelity != "proxy" else {
            learned += 1
            return
        }
        if case .failed = evaluation.status {
            failures += 1
            return
        }
        let action = spec.actionSpace.canonical(action)
        let isFeasible = evaluation.status == .ok
        if let place = places[action] { return merge(evaluation.metrics, isFeasible, into: place) }
        places[action] = rows.count
        let known = sources.firstIndex(of: source) ?? sources.count
        if known == sources.count { sources.append(source) }
        rows.append(Row(action: action, metrics: evaluation.metrics, isFeasible: isFeasible, source: known))
    }

    private mutating func merge(_ metrics: [Double?], _ isFeasible: Bool, into place: Int) {
        guard rows[place].metrics != metrics || rows[place].isFeasible != isFeasible else {
            duplicates += 1
            return
        }
        conflicts += 1
        guard rows[place].isFeasible, isFeasible else {
            // Once evaluated, a design is feasible.
            if isFeasible { (rows[place].metrics, rows[place].isFeasible) = (metrics, true) }
            return
        }
        rows[place].weight += 1
        for metric in metrics.indices {
            guard let old = rows[place].metrics[metric], let new = metrics[metric] else { continue }
            rows[place].metrics[metric] = old + (new - old) / rows[place].weight
        }
    }

    /// The same with only some of the rows.
    public func picking(_ places: [Int]) -> DesignRows {
        var part = self
        part.rows = places.map { rows[$0] }
        part.places = Dictionary(
            part.rows.enumerated().map { ($1.action, $0) }, uniquingKeysWith: { first, _ in first })
        return part
    }

    /// The row of a design; nil where it was never offered.
    public func row(of action: Action) -> Row? { places[spec.actionSpace.canonical(action)].map { rows[$0] } }

    /// What stands for a canonical design in a model file.
    static func hash(_ action: Action) -> UInt64 {
        action.reduce(0x7365_7874_616E_7470) { splitmix64($0 ^ ($1 + 0).bitPattern) }
    }

    /// What identifies the rows: the bits of all designs and numbers in their order.
    public var contentHash: String {
        var hash = ContentHash()
        for row in rows {
            for value in row.action + row.metrics.map({ $0 ?? .nan }) + [row.isFeasible ? 1 : 0] {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { hash.add($0) }
            }
        }
        return hash.text
    }

    /// The places of all rows in a random order, the same for the same seed.
    public func shuffled(seed: UInt64, _ purpose: String) -> [Int] {
        var generator = Generator(seed: seed, "proxy", purpose)
        return generator.shuffled(Array(rows.indices))
    }
}
