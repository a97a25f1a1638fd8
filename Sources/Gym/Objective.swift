/// What a study is after, as its manifest says it; `Scorer` turns it into rewards.
public struct Objective: Sendable, Hashable {
    /// How metrics become one number.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// One metric, less is better.
        case minimize
        /// One metric, more is better.
        case maximize
        /// A product of metrics to weighted powers, such as energy × delay; each by its own goal.
        case product
        /// Near a target: ∏ 1 / (1 + |x − t| / t), at most 1.
        case target
        /// The sum of a per-step metric over an episode, by its own goal.
        case accumulate
        /// ArchGym's reward, ∏ t / |x − t|, capped at 1,000, for comparison with the paper (ISCA 2023, §4).
        case archgym
        /// Several metrics at once; the scalar reward is the mean of their log ratios to the reference design.
        case pareto
    }

    /// A metric with its weight (product) or target (target, archgym); 1 otherwise.
    public struct Term: Sendable, Hashable {
        /// The metric's name.
        public let metric: String
        /// The weight or target.
        public let amount: Double

        /// Names a metric.
        public init(_ metric: String, _ amount: Double = 1) {
            (self.metric, self.amount) = (metric, amount)
        }
    }

    /// How the terms become one number.
    public let kind: Kind
    /// At least one; exactly one for minimize, maximize and accumulate.
    public let terms: [Term]
    /// What a good design satisfies, over metrics and parameters.
    public let constraints: [Expression]

    /// States an objective; nothing is checked here, `Scorer` checks it against an environment.
    public init(_ kind: Kind, _ terms: [Term], constraints: [Expression] = []) {
        (self.kind, self.terms, self.constraints) = (kind, terms, constraints)
    }

    /// The first metric of an environment by its own goal: what is sought when nothing is said.
    public static func first(of spec: EnvironmentSpec) -> Objective {
        guard let metric = spec.metrics.first else { return Objective(.pareto, []) }
        return Objective(metric.goal == .minimize ? .minimize : .maximize, [Term(metric.name)])
    }

    /// As a person reads it: `minimize latency, power <= 2000`.
    public var text: String {
        let hasAmounts = kind == .product || kind == .target || kind == .archgym
        let names = terms.map { hasAmounts ? "\($0.metric): \(Value.format($0.amount))" : $0.metric }
        return (["\(kind) " + names.joined(separator: ", ")] + constraints.map(\.text)).joined(separator: "; ")
    }

    /// Reads what `text` wrote; nil for any other text. Names hold no spaces, so nothing is ambiguous.
    public init?(text: String) {
        let parts = text.split(separator: "; ").map(String.init)
        let head = (parts.first ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        guard head.count == 2, let kind = Kind(rawValue: head[0]) else { return nil }
        let hasAmounts = kind == .product || kind == .target || kind == .archgym
        var terms: [Term] = []
        for words in head[1].split(separator: ", ").map({ $0.split(separator: ": ").map(String.init) }) {
            guard words.count == (hasAmounts ? 2 : 1), let amount = hasAmounts ? Double(words[1]) : 1 else {
                return nil
            }
            terms.append(Term(words[0], amount))
        }
        let constraints = parts.dropFirst().map { try? Expression($0) }
        guard !constraints.contains(where: { $0 == nil }) else { return nil }
        self.init(kind, terms, constraints: constraints.compactMap(\.self))
    }
}
