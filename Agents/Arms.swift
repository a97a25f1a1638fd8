import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// A bandit: arms, of which the one that paid best is to be pulled most, and what each has paid so far.
///
/// Payments lie between 0 and 1. Old ones count less and less where `forgetting` is above 0.
struct Arms: Sendable {
    /// How an arm is chosen.
    enum Policy: String, Sendable {
        case epsilonGreedy = "epsilon-greedy", ucb1, exp3, thompson
    }

    struct Rule: Sendable {
        var policy: Policy
        /// How likely ε-greedy pulls any arm.
        var epsilon: Double
        /// How much UCB1 hopes of arms that were hardly pulled.
        var optimism: Double
        /// The share of EXP3's pulls that is spread evenly.
        var gamma: Double
        /// By which share an arm's earlier payments fade at each pull of it.
        var forgetting: Double
    }

    private let rule: Rule
    /// For each arm, its pulls, with those that faded taken off, and what they paid.
    private var pulls: [Double]
    private var paid: [Double]
    /// EXP3's logarithms of weights.
    private var weights: [Double]

    init(count: Int, rule: Rule) {
        self.rule = rule
        pulls = [Double](repeating: 0, count: count)
        (paid, weights) = (pulls, pulls)
    }

    /// The arm to pull.
    func choose(_ generator: inout Generator) -> Int {
        switch rule.policy {
        case .epsilonGreedy:
            if generator.chance(rule.epsilon) { return generator.below(pulls.count) }
            return best(&generator) { arm, _ in pulls[arm] > 0 ? paid[arm] / pulls[arm] : 1 }
        case .ucb1:
            let hope = 2 * log(max(1, pulls.reduce(0, +)))
            return best(&generator) { arm, _ in
                pulls[arm] > 0 ? paid[arm] / pulls[arm] + rule.optimism * (hope / pulls[arm]).squareRoot() : .infinity
            }
        case .exp3:
            var ball = generator.unit()
            for (arm, share) in shares.enumerated() {
                ball -= share
                if ball < 0 { return arm }
            }
            return pulls.count - 1
        case .thompson:
            return best(&generator) { arm, generator in
                let won = Arms.gamma(1 + paid[arm], &generator)
                return won / (won + Arms.gamma(1 + max(0, pulls[arm] - paid[arm]), &generator))
            }
        }
    }

    /// Takes in what a pull of an arm paid.
    mutating func pay(_ amount: Double, to arm: Int) {
        if rule.policy == .exp3 {
            weights[arm] += rule.gamma * amount / (shares[arm] * Double(pulls.count))
            let highest = weights.reduce(-.infinity, max)
            for other in weights.indices { weights[other] -= highest }
        }
        pulls[arm] = pulls[arm] * (1 - rule.forgetting) + 1
        paid[arm] = paid[arm] * (1 - rule.forgetting) + amount
    }

    /// Makes an arm new: never pulled, and as likely under EXP3 as the others on average.
    mutating func reset(_ arm: Int) {
        (pulls[arm], paid[arm]) = (0, 0)
        let others = weights.indices.filter { $0 != arm }
        guard !others.isEmpty else {
            weights[arm] = 0
            return
        }
        weights[arm] = log(others.reduce(0) { $0 + exp(weights[$1]) } / Double(others.count))
        if !weights[arm].isFinite { weights[arm] = -700 }
    }

    private var shares: [Double] {
        let raised = weights.map { exp($0) }
        let total = raised.reduce(0, +)
        return raised.map { (1 - rule.gamma) * $0 / total + rule.gamma / Double(raised.count) }
    }

    /// The arm of the greatest value; the search begins anywhere, so that none wins its ties always.
    private func best(_ generator: inout Generator, _ value: (Int, inout Generator) -> Double) -> Int {
        var best = (arm: 0, value: -Double.infinity)
        let start = generator.below(pulls.count)
        for step in pulls.indices {
            let arm = (start + step) % pulls.count
            let value = value(arm, &generator)
            if value > best.value { best = (arm, value) }
        }
        return best.arm
    }

    /// A draw of the gamma distribution of a shape of at least 1 (Marsaglia and Tsang, 2000).
    static func gamma(_ shape: Double, _ generator: inout Generator) -> Double {
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = (-2 * log(1 - generator.unit())).squareRoot() * cos(2 * .pi * generator.unit())
            let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
            guard v > 0 else { continue }
            if log(1 - generator.unit()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }
}
