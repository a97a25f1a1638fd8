import GRDB
import Gym

/// What a merge brought.
public struct MergeSummary: Sendable, Hashable {
    /// Trials that were not here yet.
    public var added = 0
    /// Trials that were here with fewer samples.
    public var extended = 0
    /// Trials that were here with all their samples.
    public var skipped = 0
    /// Samples that were not here yet.
    public var samples: Int64 = 0
}

extension SampleLog {
    /// Brings in all studies, trials and samples of another log, which stays as it is. A trial that is here already is
    /// extended, or skipped where nothing is missing; samples count as equal when all but their times is. Everything
    /// comes in one transaction.
    ///
    /// - Throws: `GymError` (`replay-mismatch`): a trial that both logs hold with other settings or other samples.
    @discardableResult public func merge(from other: String) throws -> MergeSummary {
        // Opening it for reading tells what is wrong with it, before SQLite would make an empty file in its place.
        let source = try SampleLog(path: other, mode: .read)
        defer { source.close() }
        return try write { db, writer in
            try db.execute(sql: "ATTACH DATABASE ? AS other", arguments: [other])
            defer { try? db.execute(sql: "DETACH DATABASE other") }
            return try transaction(db, writer) {
                var summary = MergeSummary()
                for row in try Row.fetchAll(db, sql: Merging.trials) { try bring(row, &summary, db) }
                return summary
            }
        }
    }

    private func bring(_ row: Row, _ summary: inout MergeSummary, _ db: Database) throws {
        let study = try Merging.study(row, db)
        let label: String = row["label"]
        let sql = "SELECT * FROM trials WHERE study = ? AND label = ?"
        let space = try catalog.findOrMake(SpecRecord(text: row["description"]), db)
        let layout = try catalog.layout(space, db)
        let samples: Int64 = row["samples"]
        guard let mine = try Row.fetchOne(db, sql: sql, arguments: [study, label]) else {
            let id = try Merging.copyTrial(row, study: study, space: space, db)
            try Merging.copySamples(row, to: id, layout, from: 0, db)
            try Merging.copyNotes(row, to: id, db)
            summary.added += 1
            summary.samples += samples
            return
        }
        let name = "the trial '\(label)' of the study '\(row["study_name"] as String)'"
        let differing = Merging.identity.filter {
            (mine[$0] as DatabaseValue) != (row[$0] as DatabaseValue)
        }
        guard differing.isEmpty, mine["space"] == space else {
            let what = differing.isEmpty ? "environment" : differing.joined(separator: ", ")
            throw GymError(
                .replayMismatch, "\(name) is in both logs, but they differ in its \(what)",
                hint: "rename one of the studies, or remove it: sextant studies remove NAME")
        }
        if let number = try Merging.firstDifference(mine: mine["id"], row, layout, db) {
            throw GymError(
                .replayMismatch, "\(name) is in both logs, but its sample \(number) differs",
                hint: "rename one of the studies, or remove it: sextant studies remove NAME")
        }
        let count: Int64 = mine["samples"]
        if samples > count {
            try Merging.copySamples(row, to: mine["id"], layout, from: count, db)
            try Merging.copyNotes(row, to: mine["id"], db)
        }
        if samples > count || (samples == count && mine["status"] != "finished") {
            try Merging.updateTrial(mine["id"], row, db)
        }
        if samples > count { summary.extended += 1 } else { summary.skipped += 1 }
        summary.samples += max(0, samples - count)
    }
}

/// The steps of a merge in SQL, where the other log is attached as `other`; nothing is loaded into memory.
private enum Merging {
    static let trials = """
        SELECT t.*, s.name AS study_name, s.manifest, s.versions, s.host AS study_host, s.created AS study_created,
            p.description, p.table_name
        FROM other.trials t JOIN other.studies s ON s.id = t.study JOIN other.spaces p ON p.id = t.space ORDER BY t.id
        """

    /// What must be equal for two trials to be the same; the space is compared by its description.
    static let identity = [
        "agent", "settings", "seed", "environment", "options", "objective", "slots", "records_observations",
    ]
    private static let totals = [
        "status", "reason", "samples", "evaluated", "infeasible", "failed", "seconds", "best", "best_violation",
        "best_reward",
    ]

    static func study(_ row: Row, _ db: Database) throws -> Int64 {
        let name: String = row["study_name"]
        let sql =
            "INSERT INTO studies (name, manifest, versions, host, created) VALUES (?, ?, ?, ?, ?) "
            + "ON CONFLICT (name) DO UPDATE SET manifest = excluded.manifest WHERE manifest = ''"
        let values: [any DatabaseValueConvertible] = [
            name, row["manifest"] as String, row["versions"] as String, row["study_host"] as String,
            row["study_created"] as String,
        ]
        try db.execute(sql: sql, arguments: StatementArguments(values))
        return try Int64.fetchOne(db, sql: "SELECT id FROM studies WHERE name = ?", arguments: [name]) ?? 0
    }

    static func copyTrial(_ row: Row, study: Int64, space: Int64, _ db: Database) throws -> Int64 {
        // Instances of older logs have no traits.
        let traits = row.hasColumn("traits") ? ["traits"] : []
        let columns = ["label", "budget", "reference", "created", "host"] + traits + identity + totals
        let list = columns.joined(separator: ", ")
        try db.execute(
            sql: "INSERT INTO trials (study, space, \(list)) SELECT ?, ?, \(list) FROM other.trials WHERE id = ?",
            arguments: [study, space, row["id"] as Int64])
        let id = db.lastInsertedRowID
        try stopRunning(id, db)
        return id
    }

    static func updateTrial(_ id: Int64, _ row: Row, _ db: Database) throws {
        let assignments = totals.map { "\($0) = theirs.\($0)" }.joined(separator: ", ")
        try db.execute(
            sql: "UPDATE main.trials SET \(assignments) FROM other.trials AS theirs "
                + "WHERE theirs.id = ? AND main.trials.id = ?",
            arguments: [row["id"] as Int64, id])
        try stopRunning(id, db)
    }

    /// What runs elsewhere does not run here.
    private static func stopRunning(_ id: Int64, _ db: Database) throws {
        try db.execute(sql: "UPDATE trials SET status = 'stopped' WHERE id = ? AND status = 'running'", arguments: [id])
    }

    static func copySamples(_ row: Row, to id: Int64, _ layout: SampleLayout, from number: Int64, _ db: Database) throws
    {
        let names = Bookkeeping.allCases.dropFirst().map(\.name) + layout.columns.map { quoted($0.name) }
        let list = names.joined(separator: ", ")
        try db.execute(
            sql: "INSERT INTO main.\(quoted(layout.table)) (_trial, \(list)) SELECT ?, \(list) "
                + "FROM other.\(quoted(row["table_name"])) WHERE _trial = ? AND _number >= ? ORDER BY _number",
            arguments: [id, row["id"] as Int64, number])
    }

    /// Notes follow from the samples: those that are here stay. A log of the first release has none.
    static func copyNotes(_ row: Row, to id: Int64, _ db: Database) throws {
        guard try db.tableExists("notes", in: "other") else { return }
        try db.execute(
            sql: "INSERT OR IGNORE INTO main.notes (trial, number, words) "
                + "SELECT ?, number, words FROM other.notes WHERE trial = ?",
            arguments: [id, row["id"] as Int64])
    }

    /// The first sample that both logs have and that differs in more than its times.
    static func firstDifference(mine: Int64, _ trial: Row, _ layout: SampleLayout, _ db: Database) throws -> Int64? {
        let apart: Set<Bookkeeping> = [.trial, .number, .seconds, .at, .zeros]
        let names =
            Bookkeeping.allCases.filter { !apart.contains($0) }.map(\.name)
            + layout.columns.map { quoted($0.name) }
        func row(of table: String) -> String { "(" + names.map { "\(table).\($0)" }.joined(separator: ", ") + ")" }
        return try Int64.fetchOne(
            db,
            sql: "SELECT a._number FROM main.\(quoted(layout.table)) a "
                + "JOIN other.\(quoted(trial["table_name"])) b ON b._trial = ? AND b._number = a._number "
                + "WHERE a._trial = ? AND \(row(of: "a")) IS NOT \(row(of: "b")) ORDER BY a._number LIMIT 1",
            arguments: [trial["id"] as Int64, mine])
    }
}
