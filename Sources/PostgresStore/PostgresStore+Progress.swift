public import Dialogue
public import Store

extension PostgresStore {
    public func progress(of player: PlayerKey) throws(StoreError) -> Progress {
        try row(SQL.progress, [held(player)], Progress.init(row:)) ?? Progress()
    }

    public func save(_ progress: Progress, of player: PlayerKey) throws(StoreError) {
        try check(player)
        try write(
            SQL.save,
            player.values + [
                Value(progress.inits), .bytes(progress.unlocked.flatMap(\.bytes)), .bytes(progress.encodedVariables),
            ])
    }

    public func removeAll(of player: PlayerKey) throws(StoreError) -> Bool {
        let key = [try held(player)]
        try leave(SQL.leaveTurns, key)
        let sessions = try change(SQL.deleteSessions, key)
        return try change(SQL.deleteProgress, key) + sessions > 0
    }

    /// Calls `body` with the progress of each player of a sandbox who has one.
    func eachProgress(in sandbox: SandboxID, _ body: (PlayerKey, Progress) -> Void) throws(StoreError) {
        _ = try rows(SQL.records, [held(sandbox)]) { row throws(PostgresError) in
            body(try PlayerKey(row: row, at: 3, in: sandbox), try Progress(row: row))
        }
    }
}

extension Progress {
    static let columns = "inits, unlocked, variables"

    /// Reads a row with the columns of `columns`.
    init(row: Row) throws(PostgresError) {
        guard let variables = Progress.variables(encoded: try row.bytes(2)) else { throw row.unreadable(2) }
        self.init(inits: try row.count(0), unlocked: try row.ids(1), variables: variables)
    }
}

private enum SQL {
    static let progress = Query("SELECT \(Progress.columns) FROM progress WHERE player_key = $1")
    static let save = Query(
        """
        INSERT INTO progress (player_key, sandbox, channel, persona, player, inits, unlocked, variables)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (player_key) DO UPDATE
        SET inits = excluded.inits, unlocked = excluded.unlocked, variables = excluded.variables
        """)
    static let records = Query("SELECT \(Progress.columns), channel, persona, player FROM progress WHERE sandbox = $1")
    static let leaveTurns = Query("\(Leftovers.insertion) WHERE player_key = $1")
    static let deleteSessions = Query("DELETE FROM sessions WHERE player_key = $1")
    static let deleteProgress = Query("DELETE FROM progress WHERE player_key = $1")
}
