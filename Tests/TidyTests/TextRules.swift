extension Rule {
    // The words are written in two halves so that this file is not found by its own rule.
    static let markers: Set<String> = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    static let machineFolders = ["/" + "work", "/" + "farm"]

    /// Rules about every text in the project.
    static let texts = [
        Rule("nothing is left for later", ofLinesIn: { _ in true }) { line in
            guard markers.contains(where: line.contains) else { return nil }
            return words(of: line).first(where: markers.contains).map { "'\($0)' marks unfinished work" }
        },
        Rule("no path of one machine", ofLinesIn: { _ in true }) { line in
            machineFolders.first { beginsPath($0, in: line) }.map { "a path under \($0) exists on one machine only" }
        },
        Rule(
            "a Markdown file has one title",
            ofFile: { file in
                guard file.name.hasSuffix(".md") else { return [] }
                let titles = titleLines(of: file)
                if titles.isEmpty { return [(1, "no '# ' title")] }
                return titles.dropFirst().map { ($0, "a second '# ' title") }
            }),
        Rule("a catalog's line has its file", ofTree: missingEntries),
    ]

    private static func words(of line: Substring) -> [String] {
        line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
    }

    /// Whether the folder stands in the line as the beginning of an absolute path.
    private static func beginsPath(_ folder: String, in line: Substring) -> Bool {
        var rest = line
        while let range = rest.firstRange(of: folder) {
            let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
            let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
            let continues = after.isLetter || after.isNumber || after == "-" || after == "_"
            if !continues, !before.isLetter, !before.isNumber, !"/.-_}~".contains(before) { return true }
            rest = line[range.upperBound...]
        }
        return false
    }

    /// The lines of a Markdown file that are titles, code blocks apart.
    private static func titleLines(of file: SourceFile) -> [Int] {
        var isCode = false
        return file.lines.enumerated().compactMap { index, line in
            if line.hasPrefix("```") { isCode.toggle() }
            return !isCode && line.hasPrefix("# ") ? index + 1 : nil
        }
    }

    /// An entry is a type at the head of a line of `Environments/Catalog.swift` or `Agents/Catalog.swift`.
    @Sendable private static func missingEntries(_ files: [SourceFile]) -> [Violation] {
        files.filter { $0.path == "Environments/Catalog.swift" || $0.path == "Agents/Catalog.swift" }.flatMap {
            catalog in
            let homes = files.filter { $0.module == catalog.module && $0.path != catalog.path }
            let names = Set(homes.map(\.stem) + homes.flatMap { $0.path.split(separator: "/").map(String.init) })
            return Self.entries(of: catalog).filter { !names.contains($0.text) }.map {
                Violation(
                    path: catalog.path, line: $0.line, message: "no file \($0.text).swift in \(catalog.module ?? "")")
            }
        }
    }

    private static func entries(of catalog: SourceFile) -> [Token] {
        zip(catalog.tokens, catalog.tokens.dropFirst()).enumerated().compactMap { index, pair in
            let isFirst = index == 0 || catalog.tokens[index - 1].line < pair.0.line
            let isType = pair.0.text.first?.isUppercase == true && ".(".contains(pair.1.text)
            return isFirst && isType ? pair.0 : nil
        }
    }
}
