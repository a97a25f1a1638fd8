import Gym

extension YAMLNode {
    /// Puts a value at a dotted path of keys, in place of what stands there; keys that are missing are added.
    ///
    /// A key that holds dots itself is found whole. `shorthands` say which key a plain word stands for, so that
    /// `agent: genetic` becomes `agent: {name: genetic}` when `agent.population` is set.
    ///
    /// - Throws: `GymError` (`bad-input`) where the path runs through a list or a value.
    public func setting(_ path: String, to value: YAMLNode, shorthands: [String: String] = [:]) throws -> YAMLNode {
        var entries: [Entry]
        switch content {
        case .mapping(let present): entries = present
        case .scalar where isNull: entries = []
        case .scalar:
            guard let key = shorthands[name] else { fallthrough }
            entries = [Entry(key: self, value: renamed(key))]
        case .list:
            throw value.error("'\(path)' can't be set: '\(name)' is \(summary), not a mapping of keys to values")
        }
        if let index = entries.firstIndex(where: { path == $0.name || path.hasPrefix($0.name + ".") }) {
            let name = entries[index].name
            let rest = String(path.dropFirst(name.count + 1))
            entries[index].value =
                rest.isEmpty
                ? value.renamed(name) : try entries[index].value.setting(rest, to: value, shorthands: shorthands)
        } else {
            let name = String(path.prefix { $0 != "." })
            let rest = String(path.dropFirst(name.count + 1))
            guard !name.isEmpty, path.last != "." else { throw value.error("'\(path)' is not a dotted path of keys") }
            let key = value.renamed(name)
            let empty = YAMLNode(
                name: name, content: .mapping([]), source: value.source, line: value.line, column: value.column)
            let inner = rest.isEmpty ? key : try empty.setting(rest, to: value, shorthands: shorthands)
            entries.append(Entry(key: key, value: inner))
        }
        var result = self
        result.content = .mapping(entries)
        return result
    }

    /// Applies one `key=value` of a command line; the value is read as YAML, so `[1, 2]` is a list.
    ///
    /// - Throws: `GymError`: kind `usage` where there is no `=`, else `bad-input` whose place is the `--set` itself.
    public func applying(set text: String, shorthands: [String: String] = [:]) throws -> YAMLNode {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw GymError(.usage, "'--set \(text)' has no '='", hint: "write it as --set budget.samples=200")
        }
        let path = String(text[..<equals])
        let skipped = text[...equals].unicodeScalars.count
        let source = YAMLSource(file: "--set", text: text, skipped: skipped)
        let name = String(path.split(separator: ".").last ?? "")
        let value = try YAMLDocument.parse(
            String(text[text.index(after: equals)...]), name: name, source: source)
        return try setting(path, to: value, shorthands: shorthands)
    }

    /// The same node under another key; items of a list go by the list's key.
    public func renamed(_ name: String) -> YAMLNode {
        var content = content
        if case .list(let items) = content { content = .list(items.map { $0.renamed(name) }) }
        return YAMLNode(name: name, content: content, source: source, line: line, column: column)
    }
}
