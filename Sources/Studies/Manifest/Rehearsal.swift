import Gym
import Synchronization

/// A session without broker and log, to see how long a trial's first samples take.
final class Rehearsal: Session {
    private struct Slot {
        var environment: any Environment
        var steps = 0
    }

    let spec: EnvironmentSpec
    private let scorer: Scorer
    private let deadline: Deadline
    private let state: Mutex<(slots: [Slot], number: Int64)>

    /// Makes as many instances as the cell has slots.
    init(_ cell: Cell, deadline: Deadline) throws {
        let slots = try (0..<cell.batch).map { _ in Slot(environment: try cell.environment.make(cell.options)) }
        (spec, self.deadline) = (cell.spec, deadline)
        scorer = try Scorer(cell.objective, spec: cell.spec)
        state = Mutex((slots, 0))
    }

    func reset(seeds: [UInt64]) throws -> [Observation] {
        try state.withLock { state in
            try seeds.enumerated().map { slot, seed in
                state.slots[slot].steps = 0
                return try state.slots[slot].environment.reset(seed: seed, deadline: deadline)
            }
        }
    }

    func step(_ actions: [Action]) throws -> [Step] {
        try state.withLock { state in
            try actions.enumerated().map { slot, action in
                defer { state.number += 1 }
                let action = spec.actionSpace.canonical(action)
                return try answer(action, of: &state.slots[slot], number: state.number)
            }
        }
    }

    func close(_ status: TrialStatus) {}

    private func answer(_ action: Action, of slot: inout Slot, number: Int64) throws -> Step {
        let evaluation = try slot.environment.step(action, deadline: deadline)
        slot.steps += 1
        let truncated = !evaluation.terminated && slot.steps >= spec.horizon
        var next = evaluation.observation
        if evaluation.terminated || truncated {
            slot.steps = 0
            next = try slot.environment.reset(seed: UInt64(number), deadline: deadline)
        }
        return Step(
            number: number, observation: next,
            finalObservation: evaluation.terminated || truncated ? evaluation.observation : nil,
            score: scorer.score(evaluation, action: action), truncated: truncated, evaluation: evaluation,
            isCached: false, seconds: 0)
    }
}
