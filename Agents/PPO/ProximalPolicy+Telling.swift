public import Gym
import Learning

extension ProximalPolicy {
    /// Adds what became of the decisions to the rollout, and learns when it is long enough.
    public mutating func tell(_ transitions: [Transition]) {
        while slots.count < transitions.count { slots.append(Slot()) }
        for (slot, transition) in transitions.enumerated() {
            told += 1
            if let pending = slots[slot].pending, pending.action == transition.action {
                take(pending, transition, slot)
            } else if isOneShot, coding.space.contains(transition.action) {
                // Somebody else's design is as good a lesson as one's own.
                designs.note(coding.space.canonical(transition.action))
                let view = sight.view(transition.observation, slots[slot].trace)
                take(
                    PendingAction(action: coding.space.canonical(transition.action), view: view), transition, slot)
            } else {
                close(slot)
            }
        }
        if steps >= settings.rollout { update() }
    }

    private mutating func take(_ pending: PendingAction, _ transition: Transition, _ slot: Int) {
        slots[slot].pending = nil
        steps += 1
        let score = Score.sound(transition.reward, transition.violation)
        convergence.note(score, at: told)
        if best.map({ score.isBetter(than: $0.score) }) ?? (score.reward != nil) {
            best = (score, transition.action)
        }
        if sight.remembers { slots[slot].trace = sight.trace(transition) }
        if formulation == .edit {
            takeEdit(pending, score, slot)
        } else if isOneShot {
            let worth = shape.worth(of: score)
            elite.add(score, pending)
            append(pending, reward: worth, isTerminal: true, slot: slot)
        } else {
            takeStep(pending, score, transition, slot)
        }
    }

    /// Adds an action's decisions; returns the last one's number, nil where there is none.
    @discardableResult
    private mutating func append(_ pending: PendingAction, reward: Float, isTerminal: Bool, slot: Int) -> Int? {
        let decisions = layout.decisions(pending, learner.heads)
        var previous = slots[slot].chain?.decision
        for (number, decision) in decisions.enumerated() {
            let isLast = number == decisions.count - 1
            previous = rollout.append(
                inputs: decision.inputs, criticInputs: decision.criticInputs, choices: decision.choices,
                masks: decision.masks, reward: isLast ? reward : 0, isTerminal: isLast && isTerminal, after: previous)
        }
        return decisions.isEmpty ? nil : previous
    }

    private mutating func takeStep(_ pending: PendingAction, _ score: Score, _ transition: Transition, _ slot: Int) {
        let isOver = transition.terminated || transition.truncated
        let reward = scale.scaled(shape.number(score), slot: slot, isOver: isOver)
        let last = append(pending, reward: reward, isTerminal: transition.terminated, slot: slot)
        slots[slot].chain = nil
        guard let last, !transition.terminated else { return }
        slots[slot].chain = (last, sight.view(transition.nextObservation, nil))
        if transition.truncated { close(slot) }
    }

    private mutating func takeEdit(_ pending: PendingAction, _ score: Score, _ slot: Int) {
        let number = shape.number(score)
        let gain = number - slots[slot].draft.reward
        slots[slot].draft.left -= 1
        let isOver = slots[slot].draft.left <= 0
        if pending.origin != nil {
            let reward = scale.scaled(gain, slot: slot, isOver: isOver)
            let last = append(pending, reward: reward, isTerminal: isOver, slot: slot)
            slots[slot].chain = nil
            if !isOver, let last { slots[slot].chain = (last, sight.view(Observation(), slots[slot].trace)) }
        }
        (slots[slot].draft.design, slots[slot].draft.reward) = (pending.action, number)
    }

    /// Ends a slot's chain of decisions with what the critic expects of the rest.
    private mutating func close(_ slot: Int) {
        guard let chain = slots[slot].chain else { return }
        rollout.expect(learner.value(layout.criticInput(chain.view)), after: chain.decision)
        slots[slot].chain = nil
    }

    private mutating func update() {
        for slot in slots.indices { close(slot) }
        for (score, pending) in elite.members {
            append(pending, reward: shape.again(score), isTerminal: true, slot: 0)
        }
        learner.rule = settings.rule(after: told, since: convergence.start)
        learner.update(&rollout, using: &mixer)
        rollout.removeAll()
        if convergence.isOver(after: told, repeats: Double(designs.repeats) / Double(steps)) { restart() }
        (designs.repeats, steps) = (0, 0)
    }

    /// Begins with networks that know nothing; what was tried stays so.
    private mutating func restart() {
        learner = ProximalLearner(
            learner.shape, heads: learner.heads, design: settings.design, rule: settings.rule, using: &mixer)
        elite = Exemplars(limit: settings.elite)
    }
}
