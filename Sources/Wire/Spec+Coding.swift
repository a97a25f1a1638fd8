import Gym

extension Value {
    init(_ body: ProtoValue) throws {
        switch body.kind {
        case .number(let number):
            guard number.isFinite else { throw GymError(.malformed, "a number is not finite") }
            self = .number(number)
        case .text(let word): self = .text(word)
        case nil: throw GymError(.malformed, "a value is neither number nor text")
        }
    }
}

extension ProtoValue {
    init(_ value: Value) {
        self.init()
        switch value {
        case .number(let number): self.number = number
        case .text(let word): text = word
        }
    }
}

extension Objective {
    init(_ body: ProtoObjective) throws {
        guard body.terms.allSatisfy({ $0.amount.isFinite }) else {
            throw GymError(.malformed, "the amount of an objective is not finite")
        }
        self.init(
            try word(body.kind, field: "kind", default: .minimize),
            body.terms.map { Term($0.metric, $0.amount == 0 ? 1 : $0.amount) },
            constraints: try body.constraints.map { try Expression($0) })
    }
}

extension ProtoObjective {
    init(_ objective: Objective) {
        self.init()
        (kind, constraints) = (objective.kind.rawValue, objective.constraints.map(\.text))
        terms = objective.terms.map { term in
            var body = ProtoTerm()
            (body.metric, body.amount) = (term.metric, term.amount)
            return body
        }
    }
}

extension EnvironmentSpec {
    init(_ body: ProtoSpec) throws {
        self.init(
            id: body.id, actionSpace: try Space(body.actionSpace), observationNames: body.observationNames,
            metrics: try body.metrics.map { try Metric($0) }, horizon: Int(body.horizon), isPure: body.isPure,
            reference: body.reference.map { $0.isNaN ? nil : $0 })
    }
}

extension ProtoSpec {
    init(_ spec: EnvironmentSpec) {
        self.init()
        (id, actionSpace, observationNames) = (spec.id, ProtoSpace(spec.actionSpace), spec.observationNames)
        (metrics, horizon, isPure) = (spec.metrics.map(ProtoMetric.init), Int32(spec.horizon), spec.isPure)
        reference = spec.reference.map { $0 ?? .nan }
    }
}

extension Metric {
    fileprivate init(_ body: ProtoMetric) throws {
        self.init(
            body.name, unit: body.unit, goal: try word(body.goal, field: "goal", default: .minimize),
            isPositive: body.isPositive, isDeterministic: body.isDeterministic, note: body.note)
    }
}

extension ProtoMetric {
    fileprivate init(_ metric: Metric) {
        self.init()
        (name, unit, goal, note) = (metric.name, metric.unit, metric.goal.rawValue, metric.note)
        (isPositive, isDeterministic) = (metric.isPositive, metric.isDeterministic)
    }
}

extension Space {
    fileprivate init(_ body: ProtoSpace) throws {
        try self.init(
            checking: body.parameters.map { try Parameter($0) }, constraints: body.constraints,
            activity: body.activity)
    }
}

extension ProtoSpace {
    fileprivate init(_ space: Space) {
        self.init()
        (parameters, constraints) = (space.parameters.map(ProtoParameter.init), space.constraints.map(\.text))
        activity = space.activity.mapValues(\.text)
    }
}

extension Parameter {
    fileprivate init(_ body: ProtoParameter) throws {
        let domain: Domain
        switch body.domain {
        case .integer(let range):
            guard range.lowest <= range.highest else { throw backward(body.name) }
            domain = .integer(Int(range.lowest)...Int(range.highest), step: max(1, Int(range.step)))
        case .real(let range):
            guard range.lowest <= range.highest else { throw backward(body.name) }
            domain = .real(range.lowest...range.highest)
        case .ordinal(let values): domain = .ordinal(values.values)
        case .categorical(let choices): domain = .categorical(choices.choices)
        case nil: throw GymError(.malformed, "the parameter '\(body.name)' has no domain")
        }
        self.init(
            body.name, domain, scale: try word(body.scale, field: "scale", default: .linear), unit: body.unit,
            default: body.hasDefaultValue ? try Value(body.defaultValue) : nil, note: body.note)
    }
}

private func backward(_ name: String) -> GymError {
    GymError(.malformed, "the range of the parameter '\(name)' is backward")
}

extension ProtoParameter {
    fileprivate init(_ parameter: Parameter) {
        self.init()
        (name, scale, unit) = (parameter.name, parameter.scale.rawValue, parameter.unit)
        note = parameter.note
        if let value = parameter.defaultValue { defaultValue = ProtoValue(value) }
        switch parameter.domain {
        case .integer(let range, let step):
            (integer.lowest, integer.highest) = (Int64(range.lowerBound), Int64(range.upperBound))
            integer.step = Int64(step)
        case .real(let range): (real.lowest, real.highest) = (range.lowerBound, range.upperBound)
        case .ordinal(let values): ordinal.values = values
        case .categorical(let choices): categorical.choices = choices
        }
    }
}
