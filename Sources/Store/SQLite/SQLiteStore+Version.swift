import CSQLite

extension SQLiteStore {
    /// The version of the SQLite that runs.
    public static var libraryVersion: String { String(cString: sqlite3_libversion()) }
}
