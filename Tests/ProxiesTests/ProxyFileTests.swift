import Foundation
import Gym
import Proxies
import Testing

@Suite("A proxy's file")
struct ProxyFileTests {
    private static func data(_ kind: ModelKind) throws -> Data {
        var rules = ProxyTraining.Rules()
        rules.model = kind
        let proxy = try ProxyTraining(Fixture.rows(of: Valley(), count: 90), rules: rules).run(
            options: "workload=x", logs: [DataCard.Log(name: "a.db", contentHash: "fnv1a:1")])
        return try ProxyFile.data(proxy, program: "test")
    }

    /// A file with a changed body that hashes to what its head says.
    private static func forged(_ data: Data, _ change: (inout [String: Any]) -> Void) throws -> Data {
        let lines = data.split(separator: 0x0A)
        var body = try #require(try JSONSerialization.jsonObject(with: lines[1]) as? [String: Any])
        change(&body)
        let text = try JSONSerialization.data(withJSONObject: body)
        var hash = ContentHash()
        hash.add(text)
        var head = try #require(try JSONSerialization.jsonObject(with: lines[0]) as? [String: Any])
        head["hash"] = hash.text
        return try JSONSerialization.data(withJSONObject: head) + Data([0x0A]) + text
    }

    @Test("it gives back the same bits and bytes, whatever the proxy is made of", arguments: ModelKind.allCases)
    func roundTrip(kind: ModelKind) throws {
        let data = try Self.data(kind)
        let file = try ProxyFile(data, name: "x")
        #expect(try ProxyFile.data(file.proxy, program: "test") == data)
        #expect(file.proxy.card.logs.first?.name == "a.db" && file.proxy.card.options == "workload=x")
        #expect(file.proxy.spec.actionSpace == Valley().spec.actionSpace)
        #expect(file.environmentID.hasSuffix("-valley-v0") && file.program == "test")
        let model = LearnedModel(file.proxy, id: file.environmentID)
        #expect(model.spec.fidelity == "proxy" && Valley().spec.fidelity == "model")
    }

    @Test("its first line says what it is")
    func head() throws {
        let line = try #require(try Self.data(.ridge).split(separator: 0x0A).first)
        let head = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        #expect(head["format"] as? String == "sextant-proxy" && head["version"] as? Int == 2)
        #expect((head["hash"] as? String)?.hasPrefix("fnv1a:") ?? false)
    }

    @Test("what is no proxy, of another version, cut short or changed is refused in a sentence")
    func refusals() throws {
        let data = try Self.data(.boosted)
        func refused(_ data: Data, _ sentence: String) {
            let error = #expect(throws: GymError.self) { _ = try ProxyFile(data, name: "x.proxy") }
            #expect(error?.code == .badInput && error?.message.contains(sentence) ?? false, "\(error?.message ?? "")")
        }
        refused(Data(), "is no proxy")
        refused(Data("SQLite format 3\u{0}".utf8), "is no proxy")
        refused(Data("{}\n{}\n".utf8), "is no proxy")
        refused(data.dropLast(100), "is damaged")
        var changed = data
        changed[changed.count / 2] ^= 1
        refused(changed, "is damaged")
        let text = String(decoding: data, as: UTF8.self)
        for version in [1, 9] {
            let other = text.replacing("\"version\":2", with: "\"version\":\(version)", maxReplacements: 1)
            refused(Data(other.utf8), "of version \(version)")
        }
        #expect(throws: GymError.self) { _ = try ProxyFile(path: "/nowhere/x.proxy") }
    }

    @Test("parts that do not fit each other are refused, even where the hash is right")
    func forgeries() throws {
        let data = try Self.data(.ridge)
        #expect(throws: Never.self) { _ = try ProxyFile(Self.forged(data) { _ in }, name: "x") }
        let changes: [(inout [String: Any]) -> Void] = [
            { $0["metrics"] = [Any]() }, { $0["known"] = "no" }, { $0["environment"] = nil },
            { body in
                var environment = body["environment"] as? [String: Any] ?? [:]
                environment["parameters"] = Array((environment["parameters"] as? [Any] ?? []).dropLast())
                body["environment"] = environment
            },
            { body in
                var environment = body["environment"] as? [String: Any] ?? [:]
                environment["environment"] = "Robert'); DROP TABLE"
                body["environment"] = environment
            },
            { body in
                var metrics = body["metrics"] as? [[String: Any]] ?? []
                metrics[0]["scores"] = [3, 2, 1]
                body["metrics"] = metrics
            },
            { body in
                var metrics = body["metrics"] as? [[String: Any]] ?? []
                metrics[0]["chain"] = [["metric": "slack", "low": 0, "high": 1]]
                body["metrics"] = metrics
            },
        ]
        for (number, change) in changes.enumerated() {
            let forged = try Self.forged(data, change)
            #expect(throws: GymError.self, "forgery \(number)") { _ = try ProxyFile(forged, name: "x") }
        }
    }
}
