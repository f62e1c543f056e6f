extension SQLiteStore {
    public func counter(_ name: String, of sandbox: SandboxID) throws(StoreError) -> Int {
        let found = try reading(
            try database.row(
                SQL.counter,
                {
                    $0.bind(sandbox)
                    $0.bind(name)
                }
            ) { row throws(SQLiteError) in try row.count(0) })
        return found ?? 0
    }

    public func setCounter(_ name: String, of sandbox: SandboxID, to value: Int) throws(StoreError) {
        try writing(
            try database.run(SQL.setCounter) {
                $0.bind(sandbox)
                $0.bind(name)
                $0.bind(value)
            })
    }

    public func counters(of sandbox: SandboxID) throws(StoreError) -> [(name: String, value: Int)] {
        try reading(
            try database.rows(SQL.counters, { $0.bind(sandbox) }) { row throws(SQLiteError) in
                (name: try row.text(0), value: try row.count(1))
            })
    }

    public func keepUpload(_ path: String, of sandbox: SandboxID) throws(StoreError) {
        try writing(
            try database.run(SQL.keepUpload) {
                $0.bind(sandbox)
                $0.bind(path)
            })
    }

    public func uploads() throws(StoreError) -> [String] {
        try reading(try database.rows(SQL.uploads) { row throws(SQLiteError) in try row.text(0) })
    }

    public func uploads(of sandbox: SandboxID) throws(StoreError) -> [String] {
        try reading(
            try database.rows(SQL.uploadsOfSandbox, { $0.bind(sandbox) }) { row throws(SQLiteError) in try row.text(0) }
        )
    }
}

private enum SQL {
    static let counter = Query("SELECT value FROM counters WHERE sandbox = ? AND name = ?")
    static let setCounter = Query("INSERT OR REPLACE INTO counters (sandbox, name, value) VALUES (?, ?, ?)")
    static let counters = Query("SELECT name, value FROM counters WHERE sandbox = ? ORDER BY name")
    static let keepUpload = Query("INSERT OR IGNORE INTO uploads (sandbox, path) VALUES (?, ?)")
    static let uploads = Query("SELECT path FROM uploads ORDER BY path")
    static let uploadsOfSandbox = Query("SELECT path FROM uploads WHERE sandbox = ? ORDER BY path")
}
