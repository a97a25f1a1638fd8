import Testing

@Suite("The project keeps its own rules")
struct ProjectTests {
    private static let files = Result { try SourceTree.files() }

    @Test("the project keeps the rule", arguments: Rule.all)
    func projectKeeps(_ rule: Rule) throws {
        let files = try Self.files.get()
        #expect(files.contains { $0.path == "Package.swift" }, "the walk did not find the project")
        for violation in rule.check(files) { Issue.record(Comment(rawValue: violation.description)) }
    }
}
