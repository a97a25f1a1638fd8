import Learning
import Testing

@Suite("networks")
struct NetworkTests {
    /// The weights that golden numbers were computed with.
    private static func wave(_ count: Int, _ height: Double = 0.4) -> [Float] {
        (0..<count).map { place in
            let angle = 1.7 * Double(place + 1)
            // A triangle wave: no library's sine decides the bits.
            let turn = (angle / 4).truncatingRemainder(dividingBy: 1)
            return Float(height * (turn < 0.5 ? 4 * turn - 1 : 3 - 4 * turn))
        }
    }

    private static let stacks: [[Network.Layer]] = [
        [.dense(5, gain: 1)],
        [.dense(9, gain: 1), .tanh, .dense(3, gain: 1)],
        [.dense(17, gain: 1), .relu, .dense(8, gain: 1), .tanh, .dense(1, gain: 1)],
        [.normalize, .dense(12, gain: 1), .normalize, .tanh, .dense(4, gain: 1)],
    ]

    @Test("the backward pass gives the slopes that differences give, of parameters and inputs", arguments: stacks)
    func differences(layers: [Network.Layer]) {
        var generator = Mixer(seed: 3)
        let (inputs, rows) = (6, 5)
        var network = Network(inputs: inputs, layers, using: &generator)
        network.parameters = zip(network.parameters, Self.wave(network.parameters.count, 0.2)).map { $0 + $1 }
        let input = Self.wave(rows * inputs, 1.5)
        let weights = Self.wave(rows * network.outputs, 1)
        func loss(_ network: inout Network, _ input: [Float]) -> Double {
            zip(network.forward(input, rows: rows), weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        _ = loss(&network, input)
        let slopes = network.backward(weights)
        let gradients = network.gradients
        let size = gradients.map(abs).max() ?? 0
        let step: Float = 1e-3
        for place in network.parameters.indices {
            var (more, less) = (network, network)
            more.parameters[place] += step
            less.parameters[place] -= step
            let expected = (loss(&more, input) - loss(&less, input)) / Double(2 * step)
            #expect(abs(Double(gradients[place]) - expected) < 5e-3 * max(1, Double(size)), "parameter \(place)")
        }
        for place in input.indices {
            var (more, less) = (input, input)
            more[place] += step
            less[place] -= step
            let expected = (loss(&network, more) - loss(&network, less)) / Double(2 * step)
            #expect(abs(Double(slopes[place]) - expected) < 5e-3 * max(1, Double(size)), "input \(place)")
        }
    }

    @Test("a row's outputs have the same bits whatever other rows are passed along")
    func rows() {
        var generator = Mixer(seed: 5)
        var network = Network(
            inputs: 7, Network.layers(hidden: [19, 13], .tanh, outputs: 11, gain: 0.5), using: &generator)
        let input = Self.wave(9 * 7, 2)
        let together = network.forward(input, rows: 9)
        for row in 0..<9 {
            let alone = network.forward(Array(input[row * 7..<row * 7 + 7]), rows: 1)
            #expect(alone == Array(together[row * 11..<row * 11 + 11]))
        }
    }

    @Test(
        "initial weights are orthogonal, of the gain's length, and biases are 0", arguments: [(4, 9), (9, 4), (6, 6)])
    func orthogonal(shape: (inputs: Int, outputs: Int)) {
        var generator = Mixer(seed: 11)
        let network = Network(inputs: shape.inputs, [.dense(shape.outputs, gain: 1.5)], using: &generator)
        let weights = network.parameters.prefix(shape.inputs * shape.outputs).map(Double.init)
        #expect(network.parameters.dropFirst(weights.count).allSatisfy { $0 == 0 })
        let isWide = shape.inputs < shape.outputs
        let lines = (0..<min(shape.inputs, shape.outputs)).map { line in
            (0..<max(shape.inputs, shape.outputs)).map { place in
                isWide ? weights[line * shape.outputs + place] : weights[place * shape.outputs + line]
            }
        }
        for (first, line) in lines.enumerated() {
            for (second, other) in lines.enumerated() {
                let product = zip(line, other).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(product - (first == second ? 2.25 : 0)) < 1e-5)
            }
        }
    }

    @Test("the hyperbolic tangent is right from the middle to far outside")
    func tangent() {
        var generator = Mixer(seed: 1)
        var network = Network(inputs: 1, [.tanh], using: &generator)
        // tanh of these, by fifty digits.
        let known: [(Float, Float)] = [
            (0, 0), (0.001, 0.000_999_999_667), (-0.25, -0.244_918_662), (0.5, 0.462_117_157), (-1, -0.761_594_156),
            (2, 0.964_027_580), (-4, -0.999_329_300), (9, 0.999_999_970), (50, 1), (-100, -1),
        ]
        for (x, y) in known { #expect(abs(network.forward([x], rows: 1)[0] - y) < 1.2e-7) }
    }

    @Test("Adam moves as its paper says, ε outside the corrected root")
    func adam() {
        var generator = Mixer(seed: 1)
        var network = Network(inputs: 1, [.dense(1, gain: 1)], using: &generator)
        network.parameters = [1, -2]
        var adam = Adam(count: 2, rate: 0.1, epsilon: 0.01)
        // The loss y, then -y / 2, at the input 3; computed in double precision by algorithm 1.
        let expected: [(Float, Float)] = [(0.900_332_226, -2.099_009_901), (0.873_810_365, -2.125_310_871)]
        for (slope, weights) in zip([Float(1), -0.5], expected) {
            _ = network.forward([3], rows: 1)
            network.backward([slope])
            adam.step(&network)
            #expect(abs(network.parameters[0] - weights.0) < 2e-6)
            #expect(abs(network.parameters[1] - weights.1) < 2e-6)
            #expect(network.gradients == [0, 0])
        }
    }
}
