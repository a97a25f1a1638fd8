import Files
import Gym

/// Reads what stands under `lottery`.
struct LotteryReader {
    let agents: [AgentEntry]

    /// A contender as it is written: what is fixed, and the space of the rest.
    private struct Entrant {
        let name: String
        let agent: AgentEntry
        let fixed: [String: Value]
        let space: Space
    }

    func lottery(_ node: YAMLNode) throws -> Lottery {
        let fields = try node.fields(["draws", "by", "seed", "agents", "drawn"])
        let draws = try fields.required("draws", example: "draws: 60").integer(in: 1...Lottery.drawLimit)
        let word = try fields["by"]?.choice(of: Lottery.Method.allCases.map(\.rawValue)) ?? "sobol"
        let method = Lottery.Method(rawValue: word) ?? .sobol
        let seed = UInt64(try fields["seed"]?.integer(in: 0...Int.max) ?? 1)
        let items = try fields.required("agents", example: "agents: [genetic, annealing]").list()
        guard (1...100).contains(items.count) else { throw node.error("a lottery takes 1 … 100 agents") }
        let entrants = try named(items.map(entrant))
        let known = try fields["drawn"]?.fields(entrants.map(\.name), kind: "agent of this lottery")
        let contenders = try entrants.map { entrant in
            let values =
                try known?[entrant.name].map { try drawn($0, of: entrant) }
                ?? ConfigurationDraws(entrant.space, method: method, seed: seed, name: entrant.name)
                .values(draws, of: entrant.agent, fixed: entrant.fixed)
            return Lottery.Contender(
                name: entrant.name, agent: entrant.agent,
                configurations: try ([entrant.fixed] + values).map {
                    try Settings($0, space: entrant.agent.hyperparameters)
                })
        }
        return Lottery(draws: draws, method: method, seed: seed, written: items, contenders: contenders)
    }

    /// Gives each a name of its own; random search with its defaults is added where nobody asked for it.
    private func named(_ written: [Entrant]) -> [Entrant] {
        var entrants = written
        let reference = agents.first { $0.name == Lottery.reference }
        if let reference, !written.contains(where: { $0.agent.name == reference.name && $0.fixed.isEmpty }) {
            entrants.insert(Entrant(name: "", agent: reference, fixed: [:], space: Space([])), at: 0)
        }
        var uses: [String: Int] = [:]
        return entrants.map { entrant in
            let count = uses[entrant.agent.name, default: 0] + 1
            uses[entrant.agent.name] = count
            return Entrant(
                name: entrant.agent.name + (count == 1 ? "" : ".\(count)"), agent: entrant.agent,
                fixed: entrant.fixed, space: entrant.space)
        }
    }

    private func entrant(_ node: YAMLNode) throws -> Entrant {
        let nameNode = node.isScalar ? node : try node.child("name", example: "name: genetic")
        let name = try nameNode.text()
        guard let agent = agents.first(where: { $0.name == name }) else {
            throw nameNode.located(
                GymError.unknown(.badInput, "agent", name, among: agents.map(\.name))
                    .adding(help: "sextant agents        lists all of them"))
        }
        var (fixed, free): ([String: Value], [Parameter]) = ([:], [])
        let parameters = agent.hyperparameters.parameters
        let fields =
            try node.isScalar
            ? nil : node.fields(["name"] + parameters.map(\.name), kind: "hyperparameter of '\(name)'")
        for parameter in parameters {
            if let node = fields?[parameter.name] {
                guard !node.isList else {
                    free.append(try parameter.narrowed(to: node))
                    continue
                }
                let value = try node.value()
                _ = try node.located { try parameter.value(of: value, code: .badInput) }
                fixed[parameter.name] = value
            } else if name != Lottery.reference {
                free.append(parameter)
            }
        }
        return Entrant(name: name, agent: agent, fixed: fixed, space: Space(free))
    }

    /// Configurations that were drawn before; what they don't name is as in the defaults.
    private func drawn(_ node: YAMLNode, of entrant: Entrant) throws -> [[String: Value]] {
        let items = try node.list()
        guard items.count <= Lottery.drawLimit else { throw node.error("'\(node.name)' has more than 1,000 draws") }
        let parameters = entrant.agent.hyperparameters.parameters
        return try items.map { item in
            let fields = try item.fields(parameters.map(\.name), kind: "hyperparameter")
            return entrant.fixed.merging(try fields.values(in: entrant.agent.hyperparameters)) { $1 }
        }
    }
}

extension Parameter {
    /// The parameter with fewer values: two numbers are the ends of a range, any other list names the values.
    fileprivate func narrowed(to node: YAMLNode) throws -> Parameter {
        let items = try node.list()
        guard !items.isEmpty else { throw node.error("'\(name)' has no values to take") }
        let values = try items.map { item in
            let written = try item.value()
            return try item.located { try value(of: written, code: .badInput) }
        }
        if case .categorical(let choices) = domain {
            return with(.categorical(choices.indices.filter { values.contains(Double($0)) }.map { choices[$0] }))
        }
        let sorted = Set(values).sorted()
        guard items.count == 2, let low = sorted.first, let high = sorted.last, low < high else {
            return with(.ordinal(sorted))
        }
        switch domain {
        case .real: return with(.real(low...high))
        case .integer(_, let step): return with(.integer(Int(low)...Int(high), step: step))
        case .ordinal(let all): return with(.ordinal(all.filter { (low...high).contains($0) }))
        case .categorical: return self
        }
    }

    /// Without a default, which may lie outside.
    private func with(_ domain: Domain) -> Parameter {
        Parameter(name, domain, scale: scale, unit: unit, note: note)
    }
}
