public import Gym

/// Search with a budget of few real evaluations: an agent searches inside a proxy, a handful of what it finds is
/// verified by the real model, the proxy learns from that, and so on (the pattern of INSIGHT and of model-based
/// optimisation at large).
///
/// Two guards keep the agent from what the proxy only dreams of: every metric is made worse by so many deviations, and
/// a design that lies far from all known ones is not verified.
public struct ProxySearch: Sendable {
    /// How it goes about it.
    public struct Rules: Sendable {
        /// How many real evaluations there are.
        public var budget = 20
        /// How many designs are verified before the proxy learns again.
        public var batch = 2
        /// How many designs the agent proposes inside the proxy each time.
        public var proposals = 2_000
        /// By how many deviations metrics are made worse.
        public var caution = 0.5
        /// How far from the nearest known design one may lie, as a share of the parameters: a choice counts 1 where it
        /// differs, a number by its distance on its scale.
        public var reach = 0.4
        /// The kind of model; where nil the best of smooth boosted trees, a process and ridge regression in a short
        /// cross-validation at the start.
        public var model: ModelKind?
        /// Decides everything that is drawn.
        public var seed: UInt64 = 1

        /// The usual rules.
        public init() {}
    }

    /// A design that was verified.
    public struct Verified: Sendable, Hashable {
        /// The design.
        public let action: Action
        /// What the real model gave.
        public let evaluation: Evaluation
        /// The reward under the objective; nil where there is none.
        public let score: Score
        /// The reward that the proxy had promised, its caution in it.
        public let promised: Double
    }

    /// All designs that are known.
    public private(set) var rows: DesignRows
    /// What was verified, in order.
    public private(set) var verified: [Verified] = []
    private let objective: Objective
    private let scorer: Scorer
    private let agent: AgentEntry
    private let settings: Settings
    private let rules: Rules

    /// Prepares a search from designs that are known already, which must be enough to train on.
    ///
    /// - Throws: `GymError`: an objective of unknown metrics, a budget below 1, or too few designs.
    public init(
        from rows: DesignRows, objective: Objective, agent: AgentEntry, settings: Settings? = nil,
        rules: Rules = Rules()
    ) throws {
        guard rules.budget > 0, rules.batch > 0, rules.proposals > 0 else {
            throw GymError(.usage, "a search needs a budget, a batch and proposals of at least 1")
        }
        (self.rows, self.objective, self.agent, self.rules) = (rows, objective, agent, rules)
        self.settings = try settings ?? Settings(space: agent.hyperparameters)
        scorer = try Scorer(objective, spec: rows.spec)
        _ = try ProxyTraining(rows, rules: training)
    }

    /// What the proxy learns: the objective's metrics, and those that its constraints look at.
    private var training: ProxyTraining.Rules {
        var training = ProxyTraining.Rules()
        let words = objective.constraints.flatMap { $0.text.split { !$0.isLetter && !$0.isNumber && $0 != "_" } }
        let wanted = Set(objective.terms.map(\.metric) + words.map(String.init))
        training.metrics = rows.spec.metrics.map(\.name).filter(wanted.contains)
        (training.model, training.seed) = (rules.model, Generator.derive(rules.seed, ["search", "\(verified.count)"]))
        return training
    }

    /// The best of what is known and verified; nil where nothing has a reward.
    public var best: (action: Action, score: Score)? {
        var best: (action: Action, score: Score)?
        for row in rows.rows where row.isFeasible {
            let score = scorer.score(Evaluation(metrics: row.metrics), action: row.action)
            if score.reward != nil, best.map({ score.isBetter(than: $0.score) }) ?? true { best = (row.action, score) }
        }
        return best
    }

    /// Searches until the budget is spent, or nothing new is proposed. `evaluate` asks the real model; `progress` hears
    /// of every round.
    public mutating func run(
        evaluate: ([Action]) throws -> [Evaluation], progress: (ProxySearch) -> Void = { _ in }
    ) throws {
        var chosen = rules.model
        var hints: [String: [Double]] = [:]
        while verified.count < rules.budget {
            var training = training
            (training.model, training.hints, training.isQuick) = (chosen, hints, true)
            let proxy = try ProxyTraining(rows, rules: training).run()
            // What served best at first goes on: a round more does not change which kind that is.
            if chosen == nil { chosen = proxy.models.first?.candidate.kind }
            for model in proxy.models { hints[model.metric] = model.regressor.hyperparameters }
            let picks = try picks(proxy, count: min(rules.batch, rules.budget - verified.count))
            guard !picks.isEmpty else { return }
            for (pick, evaluation) in zip(picks, try evaluate(picks.map(\.action))) {
                let score = scorer.score(evaluation, action: pick.action)
                verified.append(
                    Verified(action: pick.action, evaluation: evaluation, score: score, promised: pick.reward))
                rows.add(
                    pick.action, evaluation, from: DesignRows.Source(study: "proxy search", agent: agent.name))
            }
            progress(self)
        }
    }

    /// The most promising new designs: half of them with all caution, half with none, so that what is verified teaches
    /// as well.
    private func picks(_ proxy: Proxy, count: Int) throws -> [(action: Action, reward: Double)] {
        var taken: Set<Action> = []
        var picks: [(action: Action, reward: Double)] = []
        let lists = try [rules.caution, 0].map { try promising(proxy, caution: $0) }
        var places = [0, 0]
        var turn = 0
        while picks.count < count, places[0] < lists[0].count || places[1] < lists[1].count {
            let list = turn % 2
            turn += 1
            while places[list] < lists[list].count {
                let pick = lists[list][places[list]]
                places[list] += 1
                guard taken.insert(pick.action).inserted else { continue }
                picks.append(pick)
                break
            }
        }
        return picks
    }

    /// What the agent finds inside the proxy, the best first, without what is known already or lies too far away.
    private func promising(_ proxy: Proxy, caution: Double) throws -> [(action: Action, reward: Double)] {
        let model = LearnedModel(proxy, id: proxy.spec.id, caution: caution)
        let inner = try Scorer(objective, spec: model.spec)
        let problem = Problem(
            spec: model.spec, objective: objective, sampleBudget: rules.proposals, slots: 16)
        let seed = Generator.derive(rules.seed, ["inside", "\(verified.count)", "\(caution)"])
        var agent = try agent.make(problem, settings: settings, seed: seed)
        try agent.tell(lessons(inner, proxy))
        var found: [Action: Score] = [:]
        var number: Int64 = 0
        while number < Int64(rules.proposals) {
            let actions = try agent.ask([Observation](repeating: Observation(), count: problem.slots))
            let evaluations = model.evaluate(actions)
            var transitions: [Transition] = []
            for (action, evaluation) in zip(actions, evaluations) {
                let action = model.spec.actionSpace.canonical(action)
                let score = inner.score(evaluation, action: action)
                found[action] = score
                transitions.append(
                    Transition(
                        sample: number, action: action, reward: score.reward, violation: score.violation,
                        evaluation: evaluation))
                number += 1
            }
            try agent.tell(transitions)
        }
        let order = found.filter { $0.value.reward != nil && rows.row(of: $0.key) == nil }.sorted { one, other in
            if one.value.isBetter(than: other.value) { return true }
            return !other.value.isBetter(than: one.value) && one.key.lexicographicallyPrecedes(other.key)
        }
        let known = rows.rows.map(\.action)
        let near = order.lazy.filter { isNear($0.key, known) }.prefix(rules.budget)
        return near.map { ($0.key, $0.value.reward ?? 0) }
    }

    /// The best known designs as the agent hears of them before it is asked.
    private func lessons(_ inner: Scorer, _ proxy: Proxy) -> [Transition] {
        let places = proxy.spec.metrics.compactMap { metric in
            rows.spec.metrics.firstIndex { $0.name == metric.name }
        }
        let all = rows.rows.filter(\.isFeasible).map { row -> (Transition, Score) in
            let evaluation = Evaluation(metrics: places.map { row.metrics[$0] })
            let score = inner.score(evaluation, action: row.action)
            return (
                Transition(
                    sample: 0, action: row.action, reward: score.reward, violation: score.violation,
                    evaluation: evaluation), score
            )
        }
        return all.sorted { $0.1.isBetter(than: $1.1) }.prefix(50).map(\.0)
    }

    private func isNear(_ action: Action, _ known: [Action]) -> Bool {
        let limit = rules.reach * Double(action.count)
        let parameters = rows.spec.actionSpace.parameters
        return known.contains { other in
            var distance = 0.0
            for (place, parameter) in parameters.enumerated() where action[place] != other[place] {
                distance +=
                    parameter.isCategorical
                    ? 1 : abs(parameter.encode(action[place]) - parameter.encode(other[place]))
                if distance > limit { return false }
            }
            return true
        }
    }
}
