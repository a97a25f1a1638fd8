extension NetworkEnsemble: Codable {
    private enum Key: String, CodingKey { case width, means, scales, gain, shift, parameters }

    /// Writes the weights; a scale of 0 stands for a feature that never varied.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(width, forKey: .width)
        try container.encode(means, forKey: .means)
        try container.encode(scales.map { $0.isFinite ? $0 : 0 }, forKey: .scales)
        try container.encode(gain, forKey: .gain)
        try container.encode(shift, forKey: .shift)
        try container.encode(parameters, forKey: .parameters)
    }

    /// Reads what `encode` wrote; throws `DecodingError` where the parts do not fit.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let ensemble = NetworkEnsemble(
            width: try container.decode(Int.self, forKey: .width),
            means: try container.decode([Double].self, forKey: .means),
            scales: try container.decode([Double].self, forKey: .scales).map { $0 == 0 ? .infinity : $0 },
            gain: try container.decode(Double.self, forKey: .gain),
            shift: try container.decode(Double.self, forKey: .shift),
            parameters: try container.decode([[Float]].self, forKey: .parameters))
        guard let ensemble else {
            throw DecodingError.dataCorruptedError(
                forKey: .parameters, in: container, debugDescription: "the weights do not fit the layers")
        }
        self = ensemble
    }
}
