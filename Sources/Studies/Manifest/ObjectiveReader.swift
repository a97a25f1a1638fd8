import Files
import Gym

/// Reads `objective` and `constraints` against an environment, so that each error stands at its own word.
struct ObjectiveReader {
    let spec: EnvironmentSpec

    func objective(_ node: YAMLNode?, _ constraints: YAMLNode?) throws -> Objective {
        let goal = try node.map(self.goal) ?? Objective.first(of: spec)
        let items = try constraints.map { try $0.isScalar ? [$0] : $0.list() } ?? []
        return Objective(goal.kind, goal.terms, constraints: try items.map { try constraint($0, of: goal) })
    }

    private func goal(_ node: YAMLNode) throws -> Objective {
        let example = "write it as { minimize: \(spec.metrics.first?.name ?? "latency") }"
        guard !node.isScalar, !node.isList else {
            throw node.error("'\(node.name)' does not say which way is better", hint: example)
        }
        let entries = try node.fields(Objective.Kind.allCases.map(\.rawValue), kind: "objective").entries
        guard entries.count == 1, let entry = entries.first, let kind = Objective.Kind(rawValue: entry.name) else {
            throw node.error("'\(node.name)' has \(entries.count) goals, it takes one", hint: example)
        }
        let objective = Objective(kind, try terms(of: entry.value, kind: kind))
        _ = try entry.value.located { try Scorer(objective, spec: spec) }
        return objective
    }

    private func terms(of node: YAMLNode, kind: Objective.Kind) throws -> [Objective.Term] {
        switch kind {
        case .minimize, .maximize, .accumulate:
            return [Objective.Term(try metric(node))]
        case .pareto:
            return try node.list().map { Objective.Term(try metric($0)) }
        case .product where node.isList:
            return try node.list().map { Objective.Term(try metric($0)) }
        case .product, .target, .archgym:
            let limits = kind == .product ? 0.001...1_000 : -1e300...1e300
            return try node.fields(spec.metrics.map(\.name), kind: "metric").entries.map {
                Objective.Term($0.name, try $0.value.number(in: limits))
            }
        }
    }

    private func metric(_ node: YAMLNode) throws -> String {
        let name = try node.text()
        guard spec.metrics.contains(where: { $0.name == name }) else {
            throw node.located(GymError.unknown(.badInput, "metric", name, among: spec.metrics.map(\.name)))
        }
        return name
    }

    private func constraint(_ node: YAMLNode, of goal: Objective) throws -> Expression {
        try node.located {
            let expression = try Expression(try node.text())
            _ = try Scorer(Objective(goal.kind, goal.terms, constraints: [expression]), spec: spec)
            return expression
        }
    }
}
