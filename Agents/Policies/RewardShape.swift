import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// Makes of an environment's rewards what a policy learns from.
///
/// A design without a reward counts like the worst so far. A violation of constraints lowers a reward by that many
/// deviations, or ranks it behind (Deb, 2000).
struct RewardShape: Sendable {
    enum Kind: String, CaseIterable {
        /// As it is.
        case raw
        /// Its logarithm, as far from 0 on either side.
        case log
        /// The share of the last designs that it beats, from -1 to 1, the best ones drawn apart.
        case rank
        /// In deviations from the mean of all so far.
        case standard
    }

    let kind: Kind
    private let window: Int
    private var moments = RunningMoments(columns: 1)
    private var worst: Double?
    private var recent: [Score] = []
    private var count = 0

    init(_ kind: Kind, window: Int = 128) { (self.kind, self.window) = (kind, window) }

    /// What a design's score is worth among those before it.
    mutating func worth(of score: Score) -> Float {
        let plain = number(score)
        return kind == .rank ? rank(score) : scaled(plain)
    }

    /// What the score of an earlier design, one of the best, is worth now.
    func again(_ score: Score) -> Float { kind == .rank ? 1 : scaled(score.reward ?? worst ?? 0) }

    private func scaled(_ plain: Double) -> Float {
        switch kind {
        case .raw: Float(min(1e6, max(-1e6, plain)))
        case .log: Float(plain < 0 ? -log1p(-plain) : log1p(plain))
        case .rank, .standard: Float(moments.scaled(plain, bound: 5))
        }
    }

    /// The reward as a number within ±1e6 deviations, and taken in.
    mutating func number(_ score: Score) -> Double {
        guard let reward = score.reward, reward.isFinite else { return worst ?? 0 }
        let bounded = min(1e30, max(-1e30, reward))
        moments.add([bounded])
        worst = min(worst ?? bounded, bounded)
        return bounded - min(1e6, score.violation) * moments.deviation(0)
    }

    private mutating func rank(_ score: Score) -> Float {
        var beaten = 0.0
        for other in recent { beaten += score.isBetter(than: other) ? 1 : other.isBetter(than: score) ? 0 : 0.5 }
        let share = recent.isEmpty ? 0.5 : beaten / Double(recent.count)
        if recent.count < window { recent.append(score) } else { recent[count % window] = score }
        count += 1
        return Float(share * share * 2 - 1)
    }
}

/// Brings the rewards of episodes to a scale on which discounted returns have a deviation of about 1.
struct ReturnScale: Sendable {
    private let discount: Double
    private let isOn: Bool
    private var moments = RunningMoments(columns: 1)
    private var returns: [Double] = []

    init(discount: Double, isOn: Bool) { (self.discount, self.isOn) = (discount, isOn) }

    /// The scaled reward of a step of a slot, within ±10; as it is, within ±10,000, where scaling is off.
    mutating func scaled(_ reward: Double, slot: Int, isOver: Bool) -> Float {
        while returns.count <= slot { returns.append(0) }
        returns[slot] = returns[slot] * discount + reward
        moments.add([returns[slot]])
        if isOver { returns[slot] = 0 }
        let bound = isOn ? 10.0 : 1e4
        let scaled = isOn ? reward / moments.deviation(0) : reward
        return Float(min(bound, max(-bound, scaled)))
    }
}
