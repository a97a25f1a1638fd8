import GRDBSQLite

extension SampleLog {
    /// The version of SQLite that is linked.
    public static var libraryVersion: String { String(cString: sqlite3_libversion()) }
}
