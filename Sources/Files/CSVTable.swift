public import Gym

/// A table in a text file, one row per line, fields separated by commas and quoted as RFC 4180 has it; a quoted field
/// may run over lines. It is read row by row in a bounded amount of memory.
public struct CSVTable: Sendable {
    /// The file as the user named it.
    public let name: String
    /// The most fields of a row.
    public static let fieldLimit = 2_000
    /// The most bytes of a row, all of its lines together.
    static let rowLimit = 1 << 20

    private let lines: TextLines

    /// Names a file; nothing is opened yet. A file of more than 4 GiB is refused when it is read.
    public init(path: String) {
        name = path
        lines = TextLines(path: path, name: path, byteLimit: 4 << 30, lineLimit: CSVTable.rowLimit)
    }

    /// Hands every row to `body` in order; empty lines are no rows.
    ///
    /// - Throws: `GymError` (`bad-input`) with its place for a file that can't be read, a row that is too long, or a
    ///   quote that does not end; and whatever `body` throws.
    public func forEach(_ body: (CSVRow) throws -> Void) throws {
        var open: [UInt8] = []
        var first = 0
        var isOutside = true
        try lines.forEach { line in
            if isOutside { first = line.number } else { open.append(10) }
            open.append(contentsOf: line.bytes)
            guard open.count <= CSVTable.rowLimit else {
                throw GymError(
                    .badInput, "the row that begins in line \(first) of '\(name)' has more than 1 MiB",
                    hint: "is there a quote that does not end?")
            }
            for byte in line.bytes where byte == UInt8(ascii: "\"") { isOutside.toggle() }
            guard isOutside else { return }
            defer { open.removeAll(keepingCapacity: true) }
            let row = try CSVRow(open, file: name, line: first)
            if !row.isEmpty { try body(row) }
        }
        guard isOutside else {
            throw GymError(.badInput, "a quote that begins in line \(first) of '\(name)' does not end")
        }
    }
}

/// One row of a table.
public struct CSVRow: Sendable {
    /// The fields without their quotes, and without spaces around them.
    public let fields: [String]
    private let file: String
    private let line: Int
    private let text: String

    init(_ bytes: [UInt8], file: String, line: Int) throws {
        // A byte-order mark, which spreadsheets write, belongs to no field.
        let bytes = line == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        (self.file, self.line) = (file, line)
        text = String(decoding: bytes, as: UTF8.self)
        fields = CSVRow.fields(of: bytes)
        guard fields.count <= CSVTable.fieldLimit else {
            throw fault("the row has \(fields.count) fields; \(CSVTable.fieldLimit) are possible")
        }
    }

    /// Whether there is nothing in it.
    var isEmpty: Bool { fields.count == 1 && fields[0].isEmpty }

    private static func fields(of bytes: ArraySlice<UInt8>) -> [String] {
        let quote = UInt8(ascii: "\"")
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == quote, isQuoted, index < bytes.endIndex, bytes[index] == quote {
                // Of two quotes inside a quoted field one is meant.
                field.append(quote)
                index += 1
            } else if byte == quote {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ","), !isQuoted {
                fields.append(trimmed(field))
                field.removeAll(keepingCapacity: true)
            } else {
                field.append(byte)
            }
        }
        return fields + [trimmed(field)]
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
        let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// An error (`bad-input`) at this row, its caret under a field where one is named.
    public func fault(_ message: String, field: Int? = nil, hint: String? = nil) -> GymError {
        // A long row would fill the screen, so only its beginning is shown, and the caret then is left out.
        let shown = text.count <= 400 ? text : text.prefix(400) + " …"
        var column = 1
        var length = 1
        if let field, fields.indices.contains(field), let range = text.range(of: fields[field], after: field) {
            column = text.distance(from: text.startIndex, to: range.lowerBound) + 1
            length = max(1, text.distance(from: range.lowerBound, to: range.upperBound))
        }
        let place = GymError.Place(file: file, line: line, column: column, length: length, text: shown)
        return GymError(.badInput, message, hint: hint, place: place)
    }
}

extension String {
    /// Where a field's text stands, which comes after so many separators.
    fileprivate func range(of field: String, after separators: Int) -> Range<Index>? {
        var isQuoted = false
        var rest = separators
        var start = startIndex
        for index in indices where rest > 0 {
            if self[index] == "\"" { isQuoted.toggle() }
            guard self[index] == ",", !isQuoted else { continue }
            rest -= 1
            start = self.index(after: index)
        }
        guard !field.isEmpty else { return start..<start }
        var index = start
        while index < endIndex {
            if self[index...].hasPrefix(field) { return index..<self.index(index, offsetBy: field.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
