import Gym

/// A search whose unit is a whole episode: one design in a one-shot problem, the actions of all steps else.
///
/// The protocol's extension runs the episodes, so that such an agent only proposes genomes and learns from outcomes.
protocol EpisodeSearch: Agent {
    /// The episodes under way.
    var trials: Trials { get set }

    /// A genome to try next; its first action keeps to the mask.
    mutating func propose(legal: [[Bool]]?) throws -> [Double]

    /// Takes in a finished episode, or a design that was tried by somebody else.
    mutating func learn(from outcome: Outcome)
}

/// What became of one genome.
struct Outcome: Sendable {
    var genome: [Double]
    /// The sum of an episode's rewards, nil where a step had none or NaN, and of its violations.
    var score: Score
    /// The metrics after the last step.
    var metrics: [Double?]
}

/// The episodes that an agent has under way, at most one in each slot.
struct Trials: Sendable {
    fileprivate struct Trial: Sendable {
        var genome: [Double]
        var step = 0
        var total: Double? = 0
        var violation = 0.0
    }

    fileprivate let space: Space
    fileprivate let horizon: Int
    fileprivate var slots: [Trial?] = []
    fileprivate var generator: Generator
    /// How many genomes were proposed and have no outcome yet.
    fileprivate(set) var busy = 0

    init(_ genomes: Genomes, seed: UInt64) {
        (space, horizon) = (genomes.space, genomes.horizon)
        generator = Generator(seed: seed, "trials")
    }

    /// The action of a trial's next step, under the mask that rules now.
    fileprivate mutating func action(_ trial: inout Trial, legal: [[Bool]]?) throws -> Action {
        let width = space.parameters.count
        let range = trial.step * width..<(trial.step + 1) * width
        var action = Array(trial.genome[range])
        guard !space.allows(action, legal: legal) else { return action }
        action = space.masked(action, legal: legal, &generator)
        if !space.satisfiesConstraints(action) { action = try space.sample(&generator, legal: legal) }
        trial.genome.replaceSubrange(range, with: action)
        return action
    }

    /// Whether the slot's trial asked for this action.
    fileprivate func asked(_ action: Action, in slot: Int) -> Bool {
        guard slots.indices.contains(slot), let trial = slots[slot] else { return false }
        let start = trial.step * space.parameters.count
        return trial.genome[start...].starts(with: action) && action.count == space.parameters.count
    }

    /// Adds a step to its slot's trial; the outcome where it was the last one.
    fileprivate mutating func finish(_ transition: Transition, in slot: Int) -> Outcome? {
        guard var trial = slots[slot] else { return nil }
        trial.step += 1
        trial.total = transition.reward.flatMap { reward in trial.total.map { $0 + reward } }
        trial.violation += transition.violation
        let isOver = transition.terminated || transition.truncated || trial.step == horizon
        slots[slot] = isOver ? nil : trial
        guard isOver else { return nil }
        busy -= 1
        return Outcome(
            genome: trial.genome, score: Score.sound(trial.total, trial.violation),
            metrics: transition.evaluation.metrics)
    }
}

extension EpisodeSearch {
    /// The next action of the episode in each slot; one that was asked for and not told is asked for again.
    mutating func nextActions(_ observations: [Observation]) throws -> [Action] {
        while trials.slots.count < observations.count { trials.slots.append(nil) }
        var actions: [Action] = []
        for (slot, observation) in observations.enumerated() {
            if trials.slots[slot] == nil {
                trials.slots[slot] = Trials.Trial(genome: try propose(legal: observation.legal))
                trials.busy += 1
            }
            guard var trial = trials.slots[slot] else { continue }
            actions.append(try trials.action(&trial, legal: observation.legal))
            trials.slots[slot] = trial
        }
        return actions
    }

    /// Learns from the episodes that ended, and from legal one-shot designs that this agent did not ask for.
    mutating func takeIn(_ transitions: [Transition]) {
        for (slot, transition) in transitions.enumerated() {
            if trials.asked(transition.action, in: slot) {
                if let outcome = trials.finish(transition, in: slot) { learn(from: outcome) }
            } else if trials.horizon == 1, trials.space.contains(transition.action) {
                learn(
                    from: Outcome(
                        genome: trials.space.canonical(transition.action),
                        score: Score.sound(transition.reward, transition.violation),
                        metrics: transition.evaluation.metrics))
            }
        }
    }
}

extension Score {
    /// A score without NaN: a reward that is none counts as missing, a violation that is none as boundless.
    static func sound(_ reward: Double?, _ violation: Double) -> Score {
        Score(reward: reward.flatMap { $0.isNaN ? nil : $0 }, violation: violation.isNaN ? .infinity : violation)
    }
}
