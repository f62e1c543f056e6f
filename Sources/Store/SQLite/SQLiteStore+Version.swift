import CSQLite

extension SQLiteStore {
    /// The version of the SQLite library in use, as `3.46.1`.
    public static var libraryVersion: String { String(cString: sqlite3_libversion()) }
}
