extension Network.Stage {
    /// What a backward pass reads and writes: the values around a stage and their slopes.
    struct Pass {
        let input: UnsafePointer<Float>
        let output: UnsafePointer<Float>
        let inputSlope: UnsafeMutablePointer<Float>
        let outputSlope: UnsafeMutablePointer<Float>
        let rows: Int
    }

    /// What is added to a variance before its root is taken, as everywhere since Ba and others (2016).
    static let varianceFloor: Float = 1e-5

    func forward(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ parameters: UnsafePointer<Float>,
        _ rows: Int
    ) {
        switch layer {
        case .dense:
            let bias = parameters + inputs * outputs
            for row in 0..<rows { (output + row * outputs).update(from: bias, count: outputs) }
            Products.add(
                input, rowStride: inputs, innerStride: 1, parameters, to: output, rows: rows, inner: inputs,
                columns: outputs)
        case .tanh:
            for place in 0..<rows * outputs { output[place] = Curves.tangent(input[place]) }
        case .relu:
            for place in 0..<rows * outputs { output[place] = input[place] > 0 ? input[place] : 0 }
        case .normalize:
            for row in 0..<rows {
                let (x, y) = (input + row * inputs, output + row * inputs)
                let (mean, scale) = Self.moments(x, inputs)
                for place in 0..<inputs {
                    y[place] = (x[place] - mean) * scale * parameters[place] + parameters[inputs + place]
                }
            }
        }
    }

    func backward(
        _ pass: Pass, _ parameters: UnsafePointer<Float>, _ gradients: UnsafeMutablePointer<Float>,
        _ turned: UnsafeMutablePointer<Float>, needsInputs: Bool
    ) {
        let (slope, rows) = (pass.outputSlope, pass.rows)
        switch layer {
        case .dense:
            Products.add(
                pass.input, rowStride: 1, innerStride: inputs, slope, to: gradients, rows: inputs, inner: rows,
                columns: outputs)
            let bias = gradients + inputs * outputs
            for row in 0..<rows {
                for place in 0..<outputs { bias[place] += slope[row * outputs + place] }
            }
            guard needsInputs else { return }
            Products.transpose(parameters, to: turned, rows: inputs, columns: outputs)
            pass.inputSlope.update(repeating: 0, count: rows * inputs)
            Products.add(
                slope, rowStride: outputs, innerStride: 1, turned, to: pass.inputSlope, rows: rows, inner: outputs,
                columns: inputs)
        case .tanh:
            for place in 0..<rows * outputs {
                pass.inputSlope[place] = slope[place] * (1 - pass.output[place] * pass.output[place])
            }
        case .relu:
            for place in 0..<rows * outputs { pass.inputSlope[place] = pass.input[place] > 0 ? slope[place] : 0 }
        case .normalize:
            for row in 0..<rows { normalizeBackward(pass, row, parameters, gradients) }
        }
    }

    private func normalizeBackward(
        _ pass: Pass, _ row: Int, _ parameters: UnsafePointer<Float>, _ gradients: UnsafeMutablePointer<Float>
    ) {
        let (x, slope, result) = (
            pass.input + row * inputs, pass.outputSlope + row * inputs, pass.inputSlope + row * inputs
        )
        let (mean, scale) = Self.moments(x, inputs)
        var (sum, product): (Float, Float) = (0, 0)
        for place in 0..<inputs {
            let normal = (x[place] - mean) * scale
            gradients[place] += slope[place] * normal
            gradients[inputs + place] += slope[place]
            sum += slope[place] * parameters[place]
            product += slope[place] * parameters[place] * normal
        }
        let count = Float(inputs)
        for place in 0..<inputs {
            let normal = (x[place] - mean) * scale
            result[place] = scale * (slope[place] * parameters[place] - (sum + normal * product) / count)
        }
    }

    /// A row's mean, and one over its deviation.
    private static func moments(_ x: UnsafePointer<Float>, _ count: Int) -> (mean: Float, scale: Float) {
        guard count > 0 else { return (0, 1) }
        var (total, squares): (Float, Float) = (0, 0)
        for place in 0..<count { total += x[place] }
        let mean = total / Float(count)
        for place in 0..<count { squares += (x[place] - mean) * (x[place] - mean) }
        return (mean, 1 / (squares / Float(count) + varianceFloor).squareRoot())
    }
}
