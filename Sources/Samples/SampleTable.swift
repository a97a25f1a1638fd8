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
        row.putZeros(at: Bookkeeping.zeros.rawValue)
        try require(row.failure, of: connection)
        let result = sqlite3_step(row.statement)
        // Resetting repeats the failure's code; the first one is the one to report.
        defer { sqlite3_reset(row.statement) }
        try require(result, SQLITE_DONE, of: connection)
    }

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
