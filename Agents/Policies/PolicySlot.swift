import Gym

/// An action of a policy and what it was chosen from.
struct PendingAction: Sendable {
    var action: Action
    var view: [Float]
    var legal: [[Bool]]?
    /// The design that it was made of by one change; nil where it was not.
    var origin: Action?
}

/// What a policy keeps of each slot.
protocol PolicySlot: Sendable {
    /// What was asked for and not told yet.
    var pending: PendingAction? { get set }
    /// What the slot remembers of the design before.
    var trace: PolicySight.Trace? { get set }

    init()
}

extension PolicySight {
    /// Shows every slot its observation and gives those that an action is to be drawn for. In a one-shot problem one
    /// that was asked for and not told is asked for again.
    mutating func open<Slot: PolicySlot>(
        _ slots: inout [Slot], for observations: [Observation], isOneShot: Bool
    ) -> [Int] {
        while slots.count < observations.count { slots.append(Slot()) }
        var open: [Int] = []
        for (slot, observation) in observations.enumerated() {
            if isOneShot, let pending = slots[slot].pending,
                coding.space.allows(pending.action, legal: observation.legal)
            {
                continue
            }
            see(observation)
            let view = view(observation, slots[slot].trace)
            slots[slot].pending = PendingAction(action: [], view: view, legal: observation.legal)
            open.append(slot)
        }
        return open
    }
}
