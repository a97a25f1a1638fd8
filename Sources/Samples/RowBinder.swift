import GRDBSQLite
import Gym

/// Binds the arguments of a prepared statement one after the other, and remembers the first failure.
struct RowBinder {
    let statement: OpaquePointer
    private var column: Int32 = 0
    /// Columns, counted from 0, that hold −0.0.
    private var zeros: [Int32] = []
    /// The first code that was not `SQLITE_OK`.
    private(set) var failure = SQLITE_OK

    /// Begins at the first argument.
    init(_ statement: OpaquePointer) { self.statement = statement }

    private mutating func note(_ code: Int32) {
        if code != SQLITE_OK, failure == SQLITE_OK { failure = code }
    }

    mutating func put(_ value: Int64) {
        column += 1
        note(sqlite3_bind_int64(statement, column, value))
    }

    mutating func put(_ flag: Bool) { put(flag ? 1 as Int64 : 0) }

    /// A number; SQLite stores what is not a number as NULL.
    mutating func put(_ value: Double) {
        noteZero(value)
        column += 1
        note(sqlite3_bind_double(statement, column, value))
    }

    mutating func put(_ value: Double?) {
        if let value { put(value) } else { putNull() }
    }

    /// A text that is read in place.
    mutating func put(_ texts: StaticTexts, _ index: Int) {
        column += 1
        let (start, count) = texts.place(index)
        note(sqlite3_bind_text(statement, column, start, count, nil))
    }

    /// A text that SQLite copies.
    mutating func put(_ text: String) {
        column += 1
        put(text, at: column)
    }

    private mutating func put(_ text: String, at column: Int32) {
        var text = text
        note(
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    // A null address would store NULL in place of an empty text.
                    let start = $0.baseAddress ?? emptyText
                    return sqlite3_bind_text(statement, column, start, Int32($0.count), copied)
                }
            })
    }

    /// Numbers and mask as two blobs of float64; NULL for no mask.
    mutating func put(_ observation: Observation) {
        put(blob: observation.values)
        if let legal = observation.legal {
            put(blob: legal.flatMap { $0.map { $0 ? 1 : 0 } })
        } else {
            putNull()
        }
    }

    private mutating func put(blob values: [Double]) {
        column += 1
        guard !values.isEmpty else { return note(sqlite3_bind_zeroblob(statement, column, 0)) }
        note(
            values.withUnsafeBytes {
                sqlite3_bind_blob64(statement, column, $0.baseAddress, UInt64($0.count), copied)
            })
    }

    mutating func putNull(times count: Int = 1) {
        for _ in 0..<count {
            column += 1
            note(sqlite3_bind_null(statement, column))
        }
    }

    /// Remembers that the next column holds −0.0, if it does.
    mutating func noteZero(_ value: Double) {
        if value.bitPattern == 1 << 63 { zeros.append(column) }
    }

    /// Writes which columns hold −0.0, where any does; the column is counted from 0.
    mutating func putZeros(at column: Int32) {
        guard !zeros.isEmpty else { return }
        put(zeros.map(String.init).joined(separator: ","), at: column + 1)
    }
}

/// `SQLITE_TRANSIENT`: SQLite copies what it is given.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

private nonisolated(unsafe) let emptyText: UnsafePointer<CChar> = {
    let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    byte.initialize(to: 0)
    return UnsafePointer(byte)
}()
