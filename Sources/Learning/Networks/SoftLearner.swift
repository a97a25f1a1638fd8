#if canImport(Glibc)
    import Glibc
#endif

/// A discrete soft actor and twin critics (Haarnoja and others, 2018; Christodoulou, 2019) for several choices at once.
///
/// A decision is worth the sum of what its choices are worth, so that critics need an output for each value and not for
/// each combination. The temperature is learned, so that the policy keeps a share of the entropy it may have.
public struct SoftLearner: Sendable {
    /// How it learns.
    public struct Rule: Sendable, Hashable {
        /// Adam's rate for all networks and the temperature.
        public var rate = 3e-3
        /// Adam's ε.
        public var epsilon = 1e-4
        /// Decisions of a step of the optimiser.
        public var batch = 64
        /// What a reward one step later is worth.
        public var discount = 1.0
        /// By what share target networks follow in each step.
        public var share = 0.01
        /// The share of the greatest entropy that the policy is to keep.
        public var entropyShare = 0.3
        /// What a nat of entropy is worth at the beginning.
        public var temperature = 0.2

        /// The defaults of every field.
        public init() {}
    }

    /// How it learns; may change between updates.
    public var rule: Rule
    /// The choices of a decision.
    public let heads: CategoricalHeads
    /// Says how likely each value is.
    public private(set) var actor: Network
    private var critics: [Network]
    private var targets: [Network]
    private var actorAdam: Adam
    private var criticAdams: [Adam]
    private var temperature: Temperature
    private var sheet = PolicySheet()
    private var sheets = [ValueSheet(), ValueSheet()]
    private var rows: [Int32] = []
    private var last: (inputs: [Float], masks: [UInt8], rows: Int)?

    /// Makes the networks; all last layers but the actor's have the gain 1.
    public init(
        inputs: Int, heads: CategoricalHeads, design: ProximalLearner.Design, rule: Rule,
        using generator: inout some RandomNumberGenerator
    ) {
        (self.heads, self.rule) = (heads, rule)
        func network(gain: Double, _ generator: inout some RandomNumberGenerator) -> Network {
            Network(
                inputs: inputs,
                Network.layers(hidden: design.hidden, design.activation, outputs: heads.outputCount, gain: gain),
                using: &generator)
        }
        actor = network(gain: 0.01, &generator)
        critics = [network(gain: 0.1, &generator), network(gain: 0.1, &generator)]
        targets = critics
        let count = actor.parameters.count
        actorAdam = Adam(count: count, rate: rule.rate, epsilon: rule.epsilon)
        criticAdams = critics.map { Adam(count: $0.parameters.count, rate: rule.rate, epsilon: rule.epsilon) }
        temperature = Temperature(rule.temperature, epsilon: rule.epsilon)
    }

    /// What a nat of entropy is worth now.
    public var alpha: Double { temperature.value }

    /// Computes the policy for some rows, from which `draw` then draws; masks are empty where nothing is forbidden.
    public mutating func consider(_ inputs: [Float], masks: [UInt8] = [], rows count: Int) {
        if let last, last.rows == count, last.inputs == inputs, last.masks == masks { return }
        rows = (0..<Int32(count)).map(\.self)
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

    /// The probabilities of a choice's values in a row that was considered.
    public func probabilities(row: Int, head: Int) -> ArraySlice<Float> {
        let start = sheet.start(of: row, heads)
        return sheet.probabilities[start + heads.starts[head]..<start + heads.range(of: head).upperBound]
    }

    /// One step of all networks on decisions drawn from the replay.
    public mutating func update(_ replay: Replay, using generator: inout some RandomNumberGenerator) {
        guard replay.count > 0 else { return }
        last = nil
        rows.removeAll(keepingCapacity: true)
        for _ in 0..<rule.batch { rows.append(Int32(Draws.unit(&generator) * Double(replay.count))) }
        let goals = goals(replay)
        for twin in critics.indices {
            sheets[twin].evaluate(&critics[twin], heads, inputs: replay.inputs, rows: rows)
            learnValue(replay, goals, twin)
        }
        for twin in critics.indices {
            sheets[twin].evaluate(&critics[twin], heads, inputs: replay.inputs, rows: rows)
        }
        learnPolicy(replay)
        for twin in critics.indices { targets[twin].approach(critics[twin], share: Float(rule.share)) }
    }
}

extension SoftLearner {
    /// What each drawn decision should be worth: its reward, and where the episode goes on the soft value of what
    /// follows, by the lesser of the target critics.
    private mutating func goals(_ replay: Replay) -> [Float] {
        var goals = rows.map { replay.rewards[Int($0)] }
        guard rows.contains(where: { !replay.terminals[Int($0)] }) else { return goals }
        sheet.evaluate(&actor, heads, inputs: replay.nextInputs, masks: replay.nextMasks, rows: rows)
        for twin in targets.indices {
            sheets[twin].evaluate(&targets[twin], heads, inputs: replay.nextInputs, rows: rows)
        }
        for place in rows.indices where !replay.terminals[Int(rows[place])] {
            goals[place] += Float(rule.discount) * softValue(place)
        }
        return goals
    }

    private func softValue(_ row: Int) -> Float {
        let (start, alpha) = (sheet.start(of: row, heads), Float(temperature.value))
        let (first, second) = (Int(sheets[0].homes[row]), Int(sheets[1].homes[row]))
        var total: Float = 0
        for logit in 0..<heads.logitCount {
            let chance = sheet.probabilities[start + logit]
            guard chance > 0 else { continue }
            let worth = min(
                sheets[0].worths[first * heads.logitCount + logit],
                sheets[1].worths[second * heads.logitCount + logit])
            total += chance * (worth - alpha * sheet.logs[start + logit])
        }
        return total
    }

    private mutating func learnValue(_ replay: Replay, _ goals: [Float], _ twin: Int) {
        let count = heads.counts.count
        for place in rows.indices {
            let start = Int(sheets[twin].homes[place]) * heads.logitCount
            let choices = Int(rows[place]) * count
            var worth: Float = 0
            for head in 0..<count where replay.choices[choices + head] >= 0 {
                worth += sheets[twin].worths[start + heads.starts[head] + Int(replay.choices[choices + head])]
            }
            let slope = 2 * (worth - goals[place]) / Float(rows.count)
            for head in 0..<count where replay.choices[choices + head] >= 0 {
                let logit = heads.starts[head] + Int(replay.choices[choices + head])
                sheets[twin].push(place, logit: logit, by: slope, heads)
            }
        }
        sheets[twin].backward(&critics[twin], heads)
        criticAdams[twin].rate = rule.rate
        criticAdams[twin].step(&critics[twin])
    }

    /// Moves the policy to what the lesser critic thinks worth more, and the temperature to the entropy that is wanted.
    private mutating func learnPolicy(_ replay: Replay) {
        sheet.evaluate(&actor, heads, inputs: replay.inputs, masks: replay.masks, rows: rows)
        sheet.beginSlopes(heads)
        var multiplicity: [Int32: (first: Int, count: Int)] = [:]
        for place in rows.indices { multiplicity[sheet.homes[place], default: (place, 0)].count += 1 }
        let alpha = Float(temperature.value)
        var (entropy, greatest) = (0.0, 0.0)
        for home in multiplicity.keys.sorted() {
            guard let (row, copies) = multiplicity[home] else { continue }
            let share = Float(copies) / Float(rows.count)
            for head in heads.counts.indices {
                let (spread, possible) = pushPolicy(row, head, alpha, share)
                entropy += Double(spread * share)
                greatest += log(Double(max(1, possible))) * Double(share)
            }
        }
        _ = sheet.backward(&actor, heads, entropy: 0)
        actorAdam.rate = rule.rate
        actorAdam.step(&actor)
        temperature.step(excess: entropy - rule.entropyShare * greatest, rate: rule.rate)
    }

    /// Adds the slopes of one choice; returns its entropy and how many values it may take.
    private mutating func pushPolicy(_ row: Int, _ head: Int, _ alpha: Float, _ share: Float) -> (Float, Int) {
        let start = sheet.start(of: row, heads)
        let (first, second) = (Int(sheets[0].homes[row]), Int(sheets[1].homes[row]))
        func cost(_ logit: Int) -> Float {
            alpha * sheet.logs[start + logit]
                - min(
                    sheets[0].worths[first * heads.logitCount + logit],
                    sheets[1].worths[second * heads.logitCount + logit])
        }
        var (mean, entropy, possible): (Float, Float, Int) = (0, 0, 0)
        for logit in heads.range(of: head) where sheet.probabilities[start + logit] > 0 {
            mean += sheet.probabilities[start + logit] * cost(logit)
            entropy -= sheet.probabilities[start + logit] * sheet.logs[start + logit]
            possible += 1
        }
        for logit in heads.range(of: head) where sheet.probabilities[start + logit] > 0 {
            sheet.push(
                row, logit: logit, by: share * sheet.probabilities[start + logit] * (cost(logit) - mean), heads)
        }
        return (entropy, possible)
    }
}

/// The worth of a nat of entropy, learned by its logarithm.
struct Temperature: Sendable {
    private var logarithm: Double
    private let epsilon: Double
    private var (mean, square, steps) = (0.0, 0.0, 0)

    init(_ value: Double, epsilon: Double) { (logarithm, self.epsilon) = (log(value), epsilon) }

    var value: Double { exp(logarithm) }

    /// One step of Adam against `value` times the entropy above what is wanted.
    mutating func step(excess: Double, rate: Double) {
        let slope = value * excess
        steps += 1
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope * slope
        let (first, second) = (mean / (1 - pow(0.9, Double(steps))), square / (1 - pow(0.999, Double(steps))))
        logarithm = min(5, max(-15, logarithm - rate * first / (second.squareRoot() + epsilon)))
    }
}
