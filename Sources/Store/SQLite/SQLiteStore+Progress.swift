public import Dialogue

extension SQLiteStore {
    public func progress(of player: PlayerKey) throws(StoreError) -> Progress {
        try reading(try database.row(SQL.progress, { $0.bind(player) }, Progress.init(row:))) ?? Progress()
    }

    public func save(_ progress: Progress, of player: PlayerKey) throws(StoreError) {
        try writing(
            try database.run(SQL.save) {
                $0.bind(player)
                $0.bind(progress.inits)
                $0.bind(progress.unlocked.flatMap(\.bytes))
                $0.bind(progress.encodedVariables)
            })
    }

    public func removeAll(of player: PlayerKey) throws(StoreError) -> Bool {
        try writing(try remove(player))
    }

    /// Calls `body` with the progress of each player of a sandbox who has one.
    func eachProgress(
        in sandbox: SandboxID, _ body: (PlayerKey, Progress) -> Void
    ) throws(SQLiteError) {
        try database.each(SQL.records, { $0.bind(sandbox) }) { row throws(SQLiteError) in
            body(try PlayerKey(row: row, at: 3, in: sandbox), try Progress(row: row))
        }
    }

    private func remove(_ player: PlayerKey) throws(SQLiteError) -> Bool {
        let bind: (Statement) -> Void = { $0.bind(player) }
        try leaveTurns(SQL.leaveTurns, bind)
        try database.run(SQL.deleteSessions, bind)
        let sessions = database.changes
        try database.run(SQL.deleteProgress, bind)
        return sessions + database.changes > 0
    }
}

extension Progress {
    static let columns = "inits, unlocked, variables"

    /// Reads a row with the columns of `columns`.
    init(row: Statement) throws(SQLiteError) {
        guard let variables = Progress.variables(encoded: [UInt8](try row.bytes(2))) else { throw row.unreadable(2) }
        self.init(inits: try row.count(0), unlocked: try row.ids(1), variables: variables)
    }
}

private enum SQL {
    static let key = "sandbox = ? AND channel = ? AND persona = ? AND player = ?"

    static let progress = Query("SELECT \(Progress.columns) FROM progress WHERE \(key)")
    static let save = Query(
        """
        INSERT OR REPLACE INTO progress (sandbox, channel, persona, player, inits, unlocked, variables)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    static let records = Query(
        "SELECT \(Progress.columns), channel, persona, player FROM progress WHERE sandbox = ?")
    static let leaveTurns = Query("\(Leftovers.insertion) WHERE \(key)")
    static let deleteSessions = Query("DELETE FROM sessions WHERE \(key)")
    static let deleteProgress = Query("DELETE FROM progress WHERE \(key)")
}
