/// A feed-forward network on flat buffers of floats, with its own backward pass.
///
/// Rows are samples. Once a number of rows has been seen, passes of as many or fewer allocate nothing. Every sum is
/// taken in one fixed order, so that results have the same bits on any machine, whatever the number of rows.
public struct Network: Sendable {
    /// One stage of a network.
    public enum Layer: Sendable, Hashable {
        /// Every output is a weighted sum of all inputs and a bias; weights begin orthogonal, scaled by the gain, and
        /// biases at 0 (Saxe and others, 2014).
        case dense(Int, gain: Double)
        /// The hyperbolic tangent.
        case tanh
        /// Nothing below 0.
        case relu
        /// Each row brought to mean 0 and variance 1, then scaled and moved by what is learned (Ba and others, 2016).
        case normalize
    }

    struct Stage: Sendable {
        let layer: Layer
        let (inputs, outputs): (Int, Int)
        /// Where its parameters begin: of a dense one the weights, a run of outputs for each input, then biases.
        let start: Int
        /// How many columns of all buffers lie before its inputs and before its outputs.
        let (from, to): (Int, Int)
    }

    /// Numbers of a row that go in.
    public let inputs: Int
    /// Numbers of a row that come out.
    public let outputs: Int
    /// All weights and biases, stage after stage: of a dense one a run of outputs for each input, then the biases.
    public var parameters: [Float]
    /// What the backward passes since `clearGradients` added up, in the order of the parameters.
    public internal(set) var gradients: [Float]

    let stages: [Stage]
    private let columns: Int
    /// What went into each stage and what came out of the last, for all rows.
    var values: [Float] = []
    /// The loss's slope by each of the values.
    var slopes: [Float] = []
    private var turned: [Float]
    private var capacity = 0
    /// How many rows the next pass has.
    var rows = 0

    /// Makes a network; the generator draws the weights.
    public init(inputs: Int, _ layers: [Layer], using generator: inout some RandomNumberGenerator) {
        self.init(inputs: inputs, layers) {
            Orthogonal.matrix(rows: $0, columns: $1, gain: $2, using: &generator)
        }
    }

    /// Makes a network whose weights and biases are known, in the order of `parameters`; nil where they are not as many
    /// as it has, or not finite.
    public init?(inputs: Int, _ layers: [Layer], parameters: [Float]) {
        self.init(inputs: inputs, layers) { rows, columns, _ in [Float](repeating: 0, count: rows * columns) }
        guard parameters.count == self.parameters.count, parameters.allSatisfy(\.isFinite) else { return nil }
        self.parameters = parameters
    }

    /// Makes a network; `weights` gives a matrix of so many rows and columns and of a gain.
    private init(inputs: Int, _ layers: [Layer], weights: (Int, Int, Double) -> [Float]) {
        var (stages, width, start, column, parameters): ([Stage], Int, Int, Int, [Float]) = ([], inputs, 0, 0, [])
        for layer in layers {
            var outputs = width
            switch layer {
            case .dense(let count, let gain):
                outputs = count
                parameters += weights(width, count, gain)
                parameters += [Float](repeating: 0, count: count)
            case .normalize:
                parameters += [Float](repeating: 1, count: width) + [Float](repeating: 0, count: width)
            case .tanh, .relu: break
            }
            stages.append(
                Stage(
                    layer: layer, inputs: width, outputs: outputs, start: start, from: column, to: column + width))
            (start, column, width) = (parameters.count, column + width, outputs)
        }
        (self.inputs, outputs, self.stages, columns) = (inputs, width, stages, column + width)
        (self.parameters, gradients) = (parameters, [Float](repeating: 0, count: parameters.count))
        turned = [Float](repeating: 0, count: stages.map { $0.inputs * $0.outputs }.max() ?? 0)
    }

    /// Hidden layers of one width with an activation behind each, and a last dense layer.
    public static func layers(
        hidden: [Int], _ activation: Layer, outputs: Int, gain: Double, normalizesInputs: Bool = false
    ) -> [Layer] {
        (normalizesInputs ? [.normalize] : [])
            + hidden.flatMap { [.dense($0, gain: 2.0.squareRoot()), activation] } + [.dense(outputs, gain: gain)]
    }

    /// What comes out for some rows of inputs, row after row.
    public mutating func forward(_ input: [Float], rows: Int) -> [Float] {
        begin(rows: rows)
        values.replaceSubrange(0..<rows * inputs, with: input[..<(rows * inputs)])
        forward()
        return Array(values[outputStart..<outputStart + rows * outputs])
    }

    /// Adds to the gradients what slopes of the last pass's outputs make of them; returns the slopes of its inputs.
    @discardableResult
    public mutating func backward(_ slope: [Float]) -> [Float] {
        slopes.replaceSubrange(outputStart..<outputStart + rows * outputs, with: slope[..<(rows * outputs)])
        backward(needsInputs: true)
        return Array(slopes[..<(rows * inputs)])
    }

    /// Forgets what backward passes added up.
    public mutating func clearGradients() {
        gradients.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }

    /// Moves the parameters towards those of another network of the same shape: by a share of 1 onto them.
    public mutating func approach(_ other: Network, share: Float) {
        parameters.withUnsafeMutableBufferPointer { mine in
            other.parameters.withUnsafeBufferPointer { theirs in
                for place in mine.indices { mine[place] += share * (theirs[place] - mine[place]) }
            }
        }
    }
}

extension Network {
    /// Where the outputs begin among the values.
    var outputStart: Int { capacity * (stages.last?.to ?? 0) }

    /// Makes room for a pass of some rows; the inputs are then written to the beginning of `values`.
    mutating func begin(rows: Int) {
        self.rows = rows
        guard rows > capacity else { return }
        capacity = rows
        values = [Float](repeating: 0, count: rows * columns)
        slopes = values
    }

    /// Passes the rows that were begun from the inputs to the outputs.
    mutating func forward() {
        let (stages, rows, capacity, parameters) = (stages, rows, capacity, parameters)
        values.withUnsafeMutableBufferPointer { values in
            parameters.withUnsafeBufferPointer { parameters in
                guard let values = values.baseAddress, let parameters = parameters.baseAddress else { return }
                for stage in stages {
                    let (input, output) = (values + capacity * stage.from, values + capacity * stage.to)
                    stage.forward(input, output, parameters + stage.start, rows)
                }
            }
        }
    }

    /// Passes the slopes of the outputs back, adding to the gradients; those of the inputs only where they are needed.
    mutating func backward(needsInputs: Bool = false) {
        let (stages, rows, capacity, parameters, values) = (stages, rows, capacity, parameters, values)
        var (slopes, gradients, turned) = ([Float](), [Float](), [Float]())
        // The buffers are held once while they are written, or each would be copied.
        swap(&slopes, &self.slopes)
        swap(&gradients, &self.gradients)
        swap(&turned, &self.turned)
        Network.lend(&slopes, &gradients, &turned) { slopes, gradients, turned in
            parameters.withUnsafeBufferPointer { parameters in
                values.withUnsafeBufferPointer { values in
                    guard let parameters = parameters.baseAddress, let values = values.baseAddress else { return }
                    for (index, stage) in stages.enumerated().reversed() {
                        let pass = Stage.Pass(
                            input: values + capacity * stage.from, output: values + capacity * stage.to,
                            inputSlope: slopes + capacity * stage.from, outputSlope: slopes + capacity * stage.to,
                            rows: rows)
                        stage.backward(
                            pass, parameters + stage.start, gradients + stage.start, turned,
                            needsInputs: needsInputs || index > 0)
                    }
                }
            }
        }
        swap(&slopes, &self.slopes)
        swap(&gradients, &self.gradients)
        swap(&turned, &self.turned)
    }

    private static func lend(
        _ a: inout [Float], _ b: inout [Float], _ c: inout [Float],
        _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) {
        a.withUnsafeMutableBufferPointer { a in
            b.withUnsafeMutableBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    body(a, b, c)
                }
            }
        }
    }
}
