/// Reads the expression grammar by recursive descent, one character at a time, with bounded depth.
struct ExpressionParser {
    private let text: [Character]
    private var position = 0
    private var depth = 0

    init(_ source: String) {
        text = Array(source)
    }

    mutating func parse() throws -> Expression.Node {
        guard text.count <= 1_000 else { throw GymError(.badInput, "an expression has more than 1,000 characters") }
        let node = try disjunction()
        guard peek() == nil else { throw problem("nothing more was expected") }
        return node
    }

    private mutating func disjunction() throws -> Expression.Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 50 else { throw problem("it is nested more than 50 deep") }
        var node = try conjunction()
        while takeKeyword("or") { node = .binary(.or, node, try conjunction()) }
        return node
    }

    private mutating func conjunction() throws -> Expression.Node {
        var node = try negation()
        while takeKeyword("and") { node = .binary(.and, node, try negation()) }
        return node
    }

    private mutating func negation() throws -> Expression.Node {
        var count = 0
        while takeKeyword("not") { count += 1 }
        let node = try comparison()
        return (0..<count).reduce(node) { inner, _ in .not(inner) }
    }

    private mutating func comparison() throws -> Expression.Node {
        let left = try sum()
        for symbol in ["<=", ">=", "==", "!=", "<", ">"] where take(symbol) {
            guard let comparator = Expression.Operator(rawValue: symbol) else { break }
            return .binary(comparator, left, try sum())
        }
        return takeKeyword("in") ? .binary(.member, left, try list()) : left
    }

    private mutating func sum() throws -> Expression.Node {
        var node = try product()
        while true {
            if take("+") {
                node = .binary(.plus, node, try product())
            } else if take("-") {
                node = .binary(.minus, node, try product())
            } else {
                return node
            }
        }
    }

    private mutating func product() throws -> Expression.Node {
        var node = try unary()
        while true {
            if take("*") {
                node = .binary(.times, node, try unary())
            } else if take("/") {
                node = .binary(.over, node, try unary())
            } else {
                return node
            }
        }
    }

    private mutating func unary() throws -> Expression.Node {
        var count = 0
        while take("-") { count += 1 }
        let node = try primary()
        return count.isMultiple(of: 2) ? node : .negative(node)
    }

    private mutating func primary() throws -> Expression.Node {
        guard let next = peek() else { throw problem("it ends too early") }
        if take("(") {
            let node = try disjunction()
            guard take(")") else { throw problem("a ')' is missing") }
            return node
        }
        if next == "'" || next == "\"" { return .word(try quoted(next)) }
        if next.isNumber || next == "." { return .number(try number()) }
        if next.isLetter || next == "_" { return .name(word()) }
        throw problem("'\(next)' was not expected")
    }

    private mutating func list() throws -> Expression.Node {
        guard take("[") else { throw problem("'in' takes a list such as [Open, Closed]") }
        var nodes = [try sum()]
        while take(",") { nodes.append(try sum()) }
        guard take("]") else { throw problem("a ']' is missing") }
        return .list(nodes)
    }

    private mutating func quoted(_ mark: Character) throws -> String {
        position += 1
        let start = position
        while position < text.count, text[position] != mark { position += 1 }
        guard position < text.count else { throw problem("a closing \(mark) is missing") }
        defer { position += 1 }
        return String(text[start..<position])
    }

    private mutating func number() throws -> Double {
        let start = position
        while position < text.count {
            let character = text[position]
            let signOfExponent = (character == "-" || character == "+") && "eE".contains(text[position - 1])
            guard character.isNumber || ".eE".contains(character) || (signOfExponent && position > start) else { break }
            position += 1
        }
        guard let value = Double(String(text[start..<position])), value.isFinite else {
            throw problem("'\(String(text[start..<position]))' is not a number")
        }
        return value
    }

    private mutating func word() -> String {
        let start = position
        while position < text.count, text[position].isLetter || text[position].isNumber || "_.".contains(text[position])
        {
            position += 1
        }
        return String(text[start..<position])
    }

    private mutating func peek() -> Character? {
        while position < text.count, text[position].isWhitespace { position += 1 }
        return position < text.count ? text[position] : nil
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard peek() != nil, text[position...].starts(with: symbol) else { return false }
        position += symbol.count
        return true
    }

    private mutating func takeKeyword(_ keyword: String) -> Bool {
        guard peek() != nil, text[position...].starts(with: keyword) else { return false }
        let end = position + keyword.count
        if end < text.count, text[end].isLetter || text[end].isNumber || text[end] == "_" { return false }
        position = end
        return true
    }

    private func problem(_ what: String) -> GymError {
        GymError(
            .badInput, "the condition '\(String(text))' can't be read at character \(position + 1): \(what)",
            hint: "for example: power <= 2000, refresh_policy == AllBank, page_policy in [Open, Closed]")
    }
}
