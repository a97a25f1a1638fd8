import Files
import Gym

/// Reads everything of a manifest that describes one cell: all keys but study, kind, seeds, sweep and workers.
struct CellReader {
    let catalogs: Catalogs
    let instances: Instances

    /// The cell of a manifest; where a lottery brings the agents, one of them.
    func cell(_ root: YAMLNode, of contender: Lottery.Contender? = nil) throws -> Cell {
        let fields = try root.fields(Manifest.keys)
        let environmentNode = try fields.required("environment", example: "environment: { id: … }")
        let (environment, options, spec) = try self.environment(environmentNode)
        let (agent, settings): (AgentEntry, Settings)
        if let contender {
            (agent, settings) = (contender.agent, contender.configurations[0])
        } else if fields["agent"] == nil, let entry = catalogs.defaultAgent {
            (agent, settings) = (entry, try Settings(space: entry.hyperparameters))
        } else {
            let node = try fields.required("agent", example: "agent: random")
            (agent, settings) = try self.agent(node, family: environment.datasheet.title)
        }
        let budget = try Budget(fields.required("budget", example: "budget: { samples: 1000 }"))
        return Cell(
            environment: environment, options: options, spec: spec, agent: agent, settings: settings,
            objective: try ObjectiveReader(spec: spec).objective(fields["objective"], fields["constraints"]),
            budget: budget,
            batch: try fields["batch"]?.integer(in: 1...1_024) ?? Manifest.defaultBatch,
            timeout: try fields["timeout"].map(TimeText.read) ?? Manifest.defaultTimeout,
            recordsObservations: try fields["record"]?.choice(of: ["samples", "observations"]) == "observations",
            start: try fields["start"].map { try start($0, spec: spec) } ?? [],
            repeats: try fields["repeat"].map { try repeats($0, spec: spec) } ?? 1,
            warm: try fields["warm"].map { try studies($0, spec: spec) } ?? [],
            transfer: try fields["transfer"].map { try studies($0, spec: spec) } ?? [])
    }

    private func repeats(_ node: YAMLNode, spec: EnvironmentSpec) throws -> Int {
        let count = try node.integer(in: 1...1_000)
        guard count == 1 || spec.horizon == 1 else { throw node.needsOneStep(spec) }
        guard count == 1 || !spec.isCacheable else {
            throw node.error(
                "every metric of '\(spec.id)' is deterministic, so 'repeat' would evaluate the same again",
                hint: "leave 'repeat' out")
        }
        return count
    }

    private func studies(_ node: YAMLNode, spec: EnvironmentSpec) throws -> [String] {
        let names = try (node.isScalar ? [node] : node.list()).map { try Manifest.studyName($0, defaultName: "") }
        guard names.isEmpty || spec.horizon == 1 else { throw node.needsOneStep(spec) }
        return names
    }

    func environment(_ node: YAMLNode) throws -> (EnvironmentEntry, Options, EnvironmentSpec) {
        let known = catalogs.environments
        let idNode = node.isScalar ? node : try node.child("id", example: "id: \(known.first?.datasheet.id ?? "…")")
        let id = try idNode.text()
        let proxy = try idNode.located { try instances.proxy(id, catalogs) }
        guard let entry = proxy ?? known.first(where: { $0.datasheet.id == id }) else {
            throw idNode.located(
                GymError.unknown(.unknownEnvironment, "environment", id, among: known.map(\.datasheet.id))
                    .adding(help: "sextant envs        lists all of them"))
        }
        let (options, workloads) = try given(node, to: entry.datasheet.options)
        let complete = try node.located {
            try Options(options, declared: entry.datasheet.options, workloads: workloads)
        }
        return (entry, complete, try node.located { try instances.spec(of: entry, options: complete) })
    }

    /// The options that are written, each checked by itself so that the error stands at its value.
    private func given(
        _ node: YAMLNode, to declared: [OptionSpec]
    ) throws -> (values: [String: Value], workloads: [String: WorkloadFile]) {
        guard !node.isScalar else { return ([:], [:]) }
        let fields = try node.fields(["id"] + declared.map(\.name), kind: "option")
        var values: [String: Value] = [:]
        var workloads: [String: WorkloadFile] = [:]
        for option in declared {
            guard let node = fields[option.name] else { continue }
            let value = try node.value()
            try node.located {
                if case .workload(let names) = option.kind, !names.contains(value.text) {
                    workloads[value.text] = try instances.workload(value.text, builtIn: names)
                }
                _ = try Options([option.name: value], declared: [option], workloads: workloads)
            }
            values[option.name] = value
        }
        return (values, workloads)
    }

    private func agent(_ node: YAMLNode, family: String) throws -> (AgentEntry, Settings) {
        let nameNode = node.isScalar ? node : try node.child("name", example: "name: random")
        let name = try nameNode.text()
        guard let entry = catalogs.agents.first(where: { $0.name == name }) else {
            throw nameNode.located(
                GymError.unknown(.badInput, "agent", name, among: catalogs.agents.map(\.name))
                    .adding(help: "sextant agents        lists all of them"))
        }
        let space = entry.hyperparameters
        var values: [String: Value] = [:]
        if !node.isScalar {
            let known = ["name", "preset"] + space.parameters.map(\.name)
            let fields = try node.fields(known, kind: "hyperparameter of '\(name)'")
            if let preset = fields["preset"] { values = try instances.preset(preset, of: entry, family: family) }
            values.merge(try fields.values(in: space)) { $1 }
        }
        let settings = try node.located { try Settings(values, space: space) }
        if settings.values.count == space.parameters.count {
            _ = try node.located { try space.action(named: settings.values, code: .badInput) }
        }
        return (entry, settings)
    }

    private func start(_ node: YAMLNode, spec: EnvironmentSpec) throws -> [Action] {
        let items = try node.list()
        guard spec.horizon == 1 || items.isEmpty else {
            throw node.needsOneStep(spec)
        }
        guard items.count <= 10_000 else { throw node.error("'start' has more than 10,000 designs") }
        let space = spec.actionSpace
        return try items.map { item in
            let fields = try item.fields(space.parameters.map(\.name), kind: "parameter")
            let values = try fields.values(in: space)
            return try item.located { try space.action(named: values, code: .badInput) }
        }
    }
}

extension YAMLFields {
    /// What is written of a space's parameters, each checked by itself so that the error stands at its value.
    func values(in space: Space) throws -> [String: Value] {
        var values: [String: Value] = [:]
        for parameter in space.parameters {
            guard let node = self[parameter.name] else { continue }
            let value = try node.value()
            _ = try node.located { try parameter.value(of: value, code: .badInput) }
            values[parameter.name] = value
        }
        return values
    }
}

extension YAMLNode {
    fileprivate func needsOneStep(_ spec: EnvironmentSpec) -> GymError {
        error("'\(name)' needs an environment whose episodes are one step; here they have \(spec.horizon)")
    }

    /// The value of a key of a mapping whose other keys are not looked at.
    func child(_ key: String, example: String) throws -> YAMLNode {
        if let value = try entries().first(where: { $0.name == key })?.value { return value }
        throw GymError(.badInput, "'\(name)' has no '\(key)'", hint: "add \(example)", field: key, place: place)
    }
}

extension GymError {
    /// The error with one more line of help.
    func adding(help: String) -> GymError {
        var error = self
        let guess = hint.flatMap { $0.hasPrefix("did you mean") ? $0 : nil }
        error.hint = [guess, help].compactMap(\.self).joined(separator: "\n")
        return error
    }
}
