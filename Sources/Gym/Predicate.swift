/// An expression whose names are bound to the places of a vector of numbers, so that testing it is arithmetic alone.
///
/// Truth is 1 and falsehood 0. A word becomes the number that the bound quantity beside it gives it (the index of a
/// categorical's choice), so a word can only be compared with a quantity that has such choices.
public struct Predicate: Sendable {
    private indirect enum Node: Sendable {
        case constant(Double)
        case place(Int)
        case negative(Node)
        case not(Node)
        case member(Node, [Node])
        case binary(Expression.Operator, Node, Node)
    }

    /// The expression that was bound.
    public let expression: Expression
    private let root: Node
    /// The places of the vector that it reads, rising.
    let places: [Int]

    /// Binds an expression to quantities in the order of the vectors to come; a categorical one gives its choices.
    ///
    /// - Throws: `GymError` (`bad-input`) for a name or word that nothing has, with a guess.
    public init(_ expression: Expression, quantities: [Parameter]) throws {
        self.expression = expression
        var binder = Binder(expression: expression, quantities: quantities)
        root = try binder.bind(expression.root, beside: nil)
        places = binder.places.sorted()
    }

    /// Whether the vector satisfies it; a comparison with NaN is false.
    public func isTrue(_ vector: [Double]) -> Bool {
        Predicate.value(root, vector) != 0
    }

    /// How far the vector is from satisfying it, relative to the bound it breaks (absolute where the bound is 0): 0
    /// where it holds. `and` adds, `or` takes the least, and what has no distance (`not`, `in`, `!=`, a comparison with
    /// NaN) counts 1.
    public func violation(_ vector: [Double]) -> Double {
        Predicate.violation(root, vector)
    }

    /// Writes it in another language, from the leaves up: constants, places of the vector, and what joins the parts:
    /// an operator of the grammar by its sign, where `not` and `-` may have one part and `in` has the sought one first.
    public func written<Part>(
        constant: (Double) -> Part, place: (Int) -> Part, joined: (String, [Part]) -> Part
    ) -> Part {
        func write(_ node: Node) -> Part {
            switch node {
            case .constant(let value): constant(value)
            case .place(let index): place(index)
            case .negative(let inner): joined("-", [write(inner)])
            case .not(let inner): joined("not", [write(inner)])
            case .member(let inner, let choices): joined("in", [write(inner)] + choices.map(write))
            case .binary(let joint, let left, let right): joined(joint.rawValue, [write(left), write(right)])
            }
        }
        return write(root)
    }

    private static func value(_ node: Node, _ vector: [Double]) -> Double {
        switch node {
        case .constant(let value): return value
        case .place(let index): return vector[index]
        case .negative(let inner): return -value(inner, vector)
        case .not(let inner): return value(inner, vector) == 0 ? 1 : 0
        case .member(let inner, let choices):
            let sought = value(inner, vector)
            return choices.contains { value($0, vector) == sought } ? 1 : 0
        case .binary(let joint, let left, let right):
            return combine(joint, value(left, vector), value(right, vector))
        }
    }

    private static func combine(_ joint: Expression.Operator, _ a: Double, _ b: Double) -> Double {
        switch joint {
        case .or: a != 0 || b != 0 ? 1 : 0
        case .and: a != 0 && b != 0 ? 1 : 0
        case .less: a < b ? 1 : 0
        case .lessOrEqual: a <= b ? 1 : 0
        case .greater: a > b ? 1 : 0
        case .greaterOrEqual: a >= b ? 1 : 0
        case .equal: a == b ? 1 : 0
        case .notEqual: a != b ? 1 : 0
        case .plus: a + b
        case .minus: a - b
        case .times: a * b
        case .over: a / b
        case .member: 0
        }
    }

    private static func violation(_ node: Node, _ vector: [Double]) -> Double {
        if value(node, vector) != 0 { return 0 }
        guard case .binary(let joint, let left, let right) = node else { return 1 }
        switch joint {
        case .and: return violation(left, vector) + violation(right, vector)
        case .or: return min(violation(left, vector), violation(right, vector))
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal:
            let (a, b) = (value(left, vector), value(right, vector))
            guard a.isFinite, b.isFinite else { return 1 }
            // A strict bound that is met exactly is still broken, so the distance is never quite nothing.
            return max(abs(a - b) / (b == 0 ? 1 : abs(b)), 1e-12)
        default: return 1
        }
    }

    private struct Binder {
        let expression: Expression
        let quantities: [Parameter]
        var places: Set<Int> = []

        mutating func bind(_ node: Expression.Node, beside other: Expression.Node?) throws -> Node {
            switch node {
            case .number(let value):
                // Beside a categorical a number names a choice as well, never the place of one.
                if let choices = choices(of: other) {
                    return .constant(try place(of: Value.format(value), in: choices))
                }
                return .constant(value)
            case .word(let word): return .constant(try number(of: word, beside: other))
            case .name(let name):
                guard let index = quantities.firstIndex(where: { $0.name == name }) else {
                    return .constant(try number(of: name, beside: other))
                }
                places.insert(index)
                return .place(index)
            case .list: throw GymError(.badInput, "the condition '\(expression.text)' has a list without 'in'")
            case .negative(let inner): return .negative(try bind(inner, beside: nil))
            case .not(let inner): return .not(try bind(inner, beside: nil))
            case .binary(.member, let left, .list(let choices)):
                return .member(try bind(left, beside: nil), try choices.map { try bind($0, beside: left) })
            case .binary(let joint, let left, let right):
                return .binary(joint, try bind(left, beside: right), try bind(right, beside: left))
            }
        }

        private func number(of word: String, beside other: Expression.Node?) throws -> Double {
            guard let choices = choices(of: other) else { throw unknown(word) }
            return try place(of: word, in: choices)
        }

        /// The categorical that a node names, with its choices.
        private func choices(of node: Expression.Node?) -> (name: String, words: [String])? {
            guard case .name(let name) = node, let quantity = quantities.first(where: { $0.name == name }),
                case .categorical(let words) = quantity.domain
            else { return nil }
            return (name, words)
        }

        private func place(of word: String, in choices: (name: String, words: [String])) throws -> Double {
            guard let place = choices.words.firstIndex(of: word) else {
                throw GymError.unknown(.badInput, "choice of '\(choices.name)'", word, among: choices.words)
            }
            return Double(place)
        }

        private func unknown(_ word: String) -> GymError {
            let guess = Guess.closest(to: word, among: quantities.map(\.name)).map { "did you mean '\($0)'?" }
            return GymError(
                .badInput, "the condition '\(expression.text)' names '\(word)', which is no quantity here",
                hint: guess ?? "known: " + quantities.prefix(40).map(\.name).joined(separator: ", "), field: word)
        }
    }
}
