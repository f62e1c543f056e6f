public import Dialogue
public import Store

extension PostgresStore {
    public func accounts() throws(StoreError) -> [AccountRecord] {
        try rows(SQL.accounts, [], AccountRecord.init(row:))
    }

    public func makeAccount(name: String, isOpen: Bool, at now: Timestamp) throws(StoreError) -> AccountRecord {
        // Checked first, because an error would make the whole transaction fail.
        guard try row(SQL.named, [.flag(isOpen), Key.of(name)], { _ in true }) == nil else {
            throw StoreError("an account of that name is there already")
        }
        guard let number = try number(SQL.nextSandbox, []) else {
            throw StoreError(.damaged("its row of foilmock_state is missing"), of: self.name)
        }
        let account = AccountRecord(
            sandbox: SandboxID(number: number), name: name, isOpen: isOpen, lastUsedAt: now)
        try write(SQL.insert, [.number(number), Key.of(name), Value(name), .flag(isOpen), Value(now)])
        return account
    }

    public func touchAccount(_ sandbox: SandboxID, at now: Timestamp) throws(StoreError) {
        try write(SQL.touch, [Value(now), Value(sandbox)])
    }

    public func saveSettings(_ text: String, of sandbox: SandboxID) throws(StoreError) {
        try write(SQL.saveSettings, [Value(text), held(sandbox)])
    }

    public func isEmpty(_ sandbox: SandboxID) throws(StoreError) -> Bool {
        try row(SQL.content, [held(sandbox)], { _ in true }) == nil
    }

    public func clearAccount(_ sandbox: SandboxID) throws(StoreError) {
        try saveSettings("", of: sandbox)
        try leave(SQL.leaveTurns, [held(sandbox)])
        for query in SQL.clear { try write(query, [held(sandbox)]) }
    }

    public func removeAccount(_ sandbox: SandboxID) throws(StoreError) {
        try clearAccount(sandbox)
        try write(SQL.delete, [held(sandbox)])
    }
}

extension AccountRecord {
    static let columns = "sandbox, name, is_open, last_used_at, settings"

    /// Reads a row with the columns of `columns`.
    init(row: Row) throws(PostgresError) { try self.init(row: row, at: 0) }

    /// Reads the columns of `columns`, which begin at `column`.
    init(row: Row, at column: Int32) throws(PostgresError) {
        self.init(
            sandbox: try row.sandbox(column), name: try row.text(column + 1), isOpen: try row.flag(column + 2),
            lastUsedAt: try row.moment(column + 3), settings: try row.text(column + 4))
    }
}

private enum SQL {
    static let accounts = Query("SELECT \(AccountRecord.columns) FROM accounts ORDER BY sandbox")
    static let named = Query("SELECT 1 FROM accounts WHERE is_open = $1 AND key = $2")
    /// Not a sequence: a number that is rolled back is given again.
    static let nextSandbox = Query(
        "UPDATE foilmock_state SET last_sandbox = last_sandbox + 1 RETURNING last_sandbox")
    static let insert = Query(
        """
        INSERT INTO accounts (sandbox, key, name, is_open, last_used_at, settings, version, set_state, counted_state)
        VALUES ($1, $2, $3, $4, $5, ''::bytea, 0, ''::bytea, ''::bytea)
        """)
    static let touch = Query("UPDATE accounts SET last_used_at = $1 WHERE sandbox = $2")
    static let saveSettings = Query("UPDATE accounts SET settings = $1 WHERE sandbox = $2")
    private static let tables = ["sessions", "progress", "api_keys", "counters", "uploads", "personas"]
    static let content = Query(
        tables.map { "(SELECT 1 FROM \($0) WHERE sandbox = $1 LIMIT 1)" }.joined(separator: " UNION ALL ") + " LIMIT 1")
    static let leaveTurns = Query("\(Leftovers.insertion) WHERE sandbox = $1")
    static let clear = (tables + ["journal"]).map { Query("DELETE FROM \($0) WHERE sandbox = $1") }
    static let delete = Query("DELETE FROM accounts WHERE sandbox = $1")
}
