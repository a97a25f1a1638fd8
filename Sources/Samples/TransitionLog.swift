import Foundation
import GRDB
public import Gym

/// The steps of a tool in SQLite: tables `states`, `steps`, `sizes` and `failures`, for everyone to read.
public final class TransitionLog: TransitionStore {
    /// The build of the tool that all of it comes from.
    public let version: String
    private let database: DatabaseQueue

    private static let schema = """
        CREATE TABLE IF NOT EXISTS tool (version TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS states (name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS steps (
            source TEXT NOT NULL, command TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (source, command)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS sizes (
            state TEXT NOT NULL, commands TEXT NOT NULL, measure TEXT NOT NULL, size REAL, delay REAL, detail REAL,
            PRIMARY KEY (state, commands, measure)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS failures (
            state TEXT NOT NULL, command TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL,
            PRIMARY KEY (state, command, kind, detail)
        ) WITHOUT ROWID;
        """

    /// Opens a database, or begins it where a version is given. Several programs may write to one.
    ///
    /// - Throws: `GymError` (`bad-input`) for a file that is none, or that comes from another build.
    public init(path: String, version: String?) throws {
        func fault(_ flaw: String) -> GymError { GymError(.badInput, "the record of transitions '\(path)' \(flaw)") }
        guard version != nil || FileManager.default.fileExists(atPath: path) else { throw fault("is not there") }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            configuration.journalMode = .wal
            database = try DatabaseQueue(path: path, configuration: configuration)
            let known = try database.write { database in
                try database.execute(sql: Self.schema)
                let known = try String.fetchOne(database, sql: "SELECT version FROM tool")
                if known == nil, let version {
                    try database.execute(sql: "INSERT INTO tool VALUES (?)", arguments: [version])
                }
                return known ?? version
            }
            guard let known else { throw fault("is empty") }
            guard known == version ?? known else { throw fault("is of another build of the tool: \(known)") }
            self.version = known
        } catch let error as DatabaseError {
            throw fault("can't be used: \(error.message ?? error.description)")
        }
    }

    /// Hands on everything, states first.
    public func forEach(_ body: (KnownTransition) throws -> Void) throws {
        try database.read { database in
            let states = try Row.fetchCursor(database, sql: "SELECT name, content FROM states ORDER BY name")
            while let row = try states.next() {
                try body(.state(name: row["name"], content: [UInt8](row["content"] as Data)))
            }
            let steps = try Row.fetchCursor(database, sql: "SELECT * FROM steps ORDER BY source, command")
            while let row = try steps.next() {
                try body(.step(from: row["source"], command: row["command"], to: row["target"]))
            }
            let sizes = try Row.fetchCursor(database, sql: "SELECT * FROM sizes ORDER BY state, commands, measure")
            while let row = try sizes.next() {
                try body(
                    .size(
                        of: row["state"], after: row["commands"], measure: row["measure"],
                        values: [row["size"], row["delay"], row["detail"]]))
            }
            let failures = try Row.fetchCursor(database, sql: "SELECT * FROM failures ORDER BY state, command")
            while let row = try failures.next() {
                try body(
                    .failure(of: row["state"], command: row["command"], kind: row["kind"], detail: row["detail"]))
            }
        }
    }

    /// Keeps these in one transaction.
    public func append(_ transitions: [KnownTransition]) throws {
        try database.write { database in
            for transition in transitions {
                let (sql, arguments) = Self.row(transition)
                try database.execute(sql: sql, arguments: arguments)
            }
        }
    }

    private static func row(_ transition: KnownTransition) -> (String, StatementArguments) {
        switch transition {
        case .state(let name, let content): ("INSERT OR IGNORE INTO states VALUES (?, ?)", [name, Data(content)])
        case .step(let source, let command, let target):
            ("INSERT OR IGNORE INTO steps VALUES (?, ?, ?)", [source, command, target])
        case .size(let state, let commands, let measure, let values):
            (
                "INSERT OR IGNORE INTO sizes VALUES (?, ?, ?, ?, ?, ?)",
                [state, commands, measure] + StatementArguments((0..<3).map { $0 < values.count ? values[$0] : nil })
            )
        case .failure(let state, let command, let kind, let detail):
            ("INSERT OR IGNORE INTO failures VALUES (?, ?, ?, ?)", [state, command, kind, detail])
        }
    }
}
