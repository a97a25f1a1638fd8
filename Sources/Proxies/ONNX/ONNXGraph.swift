/// A graph of ONNX operators under construction. Field numbers and operators are those of the format's version 8, of
/// operator set 17 and, for trees, of set 3 of `ai.onnx.ml` (onnx.proto and Operators.md of github.com/onnx/onnx).
struct ONNXGraph: Sendable {
    /// What flows along an edge: its name in the graph.
    struct Edge: Sendable, Hashable {
        let name: String
    }

    /// The numbers of a tensor, by the format's number of its type.
    enum Element: Int, Sendable {
        case float = 1, integer = 7, double = 11
    }

    /// A tensor that is known when the graph is made.
    struct Tensor: Sendable {
        let type: Element
        let shape: [Int]
        let bytes: [UInt8]

        init(_ values: [Double], _ shape: [Int]) {
            (type, self.shape) = (.double, shape)
            bytes = values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
        }

        init(_ values: [Float], _ shape: [Int]) {
            (type, self.shape) = (.float, shape)
            bytes = values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
        }

        init(_ values: [Int], _ shape: [Int]) {
            (type, self.shape) = (.integer, shape)
            bytes = values.flatMap { withUnsafeBytes(of: Int64($0).littleEndian, Array.init) }
        }

        fileprivate func write(_ message: inout ProtobufBytes, name: String) {
            message.put(1, shape)
            message.put(2, type.rawValue)
            message.put(8, name)
            message.put(9, bytes)
        }
    }

    /// A setting of an operator.
    enum Attribute: Sendable {
        case integer(Int)
        case text(String)
        case tensor(Tensor)
        case integers([Int])
        case texts([String])

        fileprivate func write(_ message: inout ProtobufBytes, name: String) {
            message.put(1, name)
            switch self {
            case .integer(let value):
                message.put(3, value)
                message.put(20, 2)
            case .text(let value):
                message.put(4, value)
                message.put(20, 3)
            case .tensor(let value):
                message.put(5) { value.write(&$0, name: name) }
                message.put(20, 4)
            case .integers(let values):
                message.put(8, values)
                message.put(20, 7)
            case .texts(let values):
                for value in values { message.put(9, value) }
                message.put(20, 8)
            }
        }
    }

    /// The domain of the operators for trees.
    static let learning = "ai.onnx.ml"

    private var nodes = ProtobufBytes()
    private var tensors = ProtobufBytes()
    private var count = 0
    /// Small tensors that are there already, by their bytes and shape.
    private var known: [[UInt8]: Edge] = [:]

    /// How many bytes the graph has so far.
    var size: Int { nodes.bytes.count + tensors.bytes.count }

    private mutating func next() -> Edge {
        count += 1
        return Edge(name: "e\(count)")
    }

    /// A tensor as an edge.
    mutating func constant(_ tensor: Tensor) -> Edge {
        let key =
            tensor.bytes.count > 64
            ? [] : tensor.bytes + ([tensor.type.rawValue] + tensor.shape).map { UInt8(truncatingIfNeeded: $0) }
        if !key.isEmpty, let edge = known[key] { return edge }
        let edge = next()
        tensors.put(5) { tensor.write(&$0, name: edge.name) }
        if !key.isEmpty { known[key] = edge }
        return edge
    }

    /// A number that goes with every row and column.
    mutating func constant(_ value: Double) -> Edge { constant(Tensor([value], [1, 1])) }

    /// An operator's one output.
    mutating func call(
        _ name: String, _ inputs: [Edge], _ attributes: KeyValuePairs<String, Attribute> = [:], domain: String = "",
        as output: Edge? = nil
    ) -> Edge {
        let edge = output ?? next()
        nodes.put(1) { node in
            for input in inputs { node.put(1, input.name) }
            node.put(2, edge.name)
            node.put(4, name)
            for (name, attribute) in attributes { node.put(5) { attribute.write(&$0, name: name) } }
            if !domain.isEmpty { node.put(7, domain) }
        }
        return edge
    }

    /// The bytes of a model whose input and outputs are tables of doubles, a design per row.
    func model(
        named name: String, note: String, input: (edge: Edge, width: Int), outputs: [(edge: Edge, width: Int)],
        program: (name: String, version: String), properties: [(String, String)]
    ) -> [UInt8] {
        var model = ProtobufBytes()
        model.put(1, 8)
        model.put(2, program.name)
        model.put(3, program.version)
        model.put(6, note)
        var graph = nodes
        graph.put(2, name)
        graph.append(tensors)
        graph.put(11) { ONNXGraph.describe(input, in: &$0) }
        for output in outputs { graph.put(12) { ONNXGraph.describe(output, in: &$0) } }
        model.put(7, graph.bytes)
        for (domain, version) in [("", 17), (ONNXGraph.learning, 3)] {
            model.put(8) { set in
                set.put(1, domain)
                set.put(2, version)
            }
        }
        for (key, value) in properties {
            model.put(14) { entry in
                entry.put(1, key)
                entry.put(2, value)
            }
        }
        return model.bytes
    }

    /// An edge's name and type: doubles, as many rows as there are designs.
    private static func describe(_ value: (edge: Edge, width: Int), in message: inout ProtobufBytes) {
        message.put(1, value.edge.name)
        message.put(2) { type in
            type.put(1) { tensor in
                tensor.put(1, Element.double.rawValue)
                tensor.put(2) { shape in
                    shape.put(1) { $0.put(2, "designs") }
                    shape.put(1) { $0.put(1, value.width) }
                }
            }
        }
    }
}
