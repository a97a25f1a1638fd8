extension Space {
    /// A legal canonical action drawn uniformly over values (reals: over their scale), constraints by rejection; a mask
    /// narrows the choices of the categorical parameters.
    ///
    /// - Throws: `GymError` (`bad-input`) when 10,000 draws in a row broke a constraint.
    public func sample(_ generator: inout Generator, legal: [[Bool]]? = nil) throws -> Action {
        for _ in 0..<10_000 {
            let action = masked(parameters.map { $0.sample(&generator) }, legal: legal, &generator)
            if satisfiesConstraints(action) { return action }
        }
        throw GymError(
            .badInput, "10,000 random designs in a row broke a constraint of the space",
            hint: "loosen: " + constraints.map(\.text).joined(separator: "; "))
    }

    /// Every legal canonical action, the last parameter changing fastest; nil where a parameter is real or more than
    /// `limit` designs would have to be looked at.
    public func designs(limit: Int) -> [Action]? {
        guard parameters.allSatisfy({ $0.discreteCount != nil }) else { return nil }
        var found: [Action] = []
        var looked = 0
        var action = parameters.map(\.lowest)
        var flags = [Bool](repeating: true, count: parameters.count)
        func extend(_ place: Int) -> Bool {
            guard place < parameters.count else {
                looked += 1
                if looked <= limit, satisfiesConstraints(action) { found.append(action) }
                return looked <= limit
            }
            // Only earlier parameters decide whether one is active, so no design is met twice.
            let test = activityTests[place]
            flags[place] = test.map { $0.places.allSatisfy { flags[$0] } && $0.isTrue(action) } ?? true
            defer { action[place] = parameters[place].lowest }
            let ranks = flags[place] ? parameters[place].discreteCount ?? 1 : 1
            return (0..<ranks).allSatisfy { rank in
                action[place] = parameters[place].value(at: rank)
                return extend(place + 1)
            }
        }
        return extend(0) ? found : nil
    }

    /// The legal canonical actions that differ in one active parameter: every other choice of a categorical, ranks
    /// ±1, ±2, ±4 … of an ordered one, ±1 %, ±10 % and ±30 % of a real's range. In a fixed order, none twice.
    public func neighbours(of action: Action) -> [Action] {
        parameters.indices.flatMap { neighbours(of: action, at: $0) }
    }

    /// The neighbours that differ in one certain parameter; none where it is not active.
    public func neighbours(of action: Action, at index: Int) -> [Action] {
        let base = canonical(action)
        guard activityTests[index] == nil || active(base)[index] else { return [] }
        return parameters[index].valuesNear(base[index]).compactMap { value in
            var candidate = base
            candidate[index] = value
            candidate = canonical(candidate)
            return satisfiesConstraints(candidate) ? candidate : nil
        }
    }

    /// The action in which every parameter has its default, in canonical form; nil where one has none.
    public var defaultAction: Action? {
        var action: Action = []
        for parameter in parameters {
            guard let written = parameter.defaultValue,
                let value = try? parameter.value(of: written)
            else { return nil }
            action.append(value)
        }
        return canonical(action)
    }
}

extension Parameter {
    /// A uniform value of the domain, a real uniform on its scale.
    public func sample(_ generator: inout Generator) -> Double {
        if let count = discreteCount { return value(at: generator.below(count)) }
        return decode(generator.unit())
    }

    /// The values that count as one step away.
    func valuesNear(_ value: Double) -> [Double] {
        switch domain {
        case .categorical(let choices):
            return choices.indices.map(Double.init).filter { $0 != value }
        case .real:
            let here = encode(value)
            var values: [Double] = []
            for move in [0.01, -0.01, 0.1, -0.1, 0.3, -0.3] {
                // At an end of the range several moves come to the same.
                let near = decode(min(1, max(0, here + move)))
                if near != value, !values.contains(near) { values.append(near) }
            }
            return values
        case .integer, .ordinal:
            guard let rank = rank(of: value), let count = discreteCount else { return [] }
            var values: [Double] = []
            var jump = 1
            while jump < count {
                if rank + jump < count { values.append(self.value(at: rank + jump)) }
                if rank - jump >= 0 { values.append(self.value(at: rank - jump)) }
                jump *= 2
            }
            return values
        }
    }
}
