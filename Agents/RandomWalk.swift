public import Gym

/// Draws designs uniformly: the control that every other agent is measured against.
///
/// In a one-shot environment no design is drawn twice among the last million; when a space of up to 65,536 designs is
/// exhausted it begins again. An action that was asked for but cut off by the end of a budget is asked for again. In an
/// environment of several steps every action is drawn afresh, since the same action is another deed in another state.
public struct RandomWalk: Agent {
    /// The name in manifests.
    public static let name = "random"
    /// What it does.
    public static let summary = "Uniform random designs, none twice: the control for every other agent"
    /// One hyperparameter: whether a design may come twice.
    public static let hyperparameters = Space([
        Parameter(
            "duplicates", .categorical(["drop", "keep"]), default: "drop",
            note: "whether a design that was proposed before is drawn again; ignored beyond one step")
    ])

    private let space: Space
    private let avoidsDuplicates: Bool
    private var generator: Generator
    private var fresh: FreshDesigns
    /// For each slot, what was asked for and not told yet.
    private var pending: [Action?]

    /// Prepares a random search; works on every problem.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) {
        space = problem.spec.actionSpace
        avoidsDuplicates = problem.spec.horizon == 1 && settings.choice("duplicates") != "keep"
        generator = Generator(seed: seed, Self.name)
        fresh = FreshDesigns(space)
        pending = [Action?](repeating: nil, count: problem.slots)
    }

    /// One random action per observation.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        guard avoidsDuplicates else {
            return try observations.map { try space.sample(&generator, legal: $0.legal) }
        }
        while pending.count < observations.count { pending.append(nil) }
        return try observations.enumerated().map { slot, observation in
            if let action = pending[slot], space.allows(action, legal: observation.legal) { return action }
            let action = try fresh.draw(&generator, legal: observation.legal)
            pending[slot] = action
            return action
        }
    }

    /// Remembers what was done; results change nothing.
    public mutating func tell(_ transitions: [Transition]) {
        guard avoidsDuplicates else { return }
        for (slot, transition) in transitions.enumerated() {
            _ = fresh.claim(transition.action)
            if pending.indices.contains(slot) { pending[slot] = nil }
        }
    }
}
