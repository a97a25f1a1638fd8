import GRDB
import Glibc
import Gym

/// The tables of a log, and how a file is recognised as one.
enum Schema {
    /// `SXTN`: tells a log from any other SQLite file.
    static let applicationID: Int32 = 0x5358_544E

    /// Names that no environment's view may take.
    static let tables: Set<String> = ["studies", "trials", "spaces", "notes", "grdb_migrations"]

    /// Every change of the schema since the first release, in order; a released one never changes.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: studies, trials, spaces") { db in try db.execute(sql: firstTables) }
        migrator.registerMigration("2: agents' notes") { db in try db.execute(sql: notes) }
        migrator.registerMigration("3: traits of instances") { db in
            try db.execute(sql: "ALTER TABLE trials ADD COLUMN traits TEXT NOT NULL DEFAULT '[]'")
        }
        return migrator
    }

    /// A seed is an integer where 63 bits hold it, else its digits as text. What stands behind `host` sums up the
    /// samples; it is written in their transaction, so that no summary ever reads them all.
    private static let firstTables = """
        CREATE TABLE studies (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, manifest TEXT NOT NULL,
            versions TEXT NOT NULL, host TEXT NOT NULL, created TEXT NOT NULL
        ) STRICT;
        CREATE TABLE spaces (
            id INTEGER PRIMARY KEY AUTOINCREMENT, environment TEXT NOT NULL, table_name TEXT NOT NULL UNIQUE,
            description TEXT NOT NULL
        ) STRICT;
        CREATE TABLE trials (
            id INTEGER PRIMARY KEY AUTOINCREMENT, study INTEGER NOT NULL REFERENCES studies(id), label TEXT NOT NULL,
            agent TEXT NOT NULL, settings TEXT NOT NULL, seed ANY NOT NULL, environment TEXT NOT NULL,
            space INTEGER NOT NULL REFERENCES spaces(id), options TEXT NOT NULL, objective TEXT NOT NULL,
            budget TEXT NOT NULL, slots INTEGER NOT NULL, records_observations INTEGER NOT NULL,
            reference TEXT NOT NULL, created TEXT NOT NULL, host TEXT NOT NULL,
            status TEXT NOT NULL DEFAULT 'running', reason TEXT, samples INTEGER NOT NULL DEFAULT 0,
            evaluated INTEGER NOT NULL DEFAULT 0, infeasible INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0, best INTEGER,
            best_violation REAL, best_reward REAL, UNIQUE (study, label)
        ) STRICT;
        CREATE INDEX trials_by_space ON trials(space);
        """

    /// A note stands under the number of the first sample of its batch; `words` holds 64-bit words, the least
    /// significant byte first.
    private static let notes = """
        CREATE TABLE notes (
            trial INTEGER NOT NULL, number INTEGER NOT NULL, words BLOB NOT NULL, PRIMARY KEY (trial, number)
        ) STRICT;
        """

    /// What a file turned out to be.
    enum Finding {
        case log, nothing
    }

    /// Looks at a file without changing it, but for one thing: where a process or a disk failed while it made the file,
    /// whoever is about to write takes the unfinished step back.
    ///
    /// - Throws: `GymError` for a folder, for any other kind of file, and for a log of a newer Sextant.
    static func inspect(_ path: String, toWrite: Bool) throws -> Finding {
        var status = stat()
        guard stat(path, &status) == 0 else { return .nothing }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a file"
            throw GymError(.logUnusable, "the log '\(path)' is \(kind)", hint: "name a file with --log")
        }
        if status.st_size == 0 { return .nothing }
        return try GymError.translating(path) {
            do {
                return try inspect(path, readonly: true)
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
                return toWrite ? try inspect(path, readonly: false) : .nothing
            }
        }
    }

    private static func inspect(_ path: String, readonly: Bool) throws -> Finding {
        let queue = try DatabaseQueue(path: path, configuration: configuration(readonly: readonly))
        defer { try? queue.close() }
        return try queue.read { db in try inspect(db, path) }
    }

    private static func inspect(_ db: Database, _ path: String) throws -> Finding {
        let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        let objects = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        // A writer that was killed while it made the file leaves one without tables.
        if objects == 0, mark == 0 || mark == applicationID { return .nothing }
        guard mark == applicationID else {
            throw GymError(.logUnusable, "the log '\(path)' is not a Sextant log", hint: "name another file with --log")
        }
        if try migrator.hasBeenSuperseded(db) {
            throw GymError(
                .logUnusable, "the log '\(path)' was written by a newer Sextant", hint: "update sextant to read it")
        }
        return try db.tableExists("trials") ? .log : .nothing
    }

    /// How every connection is opened.
    static func configuration(readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(5)
        configuration.label = "log"
        return configuration
    }
}

/// A name as SQL writes it, whatever characters it holds.
func quoted(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
}
