import Gym

/// The episodes of a trial: how many ended, and what the last of them returned.
public struct Episodes: Sendable, Hashable {
    private static let window = 100

    /// How many ended.
    public private(set) var count = 0
    /// The returns of the last hundred, in no order.
    private var returns: [Double] = []
    /// What each slot's episode has returned so far; nil where a step had no reward.
    private var totals: [Double?] = []

    /// The mean sum of rewards of the last hundred episodes; nil while none ended of which every step had one.
    public var meanReturn: Double? {
        returns.isEmpty ? nil : returns.reduce(0, +) / Double(returns.count)
    }

    mutating func count(_ step: Step, slot: Int) {
        while totals.count <= slot { totals.append(0) }
        totals[slot] = step.score.reward.flatMap { reward in totals[slot].map { $0 + reward } }
        guard step.evaluation.terminated || step.truncated else { return }
        if let total = totals[slot] {
            if returns.count < Self.window { returns.append(total) } else { returns[count % Self.window] = total }
        }
        count += 1
        totals[slot] = 0
    }
}
