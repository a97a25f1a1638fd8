extension Space {
    /// The action as a person reads it, in the space's order; nil for an inactive parameter.
    public func named(_ action: Action) -> [(name: String, value: Value?)] {
        let flags = active(action)
        return parameters.indices.map { index in
            (parameters[index].name, flags[index] ? parameters[index].named(action[index]) : nil)
        }
    }

    /// The canonical action that names give, what is not named from `base` or else from the defaults.
    ///
    /// - Throws: `GymError` with the given code: an unknown name with a guess, a value that its parameter can't take,
    ///   a parameter that has neither a value nor a default, or a broken constraint.
    public func action(
        named values: [String: Value], base: Action? = nil, code: GymError.Code = .illegalAction
    ) throws -> Action {
        for name in values.keys.sorted() where index(of: name) == nil {
            throw GymError.unknown(code, "parameter", name, among: parameters.map(\.name))
        }
        var action: Action = []
        for (index, parameter) in parameters.enumerated() {
            if let written = values[parameter.name] {
                action.append(try parameter.value(of: written, code: code))
            } else if let value = base?[index] {
                action.append(value)
            } else if let written = parameter.defaultValue {
                action.append(try parameter.value(of: written, code: code))
            } else {
                throw GymError(
                    code, "'\(parameter.name)' has no value and no default", hint: "it takes \(parameter.domainText)",
                    field: parameter.name)
            }
        }
        return try checked(action)
    }
}
