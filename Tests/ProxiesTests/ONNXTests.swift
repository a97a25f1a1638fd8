import Foundation
import Gym
import Proxies
import Testing

@Suite("A proxy as an ONNX model")
struct ONNXTests {
    private static func file(_ kind: ModelKind) throws -> ProxyFile {
        var rules = ProxyTraining.Rules()
        rules.model = kind
        let proxy = try ProxyTraining(Fixture.rows(of: Valley(), count: 90), rules: rules).run(options: "workload=x")
        return try ProxyFile(ProxyFile.data(proxy, program: "test"), name: "x")
    }

    // Field numbers are those of onnx.proto; that the numbers are right is tested with onnxruntime in the client.
    @Test("it has the designs as input, metrics and chances as outputs, and names them", arguments: ModelKind.allCases)
    func shape(kind: ModelKind) throws {
        let file = try Self.file(kind)
        let data = try file.onnx(program: ("sextant", "1.2.3"))
        let model = try Fields(Array(data))
        #expect(model.text(2) == ["sextant"] && model.text(3) == ["1.2.3"])
        let graph = try #require(try model.messages(7).first)
        #expect(try graph.messages(11).map { $0.text(1) } == [["design"]])
        #expect(try graph.messages(12).map { $0.text(1) } == [["metrics"], ["deviations"], ["feasible"]])
        let entries = try model.messages(14).map { ($0.text(1)[0], $0.text(2)[0]) }
        let properties = Dictionary(uniqueKeysWithValues: entries)
        #expect(properties["environment"] == "valley-v0" && properties["options"] == "workload=x")
        #expect(properties["proxy"] == file.contentHash)
        let parameters = try #require(properties["parameters"]?.data(using: .utf8))
        let named = try #require(try JSONSerialization.jsonObject(with: parameters) as? [[String: Any]])
        #expect(named.map { $0["name"] as? String } == ["kind", "size", "share", "depth"])
        #expect(named[0]["choices"] as? [String] == ["plain", "steep", "folded"])
        #expect(properties["metrics"]?.contains("mm2") ?? false)
        #expect(properties["activity"]?.contains("kind == 'folded'") ?? false)
    }

    @Test("trees become one operator each, and what is computed on the way comes before it is used")
    func order() throws {
        let graph = try #require(try Fields(Array(Self.file(.boosted).onnx(program: ("s", "1")))).messages(7).first)
        let nodes = try graph.messages(1)
        // Three metrics with a spread each, and the classifier.
        #expect(nodes.count { $0.text(4) == ["TreeEnsembleRegressor"] } == 7)
        var known = Set(try graph.messages(5).flatMap { $0.text(8) } + ["design"])
        for node in nodes {
            #expect(node.text(1).allSatisfy(known.contains))
            known.formUnion(node.text(2))
        }
    }

    @Test("equal proxies give equal models")
    func equality() throws {
        let one = try Self.file(.process).onnx(program: ("s", "1"))
        #expect(try Self.file(.process).onnx(program: ("s", "1")) == one)
    }

    @Test("a proxy of steps is refused in a sentence")
    func steps() throws {
        let file = try Cart.file(.ridge)
        let error = #expect(throws: GymError.self) { _ = try file.onnx(program: ("s", "1")) }
        #expect(error?.message.contains("is of steps") ?? false)
    }
}

/// The fields of a protobuf message that hold bytes, by their numbers.
private struct Fields {
    private var fields: [(number: Int, bytes: [UInt8])] = []

    init(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        func varint() throws -> Int {
            var (value, shift) = (UInt64(0), UInt64(0))
            while let byte = rest.popFirst() {
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return Int(truncatingIfNeeded: value) }
                shift += 7
            }
            throw GymError(.badInput, "a message is cut short")
        }
        while !rest.isEmpty {
            let key = try varint()
            guard key & 7 == 2 else {
                guard key & 7 == 0 else { throw GymError(.badInput, "a field of no known kind") }
                _ = try varint()
                continue
            }
            let count = try varint()
            guard count <= rest.count else { throw GymError(.badInput, "a field is cut short") }
            fields.append((key >> 3, Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
    }

    func text(_ number: Int) -> [String] {
        fields.filter { $0.number == number }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    func messages(_ number: Int) throws -> [Fields] {
        try fields.filter { $0.number == number }.map { try Fields($0.bytes) }
    }
}
