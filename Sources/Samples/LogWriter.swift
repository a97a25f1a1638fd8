import GRDB
import GRDBSQLite
import Gym

/// The writing connection's prepared statements and open trials. Used on the connection's own queue only, one call at
/// a time, which is why it may cross threads.
final class LogWriter: @unchecked Sendable {
    private final class OpenTrial {
        let id: Int64
        let table: SampleTable
        let recordsObservations: Bool
        /// As committed.
        var totals: Totals
        /// With what the running transaction adds.
        var pending: Totals

        init(_ id: Int64, _ table: SampleTable, recordsObservations: Bool, _ totals: Totals) {
            (self.id, self.table, self.recordsObservations) = (id, table, recordsObservations)
            (self.totals, pending) = (totals, totals)
        }
    }

    private var begin, commit, rollback, update: Statement?
    private var trials: [Int64: OpenTrial] = [:]
    private var tables: [Int64: SampleTable] = [:]
    /// The trials that the running transaction writes to.
    private var touched: [OpenTrial] = []

    /// Writes samples in one transaction. When it throws, none of them is in the log.
    func append(_ samples: [Sample], _ db: Database, _ catalog: SpaceCatalog) throws {
        try prepare(db)
        try run(begin, db)
        do {
            try insert(samples, db, catalog)
            for trial in touched { try updateTotals(of: trial, db) }
            try run(commit, db)
        } catch {
            undo(db)
            throw error
        }
        for trial in touched { trial.totals = trial.pending }
        touched.removeAll(keepingCapacity: true)
    }

    private func insert(_ samples: [Sample], _ db: Database, _ catalog: SpaceCatalog) throws {
        var last: OpenTrial?
        for sample in samples {
            let trial: OpenTrial
            if let last, last.id == sample.trial {
                trial = last
            } else {
                trial = try openTrial(sample.trial, db, catalog)
                if !touched.contains(where: { $0 === trial }) { touched.append(trial) }
                last = trial
            }
            guard sample.number == trial.pending.samples else {
                throw GymError(
                    .internal,
                    "sample \(sample.number) of trial \(sample.trial) is out of order: "
                        + "the log holds \(trial.pending.samples)")
            }
            try trial.table.insert(sample, recordsObservations: trial.recordsObservations)
            trial.pending.add(sample)
        }
    }

    private func openTrial(_ id: Int64, _ db: Database, _ catalog: SpaceCatalog) throws -> OpenTrial {
        if let trial = trials[id] { return trial }
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM trials WHERE id = ?", arguments: [id]) else {
            throw GymError(.internal, "the log has no trial \(id)")
        }
        let space: Int64 = row["space"]
        let table: SampleTable
        if let known = tables[space] {
            table = known
        } else {
            table = try SampleTable(catalog.layout(space, db), db)
            tables[space] = table
        }
        let trial = OpenTrial(id, table, recordsObservations: row["records_observations"], Totals(row))
        trials[id] = trial
        return trial
    }

    private func updateTotals(of trial: OpenTrial, _ db: Database) throws {
        guard let update else { return }
        var row = RowBinder(update.sqliteStatement)
        trial.pending.bind(to: &row, trial: trial.id)
        try require(row.failure, of: db.sqliteConnection)
        try run(update, db)
    }

    private func prepare(_ db: Database) throws {
        guard begin == nil else { return }
        commit = try db.makeStatement(sql: "COMMIT")
        rollback = try db.makeStatement(sql: "ROLLBACK")
        update = try db.makeStatement(sql: Totals.update)
        begin = try db.makeStatement(sql: "BEGIN IMMEDIATE")
    }

    private func run(_ statement: Statement?, _ db: Database) throws {
        guard let handle = statement?.sqliteStatement else { return }
        let result = sqlite3_step(handle)
        defer { sqlite3_reset(handle) }
        try require(result, SQLITE_DONE, of: db.sqliteConnection)
    }

    private func undo(_ db: Database) {
        for trial in touched { trial.pending = trial.totals }
        touched.removeAll(keepingCapacity: true)
        // A full disk may have ended the transaction already, and then there is nothing to roll back.
        if let connection = db.sqliteConnection, sqlite3_get_autocommit(connection) == 0 { try? run(rollback, db) }
    }

    /// Forgets the trials and tables; they are read again when they are written to.
    func forgetTrials() { (trials, tables) = ([:], [:]) }

    /// Forgets every statement too, so that the connection can close.
    func forgetAll() {
        forgetTrials()
        (begin, commit, rollback, update) = (nil, nil, nil, nil)
    }
}
