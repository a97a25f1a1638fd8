import Gym
import Learning

/// A Gaussian process as operators: the covariances of each design with all known ones, times their weights.
extension DesignGraph {
    /// The process' mean at coded designs.
    mutating func mean(of process: GaussianProcess, at designs: ONNXGraph.Edge) -> ONNXGraph.Edge {
        let (kernel, count) = (process.kernel, process.count)
        let known = (0..<count).map(process.design(at:))
        let (shapes, shares) = (kernel.shapes, kernel.shares)
        var product = graph.constant(kernel.product)
        var (sum, squares) = (graph.constant(0), graph.constant(0))
        for (axis, kind) in kernel.axes.enumerated() {
            let others = graph.constant(ONNXGraph.Tensor(known.map { $0[axis] }, [1, count]))
            let own = column(axis, of: designs)
            let factor = kind == .number ? near(own, others, shapes[axis]) : same(own, others, shapes[axis])
            product = call("Mul", product, factor)
            guard kernel.isAdditive else { continue }
            let part = call("Mul", factor, shares[axis])
            sum = call("Add", sum, part)
            squares = call("Add", squares, call("Mul", part, part))
        }
        let couples = call("Sub", call("Mul", sum, sum), squares)
        let pairs = call("Mul", couples, kernel.pairs / 2)
        var covariances = call("Add", call("Add", sum, product), pairs)
        if let sequence = kernel.sequence {
            let part = self.sequence(sequence, kernel, known, at: designs)
            covariances = call("Add", covariances, part)
        }
        let weights = graph.constant(ONNXGraph.Tensor(process.weights, [count, 1]))
        let told = graph.call("MatMul", [covariances, weights])
        return call("Add", told, process.mean)
    }

    private mutating func decay(_ edge: ONNXGraph.Edge) -> ONNXGraph.Edge {
        graph.call("Exp", [graph.call("Neg", [edge])])
    }

    /// Matérn's 5/2 over the distance of numbers.
    private mutating func near(
        _ own: ONNXGraph.Edge, _ others: ONNXGraph.Edge, _ length: Double
    ) -> ONNXGraph.Edge {
        let distance = graph.call("Abs", [call("Sub", own, others)])
        let t = call("Mul", distance, 5.0.squareRoot() / length)
        let third = call("Mul", call("Mul", t, t), 1.0 / 3)
        let curve = call("Add", call("Add", t, third), 1)
        return call("Mul", curve, decay(t))
    }

    /// The overlap of choices.
    private mutating func same(
        _ own: ONNXGraph.Edge, _ others: ONNXGraph.Edge, _ weight: Double
    ) -> ONNXGraph.Edge {
        let isSame = graph.call("Equal", [own, others])
        let apart = decay(graph.constant(weight))
        return graph.call("Where", [isSame, graph.constant(1), apart])
    }

    /// The part of designs that are runs of one alphabet: e to minus the weighted squared distances of their features.
    private mutating func sequence(
        _ features: SequenceFeatures, _ kernel: DesignKernel, _ known: [[Double]], at designs: ONNXGraph.Edge
    ) -> ONNXGraph.Edge {
        let own = self.features(features, of: designs, length: kernel.axes.count)
        let others = self.features(
            features, of: graph.constant(ONNXGraph.Tensor(known.flatMap(\.self), [known.count, kernel.axes.count])),
            length: kernel.axes.count)
        let weights = kernel.sequenceWeights.enumerated().flatMap { group, weight in
            [Double](repeating: weight, count: features.range(of: group).count)
        }
        let row = graph.constant(ONNXGraph.Tensor(weights, [1, weights.count]))
        let weighted = call("Mul", others, row)
        let axis = graph.constant(ONNXGraph.Tensor([1], [1]))
        let ownSquare = graph.call("ReduceSum", [call("Mul", call("Mul", own, own), row), axis])
        let otherSquare = graph.call("ReduceSum", [call("Mul", others, weighted), axis])
        let squares = call("Add", ownSquare, graph.call("Transpose", [otherSquare]))
        let cross = graph.call("MatMul", [own, graph.call("Transpose", [weighted])])
        let distance = call("Sub", squares, call("Mul", cross, 2))
        return call("Mul", decay(call("Max", distance, 0)), kernel.sequenceVariance)
    }

    /// How often each symbol comes, each pair side by side, and each with others between.
    private mutating func features(
        _ features: SequenceFeatures, of designs: ONNXGraph.Edge, length: Int
    ) -> ONNXGraph.Edge {
        let alphabet = features.alphabet
        let symbols = graph.constant(ONNXGraph.Tensor((0..<alphabet).map(Double.init), [1, 1, alphabet]))
        let deep = graph.call("Unsqueeze", [designs, graph.constant(ONNXGraph.Tensor([2], [1]))])
        // For each design a symbol in every place, as one of the alphabet.
        let places = double(graph.call("Equal", [deep, symbols]))
        let turned = graph.call("Transpose", [places], ["perm": .integers([0, 2, 1])])
        let flat = graph.constant(ONNXGraph.Tensor([-1, alphabet * alphabet], [2]))
        let axis = graph.constant(ONNXGraph.Tensor([1], [1]))
        var groups = [graph.call("ReduceSum", [places, axis], ["keepdims": .integer(0)])]
        for isNeighbour in [true, false] {
            // What a pair counts whose first is in the row's place and whose second in the column's.
            var counts = [Double](repeating: 0, count: length * length)
            for first in 0..<length {
                for second in first + 1..<max(first + 1, length) where isNeighbour == (second == first + 1) {
                    counts[first * length + second] =
                        isNeighbour ? 1 : (1..<second - first).reduce(1.0) { weight, _ in weight * features.decay }
                }
            }
            let reach = graph.call("MatMul", [graph.constant(ONNXGraph.Tensor(counts, [length, length])), places])
            groups.append(graph.call("Reshape", [graph.call("MatMul", [turned, reach]), flat]))
        }
        return joined(groups)
    }
}
