import Testing

/// What is wrong, and where.
struct Violation: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

/// One rule of the project's style that a program can decide.
struct Rule: Sendable, CustomTestStringConvertible {
    let name: String
    let check: @Sendable ([SourceFile]) -> [Violation]

    var testDescription: String { name }

    /// Every rule, by subject.
    static let all = sizes + names + dependencies + texts

    /// A rule about the project as a whole.
    init(_ name: String, ofTree check: @escaping @Sendable ([SourceFile]) -> [Violation]) {
        (self.name, self.check) = (name, check)
    }

    /// A rule about each file by itself. Each finding is a line and a message.
    init(_ name: String, ofFile find: @escaping @Sendable (SourceFile) -> [(line: Int, message: String)]) {
        self.name = name
        check = { files in
            files.flatMap { file in
                find(file).map { Violation(path: file.path, line: $0.line, message: $0.message) }
            }
        }
    }

    /// A rule about each line of the files of one kind. A finding is a message.
    init(
        _ name: String, ofLinesIn isMeant: @escaping @Sendable (SourceFile) -> Bool,
        find: @escaping @Sendable (Substring) -> String?
    ) {
        self.init(
            name,
            ofFile: { file in
                guard isMeant(file) else { return [] }
                return file.lines.enumerated().compactMap { index, line in find(line).map { (index + 1, $0) } }
            })
    }
}
