public import Gym

/// The loop of a trial: ask, step, tell, until the budget is used up. One thread runs it.
///
/// Start designs come first and are told like any other, before the agent is asked for the first time. The last batch
/// is cut to what is left of the budget, so an agent may be told of fewer actions than it proposed.
public struct Driver: Sendable {
    /// What an earlier run of the trial left in the log.
    public struct History: Sendable, Hashable {
        /// How many answers are logged, cached ones included; the session gives them again without evaluating.
        public var samples: Int
        /// Seconds of search that they took.
        public var seconds: Double
        /// The trial had ended, and a clock decided when: it ends there again.
        public var endedByClock: Bool

        /// Describes what is logged; nothing is where no argument says otherwise.
        public init(samples: Int = 0, seconds: Double = 0, endedByClock: Bool = false) {
            (self.samples, self.seconds, self.endedByClock) = (samples, seconds, endedByClock)
        }
    }

    private let trial: Trial
    private let session: any Session
    private let history: History
    private let clock: @Sendable () -> Double
    private let isStopped: @Sendable () -> Bool

    /// Prepares a trial. `clock` gives seconds that never go back; `isStopped` is asked before every batch.
    public init(
        _ trial: Trial, session: any Session, history: History = History(), clock: @escaping @Sendable () -> Double,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.trial, self.session, self.history) = (trial, session, history)
        (self.clock, self.isStopped) = (clock, isStopped)
    }

    /// Runs the trial to its end; `note` hears of every batch.
    ///
    /// - Throws: what the agent or the session throws; `internal` for an agent that breaks its contract.
    public func run(note: (Tally) -> Void = { _ in }) throws -> TrialResult {
        var agent = try trial.makeAgent()
        var meter = Meter(trial.cell, history: history, clock: clock)
        var start = trial.cell.start[...]
        var observations = try session.reset(seeds: trial.resetSeeds)
        while true {
            if let ending = meter.ending ?? (isStopped() ? .stopped : nil) {
                return TrialResult(tally: meter.tally, ending: ending)
            }
            let proposals = start.isEmpty ? try asked(&agent, observations) : Array(start.prefix(observations.count))
            let actions = Array(proposals.prefix(meter.room))
            start = start.dropFirst(actions.count)
            let steps = try session.step(actions)
            let transitions = try told(steps, actions, observations)
            meter.count(steps, transitions)
            try agent.tell(transitions)
            for (slot, step) in steps.enumerated() { observations[slot] = step.observation }
            note(meter.tally)
            meter.startClock()
        }
    }

    private func asked(_ agent: inout any Agent, _ observations: [Observation]) throws -> [Action] {
        let actions = try agent.ask(observations)
        guard actions.count == observations.count else {
            throw GymError(
                .internal,
                "the agent '\(trial.cell.agent.name)' gave \(actions.count) actions for \(observations.count) slots")
        }
        return actions
    }

    private func told(
        _ steps: [Step], _ actions: [Action], _ observations: [Observation]
    ) throws -> [Transition] {
        guard steps.count == actions.count else {
            throw GymError(.internal, "the session gave \(steps.count) answers for \(actions.count) actions")
        }
        return steps.indices.map { slot in
            let step = steps[slot]
            return Transition(
                sample: step.number, action: session.spec.actionSpace.canonical(actions[slot]),
                observation: observations[slot], nextObservation: step.finalObservation ?? step.observation,
                reward: step.score.reward, violation: step.score.violation,
                terminated: step.evaluation.terminated, truncated: step.truncated, evaluation: step.evaluation)
        }
    }
}
