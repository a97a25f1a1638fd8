import GRDB
import GRDBSQLite
import Gym

/// The write path of one table: one prepared statement, bound column by column without an allocation for a usual row.
final class SampleTable {
    let layout: SampleLayout
    private let statement: Statement
    private let connection: OpaquePointer?
    /// Status words and the usual fidelity.
    private static let texts = StaticTexts(["ok", "infeasible", "failed", "model"])

    /// Prepares the statement.
    init(_ layout: SampleLayout, _ db: Database) throws {
        self.layout = layout
        statement = try db.makeStatement(sql: layout.insertion)
        connection = db.sqliteConnection
    }

    /// Writes one row.
    ///
    /// - Throws: `GymError` for a sample that is not one of this space, `DatabaseError` where SQLite can't write it.
    func insert(_ sample: Sample, recordsObservations: Bool) throws {
        let spec = layout.spec
        guard sample.action.count == layout.storage.count, sample.evaluation.metrics.count == spec.metrics.count else {
            throw GymError(
                .internal,
                "a sample has \(sample.action.count) parameters and \(sample.evaluation.metrics.count) "
                    + "metrics, '\(spec.id)' has \(layout.storage.count) and \(spec.metrics.count)")
        }
        var row = RowBinder(statement.sqliteStatement)
        bindBookkeeping(of: sample, to: &row)
        if recordsObservations {
            try checkMask(sample.observation.legal)
            try checkMask(sample.evaluation.observation.legal)
            row.put(sample.observation)
            row.put(sample.evaluation.observation)
        } else {
            row.putNull(times: 4)
        }
        try bindParameters(of: sample, to: &row)
        for metric in sample.evaluation.metrics { row.put(metric) }
        row.putZeros(at: Self.zerosColumn)
        try require(row.failure, of: connection)
        let result = sqlite3_step(row.statement)
        // Resetting repeats the failure's code; the first one is the one to report.
        defer { sqlite3_reset(row.statement) }
        try require(result, SQLITE_DONE, of: connection)
    }

    private static let zerosColumn = Int32(SampleLayout.bookkeeping.firstIndex { $0.0 == "_zeros" } ?? 0)

    private func bindBookkeeping(of sample: Sample, to row: inout RowBinder) {
        row.put(sample.trial)
        row.put(sample.number)
        row.put(Int64(sample.slot))
        row.put(sample.episode)
        row.put(Int64(sample.step))
        row.put(sample.score.reward)
        // A violation that is not a number can't be compared: it counts as the worst.
        row.put(sample.score.violation.isNaN ? .infinity : sample.score.violation)
        row.put(sample.evaluation.terminated)
        row.put(sample.truncated)
        switch sample.evaluation.status {
        case .ok:
            row.put(Self.texts, 0)
            row.putNull()
        case .infeasible(let reason):
            row.put(Self.texts, 1)
            row.put(reason)
        case .failed(let reason):
            row.put(Self.texts, 2)
            row.put(reason)
        }
        row.put(sample.isCached)
        if sample.fidelity == "model" { row.put(Self.texts, 3) } else { row.put(sample.fidelity) }
        row.put(sample.seconds)
        row.put(sample.at)
        row.putNull()
    }

    private func bindParameters(of sample: Sample, to row: inout RowBinder) throws {
        let space = layout.spec.actionSpace
        let active = space.activity.isEmpty ? [] : space.active(sample.action)
        for index in layout.storage.indices {
            let value = sample.action[index]
            if !active.isEmpty, !active[index] {
                row.putNull()
                continue
            }
            switch layout.storage[index] {
            case .real:
                row.put(value)
            case .integer:
                guard let whole = Int64(exactly: value) else { throw illegal(value, index) }
                row.noteZero(value)
                row.put(whole)
            case .text(let first):
                guard let choice = Int(exactly: value), choice >= 0, choice < layout.choices[index].count else {
                    throw illegal(value, index)
                }
                row.noteZero(value)
                row.put(layout.words, first + choice)
            }
        }
    }

    private func checkMask(_ legal: [[Bool]]?) throws {
        guard let legal, legal.map(\.count) != layout.maskWidths else { return }
        throw GymError(.internal, "a mask of '\(layout.spec.id)' does not fit its categorical parameters")
    }

    private func illegal(_ value: Double, _ index: Int) -> GymError {
        let name = layout.spec.actionSpace.parameters[index].name
        return GymError(.internal, "a sample's '\(name)' is \(value), which its space does not hold", field: name)
    }
}

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
