import Learning
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("proximal updates")
struct ProximalLearnerTests {
    private static let heads = CategoricalHeads(counts: [3, 2])

    private static func golden() -> (learner: ProximalLearner, rollout: Rollout) {
        var generator = Mixer(seed: 1)
        func network(_ outputs: Int, _ value: (Double) -> Double) -> Network {
            var network = Network(
                inputs: 3, Network.layers(hidden: [4], .tanh, outputs: outputs, gain: 1), using: &generator)
            network.parameters = network.parameters.indices.map { Float(0.4 * value(Double($0 + 1))) }
            return network
        }
        var rule = ProximalRule()
        (rule.discount, rule.lambda, rule.clip, rule.entropy) = (0.9, 0.8, 0.05, 0.02)
        (rule.maximalNorm, rule.rate, rule.epsilon, rule.epochs, rule.minibatch) = (0.6, 0.01, 1e-5, 4, 4)
        let shape = Rollout.Shape(inputs: 3, criticInputs: 3, heads: heads)
        let learner = ProximalLearner(
            shape, heads: heads, actor: network(5) { sin(1.7 * $0) }, critic: network(1) { cos(1.3 * $0) }, rule: rule)
        var rollout = Rollout(shape)
        let seen: [[Float]] = [[0.5, -1, 0.25], [1, 0.5, -0.5], [-0.75, 0.25, 1], [0.1, 0.2, -0.3]]
        // An episode of two steps; one that was cut, under a mask; and one that goes on, with a choice left out.
        let first = rollout.append(
            inputs: seen[0], criticInputs: seen[0], choices: [0, 1], reward: 1, isTerminal: false)
        rollout.append(
            inputs: seen[1], criticInputs: seen[1], choices: [2, 0], reward: -0.5, isTerminal: true, after: first)
        let cut = rollout.append(
            inputs: seen[2], criticInputs: seen[2], choices: [1, 1], masks: [0, 1, 1, 1, 1], reward: 2,
            isTerminal: false)
        rollout.expect(0.7, after: cut)
        let last = rollout.append(
            inputs: seen[3], criticInputs: seen[3], choices: [2, -1], reward: 0.25, isTerminal: false)
        rollout.expect(-0.4, after: last)
        return (learner, rollout)
    }

    // Losses in double precision by numpy, gradients by central differences, Adam by its paper: four passes, of which
    // the later ones clip ratios, and all cut the gradient.
    private static let actor: [Float] = [
        0.402923, -0.098724, -0.345093, 0.195515, 0.283787, -0.249137, -0.208662, 0.306758, 0.143423, -0.367279,
        -0.093527, 0.395221, -0.074138, -0.356202, 0.172240, 0.321005, -0.197531, -0.263243, 0.275294, 0.177554,
        -0.329788, -0.145407, 0.362581, 0.047763, -0.369498, 0.057458, 0.337473, -0.159706, -0.334127, 0.266615,
        0.261322, -0.305507, -0.141655, 0.347849, 0.045853, -0.369462, 0.049932, 0.425984, -0.160470, -0.387729,
        0.249425,
    ]
    private static let critic: [Float] = [
        0.147085, -0.303018, -0.330465, 0.147323, 0.350602, 0.060776, -0.339243, -0.264122, 0.218954, 0.323252,
        -0.024752, -0.357588, -0.187980, 0.278907, 0.358413, -0.108170, -0.365515, -0.024413, 0.403213, 0.218695,
        -0.184598,
    ]

    @Test("four passes give the weights that were computed independently")
    func goldenUpdate() {
        var (learner, rollout) = Self.golden()
        var generator = Mixer(seed: 2)
        let report = learner.update(&rollout, using: &generator)
        for (found, expected) in zip(learner.actor.parameters, Self.actor) { #expect(abs(found - expected) < 3e-5) }
        for (found, expected) in zip(learner.critic.parameters, Self.critic) { #expect(abs(found - expected) < 3e-5) }
        #expect(learner.actor.parameters.count == Self.actor.count)
        // The last pass's ratios were 1.0357, 0.8353, 1.1653 and 0.9092, its gradient 1.2182 long.
        #expect(report.clipFraction == 0.75)
        #expect(abs(report.gradientNorm - 1.218171) < 1e-4)
        #expect(abs(report.divergence - 0.008148) < 1e-5)
    }

    @Test("equal rows share a pass, and nothing changes but the last bits")
    func sharedRows() {
        // One learner sees nothing but a 1; to the other, rows are told apart by a number that no weight looks at.
        let heads = CategoricalHeads(counts: [4, 7], waves: [0, 3])
        func learner(_ width: Int) -> ProximalLearner {
            var generator = Mixer(seed: 4)
            let layers = Network.layers(hidden: [8], .tanh, outputs: heads.outputCount, gain: 0.5)
            let critic = Network.layers(hidden: [8], .tanh, outputs: 1, gain: 1)
            func widened(_ network: Network) -> Network {
                var wide = Network(
                    inputs: width, network.outputs == 1 ? critic : layers, using: &generator)
                let first = Array(network.parameters.prefix(8))
                let blind = [Float](repeating: 0, count: 8 * (width - 1))
                wide.parameters = first + blind + network.parameters.dropFirst(8)
                return wide
            }
            var source = Mixer(seed: 9)
            let narrow = Network(inputs: 1, layers, using: &source)
            let judge = Network(inputs: 1, critic, using: &source)
            var rule = ProximalRule()
            (rule.minibatch, rule.epochs) = (32, 1)
            let shape = Rollout.Shape(inputs: width, criticInputs: width, heads: heads)
            return ProximalLearner(shape, heads: heads, actor: widened(narrow), critic: widened(judge), rule: rule)
        }
        var learners = [learner(1), learner(2)]
        for number in learners.indices {
            var (draw, rollout) = (Mixer(seed: 5), Rollout(learners[number].shape))
            for row in 0..<32 {
                let choices = [Int32(draw.next() % 4), Int32(draw.next() % 7)]
                let seen: [Float] = number == 0 ? [1] : [1, Float(row)]
                rollout.append(
                    inputs: seen, criticInputs: seen, choices: choices, reward: Float(choices[0]), isTerminal: true)
            }
            learners[number].rule.maximalNorm = 1e9
            learners[number].update(&rollout, using: &draw)
        }
        // After one step the outputs for the same sight agree, where the blind weights are left out.
        let (alone, apart) = (learners[0].actor.parameters, learners[1].actor.parameters)
        for (one, other) in zip(alone.prefix(8) + alone.dropFirst(8), apart.prefix(8) + apart.dropFirst(16)) {
            #expect(abs(one - other) < 2e-4)
        }
    }

    @Test("the probabilities of a head are those of its softmax, waves and mask included")
    func probabilities() {
        let heads = CategoricalHeads(counts: [5], waves: [2])
        var generator = Mixer(seed: 1)
        var actor = Network(inputs: 1, [.dense(heads.outputCount, gain: 1)], using: &generator)
        actor.parameters = [0, 0, 0, 0, 0, 0, 0, 0.3, -0.2, 0.1, 0, 0.5, 1, -0.5]
        let critic = Network(inputs: 1, [.dense(1, gain: 1)], using: &generator)
        let shape = Rollout.Shape(inputs: 1, criticInputs: 1, heads: heads)
        var learner = ProximalLearner(shape, heads: heads, actor: actor, critic: critic, rule: ProximalRule())
        learner.consider([1], masks: [1, 1, 0, 1, 1], rows: 1)
        let free = [0.3, -0.2, 0.1, 0, 0.5]
        let logits = (0..<5).map { value in
            let place = (Double(value) + 0.5) / 5
            return free[value] + cos(.pi * place) - 0.5 * cos(2 * .pi * place)
        }
        let sizes = logits.enumerated().map { $0.offset == 2 ? 0 : exp($0.element) }
        let total = sizes.reduce(0, +)
        for (found, size) in zip(learner.probabilities(row: 0, head: 0), sizes) {
            #expect(abs(Double(found) - size / total) < 1e-6)
        }
        var counts = [Int](repeating: 0, count: 5)
        for _ in 0..<20_000 { counts[learner.draw(row: 0, head: 0, using: &generator)] += 1 }
        for (count, size) in zip(counts, sizes) {
            // Four deviations of a binomial count.
            let chance = size / total
            #expect(abs(Double(count) - 20_000 * chance) <= 4 * (20_000 * chance * (1 - chance)).squareRoot())
        }
    }
}
