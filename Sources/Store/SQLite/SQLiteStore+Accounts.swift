public import Dialogue

extension SQLiteStore {
    public func accounts() throws(StoreError) -> [AccountRecord] {
        try reading(try database.rows(SQL.accounts, { _ in }, AccountRecord.init(row:)))
    }

    public func makeAccount(name: String, isOpen: Bool, at now: Timestamp) throws(StoreError) -> AccountRecord {
        let bindName: (Statement) -> Void = {
            $0.bind(isOpen)
            $0.bind(name)
        }
        // Checked first, because an insert that fails on the name would use up a sandbox number.
        guard try reading(try database.row(SQL.named, bindName) { _ in true }) == nil else {
            throw StoreError("an account of that name is there already")
        }
        try writing(
            try database.run(SQL.insert) {
                bindName($0)
                $0.bind(now)
            })
        let sandbox = SandboxID(number: database.lastInsertedRow)
        return AccountRecord(sandbox: sandbox, name: name, isOpen: isOpen, lastUsedAt: now)
    }

    public func touchAccount(_ sandbox: SandboxID, at now: Timestamp) throws(StoreError) {
        try writing(
            try database.run(SQL.touch) {
                $0.bind(now)
                $0.bind(sandbox)
            })
    }

    public func saveSettings(_ text: String, of sandbox: SandboxID) throws(StoreError) {
        try writing(
            try database.run(SQL.saveSettings) {
                $0.bind(text)
                $0.bind(sandbox)
            })
    }

    public func isEmpty(_ sandbox: SandboxID) throws(StoreError) -> Bool {
        try reading(try database.row(SQL.content, { $0.bind(sandbox) }) { _ in true }) == nil
    }

    public func clearAccount(_ sandbox: SandboxID) throws(StoreError) {
        try saveSettings("", of: sandbox)
        try writing(try clear(sandbox))
    }

    public func removeAccount(_ sandbox: SandboxID) throws(StoreError) {
        try clearAccount(sandbox)
        try writing(try database.run(SQL.delete) { $0.bind(sandbox) })
    }

    private func clear(_ sandbox: SandboxID) throws(SQLiteError) {
        let bind: (Statement) -> Void = { $0.bind(sandbox) }
        try leaveTurns(SQL.leaveTurns, bind)
        try database.run(SQL.deleteSessions, bind)
        try database.run(SQL.deleteProgress, bind)
        try database.run(SQL.deleteAPIKeys, bind)
        try database.run(SQL.deleteCounters, bind)
        try database.run(SQL.deleteUploads, bind)
        try database.run(SQL.deletePersonas, bind)
    }
}

extension AccountRecord {
    static let columns = "sandbox, name, is_open, last_used_at, settings"

    /// Reads a row with the columns of `columns`.
    init(row: Statement) throws(SQLiteError) {
        self.init(
            sandbox: SandboxID(number: try row.number(0)), name: try row.text(1), isOpen: try row.flag(2),
            lastUsedAt: try row.moment(3), settings: try row.text(4))
    }
}

private enum SQL {
    static let accounts = Query("SELECT \(AccountRecord.columns) FROM accounts ORDER BY sandbox")
    static let named = Query("SELECT 1 FROM accounts WHERE is_open = ? AND name = ?")
    static let insert = Query("INSERT INTO accounts (is_open, name, last_used_at) VALUES (?, ?, ?)")
    static let touch = Query("UPDATE accounts SET last_used_at = ? WHERE sandbox = ?")
    static let saveSettings = Query("UPDATE accounts SET settings = ? WHERE sandbox = ?")
    static let content = Query(
        """
        SELECT 1 FROM sessions WHERE sandbox = ?1 UNION ALL SELECT 1 FROM progress WHERE sandbox = ?1
        UNION ALL SELECT 1 FROM api_keys WHERE sandbox = ?1 UNION ALL SELECT 1 FROM counters WHERE sandbox = ?1
        UNION ALL SELECT 1 FROM uploads WHERE sandbox = ?1 UNION ALL SELECT 1 FROM personas WHERE sandbox = ?1 LIMIT 1
        """)
    static let leaveTurns = Query("\(Leftovers.insertion) WHERE sandbox = ?")
    static let deleteSessions = Query("DELETE FROM sessions WHERE sandbox = ?")
    static let deleteProgress = Query("DELETE FROM progress WHERE sandbox = ?")
    static let deleteAPIKeys = Query("DELETE FROM api_keys WHERE sandbox = ?")
    static let deleteCounters = Query("DELETE FROM counters WHERE sandbox = ?")
    static let deleteUploads = Query("DELETE FROM uploads WHERE sandbox = ?")
    static let deletePersonas = Query("DELETE FROM personas WHERE sandbox = ?")
    static let delete = Query("DELETE FROM accounts WHERE sandbox = ?")
}
