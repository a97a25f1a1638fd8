/// Adam (Kingma and Ba, 2015), with ε outside the corrected root as in algorithm 1, for one network.
public struct Adam: Sendable {
    /// How far a parameter moves in a step whose gradient is as large as usual.
    public var rate: Double
    /// What is added to the root of the mean square.
    public let epsilon: Double
    private let (beta1, beta2): (Double, Double)
    private var (means, squares): ([Float], [Float])
    private var (power1, power2) = (1.0, 1.0)

    /// Begins at step 0 for a network of so many parameters.
    public init(count: Int, rate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-5) {
        (self.rate, self.epsilon, self.beta1, self.beta2) = (rate, epsilon, beta1, beta2)
        means = [Float](repeating: 0, count: count)
        squares = means
    }

    /// Moves the network's parameters against its gradients times `scale`, which clips them, and clears the gradients.
    public mutating func step(_ network: inout Network, scale: Float = 1) {
        power1 *= beta1
        power2 *= beta2
        let constants = Constants(
            keep1: Float(beta1), take1: Float(1 - beta1) * scale, keep2: Float(beta2),
            take2: Float(1 - beta2) * scale * scale, size: Float(rate / (1 - power1)),
            correction: Float(1 / (1 - power2).squareRoot()), epsilon: Float(epsilon))
        Adam.move(&network.parameters, &network.gradients, &means, &squares, constants)
    }

    private struct Constants {
        let keep1, take1, keep2, take2, size, correction, epsilon: Float
    }

    private static func move(
        _ parameters: inout [Float], _ gradients: inout [Float], _ means: inout [Float], _ squares: inout [Float],
        _ c: Constants
    ) {
        let count = parameters.count
        parameters.withUnsafeMutableBufferPointer { parameters in
            gradients.withUnsafeMutableBufferPointer { gradients in
                means.withUnsafeMutableBufferPointer { means in
                    squares.withUnsafeMutableBufferPointer { squares in
                        guard let p = parameters.baseAddress, let g = gradients.baseAddress,
                            let m = means.baseAddress, let s = squares.baseAddress
                        else { return }
                        for place in 0..<count {
                            let slope = g[place]
                            m[place] = m[place] * c.keep1 + slope * c.take1
                            s[place] = s[place] * c.keep2 + slope * slope * c.take2
                            p[place] -= c.size * m[place] / (s[place].squareRoot() * c.correction + c.epsilon)
                            g[place] = 0
                        }
                    }
                }
            }
        }
    }
}

extension Network {
    /// The sum of the squared gradients.
    public var gradientSquares: Double {
        gradients.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { Double(Products.squares($0, buffer.count)) } ?? 0
        }
    }
}
