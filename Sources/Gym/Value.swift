/// A value as people write it: a number, or a word. Options, settings and named actions hold these.
public enum Value: Sendable, Hashable {
    case number(Double)
    case text(String)

    /// The number, or the number that the word spells; nil for any other word.
    public var number: Double? {
        switch self {
        case .number(let value): value
        case .text(let word): Double(word).flatMap { $0.isFinite ? $0 : nil }
        }
    }

    /// The word, or the number as it is written shortest (`8`, not `8.0`).
    public var text: String {
        switch self {
        case .number(let value): Value.format(value)
        case .text(let word): word
        }
    }

    /// Reads what a user typed: a finite number where it spells one, else a word.
    public init(parsing text: String) {
        if let number = Double(text), number.isFinite { self = .number(number) } else { self = .text(text) }
    }

    /// A number at full precision, whole ones without a fraction.
    public static func format(_ value: Double) -> String {
        if value == value.rounded(), abs(value) <= 0x1p53 { return String(Int64(value)) }
        return "\(value)"
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// A word.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
}
