/// A condition over named quantities, kept as text and as a tree: `power <= 2000`, `refresh_policy == AllBank`,
/// `page_policy in [Open, Closed] and not (a + 2 * b > c)`.
///
/// Grammar, loosest first: `or`, `and`, `not`, comparison (`< <= > >= == != in`), `+ -`, `* /`, unary `-`, a number, a
/// name, a quoted word, parentheses, a list `[a, b]`. A name that is no quantity is a word to compare with.
public struct Expression: Sendable {
    /// The tree of an expression.
    indirect enum Node: Sendable, Hashable {
        case number(Double)
        case name(String)
        case word(String)
        case list([Node])
        case negative(Node)
        case not(Node)
        case binary(Operator, Node, Node)
    }

    /// What joins two sides.
    enum Operator: String, Sendable, Hashable {
        case or, and, member = "in"
        case less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">=", equal = "==", notEqual = "!="
        case plus = "+", minus = "-", times = "*", over = "/"
    }

    /// The expression as it was written.
    public let text: String
    let root: Node

    /// Parses an expression of at most 1,000 characters.
    ///
    /// - Throws: `GymError` (`bad-input`) that says what was expected and at which character.
    public init(_ text: String) throws {
        self.text = text
        var parser = ExpressionParser(text)
        root = try parser.parse()
    }

    /// Every name in the expression, in order of appearance; some may turn out to be words.
    var names: [String] {
        var found: [String] = []
        func walk(_ node: Node) {
            switch node {
            case .number, .word: break
            case .name(let name): found.append(name)
            case .list(let nodes): nodes.forEach(walk)
            case .negative(let inner), .not(let inner): walk(inner)
            case .binary(_, let left, let right):
                walk(left)
                walk(right)
            }
        }
        walk(root)
        return found
    }
}

extension Expression: Hashable {
    /// Two expressions are equal when they are written alike.
    public static func == (left: Expression, right: Expression) -> Bool { left.text == right.text }

    /// Hashes the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
