import Gym
import Wire

extension HostedSession {
    /// Turns what came of a batch into steps, logs them, and only then moves the session on.
    ///
    /// - Throws: `GymError`: the log's fault, or `replay-mismatch`.
    func settle(_ batch: Batch, _ outcomes: [Evaluations.Outcome]) throws -> [Step] {
        let now = trial.seconds + Monotonic.seconds - started
        var after = slots
        var samples: [Sample] = []
        var steps: [Step] = []
        samples.reserveCapacity(batch.actions.count)
        steps.reserveCapacity(batch.actions.count)
        for index in batch.actions.indices {
            let outcome = result(at: index, of: batch, outcomes, earlier: samples)
            let sample = row(at: index, of: batch, outcome, at: now)
            if index < batch.replayed.count { try compare(sample, batch.replayed[index]) }
            samples.append(sample)
            if batch.isStep {
                steps.append(advance(&after[index], sample, fresh: outcome.fresh))
            } else {
                steps.append(Step(sample, observation: Observation(), finalObservation: nil))
            }
        }
        for outcome in outcomes { pace.note(outcome.seconds) }
        try sink.append(Array(samples.dropFirst(batch.replayed.count)))
        slots = after
        nextNumber += Int64(samples.count)
        if isCaching { remember(samples) }
        return steps
    }

    /// What an evaluation gave, wherever it comes from, and whether it cost nothing.
    private struct Found {
        var evaluation: Evaluation
        var fresh: Result<Observation, GymError>?
        var seconds = 0.0
        var isCached = false
    }

    private func result(
        at index: Int, of batch: Batch, _ outcomes: [Evaluations.Outcome], earlier: [Sample]
    ) -> Found {
        let missing = Evaluation.invalid(.failed("no evaluation came back"), metricCount: spec.metrics.count)
        switch batch.sources[index] {
        case .task(let place):
            guard place < outcomes.count else { return Found(evaluation: missing) }
            let outcome = outcomes[place]
            return Found(
                evaluation: outcome.evaluation ?? missing, fresh: outcome.fresh, seconds: outcome.seconds)
        case .logged(let sample):
            let fresh = spec.isOneshot || index >= outcomes.count ? nil : outcomes[index].fresh
            return Found(
                evaluation: sample.evaluation, fresh: fresh, seconds: sample.seconds, isCached: sample.isCached)
        case .seen(let sample): return Found(evaluation: sample.evaluation, isCached: true)
        case .same(let place): return Found(evaluation: earlier[place].evaluation, isCached: true)
        }
    }

    private func row(at index: Int, of batch: Batch, _ found: Found, at now: Double) -> Sample {
        let action = batch.actions[index]
        let number = nextNumber + Int64(index)
        let slot = batch.isStep ? slots[index] : nil
        let step = slot?.step ?? 0
        return Sample(
            trial: trial.number, number: number, slot: slot == nil ? 0 : index, episode: slot?.episode ?? number,
            step: step, action: action, observation: slot?.observation ?? Observation(), evaluation: found.evaluation,
            score: scorer.score(found.evaluation, action: action),
            truncated: !found.evaluation.terminated && step + 1 >= spec.horizon, isCached: found.isCached,
            fidelity: spec.fidelity, seconds: found.seconds, at: now)
    }

    /// Moves a slot past a sample, into the next episode where this one ended.
    private func advance(_ slot: inout Slot, _ sample: Sample, fresh: Result<Observation, GymError>?) -> Step {
        guard sample.evaluation.terminated || sample.truncated else {
            slot.step += 1
            slot.observation = sample.evaluation.observation
            return Step(sample, observation: sample.evaluation.observation, finalObservation: nil)
        }
        slot.step = 0
        if make.autoreset == .sameStep { slot.episode += 1 }
        switch fresh {
        case .success(let observation): slot.observation = observation
        case .failure(let error): (slot.observation, slot.flaw) = (nil, error)
        // A one-shot problem begins every episode alike, so its first observation stands.
        case nil: slot.observation = make.autoreset == .sameStep && spec.isOneshot ? slot.observation : nil
        }
        return Step(
            sample, observation: slot.observation ?? Observation(), finalObservation: sample.evaluation.observation)
    }

    private func compare(_ sample: Sample, _ logged: Sample) throws {
        guard !sample.agrees(with: logged) else { return }
        if sample.evaluation != logged.evaluation, sample.evaluation.status != logged.evaluation.status {
            throw mismatch(
                sample.number,
                "the environment gave '\(sample.evaluation.status)' where the log holds"
                    + " '\(logged.evaluation.status)'")
        }
        if sample.evaluation.metrics != logged.evaluation.metrics {
            throw mismatch(sample.number, "the environment gave other metrics than the log holds")
        }
        throw mismatch(sample.number, "slot, episode, reward or violation differ from what the log holds")
    }

    /// Notes which designs were evaluated, so that they are not again. A failed evaluation may be tried again.
    func remember(_ samples: [Sample]) {
        for sample in samples where !sample.isCached {
            if case .failed = sample.evaluation.status { continue }
            seen.insert(SeenDesigns.hash(sample.action), number: sample.number)
        }
    }
}

extension Step {
    fileprivate init(_ sample: Sample, observation: Observation, finalObservation: Observation?) {
        self.init(
            number: sample.number, observation: observation, finalObservation: finalObservation, score: sample.score,
            truncated: sample.truncated, evaluation: sample.evaluation, isCached: sample.isCached,
            seconds: sample.seconds)
    }
}
