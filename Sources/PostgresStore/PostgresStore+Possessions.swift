public import Store

extension PostgresStore {
    public func counter(_ name: String, of sandbox: SandboxID) throws(StoreError) -> Int {
        try row(SQL.counter, [held(sandbox), Key.of(name)]) { row throws(PostgresError) in try row.count(0) } ?? 0
    }

    public func setCounter(_ name: String, of sandbox: SandboxID, to value: Int) throws(StoreError) {
        try write(SQL.setCounter, [held(sandbox), Key.of(name), Value(name), Value(value)])
    }

    public func counters(of sandbox: SandboxID) throws(StoreError) -> [(name: String, value: Int)] {
        try rows(SQL.counters, [held(sandbox)]) { row throws(PostgresError) in
            (name: try row.text(0), value: try row.count(1))
        }
    }

    public func keepUpload(_ path: String, of sandbox: SandboxID) throws(StoreError) {
        try write(SQL.keepUpload, [held(sandbox), Key.of(path), Value(path)])
    }

    public func uploads() throws(StoreError) -> [String] {
        try rows(SQL.uploads) { row throws(PostgresError) in try row.text(0) }
    }

    public func uploads(of sandbox: SandboxID) throws(StoreError) -> [String] {
        try rows(SQL.uploadsOfSandbox, [held(sandbox)]) { row throws(PostgresError) in try row.text(0) }
    }

    public func keepContent(_ bytes: [UInt8], ofUpload path: String) throws(StoreError) {
        try write(SQL.keepContent, [Key.of(path), .bytes(bytes)])
    }

    public func content(ofUpload path: String) throws(StoreError) -> [UInt8]? {
        try row(SQL.content, [Key.of(path)]) { row throws(PostgresError) in try row.bytes(0) }
    }
}

private enum SQL {
    static let counter = Query("SELECT value FROM counters WHERE sandbox = $1 AND key = $2")
    static let setCounter = Query(
        """
        INSERT INTO counters (sandbox, key, name, value) VALUES ($1, $2, $3, $4)
        ON CONFLICT (sandbox, key) DO UPDATE SET value = excluded.value
        """)
    static let counters = Query("SELECT name, value FROM counters WHERE sandbox = $1 ORDER BY name")
    static let keepUpload = Query(
        "INSERT INTO uploads (sandbox, key, path) VALUES ($1, $2, $3) ON CONFLICT (sandbox, key) DO NOTHING")
    static let uploads = Query("SELECT path FROM uploads ORDER BY path")
    static let keepContent = Query("UPDATE uploads SET content = $2 WHERE key = $1")
    static let content = Query("SELECT content FROM uploads WHERE key = $1 AND content IS NOT NULL")
    static let uploadsOfSandbox = Query("SELECT path FROM uploads WHERE sandbox = $1 ORDER BY path")
}
