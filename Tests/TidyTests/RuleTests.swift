import Testing

/// A small file that breaks one rule on the given lines, or breaks none.
struct Snippet: Sendable, CustomTestStringConvertible {
    let rule: String
    let path: String
    let text: String
    let lines: [Int]

    var testDescription: String { "\(rule): \(path)\(lines.isEmpty ? " is fine" : "")" }

    init(_ rule: String, _ path: String, _ text: String, breaksAt lines: [Int] = []) {
        (self.rule, self.path, self.text, self.lines) = (rule, path, text, lines)
    }
}

@Suite("Every rule can fail")
struct RuleTests {
    @Test("a snippet breaks its rule where it should, and only there", arguments: Snippet.all)
    func snippet(_ snippet: Snippet) throws {
        let rule = try #require(Rule.all.first { $0.name == snippet.rule }, "no rule of that name")
        let file = SourceFile(path: snippet.path, text: snippet.text)
        #expect(rule.check([file]).map(\.line) == snippet.lines)
    }

    @Test("every rule has a snippet that breaks it and one that does not", arguments: Rule.all)
    func isProven(_ rule: Rule) {
        let own = Snippet.all.filter { $0.rule == rule.name }
        #expect(own.contains { !$0.lines.isEmpty })
        #expect(own.contains { $0.lines.isEmpty })
    }

    @Test("a catalog's line is fine once its file exists")
    func catalogWithFile() throws {
        let rule = try #require(Rule.all.first { $0.name == "a catalog's line has its file" })
        let catalog = SourceFile(path: "Agents/Catalog.swift", text: "let agents = [\n    RandomWalk.self,\n]\n")
        let entry = SourceFile(path: "Agents/RandomWalk.swift", text: "")
        #expect(rule.check([catalog, entry]).isEmpty)
        #expect(
            rule.check([catalog]).map(\.description) == ["Agents/Catalog.swift:2: no file RandomWalk.swift in Agents"])
    }
}

@Suite("The scanner of Swift source")
struct SwiftTokensTests {
    @Test(
        "comments and literals give no tokens, and lines are counted through them",
        arguments: [
            ("a // b\nc", ["a1", "c2"]),
            ("a /* b /* c\n */ d */ e", ["a1", "e2"]),
            (#"a "b { \(c("}")) \" {" d"#, ["a1", "d1"]),
            ("a \"\"\"\n  { \"b\" \\(c {\n})\n\"\"\" d", ["a1", "d4"]),
            ("a #\"b \\(c) \" { \\#(d) \"# e", ["a1", "e1"]),
            ("\"never closed {\na", ["a2"]),
            ("é+1", ["é1", "+1", "11"]),
        ])
    func tokens(_ source: String, _ expected: [String]) {
        #expect(SwiftTokens.of(source).map { "\($0.text)\($0.line)" } == expected)
    }

    @Test(
        "a body's lines are those between its braces",
        arguments: [
            ("func f() { g() }", ["f 0"]),
            ("func f(\n    _ g: () -> Void = {}\n) -> Int {\n    1\n}", ["f 1"]),
            ("protocol P {\n    func f()\n    var x: Int { get }\n}\nfunc g() {\n    1\n    2\n}", ["g 2"]),
            ("init() {\n    self.init()\n    func f() {\n    }\n}", ["init 3", "f 0"]),
        ])
    func bodies(_ source: String, _ expected: [String]) {
        #expect(FunctionBodies.of(SwiftTokens.of(source)).map { "\($0.name) \($0.lineCount)" } == expected)
    }
}
