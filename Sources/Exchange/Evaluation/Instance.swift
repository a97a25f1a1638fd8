import Gym

/// The environment of one slot. One worker at a time uses it: the broker gives a slot to one unit of one job only.
final class Instance: @unchecked Sendable {
    private var environment: (any Environment)?
    private let make: @Sendable () throws -> any Environment
    let spec: EnvironmentSpec

    /// Wraps an environment that was made already, or one that `make` gives when it is first needed.
    init(
        _ environment: (any Environment)?, spec: EnvironmentSpec, make: @escaping @Sendable () throws -> any Environment
    ) {
        (self.environment, self.spec, self.make) = (environment, spec, make)
    }

    /// A new instance in place of this one, whose worker did not come back, or beside it where there is no state.
    func replacement() -> Instance { Instance(nil, spec: spec, make: make) }

    /// Begins an episode and checks what it shows.
    func reset(seed: UInt64, deadline: Deadline) throws -> Observation {
        let observation = try ready { try $0.reset(seed: seed, deadline: deadline) }
        if let flaw = spec.flaw(in: observation) { throw GymError(.internal, "the environment's reset \(flaw)") }
        return observation
    }

    /// Takes one step. Whatever goes wrong is a status, and ends the episode.
    func step(_ action: Action, deadline: Deadline) -> Evaluation {
        do {
            let evaluation = try ready { try $0.step(action, deadline: deadline) }
            guard let flaw = spec.flaw(in: evaluation) else { return evaluation }
            return .invalid(.failed("the environment's step \(flaw)"), metricCount: spec.metrics.count)
        } catch is DeadlineExpired {
            return .invalid(.failed("timeout"), metricCount: spec.metrics.count)
        } catch let error as GymError {
            return .invalid(.failed(error.message), metricCount: spec.metrics.count)
        } catch {
            return .invalid(.failed("\(error)"), metricCount: spec.metrics.count)
        }
    }

    private func ready<Result>(_ body: (inout any Environment) throws -> Result) throws -> Result {
        var current = try environment ?? make()
        environment = nil
        defer { environment = current }
        return try body(&current)
    }
}

extension EnvironmentSpec {
    /// What is wrong with an observation, as the rest of a sentence.
    fileprivate func flaw(in observation: Observation) -> String? {
        guard observation.values.count == observationNames.count else {
            return "shows \(observation.values.count) values, the spec names \(observationNames.count)"
        }
        if let index = observation.values.firstIndex(where: { !$0.isFinite }) {
            return "shows \(observation.values[index]) as '\(observationNames[index])'"
        }
        guard let legal = observation.legal else { return nil }
        let counts = actionSpace.parameters.filter(\.isCategorical).map { $0.discreteCount ?? 0 }
        guard legal.map(\.count) == counts else { return "shows masks that don't fit the categorical parameters" }
        return legal.allSatisfy { $0.contains(true) } ? nil : "shows a mask under which nothing is legal"
    }

    /// What is wrong with an evaluation: never let a number that breaks its declaration into the log.
    fileprivate func flaw(in evaluation: Evaluation) -> String? {
        guard evaluation.metrics.count == metrics.count else {
            return "gives \(evaluation.metrics.count) metrics, the spec declares \(metrics.count)"
        }
        if case .ok = evaluation.status {
            for (metric, value) in zip(metrics, evaluation.metrics) {
                guard let value else { continue }
                if !value.isFinite { return "gives \(value) as '\(metric.name)'" }
                if metric.isPositive, value <= 0 {
                    return "gives \(value) as '\(metric.name)', which is always positive"
                }
            }
        } else if evaluation.metrics.contains(where: { $0 != nil }) {
            return "gives metrics beside a status that is not ok"
        }
        return evaluation.terminated && evaluation.observation.values.isEmpty ? nil : flaw(in: evaluation.observation)
    }
}
