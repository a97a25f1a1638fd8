public import Gym
import Learning

extension ProximalPolicy {
    /// The policy's draw for each slot; in a one-shot problem one that was asked for and not told is asked for again.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        let open = sight.open(&slots, for: observations, isOneShot: isOneShot)
        if formulation == .edit {
            for slot in open { try edit(slot) }
        } else if heads == .joint {
            try drawAtOnce(open)
        } else {
            try drawInTurn(open)
        }
        return observations.indices.map { slots[$0].pending?.action ?? [] }
    }

    /// What the policy thinks best for each observation. It changes nothing that is asked for or learned, and suits
    /// environments of several steps, where a trained policy is to be judged.
    public func preferred(_ observations: [Observation]) throws -> [Action] {
        var judge = self
        return try observations.map { observation in
            let view = judge.sight.view(observation, nil)
            var action = coding.space.parameters.map(\.lowest)
            for place in action.indices {
                if heads != .joint || place == 0 {
                    let mask =
                        heads == .joint
                        ? coding.mask(observation.legal, learner.heads)
                        : layout.mask(action, place: place, legal: observation.legal, learner.heads)
                    judge.learner.consider(
                        layout.input(view, action, place: place), masks: mask ?? [], rows: 1)
                }
                let level = judge.learner.mode(row: 0, head: place)
                action[place] = coding.value(place, level: level, &judge.generator)
            }
            return try judge.designs.settle(legal: observation.legal, &judge.generator) { attempt, _ in
                attempt == 0 ? action : nil
            }
        }
    }

    private mutating func consider(_ inputs: [[Float]], _ masks: [[UInt8]?]) {
        let free = [UInt8](repeating: 1, count: learner.heads.logitCount)
        let isMasked = masks.contains { $0 != nil }
        learner.consider(
            inputs.count == 1 ? inputs[0] : inputs.flatMap(\.self),
            masks: isMasked ? masks.flatMap { $0 ?? free } : [], rows: inputs.count)
    }

    private mutating func drawAtOnce(_ open: [Int]) throws {
        guard !open.isEmpty else { return }
        consider(
            open.map { slots[$0].pending?.view ?? [] },
            open.map { self.coding.mask(slots[$0].pending?.legal, self.learner.heads) })
        let (coding, learner) = (coding, learner)
        for (row, slot) in open.enumerated() {
            let action = try designs.settle(legal: slots[slot].pending?.legal, &generator) { _, generator in
                coding.counts.indices.map { place in
                    let level = learner.draw(row: row, head: place, using: &generator)
                    return coding.value(place, level: level, &generator)
                }
            }
            slots[slot].pending?.action = action
        }
    }

    private mutating func drawInTurn(_ open: [Int]) throws {
        guard !open.isEmpty else { return }
        let blank = coding.space.parameters.map(\.lowest)
        var drafts = [Action](repeating: blank, count: open.count)
        for place in blank.indices {
            consider(
                open.indices.map { layout.input(slots[open[$0]].pending?.view ?? [], drafts[$0], place: place) },
                open.indices.map {
                    layout.mask(drafts[$0], place: place, legal: slots[open[$0]].pending?.legal, learner.heads)
                })
            for row in open.indices {
                let level = learner.draw(row: row, head: place, using: &generator)
                drafts[row][place] = coding.value(place, level: level, &generator)
                // A parameter that those before it leave inactive is canonical at once.
                drafts[row] = coding.space.canonical(drafts[row])
            }
        }
        for (row, slot) in open.enumerated() {
            let (draft, legal) = (drafts[row], slots[slot].pending?.legal)
            let action = try designs.settle(legal: legal, &generator) { attempt, _ in attempt == 0 ? draft : nil }
            slots[slot].pending?.action = action
        }
    }

    /// Changes one parameter of the slot's design; where it has none, a random one is its first.
    private mutating func edit(_ slot: Int) throws {
        let legal = slots[slot].pending?.legal
        if slots[slot].draft.left <= 0 {
            // Half of the time the best design so far is edited on, else a new one.
            let isNew = best == nil || generator.chance(0.5)
            slots[slot].draft = Draft(
                design: isNew ? nil : best?.action, reward: best?.score.reward ?? 0, left: coding.counts.count)
        }
        guard let design = slots[slot].draft.design, let view = slots[slot].pending?.view else {
            slots[slot].pending?.action = try designs.random(legal: legal, &generator)
            return
        }
        let mask = layout.editMask(design, legal: legal, learner.heads)
        let place = chosenPlace(slot, design, view, mask)
        let (coding, learner) = (coding, learner)
        let action = try designs.settle(legal: legal, &generator) { _, generator in
            guard let place else { return nil }
            var action = design
            let level = learner.draw(row: 0, head: place, using: &generator)
            action[place] = coding.value(place, level: level, &generator)
            return action
        }
        slots[slot].pending?.action = action
        slots[slot].pending?.origin = design
    }

    /// Which parameter is changed, the policy for its value being computed; nil where none can be.
    private mutating func chosenPlace(_ slot: Int, _ design: Action, _ view: [Float], _ mask: [UInt8]) -> Int? {
        let levels = coding.choices(of: design)
        let able = levels.indices.filter { levels[$0] >= 0 && coding.counts[$0] > 1 }
        guard !able.isEmpty else { return nil }
        var place = able[(coding.counts.count - slots[slot].draft.left) % able.count]
        if heads != .multiplexed {
            learner.consider(layout.input(view, design, place: nil), masks: mask, rows: 1)
            place = learner.draw(row: 0, head: coding.counts.count, using: &generator)
        }
        if heads != .joint { learner.consider(layout.input(view, design, place: place), masks: mask, rows: 1) }
        return place
    }
}
