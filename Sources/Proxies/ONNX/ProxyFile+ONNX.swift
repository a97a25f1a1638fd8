public import Foundation
import Gym
import Learning

extension ProxyFile {
    /// An ONNX file can't be larger.
    private static let modelLimit = 1 << 31

    /// The proxy as an ONNX model of standard operators, for whatever runs such models.
    ///
    /// Its input `design` is a table of doubles, a design per row: numbers as they are and choices as their indices;
    /// what stands in an inactive parameter's place does not matter. Its outputs are tables of doubles too: `metrics`
    /// and `deviations`, both in the metrics' units, and, where the proxy knows infeasible designs, `feasible`, the
    /// chance to be. The model's properties name parameters, choices, units and metrics, as JSON. Designs outside of
    /// the space are not looked for.
    ///
    /// - Throws: `GymError` (`bad-input`) for a proxy of steps, or one that is larger than an ONNX file can be.
    public func onnx(program: (name: String, version: String)) throws -> Data {
        guard episodes == nil else {
            throw GymError(
                .badInput, "the proxy of '\(proxy.spec.id)' is of steps; only proxies of designs become ONNX models")
        }
        var design = try DesignGraph(proxy.spec.actionSpace)
        var told: [ONNXGraph.Edge] = []
        var (metrics, deviations): ([ONNXGraph.Edge], [ONNXGraph.Edge]) = ([], [])
        for model in proxy.models {
            let coding = DesignCoding(proxy.spec.actionSpace, extras: model.chain.count)
            let extras = model.chain.enumerated().map { place, link in design.scaled(told[place], by: link) }
            let free = design.prediction(model.regressor, coding, extras)
            let raw = design.bounded(free, model.bounds)
            let spread = design.graph.call("Exp", [design.sum(model.spread, coding, extras)])
            let deviation = design.call("Mul", spread, model.gain)
            told.append(raw)
            let value = model.transform == .logarithm ? design.power(raw) : raw
            metrics.append(value)
            deviations.append(model.transform == .logarithm ? design.call("Mul", value, deviation) : deviation)
        }
        let count = metrics.count
        var outputs = [("metrics", metrics), ("deviations", deviations)].map { name, columns in
            (edge: design.named(name, design.joined(columns)), width: count)
        }
        if let feasibility = proxy.feasibility {
            let odds = design.sum(feasibility, DesignCoding(proxy.spec.actionSpace), [])
            let chance = design.graph.call("Sigmoid", [odds])
            outputs.append((design.named("feasible", chance), 1))
        }
        guard design.graph.size < Self.modelLimit else {
            throw GymError(
                .badInput, "the proxy of '\(proxy.spec.id)' is larger than an ONNX file can be",
                hint: "train one with another --model, or on fewer designs")
        }
        let bytes = design.graph.model(
            named: environmentID, note: note, input: (design.design, proxy.spec.actionSpace.parameters.count),
            outputs: outputs, program: program, properties: try properties())
        return Data(bytes)
    }

    private var note: String {
        "A model of \(proxy.card.environment), learned from \(proxy.card.designs) designs by Sextant. Input 'design': "
            + "a row per design, numbers as they are, choices as their indices. Outputs in the metrics' units."
    }

    private func properties() throws -> [(String, String)] {
        let record = try JSONSerialization.jsonObject(with: JSONEncoder().encode(SpecRecord(proxy.spec, .whole)))
        let parts = record as? [String: Any] ?? [:]
        let described = try ["parameters", "constraints", "activity", "metrics"].map { key in
            let data = try JSONSerialization.data(
                withJSONObject: parts[key] ?? [], options: [.sortedKeys, .withoutEscapingSlashes])
            return (key, String(decoding: data, as: UTF8.self))
        }
        return [
            ("environment", proxy.card.environment), ("options", proxy.card.options), ("proxy", contentHash),
        ] + described
    }
}

extension DesignGraph {
    /// A foretold number as a later model reads it.
    fileprivate mutating func scaled(_ told: ONNXGraph.Edge, by link: MetricModel.Link) -> ONNXGraph.Edge {
        guard link.high > link.low else { return call("Mul", told, 0) }
        let above = call("Sub", told, link.low)
        return call("Div", above, link.high - link.low)
    }

    /// From a logarithm to the number.
    fileprivate mutating func power(_ raw: ONNXGraph.Edge) -> ONNXGraph.Edge {
        graph.call("Exp", [bounded(raw, -700...700)])
    }

    fileprivate mutating func named(_ name: String, _ edge: ONNXGraph.Edge) -> ONNXGraph.Edge {
        graph.call("Identity", [edge], as: ONNXGraph.Edge(name: name))
    }
}
