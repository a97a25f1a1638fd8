public import Gym

/// A whole recipe as one design: the cost model behind `logic-synthesis-recipe-v0`.
public struct LogicSynthesisRecipe: CostModel {
    /// An operation for every step; the default is the reference recipe, repeated.
    public let spec: EnvironmentSpec
    private let problem: SynthesisProblem

    /// What the catalog lists.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(LogicSynthesis.recipeDatasheet) { options in
            try environment(options, on: try LogicSynthesis.synthesizer(options))
        }
    }

    /// The environment on a synthesizer of one's own.
    ///
    /// - Throws: `GymError` for options or files that are wrong, or a design that ABC fails at.
    public static func environment(_ options: Options, on synthesizer: Synthesizer) throws -> any Environment {
        Oneshot(try LogicSynthesisRecipe(SynthesisProblem(options, on: synthesizer)))
    }

    init(_ problem: SynthesisProblem) throws {
        self.problem = problem
        var parameters: [Parameter] = []
        var activity: [String: String] = [:]
        for (step, choice) in problem.defaultChoices.enumerated() {
            let name = "op\(step + 1)"
            let own = problem.actions.parameters(
                name, prefix: name + "_", default: choice, note: "what is done in step \(step + 1)")
            parameters += own.parameters
            activity.merge(own.activity) { first, _ in first }
        }
        let space = try Space(checking: parameters, activity: activity)
        let id = LogicSynthesis.recipeDatasheet.id
        let traits = problem.start.base.features.values
        let bare = EnvironmentSpec(id: id, actionSpace: space, metrics: problem.declaredMetrics, traits: traits)
        guard let action = space.defaultAction else {
            spec = bare
            return
        }
        let evaluation = try Self.evaluate(action, problem, deadline: .none)
        spec = EnvironmentSpec(
            id: id, actionSpace: space, metrics: bare.metrics, reference: evaluation.metrics, traits: traits)
    }

    /// Runs the recipe, or as much of it as is not known yet; failed where ABC is.
    public func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        try Self.evaluate(action, problem, deadline: deadline)
    }

    private static func evaluate(
        _ action: Action, _ problem: SynthesisProblem, deadline: Deadline
    ) throws -> Evaluation {
        let width = problem.actions.parameterCount
        let commands = (0..<problem.length).map { problem.actions.command(action[$0 * width..<($0 + 1) * width]).text }
        do {
            var run = try problem.begin(deadline: deadline)
            if problem.semantics == .oneshot, !problem.skipsFailures {
                run = try problem.advanced(run, by: commands, deadline: deadline)
            } else {
                for command in commands {
                    do { run = try problem.advanced(run, by: [command], deadline: deadline) } catch is ABCFailure
                        where problem.skipsFailures
                    {
                        continue
                    }
                }
            }
            let size = try problem.size(of: run, deadline: deadline)
            return Evaluation(metrics: problem.metrics(of: run, size: size).map(Optional.some))
        } catch let failure as ABCFailure {
            return .invalid(.failed(failure.reason), metricCount: problem.declaredMetrics.count)
        }
    }
}
