import Gym

/// The ways in which models read designs, as operators: what `DesignCoding` does number by number.
struct DesignGraph: Sendable {
    /// What is built.
    var graph = ONNXGraph()
    /// The designs, one per row: numbers as they are and choices as their indices.
    let design = ONNXGraph.Edge(name: "design")
    private let space: Space
    /// A column for each parameter.
    private var columns: [ONNXGraph.Edge] = []
    /// Where a parameter is active, as 1 and 0; nil where it always is.
    private var flags: [ONNXGraph.Edge?] = []

    init(_ space: Space) throws {
        self.space = space
        columns = space.parameters.indices.map { column($0, of: design) }
        for (place, parameter) in space.parameters.enumerated() {
            // Only earlier parameters decide.
            let condition = try space.activity[parameter.name].map {
                try Predicate($0, quantities: Array(space.parameters[..<place]))
            }
            flags.append(condition.map { flag($0) })
        }
    }

    // MARK: Operators

    /// One column of a table.
    mutating func column(_ place: Int, of table: ONNXGraph.Edge) -> ONNXGraph.Edge {
        graph.call("Gather", [table, graph.constant(ONNXGraph.Tensor([place], [1]))], ["axis": .integer(1)])
    }

    /// Tables side by side.
    mutating func joined(_ tables: [ONNXGraph.Edge]) -> ONNXGraph.Edge {
        tables.count == 1 ? tables[0] : graph.call("Concat", tables, ["axis": .integer(1)])
    }

    /// Two edges joined by an operator.
    mutating func call(_ name: String, _ left: ONNXGraph.Edge, _ right: ONNXGraph.Edge) -> ONNXGraph.Edge {
        graph.call(name, [left, right])
    }

    /// An edge and a number joined by an operator.
    mutating func call(_ name: String, _ left: ONNXGraph.Edge, _ right: Double) -> ONNXGraph.Edge {
        graph.call(name, [left, graph.constant(right)])
    }

    /// A truth as 1 and 0, or anything else as doubles.
    mutating func double(_ edge: ONNXGraph.Edge) -> ONNXGraph.Edge {
        graph.call("Cast", [edge], ["to": .integer(ONNXGraph.Element.double.rawValue)])
    }

    /// Numbers kept within bounds.
    mutating func bounded(_ edge: ONNXGraph.Edge, _ bounds: ClosedRange<Double>) -> ONNXGraph.Edge {
        let above = call("Max", edge, bounds.lowerBound)
        return call("Min", above, bounds.upperBound)
    }

    // MARK: Activity

    /// Where a parameter is active: its condition holds and all that it depends on are active.
    private mutating func flag(_ condition: Predicate) -> ONNXGraph.Edge {
        var read: Set<Int> = []
        // An operator needs the graph, which a closure may not change while it is being read.
        indirect enum Part {
            case constant(Double)
            case place(Int)
            case joined(String, [Part])
        }
        let tree = condition.written(
            constant: Part.constant,
            place: { place in
                read.insert(place)
                return .place(place)
            }, joined: Part.joined)
        func edge(_ part: Part) -> ONNXGraph.Edge {
            switch part {
            case .constant(let value): graph.constant(value)
            case .place(let place): columns[place]
            case .joined(let sign, let parts): joint(sign, parts.map(edge))
            }
        }
        var flag = double(truth(of: edge(tree)))
        for place in read.sorted() {
            if let other = flags[place] { flag = joint("and", [flag, other]) }
        }
        return flag
    }

    /// Edges of numbers joined by an operator of conditions, whose truth is 1 and falsehood 0.
    private mutating func joint(_ sign: String, _ parts: [ONNXGraph.Edge]) -> ONNXGraph.Edge {
        let arithmetic = ["+": "Add", "-": "Sub", "*": "Mul", "/": "Div"]
        let comparisons = [
            "<": "Less", "<=": "LessOrEqual", ">": "Greater", ">=": "GreaterOrEqual", "==": "Equal",
        ]
        if let name = arithmetic[sign] {
            return parts.count == 1 ? graph.call("Neg", parts) : graph.call(name, parts)
        }
        if let name = comparisons[sign] { return double(graph.call(name, parts)) }
        switch sign {
        case "!=": return double(graph.call("Not", [graph.call("Equal", parts)]))
        case "not": return double(call("Equal", parts[0], 0))
        case "in":
            let found = parts.dropFirst().map { double(call("Equal", parts[0], $0)) }
            return found.dropFirst().reduce(found[0]) { call("Max", $0, $1) }
        default:
            let truths = parts.map { double(truth(of: $0)) }
            return call(sign == "and" ? "Min" : "Max", truths[0], truths[1])
        }
    }

    private mutating func truth(of flag: ONNXGraph.Edge) -> ONNXGraph.Edge {
        graph.call("Not", [call("Equal", flag, 0)])
    }

    /// A column where its parameter is active, and a number elsewhere.
    private mutating func active(_ edge: ONNXGraph.Edge, _ place: Int, else other: Double) -> ONNXGraph.Edge {
        guard let flag = flags[place] else { return edge }
        return graph.call("Where", [truth(of: flag), edge, graph.constant(other)])
    }

    // MARK: Codings

    /// Designs as `DesignCoding.natural` has them.
    mutating func natural(_ extras: [ONNXGraph.Edge]) -> ONNXGraph.Edge {
        guard !space.activity.isEmpty else { return joined([design] + extras) }
        let coded = space.parameters.enumerated().map { place, parameter in
            active(columns[place], place, else: DesignCoding.apart(parameter))
        }
        return joined(coded + extras)
    }

    /// Designs as `DesignCoding.scaled` has them.
    mutating func scaled(_ extras: [ONNXGraph.Edge]) -> ONNXGraph.Edge {
        let coded = space.parameters.enumerated().map { place, parameter -> ONNXGraph.Edge in
            guard !parameter.isCategorical else { return active(columns[place], place, else: -1) }
            return active(encoded(place, parameter), place, else: -0.5)
        }
        return joined(coded + extras)
    }

    /// A number's place between its lowest and its highest on its scale.
    private mutating func encoded(_ place: Int, _ parameter: Parameter) -> ONNXGraph.Edge {
        guard parameter.lowest < parameter.highest else { return call("Mul", columns[place], 0) }
        var (edge, low, high) = (columns[place], parameter.lowest, parameter.highest)
        switch parameter.scale {
        case .linear: break
        case .log2:
            // By how much a logarithm's base is off falls out of a share.
            edge = graph.call("Log", [call("Div", edge, low)])
            let end = graph.call("Log", [graph.constant(high / low)])
            return call("Div", edge, end)
        case .inverse:
            edge = graph.call("Reciprocal", [edge])
            (low, high) = (1 / low, 1 / high)
        }
        let above = call("Sub", edge, low)
        return call("Div", above, high - low)
    }

    /// Designs as `DesignCoding.features` has them.
    mutating func features(_ coding: DesignCoding, _ extras: [ONNXGraph.Edge]) -> ONNXGraph.Edge {
        var coded: [ONNXGraph.Edge] = []
        for (place, parameter) in space.parameters.enumerated() {
            if case .categorical(let choices) = parameter.domain {
                let indices = ONNXGraph.Tensor(choices.indices.map(Double.init), [1, choices.count])
                let isChosen = double(graph.call("Equal", [columns[place], graph.constant(indices)]))
                coded.append(active(isChosen, place, else: 0))
                continue
            }
            let (low, high) = (parameter.lowest, parameter.highest)
            let above = call("Sub", columns[place], low)
            coded.append(active(call(high > low ? "Div" : "Mul", above, high > low ? high - low : 0), place, else: 0))
            if coding.bends(parameter) {
                let ratio = call("Div", columns[place], low)
                let end = graph.call("Log", [graph.constant(high / low)])
                let logarithm = call("Div", graph.call("Log", [ratio]), end)
                coded.append(active(logarithm, place, else: 0))
                coded.append(active(graph.call("Reciprocal", [ratio]), place, else: 0))
            }
            if let flag = flags[place] { coded.append(flag) }
        }
        return joined(coded + extras)
    }
}
