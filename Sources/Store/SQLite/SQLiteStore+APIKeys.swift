public import Dialogue

extension SQLiteStore {
    public func makeAPIKey(_ key: APIKeyRecord) throws(StoreError) {
        let twin = try reading(
            try database.row(
                SQL.twin,
                {
                    $0.bind(key.id)
                    $0.bind(key.digest)
                }
            ) { _ in true })
        guard twin == nil else { throw StoreError("a key of that id or digest is there already") }
        try writing(
            try database.run(SQL.insert) {
                $0.bind(key.id)
                $0.bind(key.sandbox)
                $0.bind(key.name)
                $0.bind(key.digest)
                $0.bind(key.createdAt)
                $0.bind(key.isRevoked)
            })
    }

    public func apiKeys(of sandbox: SandboxID) throws(StoreError) -> [APIKeyRecord] {
        try reading(try database.rows(SQL.ofSandbox, { $0.bind(sandbox) }, APIKeyRecord.init(row:)))
    }

    public func apiKey(digest: [UInt8]) throws(StoreError) -> APIKeyRecord? {
        try reading(try database.row(SQL.ofDigest, { $0.bind(digest) }, APIKeyRecord.init(row:)))
    }

    public func sandbox(ofKey digest: [UInt8]) throws(StoreError) -> SandboxID? {
        try reading(
            try database.row(SQL.place, { $0.bind(digest) }) { row throws(SQLiteError) in
                SandboxID(number: try row.number(0))
            })
    }

    public func revokeAPIKey(_ id: APIKeyID, of sandbox: SandboxID) throws(StoreError) -> Bool {
        try writing(
            try database.run(SQL.revoke) {
                $0.bind(id)
                $0.bind(sandbox)
            })
        return database.changes > 0
    }
}

extension APIKeyRecord {
    static let columns = "id, sandbox, name, digest, created_at, is_revoked"

    /// Reads a row with the columns of `columns`.
    init(row: Statement) throws(SQLiteError) {
        self.init(
            id: try row.id(0), sandbox: SandboxID(number: try row.number(1)), name: try row.text(2),
            digest: [UInt8](try row.bytes(3)), createdAt: try row.moment(4), isRevoked: try row.flag(5))
    }
}

private enum SQL {
    static let twin = Query("SELECT 1 FROM api_keys WHERE id = ? OR digest = ?")
    static let insert = Query("INSERT INTO api_keys (\(APIKeyRecord.columns)) VALUES (?, ?, ?, ?, ?, ?)")
    static let ofSandbox = Query("SELECT \(APIKeyRecord.columns) FROM api_keys WHERE sandbox = ? ORDER BY rowid")
    static let place = Query("SELECT sandbox FROM api_keys WHERE digest = ?")
    static let ofDigest = Query(
        "SELECT \(APIKeyRecord.columns) FROM api_keys WHERE digest = ? AND NOT is_revoked")
    static let revoke = Query(
        "UPDATE api_keys SET is_revoked = 1 WHERE id = ? AND sandbox = ? AND NOT is_revoked")
}
