import Foundation
import GRDB
import Gym

extension SampleLog {
    /// Keeps what an agent noted when it had asked for the sample of this number; replaces an earlier note there.
    public func keep(note: [UInt64], of trial: Int64, at number: Int64) throws {
        let bytes = note.map(\.littleEndian).withUnsafeBytes { Data($0) }
        try write { db, _ in
            let sql = "INSERT OR REPLACE INTO notes (trial, number, words) VALUES (?, ?, ?)"
            try db.cachedStatement(sql: sql).execute(arguments: [trial, number, bytes])
        }
    }

    /// What an agent noted for the sample of this number; nil where it noted nothing.
    ///
    /// - Throws: `GymError` (`log-unusable`) for bytes that are no note.
    public func note(of trial: Int64, at number: Int64) throws -> [UInt64]? {
        try read { db in
            let statement = try db.cachedStatement(sql: "SELECT words FROM notes WHERE trial = ? AND number = ?")
            guard let bytes = try Data.fetchOne(statement, arguments: [trial, number]) else { return nil }
            guard bytes.count.isMultiple(of: 8) else {
                throw GymError(.logUnusable, "the log's note at sample \(number) of trial \(trial) is cut off")
            }
            return bytes.withUnsafeBytes { raw in
                stride(from: 0, to: raw.count, by: 8).map {
                    UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
                }
            }
        }
    }

    /// The number of a trial in the log; nil where the study has none of this label.
    public func number(ofTrial label: String, in study: String) throws -> Int64? {
        try read { db in
            let sql = """
                SELECT trials.id FROM trials JOIN studies ON studies.id = trials.study WHERE name = ? AND label = ?
                """
            return try Int64.fetchOne(db, sql: sql, arguments: [study, label])
        }
    }
}
