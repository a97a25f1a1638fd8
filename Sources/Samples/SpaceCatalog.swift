import GRDB
import Gym
import Synchronization

/// The spaces of a log: finds, makes and remembers the tables that samples lie in.
final class SpaceCatalog: Sendable {
    private let layouts = Mutex<[Int64: SampleLayout]>([:])

    /// The layout of a space by its number in the log.
    func layout(_ id: Int64, _ db: Database) throws -> SampleLayout {
        if let known = layouts.withLock({ $0[id] }) { return known }
        let sql = "SELECT table_name, description FROM spaces WHERE id = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [id]) else {
            throw GymError(.logUnusable, "the log has lost its space \(id)")
        }
        let spec = try SpecRecord(text: row["description"]).logged()
        let layout = try SampleLayout(id: id, table: row["table_name"], spec: spec)
        layouts.withLock { $0[id] = layout }
        return layout
    }

    /// Forgets the layouts; they are read again when needed.
    func forgetAll() { layouts.withLock { $0.removeAll() } }

    /// The number of a space; nil where the log has none like it.
    static func find(_ record: SpecRecord, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db, sql: "SELECT id FROM spaces WHERE environment = ? AND description = ?",
            arguments: [record.environment, record.text()])
    }

    /// Finds a space or makes its table, and renews the view under the environment's id.
    func findOrMake(_ record: SpecRecord, _ db: Database) throws -> Int64 {
        if let id = try SpaceCatalog.find(record, db) { return id }
        let description = try record.text()
        try SpaceCatalog.check(record.environment, db)
        let table = try SpaceCatalog.freeName(record.environment, description, db)
        // Laid out once before anything is written, so that a space that makes no table leaves no trace.
        let spec = try record.spec()
        let creation = try SampleLayout(id: 0, table: table, spec: spec).creation
        try db.execute(
            sql: "INSERT INTO spaces (environment, table_name, description) VALUES (?, ?, ?)",
            arguments: [record.environment, table, description])
        let id = db.lastInsertedRowID
        try db.execute(sql: creation)
        try renewView(of: record.environment, db)
        return id
    }

    /// Drops the tables of spaces that no trial uses any more.
    func dropUnused(_ db: Database) throws {
        let sql = "SELECT * FROM spaces WHERE NOT EXISTS (SELECT 1 FROM trials WHERE trials.space = spaces.id)"
        for row in try Row.fetchAll(db, sql: sql) {
            let (id, environment, table): (Int64, String, String) = (row["id"], row["environment"], row["table_name"])
            try db.execute(sql: "DELETE FROM spaces WHERE id = ?", arguments: [id])
            try renewView(of: environment, db)
            try db.execute(sql: "DROP TABLE \(quoted(table))")
            _ = layouts.withLock { $0.removeValue(forKey: id) }
        }
    }

    private static func check(_ environment: String, _ db: Database) throws {
        let folded = environment.lowercased()
        guard !environment.isEmpty, !Schema.tables.contains(folded), !folded.hasPrefix("sqlite_"),
            !environment.utf8.contains(0), !environment.contains("#")
        else {
            throw GymError(.badInput, "no environment that is named '\(environment)' can be logged")
        }
        let names = try String.fetchAll(
            db, sql: "SELECT environment FROM spaces WHERE lower(environment) = lower(?)",
            arguments: [environment])
        if let other = names.first(where: { $0 != environment }) {
            throw GymError(
                .badInput, "the log has samples of '\(other)', which SQL can't tell from '\(environment)'",
                hint: "name another file with --log")
        }
        // SQLite unites at most 500 tables in one view.
        guard names.count < 500 else {
            throw GymError(
                .tooLarge, "the log holds 500 spaces of '\(environment)' already", hint: "name another file with --log")
        }
    }

    private static func freeName(_ environment: String, _ description: String, _ db: Database) throws -> String {
        let digits = String(ContentHash.of(description.utf8), radix: 16)
        var length = 8
        while length < digits.count, try db.tableExists("\(environment)#\(digits.prefix(length))") { length += 1 }
        return "\(environment)#\(digits.prefix(length))"
    }

    /// The view has every column that any of the environment's tables has, NULL where a table lacks it.
    private func renewView(of environment: String, _ db: Database) throws {
        try db.execute(sql: "DROP VIEW IF EXISTS \(quoted(environment))")
        let spaces = try Int64.fetchAll(
            db, sql: "SELECT id FROM spaces WHERE environment = ? ORDER BY id", arguments: [environment])
        guard !spaces.isEmpty else { return }
        let tables = try spaces.map { try layout($0, db) }
        var (columns, known): ([String], Set<String>) = ([], [])
        for table in tables {
            for column in table.columns where known.insert(column.name.lowercased()).inserted {
                columns.append(column.name)
            }
        }
        guard columns.count <= 1_900 else {
            throw GymError(.tooLarge, "the spaces of '\(environment)' have more columns than the log can hold")
        }
        let selects = tables.map { table in
            let own = Set(table.columns.map { $0.name.lowercased() })
            let list = columns.map { own.contains($0.lowercased()) ? quoted($0) : "NULL AS \(quoted($0))" }
            let fixed = Bookkeeping.visible.map(\.name)
            return "SELECT \((fixed + list).joined(separator: ", ")) FROM \(quoted(table.table))"
        }
        try db.execute(sql: "CREATE VIEW \(quoted(environment)) AS \(selects.joined(separator: " UNION ALL "))")
    }
}
