import GRDB
import Gym

extension SampleLog {
    /// Notes a study before its trials: the resolved manifest's text, the versions of the program and its environments,
    /// and the host's fingerprint. A study that exists takes the new texts and keeps its samples: whether it may go on
    /// under them, `open` decides trial by trial.
    public func begin(study name: String, manifest: String, versions: String, host: String) throws {
        try transaction { db, _ in
            try db.execute(
                sql: "UPDATE studies SET manifest = ?, versions = ?, host = ? WHERE name = ?",
                arguments: [manifest, versions, host, name])
            guard db.changesCount == 0 else { return }
            _ = try insertStudy(
                name, manifest: manifest, versions: versions, host: host, created: SampleLog.now, db)
        }
    }

    func insertStudy(
        _ name: String, manifest: String, versions: String, host: String, created: String, _ db: Database
    ) throws -> Int64 {
        try db.execute(
            sql: "INSERT INTO studies (name, manifest, versions, host, created) VALUES (?, ?, ?, ?, ?)",
            arguments: [name, manifest, versions, host, created])
        return db.lastInsertedRowID
    }

    /// The resolved manifest of a study; empty where an outside client began it.
    ///
    /// - Throws: `GymError` (`usage`) for a name that no study has, with a guess.
    public func manifest(of study: String) throws -> String {
        try read { db in
            let id = try number(ofStudy: study, db)
            return try String.fetchOne(db, sql: "SELECT manifest FROM studies WHERE id = ?", arguments: [id]) ?? ""
        }
    }

    /// Removes a study with its trials and samples, and the tables that are empty then. The file keeps its size until
    /// `compact`.
    ///
    /// - Throws: `GymError` (`usage`) for a name that no study has, with a guess.
    public func remove(study name: String) throws {
        try transaction { db, _ in
            let id = try number(ofStudy: name, db)
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT trials.id AS trial, table_name FROM trials JOIN spaces ON spaces.id = trials.space
                    WHERE study = ?
                    """, arguments: [id])
            {
                let (trial, table): (Int64, String) = (row["trial"], row["table_name"])
                try db.execute(sql: "DELETE FROM \(quoted(table)) WHERE _trial = ?", arguments: [trial])
                try db.execute(sql: "DELETE FROM notes WHERE trial = ?", arguments: [trial])
            }
            try db.execute(sql: "DELETE FROM trials WHERE study = ?", arguments: [id])
            try db.execute(sql: "DELETE FROM studies WHERE id = ?", arguments: [id])
            try catalog.dropUnused(db)
        }
    }

    /// Gives the disk back what removed studies took; rewrites the whole file, so it needs as much space again.
    public func compact() throws {
        try write { db, _ in
            try db.execute(sql: "VACUUM")
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// The process that writes a log now; nil where none does. Readers and writers may ask at any time.
    public static func writer(of path: String) -> Int32? { WriterLock.holder(of: path) }
}
