public import Dialogue
public import Store

extension PostgresStore {
    public func makeAPIKey(_ key: APIKeyRecord) throws(StoreError) {
        // Checked first, because an error would make the whole transaction fail.
        guard try row(SQL.twin, [Value(key.id), .bytes(key.digest)], { _ in true }) == nil else {
            throw StoreError("a key of that id or digest is there already")
        }
        try write(
            SQL.insert,
            [
                Value(key.id), held(key.sandbox), Value(key.name), .bytes(key.digest), Value(key.createdAt),
                .flag(key.isRevoked),
            ])
    }

    public func apiKeys(of sandbox: SandboxID) throws(StoreError) -> [APIKeyRecord] {
        try rows(SQL.ofSandbox, [held(sandbox)], APIKeyRecord.init(row:))
    }

    public func apiKey(digest: [UInt8]) throws(StoreError) -> APIKeyRecord? {
        try row(SQL.ofDigest, [.bytes(digest)], APIKeyRecord.init(row:))
    }

    public func sandbox(ofKey digest: [UInt8]) throws(StoreError) -> SandboxID? {
        try row(SQL.place, [.bytes(digest)]) { row throws(PostgresError) in try row.sandbox(0) }
    }

    public func revokeAPIKey(_ id: APIKeyID, of sandbox: SandboxID) throws(StoreError) -> Bool {
        try change(SQL.revoke, [Value(id), held(sandbox)]) > 0
    }
}

extension APIKeyRecord {
    static let columns = "id, sandbox, name, digest, created_at, is_revoked"

    /// Reads a row with the columns of `columns`.
    init(row: Row) throws(PostgresError) {
        self.init(
            id: try row.id(0), sandbox: try row.sandbox(1), name: try row.text(2), digest: try row.bytes(3),
            createdAt: try row.moment(4), isRevoked: try row.flag(5))
    }
}

private enum SQL {
    static let twin = Query("SELECT 1 FROM api_keys WHERE id = $1 OR digest = $2")
    static let insert = Query("INSERT INTO api_keys (\(APIKeyRecord.columns)) VALUES ($1, $2, $3, $4, $5, $6)")
    static let ofSandbox = Query("SELECT \(APIKeyRecord.columns) FROM api_keys WHERE sandbox = $1 ORDER BY number")
    static let place = Query("SELECT sandbox FROM api_keys WHERE digest = $1")
    static let ofDigest = Query(
        "SELECT \(APIKeyRecord.columns) FROM api_keys WHERE digest = $1 AND NOT is_revoked")
    static let revoke = Query(
        "UPDATE api_keys SET is_revoked = true WHERE id = $1 AND sandbox = $2 AND NOT is_revoked")
}
