extension Ridge: Codable {
    private enum Key: String, CodingKey { case features, pairs, weights, intercept }

    /// Writes the weights; pairs as lists of two places.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(features, forKey: .features)
        try container.encode(pairs.map { [$0.first, $0.second] }, forKey: .pairs)
        try container.encode(weights, forKey: .weights)
        try container.encode(intercept, forKey: .intercept)
    }

    /// Reads what `encode` wrote; throws `DecodingError` where weights and features do not fit.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let pairs = try container.decode([[Int]].self, forKey: .pairs)
        guard pairs.allSatisfy({ $0.count == 2 }),
            let model = Ridge(
                features: try container.decode(Int.self, forKey: .features), pairs: pairs.map { Pair($0[0], $0[1]) },
                weights: try container.decode([Double].self, forKey: .weights),
                intercept: try container.decode(Double.self, forKey: .intercept))
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .weights, in: container, debugDescription: "the weights do not fit the features")
        }
        self = model
    }
}
