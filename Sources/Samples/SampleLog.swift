import Foundation
import GRDB
import GRDBSQLite
public import Gym
import Synchronization

/// A log of samples: one SQLite file with the studies, their trials, and a real column for every parameter and metric.
///
/// One process writes a log at a time, any number read it meanwhile; neither waits for the other. Every error is a
/// `GymError`, mostly `log-unusable`. Any thread may call anything; calls that write come one after the other.
public final class SampleLog: SampleSink {
    /// What a log is opened for.
    public enum Mode: Sendable {
        /// Makes the file where there is none, and holds the right to write until `close`.
        case write
        /// Never changes or makes anything, and sees what a running writer has acknowledged.
        case read
    }

    /// What an acknowledged sample survives.
    public enum Durability: String, Sendable, CaseIterable {
        /// Any end of the process; a power cut may take the last samples, never the file's consistency.
        case normal
        /// A power cut too, at the price of a disk flush per batch.
        case full
    }

    /// The file as the user named it.
    public let path: String
    let database: any DatabaseReader
    let catalog = SpaceCatalog()
    private let writing: Writing?
    private let isOpen = Mutex(true)

    /// What only a writer has.
    private struct Writing {
        let pool: DatabasePool
        let writer: LogWriter
        let lock: WriterLock
    }

    /// Opens a log.
    ///
    /// - Throws: `GymError` (`log-unusable`): a folder, a file that is no log or of a newer Sextant, no permission, a
    ///   full disk, no such file (to read), or another process that writes it; the sentence says which.
    public init(path: String, mode: Mode, durability: Durability = .normal) throws {
        self.path = path
        let finding = try Schema.inspect(path, toWrite: mode == .write)
        switch mode {
        case .read:
            guard finding == .log else {
                throw GymError(
                    .logUnusable, "there is no log at '\(path)'", hint: "name one with --log, or run a study first")
            }
            let queue = try GymError.translating(path) {
                try DatabaseQueue(path: path, configuration: Schema.configuration(readonly: true))
            }
            (database, writing) = (queue, nil)
        case .write:
            let lock = try WriterLock(of: path)
            do {
                let pool = try GymError.translating(path) {
                    try SampleLog.pool(path, durability, isNew: finding == .nothing)
                }
                (database, writing) = (pool, Writing(pool: pool, writer: LogWriter(), lock: lock))
            } catch {
                lock.release()
                throw error
            }
        }
    }

    private static func pool(_ path: String, _ durability: Durability, isNew: Bool) throws -> DatabasePool {
        let pool = try DatabasePool(path: path, configuration: Schema.configuration(readonly: false))
        try pool.writeWithoutTransaction { db in
            if durability == .full { try db.execute(sql: "PRAGMA synchronous = FULL") }
            if isNew { try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)") }
        }
        try Schema.migrator.migrate(pool)
        // Nobody else writes, so a trial that still counts as running was killed.
        try pool.write { db in try db.execute(sql: "UPDATE trials SET status = 'stopped' WHERE status = 'running'") }
        return pool
    }

    /// Ends the use of the log and gives up the right to write it; a writer also folds the write-ahead file in. What
    /// is called later throws. Without it, the end of the object or of the process does the same.
    public func close() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        // Whoever closes last folds the write-ahead file in, and only the writer can.
        writing?.pool.invalidateReadOnlyConnections()
        // The connection can't close while its statements live.
        writing?.pool.writeWithoutTransaction { _ in writing?.writer.forgetAll() }
        try? database.close()
        writing?.lock.release()
    }

    deinit { close() }

    /// Adds samples; all of them are in the log when it returns, none when it throws.
    public func append(_ samples: [Sample]) throws {
        guard !samples.isEmpty else { return }
        try write { db, writer in try writer.append(samples, db, catalog) }
    }

    /// The samples of a trial from a number on, at most `limit`, in order, bit for bit as they were appended; without
    /// observations where the trial does not record them.
    public func samples(of trial: Int64, from number: Int64, limit: Int) throws -> [Sample] {
        try read { db in
            let sql = "SELECT space FROM trials WHERE id = ?"
            guard let space = try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: [trial]) else {
                throw GymError(.internal, "the log has no trial \(trial)")
            }
            return try samples(of: trial, from: number, limit: limit, catalog.layout(space, db), db)
        }
    }

    func samples(
        of trial: Int64, from number: Int64, limit: Int, _ layout: SampleLayout, _ db: Database
    ) throws -> [Sample] {
        let statement = try db.cachedStatement(sql: layout.selection).sqliteStatement
        var row = RowBinder(statement)
        row.put(trial)
        row.put(number)
        row.put(Int64(limit))
        try require(row.failure, of: db.sqliteConnection)
        defer { sqlite3_reset(statement) }
        var decoder = SampleDecoder(layout, statement)
        var samples: [Sample] = []
        while true {
            let result = sqlite3_step(statement)
            guard result == SQLITE_ROW else {
                try require(result, SQLITE_DONE, of: db.sqliteConnection)
                return samples
            }
            samples.append(try decoder.sample())
        }
    }

    private func checkIsOpen() throws {
        guard isOpen.withLock({ $0 }) else { throw GymError(.logUnusable, "the log '\(path)' is closed") }
    }

    /// Runs a piece of reading in one snapshot of the log.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try checkIsOpen()
        return try GymError.translating(path) {
            try database.read { db in try body(db) }
        }
    }

    /// Runs a piece of writing that cares for its own transaction.
    func write<Result>(_ body: (Database, LogWriter) throws -> Result) throws -> Result {
        guard let writing else {
            throw GymError(.readOnly, "the log '\(path)' is open for reading only")
        }
        try checkIsOpen()
        return try GymError.translating(path) {
            try writing.pool.writeWithoutTransaction { db in try body(db, writing.writer) }
        }
    }

    /// Runs a piece of writing in one transaction, undone when it throws.
    func transaction<Result>(_ body: (Database, LogWriter) throws -> Result) throws -> Result {
        try write { db, writer in try transaction(db, writer) { try body(db, writer) } }
    }

    /// Runs a piece of writing in one transaction on a connection that is at hand.
    func transaction<Result>(_ db: Database, _ writer: LogWriter, _ body: () throws -> Result) throws -> Result {
        var result: Result?
        do {
            try db.inTransaction(.immediate) {
                result = try body()
                return .commit
            }
        } catch {
            // What was remembered may have been undone.
            catalog.forgetAll()
            throw error
        }
        // Rows of trials may have changed under the writer; it reads them again when it needs them.
        writer.forgetTrials()
        guard let result else { throw GymError(.internal, "a transaction on the log gave nothing") }
        return result
    }
}
