import GRDB
import GRDBSQLite
import Gym

extension GymError {
    /// What SQLite reported about a log, in the user's words.
    static func log(_ path: String, _ error: DatabaseError) -> GymError {
        let (says, hint): (String, String?) =
            switch error.resultCode {
            case .SQLITE_FULL:
                ("can't grow: its disk is full", "free some space, then go on with --resume")
            case .SQLITE_IOERR:
                ("can't be read or written: its disk reports an error", "check the disk, then go on with --resume")
            case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
                ("can't be written: permission denied", "name a file that you can write with --log")
            case .SQLITE_CANTOPEN:
                ("can't be opened", "it and its folder must be readable and writable")
            case .SQLITE_NOTADB:
                ("is not a Sextant log", "name another file with --log")
            case .SQLITE_CORRUPT:
                ("is damaged", "restore a copy of it, or rescue its rows with: sqlite3 LOG .recover")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                ("is kept locked by another program", "close the program that has it open for writing")
            case .SQLITE_MISUSE:
                ("is closed", nil)
            default:
                ("can't be used: \(error.message ?? "SQLite error \(error.resultCode.rawValue)")", nil)
            }
        return GymError(.logUnusable, "the log '\(path)' \(says)", hint: hint)
    }

    /// Runs a piece of work on a log and puts what SQLite reports into the user's words.
    static func translating<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw log(path, error)
        }
    }
}

/// Throws SQLite's complaint about a result code unless the code is the wanted one.
func require(_ code: Int32, _ wanted: Int32 = SQLITE_OK, of connection: OpaquePointer?) throws {
    guard code != wanted else { return }
    let message = connection.map { String(cString: sqlite3_errmsg($0)) }
    throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
}
