import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// What a policy sees: the environment's observation, and where its formulation remembers, the design before and what
/// that one's metrics were. All numbers are brought to a common scale by what was seen so far.
struct PolicySight: Sendable {
    /// What a slot remembers.
    struct Trace: Sendable {
        /// The design before.
        var design: Action?
        /// Logarithms of the metrics it had.
        var metrics: [Double]
    }

    let coding: DesignCoding
    /// How many numbers of an observation are seen.
    let observations: Int
    let remembers: Bool
    /// Which they are: all but advice, since a policy is to find out for itself.
    private let columns: [Int]
    private let metrics: Int
    private var seen: RunningMoments
    private var measured: RunningMoments

    init(_ problem: Problem, coding: DesignCoding, remembers: Bool) {
        (self.coding, self.remembers) = (coding, remembers)
        columns = problem.spec.observationNames.indices.filter { place in
            !problem.spec.observationNames[place].hasPrefix(Heuristic.prefix)
        }
        (observations, metrics) = (columns.count, problem.spec.metrics.count)
        seen = RunningMoments(columns: observations)
        measured = RunningMoments(columns: metrics)
    }

    /// How many numbers a view has: observation, metrics, features of the design; where there is nothing to see, a 1,
    /// or all that lies before the last layer's biases would be dead.
    var width: Int { max(1, observations + (remembers ? metrics + coding.featureCount : 0)) }

    /// Where the design's features begin in a view that remembers.
    var designStart: Int { observations + metrics }

    /// Where the metrics lie in a view that remembers.
    var metricRange: Range<Int> { observations..<observations + metrics }

    /// Takes in an observation that was met.
    mutating func see(_ observation: Observation) {
        if observations > 0 { seen.add(shown(observation)) }
    }

    private func shown(_ observation: Observation) -> [Double] {
        guard observation.values.count != observations else { return observation.values }
        return columns.map { observation.values.indices.contains($0) ? observation.values[$0] : 0 }
    }

    /// What a policy sees of an observation and of what came before.
    func view(_ observation: Observation, _ trace: Trace?) -> [Float] {
        guard observations > 0 || remembers else { return [1] }
        var view = [Float](repeating: 0, count: width)
        for (column, value) in shown(observation).enumerated() {
            view[column] = Float(seen.scaled(value, column: column))
        }
        guard remembers, let trace, let design = trace.design else { return view }
        for (column, value) in trace.metrics.enumerated() {
            view[observations + column] = Float(measured.scaled(value, column: column, bound: 5))
        }
        coding.write(design, upTo: design.count, to: &view, at: designStart)
        return view
    }

    /// What a slot remembers of a transition.
    mutating func trace(_ transition: Transition) -> Trace {
        let numbers = (0..<metrics).map { place -> Double in
            guard transition.evaluation.metrics.count > place, let value = transition.evaluation.metrics[place],
                value.isFinite
            else { return .nan }
            return value < 0 ? -log1p(-value) : log1p(value)
        }
        measured.add(numbers)
        let isLegal = coding.space.contains(transition.action)
        return Trace(design: isLegal ? transition.action : nil, metrics: numbers)
    }
}
