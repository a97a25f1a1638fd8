import GRDB
import GRDBSQLite
public import Gym

/// What the program and the machine were that a study began with.
public struct StudyRecord: Sendable, Hashable {
    /// The resolved manifest; empty where an outside client began it.
    public let manifest: String
    /// The program and the libraries, with their versions.
    public let versions: String
    /// The machine's fingerprint.
    public let host: String
    /// When it was begun, ISO 8601 in UTC.
    public let created: String
}

/// What a trial had come to at one moment.
public struct TrialStage: Sendable, Hashable {
    /// The best design that keeps the constraints, of all up to the moment.
    public struct Find: Sendable, Hashable {
        /// The number of its sample in the trial.
        public let number: Int64
        /// Seconds of search when it was found.
        public let at: Double
        /// Its reward.
        public let reward: Double
        /// As long as the environment's metrics; only those that were asked for are filled in.
        public let metrics: [Double?]
    }

    /// Samples up to the moment, cached ones included.
    public let proposals: Int64
    /// Those of them that were not cached.
    public let evaluated: Int64
    /// Nil while none was found.
    public let best: Find?
}

/// Where a sample stands: its trial's number in the log, and its own in the trial.
public struct SamplePlace: Sendable, Hashable {
    /// The trial.
    public let trial: Int64
    /// The sample.
    public let number: Int64
}

/// What the log sums up in SQL, so that no reader needs all samples in memory. Where several trials are named, they
/// must be of one space: those of another than the first's are left out.
extension SampleLog {
    /// What is known of a study beside its trials.
    ///
    /// - Throws: `GymError` (`usage`) for a name that no study has, with a guess.
    public func record(of study: String) throws -> StudyRecord {
        try read { db in
            let id = try number(ofStudy: study, db)
            let sql = "SELECT manifest, versions, host, created FROM studies WHERE id = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [id]) else {
                throw GymError(.internal, "the log has lost the study '\(study)'")
            }
            return StudyRecord(
                manifest: row["manifest"], versions: row["versions"], host: row["host"], created: row["created"])
        }
    }

    /// How a trial rose: one stage per moment, which counts samples, rising. Every sample is looked at once.
    public func stages(of trial: Int64, at moments: [Int64], metrics: [Int]) throws -> [TrialStage] {
        try read { db in
            let layout = try layout(ofTrial: trial, db)
            let columns = ["_number", "_at"] + metrics.map { layout.metricColumn($0) }
            // Beside a single max() SQLite gives the other columns of the row that holds it.
            let statement = try db.cachedStatement(
                sql: """
                    SELECT count(*) AS proposals, ifnull(sum(1 - _cached), 0) AS evaluated,
                        max(CASE WHEN _violation = 0 THEN _reward END) AS reward, \(columns.joined(separator: ", "))
                    FROM \(quoted(layout.table)) WHERE _trial = ? AND _number >= ? AND _number < ?
                    """)
            var (proposals, evaluated, first): (Int64, Int64, Int64) = (0, 0, 0)
            var best: TrialStage.Find?
            return try moments.map { moment in
                let row = try Row.fetchOne(statement, arguments: [trial, first, moment])
                first = max(first, moment)
                if let row {
                    proposals += row[0] as Int64
                    evaluated += row[1] as Int64
                    if let reward: Double = row[2], reward > best?.reward ?? -.infinity {
                        var values = [Double?](repeating: nil, count: layout.spec.metrics.count)
                        for (place, metric) in metrics.enumerated() { values[metric] = row[5 + place] }
                        best = TrialStage.Find(number: row[3], at: row[4] ?? 0, reward: reward, metrics: values)
                    }
                }
                return TrialStage(proposals: proposals, evaluated: evaluated, best: best)
            }
        }
    }

    /// The designs that no other beats in two metrics, each by its own goal, in the order of the first; only samples
    /// that are ok and keep the constraints, and of equal ones the first.
    public func front(of trials: [Int64], _ first: Int, _ second: Int) throws -> [(
        place: SamplePlace, x: Double, y: Double
    )] {
        try read { db in
            guard let layout = try trials.first.map({ try layout(ofTrial: $0, db) }) else { return [] }
            let (x, y) = (layout.metricColumn(first), layout.metricColumn(second))
            let signs = [first, second].map { layout.spec.metrics[$0].goal == .minimize ? 1.0 : -1.0 }
            let sql = """
                SELECT _trial, _number, \(x) * \(signs[0]) AS x, \(y) * \(signs[1]) AS y FROM \(quoted(layout.table))
                WHERE _trial IN (SELECT value FROM json_each(?)) AND _cached = 0 AND _status = 'ok' AND _violation = 0
                    AND \(x) IS NOT NULL AND \(y) IS NOT NULL ORDER BY x, y, _trial, _number
                """
            var front: [(place: SamplePlace, x: Double, y: Double)] = []
            var lowest = Double.infinity
            try scan(sql, trials, db) { row in
                let value = sqlite3_column_double(row, 3)
                guard value < lowest else { return }
                lowest = value
                let place = SamplePlace(trial: sqlite3_column_int64(row, 0), number: sqlite3_column_int64(row, 1))
                front.append((place, sqlite3_column_double(row, 2) * signs[0], value * signs[1]))
            }
            return front
        }
    }

    /// The best samples, the best first: less violation, then more reward.
    public func leaders(of trials: [Int64], limit: Int) throws -> [SamplePlace] {
        try places(
            of: trials, where: "_reward IS NOT NULL", order: "_violation, _reward DESC, _trial, _number", limit: limit)
    }

    /// At most `limit` of the samples that are among the best `share` of those that keep the constraints, spread evenly
    /// over them in the order of the log.
    public func best(share: Double, of trials: [Int64], limit: Int) throws -> [SamplePlace] {
        try read { db in
            guard let layout = try trials.first.map({ try layout(ofTrial: $0, db) }), limit > 0 else { return [] }
            let source = """
                FROM \(quoted(layout.table)) WHERE _trial IN (SELECT value FROM json_each(?1)) AND _cached = 0
                AND _violation = 0 AND _reward IS NOT NULL
                """
            let ids = SampleLog.list(trials)
            let all = try Int.fetchOne(db, sql: "SELECT count(*) \(source)", arguments: [ids]) ?? 0
            let count = Int((Double(all) * share).rounded(.up))
            guard count > 0 else { return [] }
            let least = try Double.fetchOne(
                db, sql: "SELECT _reward \(source) ORDER BY _reward DESC LIMIT 1 OFFSET ?2",
                arguments: [ids, count - 1])
            let stride = max(1, (count + limit - 1) / limit)
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT _trial, _number FROM (
                        SELECT _trial, _number, row_number() OVER () AS place \(source) AND _reward >= ?2)
                    WHERE place % ?3 = 0 OR ?3 = 1 LIMIT ?4
                    """, arguments: [ids, least ?? 0, stride, limit])
            return rows.map { SamplePlace(trial: $0[0], number: $0[1]) }
        }
    }

    /// Why samples were infeasible or failed, the most frequent reason first.
    public func reasons(of trials: [Int64], limit: Int) throws -> [(status: String, reason: String, count: Int)] {
        try read { db in
            guard let layout = try trials.first.map({ try layout(ofTrial: $0, db) }) else { return [] }
            let sql = """
                SELECT _status, ifnull(_reason, '') AS reason, count(*) AS count FROM \(quoted(layout.table))
                WHERE _trial IN (SELECT value FROM json_each(?)) AND _status <> 'ok' AND _cached = 0
                GROUP BY _status, reason ORDER BY count DESC, reason LIMIT ?
                """
            return try Row.fetchAll(db, sql: sql, arguments: [SampleLog.list(trials), limit]).map {
                ($0[0], $0[1], $0[2])
            }
        }
    }

    /// The first samples that failed.
    public func failures(of trials: [Int64], limit: Int) throws -> [SamplePlace] {
        try places(of: trials, where: "_status = 'failed'", order: "_trial, _number", limit: limit)
    }

    /// Goes through the samples of a trial that are ok, keep the constraints and have all the given metrics, in order:
    /// the number, and the metrics. Memory stays constant.
    public func walk(trial: Int64, metrics: [Int], _ body: (Int64, [Double]) throws -> Void) throws {
        try read { db in
            let layout = try layout(ofTrial: trial, db)
            let columns = metrics.map { layout.metricColumn($0) }
            let sql = """
                SELECT \((["_number"] + columns).joined(separator: ", ")) FROM \(quoted(layout.table))
                WHERE _trial IN (SELECT value FROM json_each(?)) AND _cached = 0 AND _status = 'ok' AND _violation = 0
                    AND \(columns.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")) ORDER BY _number
                """
            var values = [Double](repeating: 0, count: metrics.count)
            try scan(sql, [trial], db) { row in
                for place in values.indices { values[place] = sqlite3_column_double(row, Int32(place + 1)) }
                try body(sqlite3_column_int64(row, 0), values)
            }
        }
    }

    /// One sample; nil where the log does not hold it.
    public func sample(at place: SamplePlace) throws -> Sample? {
        try samples(of: place.trial, from: place.number, limit: 1).first { $0.number == place.number }
    }

    private func places(
        of trials: [Int64], where condition: String, order: String, limit: Int
    ) throws -> [SamplePlace] {
        try read { db in
            guard let layout = try trials.first.map({ try layout(ofTrial: $0, db) }) else { return [] }
            let sql = """
                SELECT _trial, _number FROM \(quoted(layout.table))
                WHERE _trial IN (SELECT value FROM json_each(?)) AND \(condition) ORDER BY \(order) LIMIT ?
                """
            return try Row.fetchAll(db, sql: sql, arguments: [SampleLog.list(trials), limit]).map {
                SamplePlace(trial: $0[0], number: $0[1])
            }
        }
    }

    private func layout(ofTrial trial: Int64, _ db: Database) throws -> SampleLayout {
        guard let space = try Int64.fetchOne(db, sql: "SELECT space FROM trials WHERE id = ?", arguments: [trial])
        else {
            throw GymError(.internal, "the log has no trial \(trial)")
        }
        return try catalog.layout(space, db)
    }

    /// Steps through a statement whose only argument is a list of trials.
    private func scan(
        _ sql: String, _ trials: [Int64], _ db: Database, _ body: (OpaquePointer) throws -> Void
    ) throws {
        let prepared = try db.makeStatement(sql: sql)
        defer { withExtendedLifetime(prepared) {} }
        let statement = prepared.sqliteStatement
        var row = RowBinder(statement)
        row.put(SampleLog.list(trials))
        try require(row.failure, of: db.sqliteConnection)
        while true {
            let result = sqlite3_step(statement)
            guard result == SQLITE_ROW else { return try require(result, SQLITE_DONE, of: db.sqliteConnection) }
            try body(statement)
        }
    }

    /// Trials as SQL's `json_each` takes them, however many there are.
    private static func list(_ trials: [Int64]) -> String { "[\(trials.map(String.init).joined(separator: ","))]" }
}

extension SampleLayout {
    /// The column of a metric, quoted.
    fileprivate func metricColumn(_ index: Int) -> String { quoted(columns[storage.count + index].name) }
}
