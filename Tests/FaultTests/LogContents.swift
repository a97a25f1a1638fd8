import Foundation
import GRDB

/// What a log says, but for clocks and for numbers that depend on the order in which trials began. Read with SQL alone,
/// so that a mistake in the log's own reader can't hide here.
struct LogContents: Sendable {
    /// A trial: all that its row says, and its samples in order, a text each.
    struct Trial: Equatable, Sendable {
        var about: String
        var numbers: [Int]
        var rows: [String]
    }

    /// By study and label.
    private(set) var trials: [String: Trial] = [:]

    private static let clocks: Set<String> = ["seconds", "created", "_seconds", "_at"]
    private static let places: Set<String> = ["id", "study", "space", "host", "_trial"]

    /// Reads a log that nobody writes.
    init(_ path: String) throws {
        try read(path) { db in
            let about = try Self.text(of: "trials", db)
            let found = try Row.fetchAll(
                db,
                sql: """
                    SELECT trials.id AS id, studies.name || '/' || label AS name, table_name, manifest || versions
                        || description || \(about) AS about
                    FROM trials JOIN studies ON studies.id = trials.study JOIN spaces ON spaces.id = trials.space
                    """)
            for row in found {
                let (id, name, table): (Int64, String, String) = (row["id"], row["name"], row["table_name"])
                let sql = """
                    SELECT _number, \(try Self.text(of: table, db)) FROM "\(table)" WHERE _trial = ? ORDER BY _number
                    """
                let rows = try Row.fetchAll(db, sql: sql, arguments: [id])
                trials[name] = Trial(about: row["about"], numbers: rows.map { $0[0] }, rows: rows.map { $0[1] })
            }
        }
    }

    /// An SQL expression for all columns that have to be equal: `quote` keeps every bit of a number.
    private static func text(of table: String, _ db: Database) throws -> String {
        try db.columns(in: table).map(\.name).filter { !clocks.contains($0) && !places.contains($0) }
            .map { "'\($0) ' || quote(\"\(table)\".\"\($0)\")" }.joined(separator: " || ', ' || ")
    }

    /// How many samples it holds.
    var count: Int { trials.values.reduce(0) { $0 + $1.rows.count } }

    /// What another log has otherwise, a sentence each; the first few.
    func differences(from other: LogContents) -> [String] {
        var found: [String] = []
        for name in Set(trials.keys).union(other.trials.keys).sorted() {
            guard let mine = trials[name], let wanted = other.trials[name] else {
                found.append("\(name) is \(trials[name] == nil ? "lost" : "new")")
                continue
            }
            if mine.about != wanted.about { found.append("\(name) is '\(mine.about)', not '\(wanted.about)'") }
            if mine.rows.count != wanted.rows.count {
                found.append("\(name) has \(mine.rows.count) samples, not \(wanted.rows.count)")
            }
            if let place = mine.numbers.indices.first(where: { mine.numbers[$0] != $0 }) {
                found.append("\(name) has number \(mine.numbers[place]) at place \(place)")
            }
            if let (mine, wanted) = zip(mine.rows, wanted.rows).first(where: { $0 != $1 }) {
                found.append("\(name) has the sample '\(mine)', not '\(wanted)'")
            }
        }
        return Array(found.prefix(6))
    }
}

/// How many samples a log holds now, also while it is written; 0 where there is none yet.
func samplesLogged(_ path: String) -> Int {
    let count = try? read(path) { db in try Int.fetchOne(db, sql: "SELECT sum(samples) FROM trials") }
    return count ?? 0
}

/// The least and the greatest second that the rows of a log of one environment hold.
func clockRange(of path: String) throws -> ClosedRange<Double> {
    try read(path) { db in
        let table = try String.fetchOne(db, sql: "SELECT table_name FROM spaces") ?? ""
        let sql = "SELECT min(min(_at, _seconds)), max(max(_at, _seconds)) FROM \"\(table)\""
        let row = try Row.fetchOne(db, sql: sql)
        return (row?[0] ?? -.infinity)...(row?[1] ?? .infinity)
    }
}

/// Whether SQLite finds nothing wrong with a file.
func isSound(_ path: String) throws -> Bool {
    try read(path) { db in try String.fetchAll(db, sql: "PRAGMA integrity_check") } == ["ok"]
}

/// Changes a log of one environment behind the program's back; `SAMPLES` stands for the table of its samples.
func tamper(with path: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    try queue.write { db in
        let table = try String.fetchOne(db, sql: "SELECT table_name FROM spaces") ?? ""
        try db.execute(sql: sql.replacing("SAMPLES", with: "\"\(table)\""))
    }
}

/// Reads a log as an outside program does.
private func read<Result>(_ path: String, _ body: (Database) throws -> Result) throws -> Result {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    return try queue.read(body)
}
