import Gym
import Learning

/// How a policy's decisions look to its networks: which rows they have, and what each row sees, chooses and may not.
struct DecisionLayout: Sendable {
    let heads: ProximalPolicy.Heads
    let isEdit: Bool
    let coding: DesignCoding
    let view: Int

    /// A decision as a rollout takes it.
    struct Decision {
        var inputs: [Float]
        var criticInputs: [Float]
        var choices: [Int32]
        var masks: [UInt8]?
    }

    init(heads: ProximalPolicy.Heads, formulation: ProximalPolicy.Formulation, coding: DesignCoding, view: Int) {
        (self.heads, isEdit, self.coding, self.view) = (heads, formulation == .edit, coding, view)
    }

    private var parameters: Int { coding.counts.count }

    /// Rows of a decision.
    var rows: Int { heads != .autoregressive ? 1 : isEdit ? 2 : parameters }

    /// What a row sees: the view, and where choices follow each other, those that were made and whose turn it is.
    var inputs: Int {
        heads == .joint ? view : view + parameters + (isEdit ? 0 : coding.featureCount)
    }

    /// What the critic sees: all that a decision's first row does.
    var criticInputs: Int { heads == .multiplexed ? inputs : view }

    /// The choice of which parameter to edit, behind those of values.
    var extraCounts: [Int] { isEdit && heads != .multiplexed ? [parameters] : [] }

    /// What the row of a parameter sees, the parameters before it being chosen.
    func input(_ view: [Float], _ design: Action, place: Int?) -> [Float] {
        guard heads != .joint else { return view }
        var input = view + [Float](repeating: 0, count: inputs - view.count)
        guard let place else { return input }
        if !isEdit { coding.write(design, upTo: place, to: &input, at: view.count) }
        input[input.count - parameters + place] = 1
        return input
    }

    /// What the critic sees of a view before anything is chosen.
    func criticInput(_ view: [Float]) -> [Float] {
        heads == .multiplexed ? input(view, [], place: isEdit ? nil : 0) : view
    }

    /// What a whole design's choices may not be at one parameter, given those before it.
    func mask(_ design: Action, place: Int, legal: [[Bool]]?, _ choices: CategoricalHeads) -> [UInt8]? {
        var mask = coding.mask(legal, choices)
        coding.narrow(&mask, place, after: design, choices)
        return mask
    }

    /// What an edit may not be: a change to what is there already, or of a parameter that is not active.
    func editMask(_ design: Action, legal: [[Bool]]?, _ choices: CategoricalHeads) -> [UInt8] {
        var mask = coding.mask(legal, choices) ?? [UInt8](repeating: 1, count: choices.logitCount)
        for (place, level) in coding.choices(of: design).enumerated() {
            if level >= 0, coding.counts[place] > 1 {
                mask[choices.starts[place] + Int(level)] = 0
            } else if !extraCounts.isEmpty {
                mask[choices.starts[parameters] + place] = 0
            }
        }
        return mask
    }

    /// The decisions behind an action: one, or where choices are steps one for each parameter.
    func decisions(_ pending: PendingAction, _ choices: CategoricalHeads) -> [Decision] {
        if isEdit { return edit(pending, choices) }
        let levels = coding.choices(of: pending.action)
        guard heads != .joint else {
            return [
                Decision(
                    inputs: pending.view, criticInputs: pending.view, choices: levels,
                    masks: coding.mask(pending.legal, choices))
            ]
        }
        let none = [Int32](repeating: -1, count: parameters)
        let rows = (0..<parameters).map { place in
            var row = Decision(
                inputs: input(pending.view, pending.action, place: place), criticInputs: [], choices: none,
                masks: mask(pending.action, place: place, legal: pending.legal, choices))
            row.choices[place] = levels[place]
            row.criticInputs = row.inputs
            return row
        }
        return heads == .multiplexed ? rows : [joined(rows, pending.view, choices)]
    }

    private func edit(_ pending: PendingAction, _ choices: CategoricalHeads) -> [Decision] {
        guard let origin = pending.origin else { return [] }
        let (before, after) = (coding.choices(of: origin), coding.choices(of: pending.action))
        // What becomes active or inactive with a change is no choice of its own.
        let places = before.indices.filter { before[$0] >= 0 && after[$0] >= 0 && before[$0] != after[$0] }
        guard places.count == 1, let place = places.first else { return [] }
        let mask = editMask(origin, legal: pending.legal, choices)
        var row = Decision(
            inputs: input(pending.view, origin, place: place), criticInputs: criticInput(pending.view),
            choices: [Int32](repeating: -1, count: parameters + extraCounts.count), masks: mask)
        row.choices[place] = after[place]
        switch heads {
        case .joint:
            row.choices[parameters] = Int32(place)
            return [row]
        case .multiplexed:
            row.criticInputs = row.inputs
            return [row]
        case .autoregressive:
            var first = row
            first.inputs = input(pending.view, origin, place: nil)
            first.choices[place] = -1
            first.choices[parameters] = Int32(place)
            return [joined([first, row], pending.view, choices)]
        }
    }

    private func joined(_ rows: [Decision], _ view: [Float], _ choices: CategoricalHeads) -> Decision {
        let isMasked = rows.contains { $0.masks != nil }
        let free = [UInt8](repeating: 1, count: choices.logitCount)
        return Decision(
            inputs: rows.flatMap(\.inputs), criticInputs: view, choices: rows.flatMap(\.choices),
            masks: isMasked ? rows.flatMap { $0.masks ?? free } : nil)
    }
}

/// The best designs so far, which a policy learns again and again.
struct Exemplars: Sendable {
    let limit: Int
    private(set) var members: [(score: Score, pending: PendingAction)] = []

    init(limit: Int) { self.limit = limit }

    mutating func add(_ score: Score, _ pending: PendingAction) {
        guard limit > 0, score.reward != nil, score.violation == 0 else { return }
        let place = members.firstIndex { score.isBetter(than: $0.score) } ?? members.count
        guard place < limit else { return }
        members.insert((score, pending), at: place)
        if members.count > limit { members.removeLast() }
    }
}
