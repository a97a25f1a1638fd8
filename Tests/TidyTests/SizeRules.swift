extension Rule {
    static let lineLimit = 400
    static let medianLimit = 160
    static let functionLimit = 60
    static let columnLimit = 120
    static let byteLimit = 1 << 20

    /// Rules about how long things are.
    static let sizes = [
        Rule(
            "a Swift file has at most \(lineLimit) lines",
            ofFile: { file in
                guard file.isWrittenSwift, file.lines.count > lineLimit else { return [] }
                return [(lineLimit + 1, "\(file.lines.count) lines; the limit is \(lineLimit)")]
            }),
        Rule("the median source file has at most \(medianLimit) lines", ofTree: longMedian),
        Rule(
            "a function has at most \(functionLimit) lines",
            ofFile: { file in
                guard file.isWrittenSwift else { return [] }
                return FunctionBodies.of(file.tokens).filter { $0.lineCount > functionLimit }.map {
                    ($0.line, "\($0.name) has \($0.lineCount) lines; the limit is \(functionLimit)")
                }
            }),
        Rule("a line has at most \(columnLimit) columns", ofLinesIn: \.isWrittenSwift) { line in
            line.count > columnLimit ? "\(line.count) columns; the limit is \(columnLimit)" : nil
        },
        Rule(
            "a file has at most 1 MiB",
            ofFile: { file in
                file.byteCount > byteLimit ? [(1, "\(file.byteCount) bytes; the limit is \(byteLimit)")] : []
            }),
    ]

    @Sendable private static func longMedian(_ files: [SourceFile]) -> [Violation] {
        let ordered = files.filter { $0.module != nil && $0.isWrittenSwift }.sorted { $0.lines.count < $1.lines.count }
        guard !ordered.isEmpty else { return [] }
        let median = ordered[ordered.count / 2]
        guard median.lines.count > medianLimit else { return [] }
        let message =
            "the median of \(ordered.count) files has \(median.lines.count) lines; the limit is \(medianLimit)"
        return [Violation(path: median.path, line: 1, message: message)]
    }
}

/// Where a function or initialiser stands and how many lines its body spans, both braces' lines apart.
struct FunctionBody {
    let name: String
    let line: Int
    let lineCount: Int
}

/// Finds the bodies of functions by counting braces.
enum FunctionBodies {
    /// Words that begin the next declaration, so that a protocol's requirement is not taken to own the next body.
    private static let declarations: Set<String> = [
        "func", "init", "var", "let", "static", "subscript", "deinit", "case", "associatedtype", "typealias", "struct",
        "class", "enum", "extension", "protocol", "mutating", "public", "private", "internal", "package",
    ]

    /// Every body in the order of its declaration; a nested function is listed and counts for the outer one as well.
    static func of(_ tokens: [Token]) -> [FunctionBody] {
        tokens.indices.compactMap { index in
            let word = tokens[index].text
            guard word == "func" || word == "init" || word == "deinit", index + 1 < tokens.count else { return nil }
            if index > 0, tokens[index - 1].text == "." || tokens[index - 1].text == "`" { return nil }
            guard let open = opening(after: index, in: tokens), let close = closing(of: open, in: tokens) else {
                return nil
            }
            return FunctionBody(
                name: word == "func" ? tokens[index + 1].text : word, line: tokens[index].line,
                lineCount: max(0, tokens[close].line - tokens[open].line - 1))
        }
    }

    private static func opening(after start: Int, in tokens: [Token]) -> Int? {
        var depth = 0
        for index in (start + 1)..<tokens.count {
            switch tokens[index].text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return index
            case "}" where depth == 0: return nil
            case let word where depth == 0 && index > start + 1 && declarations.contains(word): return nil
            default: continue
            }
        }
        return nil
    }

    private static func closing(of open: Int, in tokens: [Token]) -> Int? {
        var depth = 0
        for index in open..<tokens.count {
            if tokens[index].text == "{" { depth += 1 }
            if tokens[index].text == "}" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }
}
