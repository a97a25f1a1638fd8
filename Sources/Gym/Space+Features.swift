#if canImport(Glibc)
    import Glibc
#endif

extension Space {
    /// How many features `encode` gives: one per numeric parameter, one per choice of a categorical.
    public var featureCount: Int {
        parameters.reduce(0) { $0 + $1.featureCount }
    }

    /// The action as features in [0, 1]: a numeric parameter on its scale, a categorical one-hot.
    public func encode(_ action: Action) -> [Double] {
        var features: [Double] = []
        features.reserveCapacity(featureCount)
        for (parameter, value) in zip(parameters, canonical(action)) {
            if case .categorical(let choices) = parameter.domain {
                for index in choices.indices { features.append(Double(index) == value ? 1 : 0) }
            } else {
                features.append(parameter.encode(value))
            }
        }
        return features
    }

    /// The canonical action nearest to the features: the largest of a one-hot group, the nearest value on the scale.
    /// Constraints are not looked at.
    public func decode(_ features: [Double]) -> Action {
        precondition(features.count == featureCount, "a feature vector has the wrong length")
        var action: Action = []
        var start = 0
        for parameter in parameters {
            let group = features[start..<start + parameter.featureCount]
            start += parameter.featureCount
            if parameter.isCategorical {
                let best = group.indices.max { group[$0] < group[$1] } ?? group.startIndex
                action.append(Double(best - group.startIndex))
            } else {
                action.append(parameter.decode(group[group.startIndex]))
            }
        }
        return canonical(action)
    }
}

extension Parameter {
    /// How many features this parameter gives.
    public var featureCount: Int {
        if case .categorical(let choices) = domain { return choices.count }
        return 1
    }

    /// A numeric value's place between the lowest (0) and the highest (1) on the parameter's scale.
    public func encode(_ value: Double) -> Double {
        let (low, high) = (scaled(lowest), scaled(highest))
        return high == low ? 0 : (scaled(value) - low) / (high - low)
    }

    /// The domain's value nearest to a place between 0 and 1 on the parameter's scale.
    public func decode(_ feature: Double) -> Double {
        let place = feature.isNaN ? 0 : min(1, max(0, feature))
        let (low, high) = (scaled(lowest), scaled(highest))
        let target = low + place * (high - low)
        guard let count = discreteCount else { return min(highest, max(lowest, unscaled(target))) }
        // Scaled values are monotone in rank, so the nearest one is found by bisection.
        var (first, last) = (0, count - 1)
        while last - first > 1 {
            let middle = (first + last) / 2
            if (scaled(value(at: middle)) <= target) == (low <= high) { first = middle } else { last = middle }
        }
        let nearer = abs(scaled(value(at: first)) - target) <= abs(scaled(value(at: last)) - target)
        return value(at: nearer ? first : last)
    }

    private func scaled(_ value: Double) -> Double {
        switch scale {
        case .linear: value
        case .log2: log2(value)
        case .inverse: 1 / value
        }
    }

    private func unscaled(_ value: Double) -> Double {
        switch scale {
        case .linear: value
        case .log2: exp2(value)
        case .inverse: 1 / value
        }
    }
}
