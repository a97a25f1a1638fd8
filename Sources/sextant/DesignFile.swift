import Foundation
import Gym

/// Designs from a file or from standard input: one JSON object of parameters per line, read as they are needed.
struct DesignFile {
    /// The most bytes of a line.
    private static let lineLimit = 1 << 20

    private let name: String
    private let handle: FileHandle
    private let space: Space
    private let base: [String: Value]
    private var buffer = Data()
    private var isAtEnd = false
    private var lineNumber = 0

    /// Opens the file; what a line does not name has its value in `base`, or its default.
    ///
    /// - Throws: `GymError` (`bad-input`) where there is no such file.
    init(_ path: String, space: Space, base: [String: Value]) throws {
        (name, self.space, self.base) = (path == "-" ? "standard input" : path, space, base)
        if path == "-" {
            handle = .standardInput
        } else {
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw GymError(.badInput, "there is no file of designs '\(path)', or it can't be read")
            }
            self.handle = handle
        }
    }

    /// The next designs, at most so many; none at the end.
    ///
    /// - Throws: `GymError` (`bad-input`) that points at the line that is no design.
    mutating func next(_ count: Int) throws -> [Action] {
        var designs: [Action] = []
        while designs.count < count, let line = try nextLine() {
            if line.allSatisfy(\.isWhitespace) { continue }
            designs.append(try design(line))
        }
        return designs
    }

    private func design(_ line: String) throws -> Action {
        func place(_ column: Int = 1, _ length: Int? = nil) -> GymError.Place {
            GymError.Place(file: name, line: lineNumber, column: column, length: length ?? line.count, text: line)
        }
        guard let object = try? JSONDecoder().decode([String: JSONScalar?].self, from: Data(line.utf8)) else {
            throw GymError(
                .badInput, "the line is no JSON object of numbers and words",
                hint: "for example {\"page_policy\": \"Open\", \"request_buffer_size\": 8}", place: place())
        }
        do {
            // An inactive parameter is null where designs come from another run's output.
            let values = object.compactMapValues { $0?.value }
            return try space.action(named: base.merging(values) { $1 }, code: .badInput)
        } catch var error as GymError {
            let column = error.field.flatMap { line.range(of: "\"\($0)\"") }
            error.place =
                column.map { range in
                    place(
                        line.distance(from: line.startIndex, to: range.lowerBound) + 1,
                        line.distance(from: range.lowerBound, to: range.upperBound))
                } ?? place()
            throw error
        }
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

/// A number, a word or a truth value of JSON.
private struct JSONScalar: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            value = .number(number)
        } else {
            value = .text(try container.decode(String.self))
        }
    }
}
