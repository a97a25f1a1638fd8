public import Gym

/// Writes values as YAML on one line; what it writes is JSON as well wherever words are quoted.
public enum YAMLText {
    /// A number, or a word that is quoted where it could be read as something else.
    public static func scalar(_ value: Value) -> String {
        switch value {
        case .number: value.text
        case .text(let word): isPlain(word) ? word : quoted(word)
        }
    }

    /// A word in double quotes, escaped as JSON demands.
    public static func quoted(_ word: String) -> String {
        var result = "\""
        for scalar in word.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A list of what is already text.
    public static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

    /// A mapping of what is already text.
    public static func mapping(_ entries: [(String, String)]) -> String {
        guard !entries.isEmpty else { return "{}" }
        return "{ " + entries.map { "\(scalar(.text($0.0))): \($0.1)" }.joined(separator: ", ") + " }"
    }

    /// A whole node.
    public static func flow(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar where node.isNull: "null"
        case .scalar(let text, isPlain: true): scalar(Value(parsing: text))
        case .scalar(let text, isPlain: false): scalar(.text(text))
        case .list(let items): list(items.map(flow))
        case .mapping(let entries): mapping(entries.map { ($0.name, flow($0.value)) })
        }
    }

    private static func isPlain(_ word: String) -> Bool {
        guard let first = word.utf8.first, Value(parsing: word) == .text(word) else { return false }
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
        let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(word.lowercased())
        return isLetter(first) && !reserved
            && word.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || [45, 46, 47, 95].contains($0) }
    }
}
