import Files
import Gym
import Testing

@Suite("YAML is read with places")
struct YAMLTests {
    struct Flaw: Sendable, CustomTestStringConvertible {
        let text: String
        let message: String
        let line: Int
        let column: Int
        let length: Int
        var testDescription: String { message }
    }

    static let flaws = [
        Flaw(
            text: "a: 1\nb: [1, 2\n", message: "this is not YAML: did not find expected ',' or ']'", line: 2, column: 9,
            length: 1),
        Flaw(
            text: "a: 1\n\tb: 2\n", message: "this is not YAML: found a tab character that violates indentation",
            line: 2,
            column: 1, length: 1),
        Flaw(text: "a: 1\nb: 2\na: 3\n", message: "the key 'a' is there twice", line: 1, column: 1, length: 1),
        Flaw(
            text: "a: &x [1]\nb: *x\n", message: "anchors (a word that begins with '&') are not read here", line: 1,
            column: 4, length: 6),
        Flaw(text: "a: *x\n", message: "this is not YAML: found undefined alias", line: 1, column: 4, length: 1),
        Flaw(text: "? [1, 2]\n: 3\n", message: "a key is a list, not a word", line: 1, column: 3, length: 6),
        Flaw(
            text: "a: 1\n---\nb: 2\n", message: "this is not YAML: but found another document", line: 2, column: 1,
            length: 1),
    ]

    @Test("a mistake in the YAML is one sentence with its place", arguments: flaws)
    func refuses(_ flaw: Flaw) throws {
        let error = try #require(throws: GymError.self) { try YAMLDocument.parse(flaw.text, file: "m.yaml") }
        #expect(error.message == flaw.message)
        #expect(error.code == .badInput)
        let place = try #require(error.place)
        #expect([place.line, place.column, place.length] == [flaw.line, flaw.column, flaw.length])
        #expect(place.file == "m.yaml")
    }

    @Test(
        "hostile nesting ends in an error, not in a crash",
        arguments: [
            String(repeating: "[", count: 500_000), String(repeating: "- ", count: 500_000),
            String(repeating: "{a: ", count: 40) + "1" + String(repeating: "}", count: 40),
            String(repeating: "? ", count: 500_000),
        ])
    func nesting(_ text: String) {
        #expect(throws: GymError.self) { try YAMLDocument.parse(text, file: "m.yaml") }
    }

    @Test("what is larger than the limit, no text, or not there is refused by name")
    func bounds() {
        let large = String(repeating: "#", count: YAMLDocument.byteLimit + 1)
        #expect(throws: GymError(.badInput, "'m.yaml' is larger than 1 MiB")) {
            try YAMLDocument.parse(large, file: "m.yaml")
        }
        #expect(throws: GymError(.badInput, "there is no file 'no/such.yaml'")) {
            try YAMLDocument.read("no/such.yaml")
        }
        #expect(throws: GymError(.badInput, "'/' can't be read")) { try YAMLDocument.read("/") }
        #expect(throws: GymError.self) { try YAMLDocument.parse("a: \u{1}", file: "m.yaml") }
    }

    @Test("values are read as what they are written to be")
    func values() throws {
        let root = try YAMLDocument.parse("a: 1_000\nb: '8'\nc: 0.5\nd: [x, 'y z']\ne: ~\nf: é é # remark\n", file: "m")
        let fields = try root.fields(["a", "b", "c", "d", "e", "f"])
        #expect(try fields["a"]?.integer(in: 0...2_000) == 1_000)
        #expect(try fields["b"]?.value() == .text("8"))
        #expect(try fields["c"]?.value() == .number(0.5))
        #expect(try fields["d"]?.list().map { try $0.text() } == ["x", "y z"])
        #expect(fields["e"] == nil)
        #expect(fields["f"]?.place.column == 4)
        #expect(fields["f"]?.place.length == 3)
        #expect(try YAMLDocument.parse("", file: "m").isNull)
    }

    struct Misreading: Sendable {
        let key: String
        let message: String
        let read: @Sendable (YAMLNode) throws -> Void
    }

    @Test(
        "a value of the wrong kind or range is named",
        arguments: [
            Misreading(key: "n", message: "'n' is 'many', not a whole number") { _ = try $0.integer(in: 0...9) },
            Misreading(key: "n", message: "'n' is 'many', not a number") { _ = try $0.number(in: 0...9) },
            Misreading(key: "i", message: "'i' is 12, outside 0 … 9") { _ = try $0.integer(in: 0...9) },
            Misreading(key: "i", message: "'i' is 12, outside 0 … 9.5") { _ = try $0.number(in: 0...9.5) },
            Misreading(key: "n", message: "'n' is 'many', not a list") { _ = try $0.list() },
            Misreading(key: "l", message: "'l' is a list, not a word") { _ = try $0.text() },
            Misreading(key: "l", message: "'l' is a list, not a mapping of keys to values") { _ = try $0.entries() },
            Misreading(key: "n", message: "'n' is 'many', which is none of its choices") {
                _ = try $0.choice(of: ["mang"])
            },
        ])
    func misreadings(_ misreading: Misreading) throws {
        let root = try YAMLDocument.parse("n: many\ni: 12\nl: [1]\n", file: "m")
        let node = try #require(try root.fields(["n", "i", "l"])[misreading.key])
        let error = try #require(throws: GymError.self) { try misreading.read(node) }
        #expect(error.message == misreading.message)
        #expect(error.place?.column == 4)
    }

    @Test("a set value replaces, adds, and opens a plain word")
    func sets() throws {
        let root = try YAMLDocument.parse("agent: genetic\nsweep:\n  agent.name: [a]\n", file: "m")
        func set(_ text: String) throws -> String {
            YAMLText.flow(try root.applying(set: text, shorthands: ["agent": "name"]))
        }
        #expect(
            try set("agent.population=32") == "{ agent: { name: genetic, population: 32 }, sweep: { agent.name: [a] } }"
        )
        #expect(try set("sweep.agent.name=[b, c]") == "{ agent: genetic, sweep: { agent.name: [b, c] } }")
        #expect(try set("budget.samples=5") == "{ agent: genetic, sweep: { agent.name: [a] }, budget: { samples: 5 } }")
        #expect(throws: GymError.self) { try set("agent") }
        #expect(throws: GymError.self) { try set("sweep.agent.name.x=1") }
        #expect(throws: GymError.self) { try set(".=1") }
        let error = try #require(throws: GymError.self) { try set("agent.population=[1") }
        #expect(
            error.place == GymError.Place(file: "--set", line: 1, column: 20, length: 1, text: "agent.population=[1"))
    }

    @Test(
        "a written word is read as the same word",
        arguments: [
            "plain", "two words", "8", "true", "null", "é", "a\"b\\c", "line\nbreak\ttab", "\u{7}", "", "1e5", "- x",
            "a: b", "#x", "~",
        ])
    func roundTrip(_ word: String) throws {
        let text = YAMLText.mapping([("key", YAMLText.scalar(.text(word)))])
        let node = try #require(try YAMLDocument.parse(text, file: "m").entries().first?.value)
        #expect(try node.value() == .text(word))
    }
}
