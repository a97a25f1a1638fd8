import Gym
import Learning

extension DesignGraph {
    /// What a regressor foretells, a column.
    mutating func prediction(
        _ regressor: Regressor, _ coding: DesignCoding, _ extras: [ONNXGraph.Edge]
    ) -> ONNXGraph.Edge {
        switch regressor.model {
        case .boosted(let trees): sum(trees, coding, extras)
        case .forest(let forest): sum(forest.written, from: 0, axes: coding.axes, at: natural(extras))
        case .process(let process, let shift, let scale):
            moved(mean(of: process, at: scaled(extras)), by: shift, scale: scale)
        case .networks(let ensemble): mean(of: ensemble, at: features(coding, extras))
        case .ridge(let ridge): sum(ridge, at: features(coding, extras))
        }
    }

    /// A number multiplied, then moved.
    private mutating func moved(_ edge: ONNXGraph.Edge, by shift: Double, scale: Double) -> ONNXGraph.Edge {
        let scaled = call("Mul", edge, scale)
        return call("Add", scaled, shift)
    }

    // MARK: Trees

    /// The sum of boosted trees.
    mutating func sum(
        _ trees: BoostedTrees, _ coding: DesignCoding, _ extras: [ONNXGraph.Edge]
    ) -> ONNXGraph.Edge {
        sum(trees.written, from: trees.start, axes: trees.table.axes, at: natural(extras))
    }

    /// The sum of trees over designs.
    ///
    /// Limits are compared in doubles, as `ai.onnx.ml` has it from set 3 on. Trees know numbers alone, so that for each
    /// set of choices that goes left anywhere a column says whether a design is outside of it. What trees add up to is
    /// a float; the means of their leaves are added in doubles, so that only what differs from them is rounded.
    private mutating func sum(
        _ trees: WrittenTrees, from start: Double, axes: [RandomForest.Axis], at designs: ONNXGraph.Edge
    ) -> ONNXGraph.Edge {
        guard !trees.roots.isEmpty else {
            let nothing = call("Mul", column(0, of: designs), 0)
            return call("Add", nothing, start)
        }
        var sets: [[[Int]: Int]] = axes.map { _ in [:] }
        for case .choice(let axis, let among, _) in trees.nodes where sets[axis][among] == nil {
            sets[axis][among] = sets[axis].count
        }
        var (tables, firsts, width) = ([designs], [Int](), axes.count)
        for (axis, own) in sets.enumerated() {
            firsts.append(width)
            width += own.count
            guard case .choice(let choices) = axes[axis], !own.isEmpty else { continue }
            tables.append(outside(own, axis: axis, choices: choices, of: designs))
        }
        var run = TreeRun()
        for root in trees.roots {
            run.add(trees, root) { axis, among in firsts[axis] + (sets[axis][among] ?? 0) }
        }
        let told = graph.call(
            "TreeEnsembleRegressor", [joined(tables)], run.attributes, domain: ONNXGraph.learning)
        let sum = double(told)
        return call("Add", sum, start + run.base)
    }

    /// For each set of an axis' choices a column: 1 where a design's choice is not in it.
    private mutating func outside(
        _ sets: [[Int]: Int], axis: Int, choices: Int, of designs: ONNXGraph.Edge
    ) -> ONNXGraph.Edge {
        var table = [Double](repeating: 1, count: (choices + 1) * sets.count)
        for (set, place) in sets {
            for choice in set { table[(choice + 1) * sets.count + place] = 0 }
        }
        let chosen = graph.call(
            "Gather", [designs, graph.constant(ONNXGraph.Tensor([axis], []))], ["axis": .integer(1)])
        let row = graph.call("Add", [chosen, graph.constant(ONNXGraph.Tensor([1.0], [1]))])
        let place = graph.call("Cast", [row], ["to": .integer(ONNXGraph.Element.integer.rawValue)])
        let values = graph.constant(ONNXGraph.Tensor(table, [choices + 1, sets.count]))
        return graph.call("Gather", [values, place], ["axis": .integer(0)])
    }

    // MARK: Sums of products

    private mutating func sum(_ ridge: Ridge, at features: ONNXGraph.Edge) -> ONNXGraph.Edge {
        var terms = [features]
        if !ridge.pairs.isEmpty {
            let sides = [ridge.pairs.map(\.first), ridge.pairs.map(\.second)].map { places in
                graph.call(
                    "Gather", [features, graph.constant(ONNXGraph.Tensor(places, [places.count]))],
                    ["axis": .integer(1)])
            }
            terms.append(call("Mul", sides[0], sides[1]))
        }
        let weights = graph.constant(ONNXGraph.Tensor(ridge.weights, [ridge.weights.count, 1]))
        let sum = graph.call("MatMul", [joined(terms), weights])
        return call("Add", sum, ridge.intercept)
    }

    /// The mean of networks, which are of floats here as there.
    private mutating func mean(of ensemble: NetworkEnsemble, at features: ONNXGraph.Edge) -> ONNXGraph.Edge {
        let (inputs, width) = (ensemble.inputs, ensemble.width)
        let away = graph.call("Sub", [features, graph.constant(ONNXGraph.Tensor(ensemble.means, [1, inputs]))])
        let standard = graph.call("Div", [away, graph.constant(ONNXGraph.Tensor(ensemble.scales, [1, inputs]))])
        let input = graph.call("Cast", [standard], ["to": .integer(ONNXGraph.Element.float.rawValue)])
        var sum: ONNXGraph.Edge?
        for parameters in ensemble.parameters {
            var (layer, start) = (input, 0)
            for (place, shape) in [(inputs, width), (width, width), (width, 1)].enumerated() {
                let (weights, biases) = (start + shape.0 * shape.1, start + (shape.0 + 1) * shape.1)
                let slopes = ONNXGraph.Tensor(Array(parameters[start..<weights]), [shape.0, shape.1])
                let moves = ONNXGraph.Tensor(Array(parameters[weights..<biases]), [1, shape.1])
                let product = graph.call("MatMul", [layer, graph.constant(slopes)])
                layer = graph.call("Add", [product, graph.constant(moves)])
                if place < 2 { layer = graph.call("Tanh", [layer]) }
                start = biases
            }
            let own = double(layer)
            sum = sum.map { call("Add", $0, own) } ?? own
        }
        return moved(
            sum ?? input, by: ensemble.shift, scale: ensemble.gain / Double(max(1, ensemble.parameters.count)))
    }
}

/// The attributes of a `TreeEnsembleRegressor`: runs over the nodes of all trees.
private struct TreeRun {
    private var (trees, nodes, features, yes, no) = ([Int](), [Int](), [Int](), [Int](), [Int]())
    private var (modes, limits) = ([String](), [Double]())
    private var (leafTrees, leaves, weights) = ([Int](), [Int](), [Double]())
    private var count = 0
    /// What the trees add on the mean of their leaves; it is not in the weights.
    private(set) var base = 0.0

    /// Adds a tree; `column` says where it is written whether a choice is outside of a set.
    mutating func add(_ written: WrittenTrees, _ root: Int, column: (Int, [Int]) -> Int) {
        var (order, next) = ([root], 0)
        while next < order.count {
            switch written.nodes[order[next]] {
            case .number(_, _, let left), .choice(_, _, let left): order += [left, left + 1]
            case .leaf: break
            }
            next += 1
        }
        let said = order.compactMap { place -> Double? in
            if case .leaf(let value) = written.nodes[place] { value } else { nil }
        }
        let mean = said.reduce(0, +) / Double(max(1, said.count))
        base += mean
        for place in order {
            switch written.nodes[place] {
            case .number(let axis, let limit, let left):
                split(place - root, axis, min(limit, .greatestFiniteMagnitude), left - root)
            case .choice(let axis, let among, let left):
                split(place - root, column(axis, among), 0.5, left - root)
            case .leaf(let value):
                append(place - root, "LEAF", 0, 0, (0, 0))
                leafTrees.append(count)
                leaves.append(place - root)
                weights.append(value - mean)
            }
        }
        count += 1
    }

    private mutating func split(_ node: Int, _ feature: Int, _ limit: Double, _ left: Int) {
        append(node, "BRANCH_LEQ", feature, limit, (left, left + 1))
    }

    private mutating func append(_ node: Int, _ mode: String, _ feature: Int, _ limit: Double, _ next: (Int, Int)) {
        trees.append(count)
        nodes.append(node)
        modes.append(mode)
        features.append(feature)
        limits.append(limit)
        yes.append(next.0)
        no.append(next.1)
    }

    var attributes: KeyValuePairs<String, ONNXGraph.Attribute> {
        [
            "n_targets": .integer(1), "aggregate_function": .text("SUM"), "post_transform": .text("NONE"),
            "nodes_treeids": .integers(trees), "nodes_nodeids": .integers(nodes), "nodes_modes": .texts(modes),
            "nodes_featureids": .integers(features), "nodes_values_as_tensor": .tensor(.init(limits, [limits.count])),
            "nodes_truenodeids": .integers(yes), "nodes_falsenodeids": .integers(no),
            "target_treeids": .integers(leafTrees), "target_nodeids": .integers(leaves),
            "target_ids": .integers(leaves.map { _ in 0 }),
            "target_weights_as_tensor": .tensor(.init(weights, [weights.count])),
        ]
    }
}
