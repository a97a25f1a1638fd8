import Foundation
import Gym

/// A value to be printed as one line of JSON, its keys sorted.
indirect enum JSONText: Encodable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSONText])
    case object([String: JSONText])

    init(_ number: Double?) { self = number.map(JSONText.number) ?? .null }

    init(_ text: String?) { self = text.map(JSONText.text) ?? .null }

    init(_ value: Value?) {
        switch value {
        case .number(let number): self = .number(number)
        case .text(let word): self = .text(word)
        case nil: self = .null
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value):
            if let whole = Int64(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
        case .text(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }

    /// The line, without its newline.
    var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

extension JSONText {
    /// A design by its parameters' names; inactive ones are null.
    init(_ action: Action, of space: Space) {
        self = .object(
            Dictionary(
                space.named(action).map { ($0.name, JSONText($0.value)) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Metrics by name.
    init(_ values: [Double?], of metrics: [Metric]) {
        self = .object(
            Dictionary(zip(metrics, values).map { ($0.name, JSONText($1)) }, uniquingKeysWith: { first, _ in first }))
    }
}
