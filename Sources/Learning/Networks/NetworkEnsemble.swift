#if canImport(Glibc)
    import Glibc
#endif

/// Several networks that learned one number from the same rows, each from another beginning and in another order: their
/// mean foretells better than any of them, and where they differ little is known (Lakshminarayanan and others, 2017).
public struct NetworkEnsemble: Sendable {
    /// How the networks learn.
    public struct Rules: Sendable, Hashable {
        /// How many networks there are.
        public var members = 3
        /// The width of each of the two hidden layers.
        public var width = 64
        /// How many steps each network takes.
        public var steps = 8_000
        /// How many rows a step looks at.
        public var batch = 32
        /// How far a step goes at first; it falls to nothing along half a wave of the cosine.
        public var rate = 4e-3

        /// The usual rules.
        public init() {}
    }

    /// How many features a row has.
    public let inputs: Int
    /// The width of the hidden layers.
    public let width: Int
    /// By which features are brought to mean 0 and variance 1.
    public let means: [Double]
    /// By which features are brought to mean 0 and variance 1; infinite ones make nothing of what never varied.
    public let scales: [Double]
    /// What the networks' outputs are multiplied with, and then moved by.
    public let (gain, shift): (Double, Double)
    private let members: [Network]

    /// The weights and biases of each network, in the order of `Network.parameters`.
    public var parameters: [[Float]] { members.map(\.parameters) }

    /// Puts an ensemble together from its parts; nil where they do not fit, or are not finite.
    public init?(
        width: Int, means: [Double], scales: [Double], gain: Double, shift: Double, parameters: [[Float]]
    ) {
        guard (1...4_096).contains(width), means.count == scales.count, !parameters.isEmpty, gain.isFinite,
            shift.isFinite, means.allSatisfy(\.isFinite), scales.allSatisfy({ $0 > 0 })
        else { return nil }
        let networks = parameters.compactMap {
            Network(inputs: means.count, NetworkEnsemble.layers(width), parameters: $0)
        }
        guard networks.count == parameters.count else { return nil }
        (inputs, self.width, self.means, self.scales) = (means.count, width, means, scales)
        (self.gain, self.shift, members) = (gain, shift, networks)
    }

    /// Learns from rows of features and a target for each.
    public init(
        _ rows: [[Double]], targets: [Double], rules: Rules = Rules(), using generator: inout some RandomNumberGenerator
    ) {
        let (inputs, count) = (rows.first?.count ?? 0, Double(max(1, rows.count)))
        let means = (0..<inputs).map { place in rows.reduce(0) { $0 + $1[place] } / count }
        let scales = (0..<inputs).map { place in
            let square = rows.reduce(0) { $0 + ($1[place] - means[place]) * ($1[place] - means[place]) }
            let deviation = (square / count).squareRoot()
            return deviation > 1e-9 * max(1, abs(means[place])) ? deviation : .infinity
        }
        let shift = targets.reduce(0, +) / count
        let spread = (targets.reduce(0) { $0 + ($1 - shift) * ($1 - shift) } / count).squareRoot()
        let gain = spread > 0 ? spread : 1
        (self.inputs, self.width, self.means, self.scales) = (inputs, rules.width, means, scales)
        (self.gain, self.shift) = (gain, shift)
        let features = NetworkEnsemble.scaled(rows, means, scales)
        let wanted = targets.map { Float(($0 - shift) / gain) }
        members = (0..<max(1, rules.members)).map { _ in
            var network = Network(inputs: inputs, NetworkEnsemble.layers(rules.width), using: &generator)
            if !rows.isEmpty { NetworkEnsemble.train(&network, features, wanted, rules, using: &generator) }
            return network
        }
    }

    private static func layers(_ width: Int) -> [Network.Layer] {
        Network.layers(hidden: [width, width], .tanh, outputs: 1, gain: 0.1)
    }

    private static func scaled(_ rows: [[Double]], _ means: [Double], _ scales: [Double]) -> [Float] {
        rows.flatMap { row in row.indices.map { Float((row[$0] - means[$0]) / scales[$0]) } }
    }

    private static func train(
        _ network: inout Network, _ features: [Float], _ targets: [Float], _ rules: Rules,
        using generator: inout some RandomNumberGenerator
    ) {
        let (count, inputs) = (targets.count, network.inputs)
        let batch = min(count, max(1, rules.batch))
        var order = (0..<Int32(count)).map { $0 }
        var place = count
        var adam = Adam(count: network.parameters.count, rate: rules.rate, epsilon: 1e-8)
        var (input, wanted) = ([Float](repeating: 0, count: batch * inputs), [Float](repeating: 0, count: batch))
        for step in 0..<rules.steps {
            if place + batch > count {
                Draws.shuffle(&order, using: &generator)
                place = 0
            }
            for member in 0..<batch {
                let row = Int(order[place + member])
                wanted[member] = targets[row]
                for column in 0..<inputs { input[member * inputs + column] = features[row * inputs + column] }
            }
            place += batch
            let outputs = network.forward(input, rows: batch)
            network.backward(zip(outputs, wanted).map { 2 * ($0 - $1) / Float(batch) })
            adam.rate = rules.rate * 0.5 * (1 + cos(.pi * Double(step) / Double(rules.steps)))
            adam.step(&network)
        }
    }

    /// For each row the mean of the networks, and the variance between them.
    public func predictions(_ rows: [[Double]]) -> [(mean: Double, variance: Double)] {
        guard !rows.isEmpty else { return [] }
        let features = NetworkEnsemble.scaled(rows, means, scales)
        let outputs = members.map { member in
            var network = member
            return network.forward(features, rows: rows.count)
        }
        let count = Double(members.count)
        return rows.indices.map { row in
            let values = outputs.map { shift + gain * Double($0[row]) }
            let mean = values.reduce(0, +) / count
            return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count)
        }
    }
}
