import Learning
import Testing

@Suite("soft actor and critics")
struct SoftLearnerTests {
    @Test("of two choices whose worths add up, the policy learns the best of each, and keeps the entropy it is to keep")
    func additive() {
        let heads = CategoricalHeads(counts: [4, 6])
        var (generator, rule) = (Mixer(seed: 3), SoftLearner.Rule())
        (rule.rate, rule.entropyShare) = (5e-3, 0.2)
        var learner = SoftLearner(
            inputs: 1, heads: heads, design: ProximalLearner.Design(), rule: rule, using: &generator)
        var replay = Replay(limit: 500, inputs: 1, heads: heads)
        for _ in 0..<1_500 {
            learner.consider([1], rows: 1)
            let (first, second) = (
                learner.draw(row: 0, head: 0, using: &generator), learner.draw(row: 0, head: 1, using: &generator)
            )
            let reward = Float(first == 2 ? 1 : 0) - Float(abs(second - 4)) / 3
            replay.append(
                inputs: [1], choices: [Int32(first), Int32(second)], masks: nil, reward: reward, isTerminal: true,
                nextInputs: [1], nextMasks: nil)
            learner.update(replay, using: &generator)
        }
        learner.consider([1], rows: 1)
        let (arm, dial) = (learner.probabilities(row: 0, head: 0), learner.probabilities(row: 0, head: 1))
        #expect(arm.max() == arm[arm.startIndex + 2])
        #expect(dial.max() == dial[dial.startIndex + 4])
        #expect(arm[arm.startIndex + 2] > 0.6)
    }

    @Test("where an episode goes on, the worth of what follows counts, discounted")
    func successors() {
        // From the state 0 a step leads to the state 1, from which the right choice earns 1: worth 0.5 before it.
        let heads = CategoricalHeads(counts: [2])
        var (generator, rule) = (Mixer(seed: 8), SoftLearner.Rule())
        (rule.rate, rule.discount, rule.share, rule.temperature) = (5e-3, 0.5, 0.05, 0.01)
        rule.entropyShare = 0.05
        var learner = SoftLearner(
            inputs: 2, heads: heads, design: ProximalLearner.Design(), rule: rule, using: &generator)
        var replay = Replay(limit: 64, inputs: 2, heads: heads)
        for choice in 0..<2 {
            replay.append(
                inputs: [1, 0], choices: [Int32(choice)], masks: nil, reward: choice == 0 ? 0 : 0.3,
                isTerminal: choice == 1, nextInputs: [0, 1], nextMasks: nil)
            replay.append(
                inputs: [0, 1], choices: [Int32(choice)], masks: nil, reward: choice == 0 ? 0 : 1, isTerminal: true,
                nextInputs: [0, 1], nextMasks: nil)
        }
        for _ in 0..<1_200 { learner.update(replay, using: &generator) }
        learner.consider([1, 0, 0, 1], rows: 2)
        // Going on (0.5) beats ending at once (0.3).
        #expect(learner.probabilities(row: 0, head: 0).first ?? 0 > 0.8)
        #expect(learner.probabilities(row: 1, head: 0).last ?? 0 > 0.8)
    }
}
