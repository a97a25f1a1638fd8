#if canImport(Glibc)
    import Glibc
#endif

/// An actor and a critic that learn by proximal policy optimisation (Schulman and others, 2017), for a whole policy or
/// for one agent's part of it (IPPO, MAPPO; Yu and others, 2022).
///
/// A decision's probability is that of all choices of all its rows together, so that it has one ratio. The logarithm of
/// its probability before the update is taken when the update begins: nothing changes the networks between updates.
public struct ProximalLearner: Sendable {
    /// How networks look.
    public struct Design: Sendable, Hashable {
        /// The widths of the hidden layers.
        public var hidden = [64, 64]
        /// What stands behind each hidden layer: `.tanh` or `.relu`.
        public var activation = Network.Layer.tanh
        /// Whether a row's inputs are normalised first, where there are several.
        public var normalizesInputs = false

        /// Two layers of 64 with tanh.
        public init() {}
    }

    /// How it learns; may change between updates.
    public var rule: ProximalRule
    /// The choices of a row.
    public let heads: CategoricalHeads
    /// How decisions look.
    public let shape: Rollout.Shape
    /// Says how likely each value is.
    public private(set) var actor: Network
    /// Says what return to expect.
    public private(set) var critic: Network

    private var (actorAdam, criticAdam): (Adam, Adam)
    private var scale = ValueScale()
    private var sheet = PolicySheet()
    private var (homes, origins, rows, order): ([Int32], [Int32], [Int32], [Int32]) = ([], [], [], [])
    /// What was decided on last, so that nothing is computed twice.
    private var last: (inputs: [Float], masks: [UInt8], rows: Int)?

    /// Makes both networks; the last layers have the gains 0.01 and 1.
    public init(
        _ shape: Rollout.Shape, heads: CategoricalHeads, design: Design = Design(), rule: ProximalRule,
        using generator: inout some RandomNumberGenerator
    ) {
        func network(_ inputs: Int, _ outputs: Int, gain: Double) -> Network {
            Network(
                inputs: inputs,
                Network.layers(
                    hidden: design.hidden, design.activation, outputs: outputs, gain: gain,
                    normalizesInputs: design.normalizesInputs && inputs > 1), using: &generator)
        }
        self.init(
            shape, heads: heads, actor: network(shape.inputs, heads.outputCount, gain: 0.01),
            critic: network(shape.criticInputs, 1, gain: 1), rule: rule)
    }

    /// Begins with networks of one's own, whose inputs and outputs fit the shape and the heads.
    public init(
        _ shape: Rollout.Shape, heads: CategoricalHeads, actor: Network, critic: Network, rule: ProximalRule
    ) {
        (self.shape, self.heads, self.rule) = (shape, heads, rule)
        (self.actor, self.critic) = (actor, critic)
        actorAdam = Adam(count: actor.parameters.count, rate: rule.rate, epsilon: rule.epsilon)
        criticAdam = Adam(count: critic.parameters.count, rate: rule.rate, epsilon: rule.epsilon)
    }

    /// Computes the policy for some rows, from which `draw` then draws; masks are empty where nothing is forbidden.
    public mutating func consider(_ inputs: [Float], masks: [UInt8] = [], rows count: Int) {
        if let last, last.rows == count, last.inputs == inputs, last.masks == masks { return }
        rows.removeAll(keepingCapacity: true)
        rows.append(contentsOf: (0..<count).lazy.map { Int32($0) })
        sheet.evaluate(&actor, heads, inputs: inputs, masks: masks, rows: rows)
        last = (inputs, masks, count)
    }

    /// Draws a value of a choice in a row that was considered.
    public func draw(row: Int, head: Int, using generator: inout some RandomNumberGenerator) -> Int {
        sheet.probabilities.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return 0 }
            return heads.draw(head, first + sheet.start(of: row, heads), using: &generator)
        }
    }

    /// The most likely value of a choice in a row that was considered.
    public func mode(row: Int, head: Int) -> Int {
        sheet.probabilities.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return 0 }
            return heads.mode(head, first + sheet.start(of: row, heads))
        }
    }

    /// The probabilities of a choice's values in a row that was considered.
    public func probabilities(row: Int, head: Int) -> ArraySlice<Float> {
        let start = sheet.start(of: row, heads)
        return sheet.probabilities[start + heads.starts[head]..<start + heads.range(of: head).upperBound]
    }

    /// The return that the critic expects from one input.
    public mutating func value(_ input: [Float]) -> Float {
        critic.load(input, rows: [0], homes: &homes, origins: &origins)
        critic.forward()
        let line = rule.normalizesValues ? scale.line : (0, 1)
        return critic.values[critic.outputStart] * line.1 + line.0
    }

    /// Learns from a rollout; it is left as it is.
    @discardableResult
    public mutating func update(
        _ rollout: inout Rollout, using generator: inout some RandomNumberGenerator
    ) -> ProximalReport {
        var report = ProximalReport()
        guard rollout.count > 0 else { return report }
        (actorAdam.rate, criticAdam.rate) = (rule.rate, rule.rate)
        last = nil
        appraise(&rollout)
        rollout.estimate(discount: Float(rule.discount), lambda: Float(rule.lambda))
        report.explainedVariance = Self.explained(rollout)
        if rule.normalizesValues { scale.add(rollout.returns) }
        let whole = Self.moments(rollout.advantages)
        for _ in 0..<rule.epochs {
            shuffle(rollout.count, using: &generator)
            report = ProximalReport(explainedVariance: report.explainedVariance)
            for start in stride(from: 0, to: rollout.count, by: max(1, rule.minibatch)) {
                let batch = Array(order[start..<min(rollout.count, start + max(1, rule.minibatch))])
                learn(rollout, batch, whole, &report, share: Double(batch.count) / Double(rollout.count))
            }
            if let target = rule.targetDivergence, report.divergence > 1.5 * target { break }
        }
        return report
    }

    private mutating func shuffle(_ count: Int, using generator: inout some RandomNumberGenerator) {
        if order.count != count { order = (0..<Int32(count)).map(\.self) }
        Draws.shuffle(&order, using: &generator)
    }
}

extension ProximalLearner {
    /// What the critic expects of every decision, and how likely it was.
    private mutating func appraise(_ rollout: inout Rollout) {
        let line = rule.normalizesValues ? scale.line : (0, 1)
        rollout.values.removeAll(keepingCapacity: true)
        rollout.logs.removeAll(keepingCapacity: true)
        let chunk = max(1, max(rule.minibatch, 256 / shape.rows))
        for start in stride(from: 0, to: rollout.count, by: chunk) {
            let batch = (Int32(start)..<Int32(min(rollout.count, start + chunk))).map(\.self)
            evaluate(rollout, batch)
            for place in batch.indices {
                rollout.values.append(critic.values[critic.outputStart + Int(homes[place])] * line.1 + line.0)
                rollout.logs.append(log(of: Int(batch[place]), at: place, rollout))
            }
        }
    }

    /// Passes the decisions' rows through both networks.
    private mutating func evaluate(_ rollout: Rollout, _ batch: [Int32]) {
        rows.removeAll(keepingCapacity: true)
        for decision in batch {
            for row in 0..<Int32(shape.rows) { rows.append(decision * Int32(shape.rows) + row) }
        }
        sheet.evaluate(&actor, heads, inputs: rollout.inputs, masks: rollout.masks, rows: rows)
        critic.load(rollout.criticInputs, rows: batch, homes: &homes, origins: &origins)
        critic.forward()
    }

    /// The logarithm of the probability of a decision, whose rows were evaluated from `place` on.
    private func log(of decision: Int, at place: Int, _ rollout: Rollout) -> Float {
        var total: Float = 0
        for row in 0..<shape.rows {
            let start = sheet.start(of: place * shape.rows + row, heads)
            let choices = (decision * shape.rows + row) * shape.choices
            for head in 0..<shape.choices {
                let value = rollout.choices[choices + head]
                if value >= 0 { total += sheet.logs[start + heads.starts[head] + Int(value)] }
            }
        }
        return total
    }

    /// One step of the optimiser.
    private mutating func learn(
        _ rollout: Rollout, _ batch: [Int32], _ whole: (mean: Float, deviation: Float),
        _ report: inout ProximalReport, share: Double
    ) {
        evaluate(rollout, batch)
        learnPolicy(rollout, batch, whole, &report, share: share)
        learnValue(rollout, batch, &report, share: share)
        let norm = (actor.gradientSquares + critic.gradientSquares).squareRoot()
        report.gradientNorm += norm * share
        let cut = Float(min(1, rule.maximalNorm / (norm + 1e-6)))
        actorAdam.step(&actor, scale: cut)
        criticAdam.step(&critic, scale: cut)
    }

    private mutating func learnPolicy(
        _ rollout: Rollout, _ batch: [Int32], _ whole: (mean: Float, deviation: Float),
        _ report: inout ProximalReport, share: Double
    ) {
        var line: (mean: Float, deviation: Float) = (0, 1)
        if rule.normalization == .rollout, rollout.count > 1 { line = whole }
        if rule.normalization == .minibatch, batch.count > 1 {
            line = Self.moments(batch.map { rollout.advantages[Int($0)] })
        }
        let (count, clip) = (Float(batch.count), Float(rule.clip))
        sheet.beginSlopes(heads)
        var (loss, divergence, clipped): (Float, Float, Float) = (0, 0, 0)
        for (place, decision) in batch.enumerated() {
            let decision = Int(decision)
            let advantage = (rollout.advantages[decision] - line.mean) / line.deviation
            let change = log(of: decision, at: place, rollout) - rollout.logs[decision]
            let ratio = exp(min(20, change))
            let bounded = min(1 + clip, max(1 - clip, ratio))
            let isClipped = bounded * advantage < ratio * advantage
            loss -= min(ratio * advantage, bounded * advantage)
            divergence += (ratio - 1) - change
            clipped += abs(ratio - 1) > clip ? 1 : 0
            pull(rollout, decision, place, by: isClipped ? 0 : -ratio * advantage / count)
        }
        let entropy = sheet.backward(&actor, heads, entropy: Float(rule.entropy) / count)
        report.policyLoss += Double(loss / count) * share
        report.divergence += Double(divergence / count) * share
        report.clipFraction += Double(clipped / count) * share
        report.entropy += Double(entropy / count) * share
    }

    /// Gives a decision's slope to all its choices.
    private mutating func pull(_ rollout: Rollout, _ decision: Int, _ place: Int, by slope: Float) {
        for row in 0..<shape.rows {
            let choices = (decision * shape.rows + row) * shape.choices
            for head in 0..<shape.choices {
                let value = rollout.choices[choices + head]
                guard value >= 0 else { continue }
                sheet.pull(place * shape.rows + row, head, value: Int(value), by: slope, heads)
            }
        }
    }

    private mutating func learnValue(
        _ rollout: Rollout, _ batch: [Int32], _ report: inout ProximalReport, share: Double
    ) {
        let (start, count) = (critic.outputStart, Float(batch.count))
        let line = rule.normalizesValues ? scale.line : (0, 1)
        for place in 0..<critic.rows { critic.slopes[start + place] = 0 }
        var total: Float = 0
        for (place, decision) in batch.enumerated() {
            let home = start + Int(homes[place])
            let target = (rollout.returns[Int(decision)] - line.0) / line.1
            let before = (rollout.values[Int(decision)] - line.0) / line.1
            let (loss, slope) = valueLoss(critic.values[home], target, before)
            total += loss
            critic.slopes[home] += Float(rule.valueWeight) * slope / count
        }
        critic.backward()
        report.valueLoss += Double(total / count) * share
    }

    /// The critic's loss for one decision, and its slope.
    private func valueLoss(_ value: Float, _ target: Float, _ before: Float) -> (loss: Float, slope: Float) {
        switch rule.valueLoss {
        case .squared:
            return ((value - target) * (value - target), 2 * (value - target))
        case .clipped(let huber):
            func measure(_ error: Float) -> (Float, Float) {
                abs(error) <= huber
                    ? (error * error / 2, error) : (huber * (abs(error) - huber / 2), error < 0 ? -huber : huber)
            }
            let clip = Float(rule.clip)
            let bounded = before + min(clip, max(-clip, value - before))
            let (free, held) = (measure(value - target), measure(bounded - target))
            return free.0 >= held.0 ? free : (held.0, bounded == value ? held.1 : 0)
        }
    }

    /// The mean and deviation of numbers, the latter never 0.
    private static func moments(_ values: [Float]) -> (mean: Float, deviation: Float) {
        guard values.count > 1 else { return (values.first ?? 0, 1) }
        let mean = values.reduce(0, +) / Float(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Float(values.count - 1)).squareRoot() + 1e-8)
    }

    private static func explained(_ rollout: Rollout) -> Double {
        let returns = moments(rollout.returns).deviation
        let rest = moments(rollout.advantages).deviation
        return returns > 1e-7 ? 1 - Double(rest / returns * (rest / returns)) : 0
    }
}
