public import Gym

/// A proxy of single steps, put together to episodes: what one step is foretold to show is what the next one reads.
public struct LearnedEpisodes: Environment {
    /// The real environment's description under the proxy's id, with the metrics that were learned.
    public let spec: EnvironmentSpec
    private let steps: StepModel
    private var state: StepModel.State?
    private var step = 0

    /// Wraps a proxy whose file has rules of episodes.
    ///
    /// - Throws: `GymError` (`bad-input`) where the rules describe no environment.
    public init(_ proxy: Proxy, _ rules: StepRules, id: String) throws {
        steps = StepModel(proxy, rules)
        let whole = try rules.spec(id: id)
        let known = whole.metrics.indices.filter { rules.metrics[$0].kind != .missing }
        spec = EnvironmentSpec(
            id: id, actionSpace: whole.actionSpace, observationNames: whole.observationNames,
            metrics: known.map { whole.metrics[$0] }, horizon: whole.horizon, isPure: false,
            reference: known.map { whole.reference[$0] })
    }

    /// Begins where some episode of the log began; the seed says which.
    public mutating func reset(seed: UInt64, deadline: Deadline) -> Observation {
        let starts = steps.rules.starts
        var generator = Generator(seed: seed, "proxy", "start")
        let start = starts[generator.below(starts.count)]
        (state, step) = (StepModel.State(seen: start.seen, metrics: start.metrics), 0)
        return Observation(start.seen)
    }

    /// What a step is likely to show and give; infeasible, and the end, where that is likelier than not.
    public mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation {
        guard let before = state, step < spec.horizon else {
            throw GymError(.stepBeforeReset, "a step before the first reset")
        }
        step += 1
        let told = steps.next(before, action)
        guard told.chance >= 0.5 else {
            let percent = Int((100 * told.chance).rounded())
            state = nil
            return .invalid(
                .infeasible("the proxy gives it a chance of \(percent) % to be feasible"),
                metricCount: spec.metrics.count)
        }
        let isOver = told.isOver || (step == spec.horizon && steps.rules.endsAtHorizon)
        state = isOver ? nil : told.state
        return Evaluation(
            observation: Observation(told.state.seen), metrics: steps.known(told.state.metrics), terminated: isOver)
    }
}

/// From one step to the next by a proxy of single steps.
struct StepModel: Sendable {
    /// What is seen, and what metrics were at last.
    struct State: Sendable {
        var seen: [Double]
        var metrics: [Double?]
    }

    let rules: StepRules
    private let proxy: Proxy
    /// Within what each number that steps read stays: what was seen of it.
    private let ranges: [ClosedRange<Double>]

    init(_ proxy: Proxy, _ rules: StepRules) {
        (self.proxy, self.rules) = (proxy, rules)
        ranges = proxy.spec.actionSpace.parameters.prefix(rules.read.count).map { $0.lowest...$0.highest }
    }

    /// The metrics that were learned.
    func known(_ metrics: [Double?]) -> [Double?] {
        zip(metrics, rules.metrics).filter { $1.kind != .missing }.map(\.0)
    }

    /// What a step does: the state after it, how likely it is feasible, and whether the episode is over.
    func next(_ before: State, _ action: Action) -> (state: State, chance: Double, isOver: Bool) {
        let design = zip(rules.read, ranges).map { bounded(before.seen[$0], $1) } + action
        let chance = proxy.feasible([design])[0]
        var told = proxy.values([design])[0][...]
        var state = before
        for (place, rule) in rules.seen.enumerated() {
            let next = rule.next(before.seen[place], rule.isForetold ? told.removeFirst() : 0)
            state.seen[place] = next ?? before.seen[place]
        }
        for (place, range) in zip(rules.read, ranges) { state.seen[place] = bounded(state.seen[place], range) }
        for (place, rule) in rules.metrics.enumerated() {
            state.metrics[place] = rule.next(before.metrics[place], rule.isForetold ? told.removeFirst() : 0)
        }
        return (state, chance, rules.endsEarly && told.removeFirst() >= 0.5)
    }

    private func bounded(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        min(range.upperBound, max(range.lowerBound, value))
    }
}
