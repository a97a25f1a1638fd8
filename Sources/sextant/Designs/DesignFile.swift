import Foundation
import Gym

/// Designs from a file or from standard input: one JSON object per line, read as they are needed. A key is a parameter
/// of the design, or an option of the environment, which then holds for that line alone.
struct DesignFile {
    /// What one line says.
    struct Line {
        /// What was written, by key.
        let values: [String: Value]
        /// The whole line, to be pointed at.
        let place: GymError.Place

        /// An error that points at a key of the line, or at all of it.
        func located(_ error: GymError, key: String? = nil) -> GymError {
            var (error, place) = (error, place)
            if let range = (key ?? error.field).flatMap({ place.text.range(of: "\"\($0)\"") }) {
                place.column = place.text.distance(from: place.text.startIndex, to: range.lowerBound) + 1
                place.length = place.text.distance(from: range.lowerBound, to: range.upperBound)
            }
            error.place = place
            return error
        }
    }

    /// The most bytes of a line.
    private static let lineLimit = 1 << 20

    private let name: String
    private let handle: FileHandle
    private var buffer = Data()
    private var isAtEnd = false
    private var lineNumber = 0

    /// Opens the file.
    ///
    /// - Throws: `GymError` (`bad-input`) where there is no such file.
    init(_ path: String) throws {
        name = path == "-" ? "standard input" : path
        if path == "-" {
            handle = .standardInput
        } else {
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw GymError(.badInput, "there is no file of designs '\(path)', or it can't be read")
            }
            self.handle = handle
        }
    }

    /// The next lines, at most so many; none at the end.
    ///
    /// - Throws: `GymError` (`bad-input`) that points at the line that is no object.
    mutating func next(_ count: Int) throws -> [Line] {
        var lines: [Line] = []
        while lines.count < count, let text = try nextLine() {
            if text.allSatisfy(\.isWhitespace) { continue }
            let place = GymError.Place(file: name, line: lineNumber, column: 1, length: text.count, text: text)
            guard let object = try? JSONDecoder().decode([String: JSONValue?].self, from: Data(text.utf8)) else {
                throw GymError(
                    .badInput, "the line is no JSON object of numbers and words",
                    hint: "for example {\"page_policy\": \"Open\", \"request_buffer_size\": 8}", place: place)
            }
            // An inactive parameter is null where designs come from another run's output.
            lines.append(Line(values: object.compactMapValues { $0?.value }, place: place))
        }
        return lines
    }

    private mutating func nextLine() throws -> String? {
        while true {
            if let newline = buffer.firstIndex(of: 0x0A) {
                defer { buffer = buffer[(newline + 1)...] }
                lineNumber += 1
                return String(decoding: buffer[..<newline], as: UTF8.self)
            }
            guard buffer.count <= DesignFile.lineLimit else {
                throw GymError(.badInput, "line \(lineNumber + 1) of \(name) has more than 1 MiB")
            }
            if isAtEnd {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = Data() }
                lineNumber += 1
                return String(decoding: buffer, as: UTF8.self)
            }
            let chunk = handle.availableData
            isAtEnd = chunk.isEmpty
            // Copying what is left keeps the buffer from holding on to all that was read before.
            buffer = Data(buffer) + chunk
        }
    }
}

/// A number, a word or a truth value of JSON; an object or a list stands for its own text, which YAML reads as well.
private struct JSONValue: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            value = .number(number)
        } else if let word = try? container.decode(String.self) {
            value = .text(word)
        } else {
            value = .text(try JSONText(from: decoder).line)
        }
    }
}

extension JSONText: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let values = try? container.decode([JSONText].self) {
            self = .list(values)
        } else {
            self = .object(try container.decode([String: JSONText].self))
        }
    }
}
