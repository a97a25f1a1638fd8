import Foundation
import GRDB
public import Gym

extension SampleLog {
    /// Opens a trial for appending; its study and the tables of its environment are made where they are missing.
    ///
    /// - Returns: its number in the log, how many samples it has, and the time of the last one in seconds of search.
    /// - Throws: `GymError` (`replay-mismatch`) for a `fresh` trial that exists, or for one that was begun otherwise;
    ///   the sentence names everything that differs. The budget may.
    public func open(
        _ trial: TrialDescription, spec: EnvironmentSpec
    ) throws -> (trial: Int64, count: Int64, seconds: Double) {
        let record = SpecRecord(spec, .meaning)
        return try transaction { db, _ in
            let study = try studyNumber(of: trial.study, db)
            let sql = "SELECT * FROM trials WHERE study = ? AND label = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [study, trial.label]) else {
                let space = try catalog.findOrMake(record, db)
                return (try insert(trial, study: study, space: space, spec, db), 0, 0)
            }
            try compare(trial, with: row, record, db)
            let id: Int64 = row["id"]
            try db.execute(
                sql: "UPDATE trials SET status = 'running', reason = NULL, budget = ? WHERE id = ?",
                arguments: [trial.budget, id])
            return (id, row["samples"], row["seconds"])
        }
    }

    private func studyNumber(of name: String, _ db: Database) throws -> Int64 {
        if let id = try Int64.fetchOne(db, sql: "SELECT id FROM studies WHERE name = ?", arguments: [name]) {
            return id
        }
        return try insertStudy(name, manifest: "", versions: "", host: "", created: SampleLog.now, db)
    }

    private func insert(
        _ trial: TrialDescription, study: Int64, space: Int64, _ spec: EnvironmentSpec, _ db: Database
    ) throws -> Int64 {
        let host = try String.fetchOne(db, sql: "SELECT host FROM studies WHERE id = ?", arguments: [study]) ?? ""
        let reference = try JSONEncoder().encode(spec.reference.map { $0.flatMap { $0.isFinite ? $0 : nil } })
        let traits = try JSONEncoder().encode(spec.traits)
        try db.execute(
            sql: """
                INSERT INTO trials (study, label, agent, settings, seed, environment, space, options, objective, budget,
                    slots, records_observations, reference, traits, created, host)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                study, trial.label, trial.agent, trial.settings, SampleLog.stored(seed: trial.seed), spec.id, space,
                trial.options, trial.objective, trial.budget, trial.slots, trial.recordsObservations,
                String(decoding: reference, as: UTF8.self), String(decoding: traits, as: UTF8.self), SampleLog.now,
                host,
            ])
        return db.lastInsertedRowID
    }

    private func compare(
        _ trial: TrialDescription, with row: Row, _ record: SpecRecord, _ db: Database
    ) throws {
        guard trial.resumption != .fresh else {
            let count: Int64 = row["samples"]
            throw GymError(
                .replayMismatch,
                "the study '\(trial.study)' has a trial '\(trial.label)' already, with \(count) samples",
                hint: "--resume goes on with it, --as NAME begins a new study")
        }
        var differences: [String] = []
        func note(_ name: String, _ was: String, _ now: String) {
            guard was != now else { return }
            let isShort = was.count <= 60 && now.count <= 60
            differences.append(isShort ? "\(name) was '\(was)' and is '\(now)'" : "\(name) changed")
        }
        note("agent", row["agent"], trial.agent)
        note("settings", row["settings"], trial.settings)
        note("seed", String(try SampleLog.seed(row)), String(trial.seed))
        note("environment", row["environment"], record.environment)
        note("options", row["options"], trial.options)
        note("objective", row["objective"], trial.objective)
        note("slots", String(row["slots"] as Int), String(trial.slots))
        let recorded: Bool = row["records_observations"]
        note("record", recorded ? "observations" : "", trial.recordsObservations ? "observations" : "")
        let space: Int64 = row["space"]
        if differences.isEmpty, try SpaceCatalog.find(record, db) != space {
            differences.append("the parameters or metrics of '\(record.environment)' have changed")
        }
        guard !differences.isEmpty else { return }
        throw GymError(
            .replayMismatch,
            "the trial '\(trial.label)' of the study '\(trial.study)' was begun otherwise: "
                + differences.joined(separator: ", "),
            hint: "run it as it was begun, or begin a new study with --as NAME")
    }

    /// Notes how a trial stands.
    public func finish(trial: Int64, status: TrialStatus) throws {
        try transaction { db, _ in
            try db.execute(
                sql: "UPDATE trials SET status = ?, reason = ? WHERE id = ?",
                arguments: [status.word, status.reason, trial])
            guard db.changesCount == 1 else { throw GymError(.internal, "the log has no trial \(trial)") }
        }
    }

    /// A seed as the log stores it: an integer where 63 bits hold it, else its digits.
    static func stored(seed: UInt64) -> DatabaseValue {
        Int64(exactly: seed).map(\.databaseValue) ?? String(seed).databaseValue
    }

    static func seed(_ row: Row) throws -> UInt64 {
        let value: DatabaseValue = row["seed"]
        if let seed = Int64.fromDatabaseValue(value) { return UInt64(bitPattern: seed) }
        guard let seed = String.fromDatabaseValue(value).flatMap({ UInt64($0) }) else {
            throw GymError(.logUnusable, "the log holds a seed that is not a number")
        }
        return seed
    }

    /// The time of day in UTC, ISO 8601.
    static var now: String { Date.now.formatted(.iso8601) }
}
