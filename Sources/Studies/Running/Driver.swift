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
    private let warmth: Warmth
    private let precedents: [Precedent]
    private let notebook: Notebook?
    private let clock: @Sendable () -> Double
    private let isStopped: @Sendable () -> Bool

    /// Hands over samples of other studies, page by page.
    public typealias Warmth = @Sendable (_ page: ([Sample]) throws -> Void) throws -> Void

    /// Prepares a trial. `clock` gives seconds that never go back; `isStopped` is asked before every batch. Samples of
    /// other studies come from `warmth`: the agent hears of them first, under this trial's objective; they cost nothing
    /// of the budget and are not logged again. It is made with `precedents` in its problem. Notes of agents that take
    /// any are kept in `notebook`, and read from it while logged samples are answered again.
    public init(
        _ trial: Trial, session: any Session, history: History = History(), warmth: @escaping Warmth = { _ in },
        precedents: [Precedent] = [], notebook: Notebook? = nil, clock: @escaping @Sendable () -> Double,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.trial, self.session, self.history, self.warmth) = (trial, session, history, warmth)
        self.precedents = precedents
        self.notebook = trial.cell.agent.takesNotes ? notebook : nil
        (self.clock, self.isStopped) = (clock, isStopped)
    }

    /// Runs the trial to its end; `note` hears of every batch.
    ///
    /// - Throws: what the agent or the session throws; `internal` for an agent that breaks its contract.
    public func run(note: (Tally) -> Void = { _ in }) throws -> TrialResult {
        var agent = try trial.makeAgent(precedents: precedents)
        try warm(&agent)
        var meter = Meter(trial.cell, history: history, clock: clock)
        var start = trial.cell.start[...]
        var observations = try session.reset(seeds: trial.resetSeeds)
        while true {
            if let ending = meter.ending ?? (isStopped() ? .stopped : nil) {
                return TrialResult(tally: meter.tally, ending: ending)
            }
            let isAsked = start.isEmpty
            let proposals =
                isAsked ? try asked(&agent, observations, meter) : Array(start.prefix(observations.count))
            let actions = Array(proposals.prefix(meter.room))
            start = start.dropFirst(actions.count)
            let steps = try stepped(actions)
            let transitions = try told(steps, actions, observations)
            if isAsked, !meter.isReplaying, !agent.note.isEmpty {
                try notebook?.keep(place(of: meter.tally), agent.note)
            }
            meter.count(steps, transitions)
            try agent.tell(transitions)
            for (slot, step) in steps.enumerated() { observations[slot] = step.observation }
            note(meter.tally)
            meter.startClock()
        }
    }

    private func warm(_ agent: inout any Agent) throws {
        let scorer = try Scorer(trial.cell.objective, spec: session.spec)
        try warmth { samples in
            // An agent hears of no more at once than it has slots.
            for start in stride(from: 0, to: samples.count, by: trial.cell.batch) {
                let part = samples[start..<min(samples.count, start + trial.cell.batch)]
                try agent.tell(part.map { Transition($0, score: scorer.score($0.evaluation, action: $0.action)) })
            }
        }
    }

    /// What came of the actions: of each as many evaluations as the cell says, averaged.
    private func stepped(_ actions: [Action]) throws -> [Step] {
        let first = try session.step(actions)
        guard trial.cell.repeats > 1 else { return first }
        let scorer = try Scorer(trial.cell.objective, spec: session.spec)
        let all = try [first] + (1..<trial.cell.repeats).map { _ in try session.step(actions) }
        // A session that gives too few or too many answers is found out by whoever counts them.
        if let odd = all.first(where: { $0.count != actions.count }) { return odd }
        return first.indices.map { slot in first[slot].averaged(all.map { $0[slot] }, action: actions[slot], scorer) }
    }

    /// The number that the next sample has in the log.
    private func place(of tally: Tally) -> Int64 { Int64(tally.proposals * trial.cell.repeats) }

    /// What is in the log is asked for again by its note, where there is one. Every twentieth time and the last time it
    /// is asked for in full, and must leave the same note.
    private func recalled(
        _ agent: inout any Agent, _ observations: [Observation], _ meter: Meter
    ) throws -> [Action] {
        let number = place(of: meter.tally)
        guard meter.isReplaying, let note = try notebook?.find(number) else { return try agent.ask(observations) }
        let round = meter.tally.proposals / max(1, trial.cell.batch)
        guard round.isMultiple(of: 20) || meter.endsReplay(after: observations.count) else {
            return try agent.ask(observations, recalling: note)
        }
        let actions = try agent.ask(observations)
        guard agent.note == note else {
            throw GymError(
                .replayMismatch,
                "resume refused: at sample \(number) of '\(trial.label)' the agent notes something else than is logged",
                hint: "run it as it was begun, or begin a new study with --as NAME")
        }
        return actions
    }

    private func asked(_ agent: inout any Agent, _ observations: [Observation], _ meter: Meter) throws -> [Action] {
        let actions = try recalled(&agent, observations, meter)
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

extension Step {
    /// The step with the mean of several evaluations' metrics; where one is not ok, that one stands for all.
    fileprivate func averaged(_ steps: [Step], action: Action, _ scorer: Scorer) -> Step {
        var step = steps.first { $0.evaluation.status != .ok } ?? self
        if step.evaluation.status == .ok {
            step.evaluation.metrics = step.evaluation.metrics.indices.map { index in
                let values = steps.compactMap {
                    $0.evaluation.metrics.count > index ? $0.evaluation.metrics[index] : nil
                }
                return values.count == steps.count ? values.reduce(0, +) / Double(steps.count) : nil
            }
            step.score = scorer.score(step.evaluation, action: action)
        }
        (step.number, step.observation, step.isCached) = (number, observation, steps.allSatisfy(\.isCached))
        step.seconds = steps.reduce(0) { $0 + $1.seconds }
        return step
    }
}

extension Transition {
    /// A sample of a one-step episode, under another score than it was logged with.
    fileprivate init(_ sample: Sample, score: Score) {
        self.init(
            sample: sample.number, action: sample.action, observation: sample.observation,
            nextObservation: sample.evaluation.observation, reward: score.reward, violation: score.violation,
            terminated: sample.evaluation.terminated, truncated: sample.truncated, evaluation: sample.evaluation)
    }
}
