import Gym

/// Writes values as one line after the other of CSV (RFC 4180) or JSON, into a buffer of bytes that is given on when
/// it is full.
struct ExportLines {
    /// Named values of one line.
    enum Cell {
        case text(String)
        case number(Double)
        case integer(Int64)
        case flag(Bool)
        case numbers([Double])
    }

    private static let capacity = 1 << 16
    private let format: SampleLog.ExportFormat
    private let write: ([UInt8]) throws -> Void
    private var buffer: [UInt8] = []

    init(_ format: SampleLog.ExportFormat, write: @escaping ([UInt8]) throws -> Void) {
        (self.format, self.write) = (format, write)
        buffer.reserveCapacity(Self.capacity + 4_096)
    }

    /// The head line of CSV; JSON lines have none.
    mutating func head(_ names: [String]) throws {
        guard format == .csv else { return }
        try line(names, names.map { .text($0) })
    }

    /// One line; what is nil is an empty field of CSV and null in JSON.
    mutating func line(_ names: [String], _ cells: [Cell?]) throws {
        if format == .jsonl { buffer.append(UInt8(ascii: "{")) }
        for index in cells.indices {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            if format == .jsonl {
                quote(names[index])
                buffer.append(UInt8(ascii: ":"))
            }
            put(cells[index])
        }
        if format == .jsonl { buffer.append(UInt8(ascii: "}")) }
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Gives on what is left.
    mutating func flush() throws {
        guard !buffer.isEmpty else { return }
        try write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func put(_ cell: Cell?) {
        switch cell {
        case nil: if format == .jsonl { put("null") }
        case .text(let text): if format == .jsonl { quote(text) } else { field(text) }
        case .integer(let value): put(String(value))
        case .number(let value): put(value)
        case .flag(let value): put(format == .jsonl ? (value ? "true" : "false") : (value ? "1" : "0"))
        case .numbers(let values):
            // A list is one field of CSV, as JSON.
            if format == .csv { buffer.append(UInt8(ascii: "\"")) }
            buffer.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { buffer.append(UInt8(ascii: ",")) }
                put(value)
            }
            buffer.append(UInt8(ascii: "]"))
            if format == .csv { buffer.append(UInt8(ascii: "\"")) }
        }
    }

    private mutating func put(_ text: String) { buffer.append(contentsOf: text.utf8) }

    /// The shortest digits that read back to the same number; JSON has no infinity but as a word.
    private mutating func put(_ value: Double) {
        guard value.isInfinite else {
            if value == value.rounded(), abs(value) < 1e15, value.bitPattern != 1 << 63 {
                return put(String(Int64(value)))
            }
            return put(value.description)
        }
        if format == .jsonl { return put(value < 0 ? "\"-Infinity\"" : "\"Infinity\"") }
        put(value < 0 ? "-inf" : "inf")
    }

    private mutating func field(_ text: String) {
        let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes || text.isEmpty else { return put(text) }
        buffer.append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { buffer.append(0x22) }
            buffer.append(byte)
        }
        buffer.append(0x22)
    }

    private mutating func quote(_ text: String) {
        buffer.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: buffer += [0x5C, byte]
            case 0x00..<0x20:
                let digits = String(byte, radix: 16)
                put("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: buffer.append(byte)
            }
        }
        buffer.append(0x22)
    }
}
