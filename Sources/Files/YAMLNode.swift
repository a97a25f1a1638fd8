public import Gym

/// A value of a YAML file that knows where it stands, so that whatever is wrong with it can be pointed at.
public struct YAMLNode: Sendable {
    /// One key of a mapping with its value.
    public struct Entry: Sendable {
        /// The key's own node: errors about the key point here.
        public let key: YAMLNode
        /// What it is set to.
        public var value: YAMLNode
        /// The key as text.
        public var name: String { value.name }
    }

    enum Content: Sendable {
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case mapping([Entry])
    }

    /// The key that it is the value of; for an item of a list the list's key, and empty for a whole file.
    public let name: String
    var content: Content
    let source: YAMLSource
    let line: Int
    let column: Int

    /// Where it stands.
    public var place: GymError.Place {
        if case .scalar(let text, isPlain: true) = content {
            return source.place(line: line, column: column, isPlain: true, plainLength: text.count)
        }
        return source.place(line: line, column: column)
    }

    /// An error of kind `bad-input` that points here.
    public func error(_ message: String, hint: String? = nil) -> GymError {
        GymError(.badInput, message, hint: hint, field: name.isEmpty ? nil : name, place: place)
    }

    /// Runs what interprets this node; an error that has no place yet points here.
    public func located<Result>(_ read: () throws -> Result) throws -> Result {
        do {
            return try read()
        } catch var error as GymError {
            if error.place == nil { error.place = place }
            throw error
        }
    }

    /// Whether nothing was written: an empty value, `~` or `null`.
    public var isNull: Bool {
        if case .scalar(let text, isPlain: true) = content { return ["", "~", "null"].contains(text) }
        return false
    }

    /// Whether it is a word or number, neither list nor mapping nor nothing.
    public var isScalar: Bool {
        if case .scalar = content { return !isNull }
        return false
    }

    /// Whether it is a list.
    public var isList: Bool {
        if case .list = content { return true }
        return false
    }

    /// The value as a message quotes it.
    var summary: String {
        switch content {
        case .scalar where isNull: "empty"
        case .scalar(let text, _): text.count <= 60 ? "'\(text)'" : "'\(text.prefix(57))…'"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    func mismatch(_ wanted: String, hint: String? = nil) -> GymError {
        name.isEmpty
            ? error("the file is \(summary), not \(wanted)", hint: hint)
            : error("'\(name)' is \(summary), not \(wanted)", hint: hint)
    }
}

extension YAMLNode {
    /// A word or number as it was written, at most 1,000 characters.
    ///
    /// - Throws: `GymError` for a list, a mapping or nothing.
    public func text() throws -> String {
        guard isScalar, case .scalar(let text, _) = content else { throw mismatch("a word") }
        guard text.count <= 1_000 else { throw error("'\(name)' has more than 1,000 characters") }
        return text
    }

    /// A number where an unquoted one is written, else a word.
    public func value() throws -> Value {
        guard isScalar, case .scalar(let text, let isPlain) = content else { throw mismatch("a word or number") }
        guard text.count <= 1_000 else { throw error("'\(name)' has more than 1,000 characters") }
        return isPlain ? Value(parsing: text) : .text(text)
    }

    /// A finite number in a range.
    public func number(in range: ClosedRange<Double>) throws -> Double {
        guard isScalar, case .scalar(let text, _) = content, let number = Value.text(text).number else {
            throw mismatch("a number")
        }
        guard range.contains(number) else {
            throw error(
                "'\(name)' is \(text), outside \(Value.format(range.lowerBound)) … \(Value.format(range.upperBound))")
        }
        return number
    }

    /// A whole number in a range; digits may be grouped as `1_000`.
    public func integer(in range: ClosedRange<Int>) throws -> Int {
        guard isScalar, case .scalar(let text, _) = content, let number = Int(text.filter { $0 != "_" }) else {
            throw mismatch("a whole number")
        }
        guard range.contains(number) else {
            throw error("'\(name)' is \(text), outside \(range.lowerBound) … \(range.upperBound)")
        }
        return number
    }

    /// One of a few words.
    public func choice(of words: [String]) throws -> String {
        let word = try text()
        guard words.contains(word) else {
            let guess = Guess.closest(to: word, among: words).map { "did you mean '\($0)'?" }
            throw error(
                "'\(name)' is '\(word)', which is none of its choices",
                hint: guess ?? "choices: " + words.joined(separator: ", "))
        }
        return word
    }

    /// The items of a list.
    public func list() throws -> [YAMLNode] {
        guard case .list(let items) = content else { throw mismatch("a list", hint: "write it as [a, b]") }
        return items
    }

    /// The entries of a mapping, in the order in which they are written.
    public func entries() throws -> [Entry] {
        guard case .mapping(let entries) = content else { throw mismatch("a mapping of keys to values") }
        return entries
    }

    /// The entries of a mapping by key, none but the known ones; `kind` is what the error calls a key.
    ///
    /// - Throws: `GymError` that points at the first unknown key, with a guess.
    public func fields(_ known: [String], kind: String = "key") throws -> YAMLFields {
        let entries = try entries()
        if let entry = entries.first(where: { !known.contains($0.name) }) {
            throw entry.key.located(GymError.unknown(.badInput, kind, entry.name, among: known))
        }
        return YAMLFields(node: self, entries: entries)
    }

    /// The same error with this node's place, unless it has one.
    public func located(_ error: GymError) -> GymError {
        var error = error
        if error.place == nil { error.place = place }
        return error
    }
}

/// The values of a mapping by key.
public struct YAMLFields: Sendable {
    /// The mapping itself.
    public let node: YAMLNode
    /// The entries in the order in which they are written.
    public let entries: [YAMLNode.Entry]

    init(node: YAMLNode, entries: [YAMLNode.Entry]) {
        (self.node, self.entries) = (node, entries)
    }

    /// The value of a key; nil where it is not there, or has nothing behind it.
    public subscript(key: String) -> YAMLNode? {
        entries.first { $0.name == key && !$0.value.isNull }?.value
    }

    /// The value of a key that must be there.
    public func required(_ key: String, example: String) throws -> YAMLNode {
        if let value = self[key] { return value }
        let owner = node.name.isEmpty ? "the file" : "'\(node.name)'"
        throw GymError(
            .badInput, "\(owner) has no '\(key)'", hint: "add \(example)", field: key, place: node.place)
    }
}
