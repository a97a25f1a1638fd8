import Foundation
import GRDB
public import Gym

extension SampleLog {
    /// All studies in the order of their beginning.
    public func studies() throws -> [StudySummary] {
        let isWritten = WriterLock.holder(of: path) != nil
        return try read { db in
            let names = try Row.fetchAll(db, sql: "SELECT id, name, created FROM studies ORDER BY id")
            return try names.map { try summary(of: $0, isWritten: isWritten, db) }
        }
    }

    /// The trials of a study in the order of their beginning.
    ///
    /// - Throws: `GymError` (`usage`) for a name that no study has, with a guess.
    public func trials(of study: String) throws -> [TrialSummary] {
        let isWritten = WriterLock.holder(of: path) != nil
        return try read { db in
            let id = try number(ofStudy: study, db)
            let sql = "SELECT * FROM trials WHERE study = ? ORDER BY id"
            return try Row.fetchAll(db, sql: sql, arguments: [id]).map { row in
                try trialSummary(row, study: study, isWritten: isWritten, db)
            }
        }
    }

    /// What a trial ran on, with the metrics of its reference design and its traits; without notes and defaults.
    public func spec(of trial: Int64) throws -> EnvironmentSpec {
        try read { db in
            let sql = """
                SELECT trials.*, description FROM trials JOIN spaces ON spaces.id = trials.space WHERE trials.id = ?
                """
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [trial]) else {
                throw GymError(.internal, "the log has no trial \(trial)")
            }
            let reference: String = row["reference"]
            // A log that was written before instances had traits, and only read since, has no such column.
            let traits: String = row["traits"] ?? "[]"
            return try SpecRecord(text: row["description"]).logged(
                reference: JSONDecoder().decode([Double?].self, from: Data(reference.utf8)),
                traits: JSONDecoder().decode([Double].self, from: Data(traits.utf8)))
        }
    }

    /// The number of a study, or an error with a guess.
    func number(ofStudy name: String, _ db: Database) throws -> Int64 {
        if let id = try Int64.fetchOne(db, sql: "SELECT id FROM studies WHERE name = ?", arguments: [name]) {
            return id
        }
        let names = try String.fetchAll(db, sql: "SELECT name FROM studies ORDER BY id")
        throw GymError.unknown(
            .usage, "study", name, among: names,
            hint: names.isEmpty ? "the log '\(path)' holds no study yet" : "sextant studies lists all of them")
    }

    private func trialSummary(_ row: Row, study: String, isWritten: Bool, _ db: Database) throws -> TrialSummary {
        let totals = Totals(row)
        let description = TrialDescription(
            study: study, label: row["label"], agent: row["agent"], settings: row["settings"],
            seed: try SampleLog.seed(row), options: row["options"], objective: row["objective"], budget: row["budget"],
            slots: row["slots"], recordsObservations: row["records_observations"], resumption: .replay)
        return TrialSummary(
            number: row["id"], description: description, environment: row["environment"], host: row["host"],
            created: row["created"], status: try TrialStatus(row, isWritten: isWritten), samples: totals.samples,
            evaluated: totals.evaluated, infeasible: totals.infeasible, failed: totals.failed,
            seconds: totals.seconds, best: try totals.best.flatMap { try sample($0.number, of: row, db) })
    }

    private func sample(_ number: Int64, of trial: Row, _ db: Database) throws -> Sample? {
        let layout = try catalog.layout(trial["space"], db)
        return try samples(of: trial["id"], from: number, limit: 1, layout, db).first
    }

    private func summary(of study: Row, isWritten: Bool, _ db: Database) throws -> StudySummary {
        let id: Int64 = study["id"]
        func list(_ column: String) throws -> [String] {
            let sql = "SELECT DISTINCT \(column) FROM trials WHERE study = ? ORDER BY \(column)"
            return try String.fetchAll(db, sql: sql, arguments: [id])
        }
        let counts = try Row.fetchOne(
            db, sql: "SELECT count(*) AS trials, ifnull(sum(samples), 0) AS samples FROM trials WHERE study = ?",
            arguments: [id])
        let goals = try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM
                    (SELECT DISTINCT environment, space, options, objective FROM trials WHERE study = ?)
                """, arguments: [id])
        // SQLite's order puts NULL first, so trials without a reward are left out.
        let best = try Row.fetchOne(
            db,
            sql: """
                SELECT id, space, best FROM trials WHERE study = ? AND best IS NOT NULL
                ORDER BY best_violation, best_reward DESC, id LIMIT 1
                """, arguments: [id])
        return StudySummary(
            name: study["name"], created: study["created"], environments: try list("environment"),
            agents: try list("agent"), trials: counts?["trials"] ?? 0, samples: counts?["samples"] ?? 0,
            best: goals == 1 ? try best.flatMap { try sample($0["best"], of: $0, db) } : nil,
            status: try status(ofStudy: id, isWritten: isWritten, db))
    }

    private func status(ofStudy id: Int64, isWritten: Bool, _ db: Database) throws -> TrialStatus {
        let sql = "SELECT DISTINCT status, reason FROM trials WHERE study = ? ORDER BY status"
        let found = try Row.fetchAll(db, sql: sql, arguments: [id]).map { try TrialStatus($0, isWritten: isWritten) }
        if found.contains(.running) { return .running }
        if found.contains(.stopped) || found.isEmpty { return .stopped }
        if found.contains(.finished) { return .finished }
        return found[0]
    }
}

extension TrialStatus {
    /// Reads a trial's row; what runs without a writer was interrupted.
    fileprivate init(_ row: Row, isWritten: Bool) throws {
        let word: String = row["status"]
        switch word {
        case "running": self = isWritten ? .running : .stopped
        case "finished": self = .finished
        case "stopped": self = .stopped
        case "failed": self = .failed(row["reason"] ?? "")
        default: throw GymError(.logUnusable, "the log holds an unknown status of a trial: '\(word)'")
        }
    }
}
