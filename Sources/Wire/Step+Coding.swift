import Gym

extension Evaluation.Status {
    /// The status as the wire has it.
    var words: (status: String, reason: String) {
        switch self {
        case .ok: ("ok", "")
        case .infeasible(let reason): ("infeasible", reason)
        case .failed(let reason): ("failed", reason)
        }
    }

    init(status: String, reason: String) throws {
        switch status {
        case "ok": self = .ok
        case "infeasible": self = .infeasible(reason)
        case "failed": self = .failed(reason)
        default: throw GymError(.malformed, "the status '\(status)' is neither ok, infeasible nor failed")
        }
    }
}

extension Step {
    /// What the packed frame holds of a step.
    var packedNumbers: [Double] { evaluation.metrics.map { $0 ?? .nan } + observation.values }

    init(_ body: ProtoStep, metricCount: Int) throws {
        let metrics = body.metrics.map { $0.isNaN ? nil : $0 }
        let next = Observation(body.observation)
        let final = body.hasFinalObservation ? Observation(body.finalObservation) : nil
        self.init(
            number: body.number, observation: next, finalObservation: final,
            score: Score(reward: body.hasReward ? body.reward : nil, violation: body.violation),
            truncated: body.truncated,
            evaluation: Evaluation(
                observation: final ?? next,
                metrics: metrics.isEmpty ? [Double?](repeating: nil, count: metricCount) : metrics,
                terminated: body.terminated, status: try Evaluation.Status(status: body.status, reason: body.reason)),
            isCached: body.cached, seconds: body.seconds)
    }

    /// Takes the numbers that travelled in the packed frame.
    mutating func unpack(_ row: ArraySlice<Double>, metricCount: Int) {
        evaluation.metrics = row.prefix(metricCount).map { $0.isNaN ? nil : $0 }
        observation.values = Array(row.dropFirst(metricCount))
        if finalObservation == nil { evaluation.observation = observation }
    }
}

extension ProtoStep {
    init(_ step: Step, isPacked: Bool = false) {
        self.init()
        number = step.number
        if !isPacked {
            metrics = step.evaluation.status == .ok ? step.evaluation.metrics.map { $0 ?? .nan } : []
            observation = ProtoObservation(step.observation)
        } else if let legal = step.observation.legal {
            observation = ProtoObservation(Observation([], legal: legal))
        }
        // Where an episode shows nothing, its last observation says nothing in a batch that is to be short.
        if let final = step.finalObservation, !(isPacked && final.values.isEmpty && final.legal == nil) {
            finalObservation = ProtoObservation(final)
        }
        if let reward = step.score.reward { self.reward = reward }
        (violation, truncated, terminated) = (step.score.violation, step.truncated, step.evaluation.terminated)
        (status, reason) = step.evaluation.status.words
        (cached, seconds) = (step.isCached, step.seconds)
    }
}

extension Evaluation {
    /// What a worker says of a step; whether its numbers fit the environment is checked by whoever knows its spec.
    init(_ body: ProtoStep) throws {
        self.init(
            observation: Observation(body.observation), metrics: body.metrics.map { $0.isNaN ? nil : $0 },
            terminated: body.terminated,
            status: try Status(status: body.status.isEmpty ? "ok" : body.status, reason: body.reason))
    }
}

extension ProtoStep {
    init(_ evaluation: Evaluation) {
        self.init()
        metrics = evaluation.status == .ok ? evaluation.metrics.map { $0 ?? .nan } : []
        (observation, terminated) = (ProtoObservation(evaluation.observation), evaluation.terminated)
        (status, reason) = evaluation.status.words
    }
}

extension Observation {
    init(_ body: ProtoObservation) {
        self.init(body.values, legal: body.legal.isEmpty ? nil : body.legal.map(\.choices))
    }
}

extension ProtoObservation {
    init(_ observation: Observation) {
        self.init()
        values = observation.values
        legal = (observation.legal ?? []).map { choices in
            var mask = ProtoMask()
            mask.choices = choices
            return mask
        }
    }
}

extension Sample {
    init(_ body: ProtoLoggedSample, metricCount: Int) throws {
        let step = try Step(body.step, metricCount: metricCount)
        self.init(
            trial: 0, number: step.number, slot: Int(body.slot), episode: body.episode, step: 0, action: body.action,
            observation: Observation(), evaluation: step.evaluation, score: step.score, truncated: step.truncated,
            isCached: step.isCached, seconds: step.seconds, at: 0)
    }
}

extension ProtoLoggedSample {
    init(_ sample: Sample) {
        self.init()
        step = ProtoStep(
            Step(
                number: sample.number, observation: sample.evaluation.observation, finalObservation: nil,
                score: sample.score, truncated: sample.truncated, evaluation: sample.evaluation,
                isCached: sample.isCached, seconds: sample.seconds))
        (action, episode, slot) = (sample.action, sample.episode, Int32(sample.slot))
    }
}
