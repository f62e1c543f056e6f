public import Dialogue

extension SQLiteStore {
    public func session(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Session? {
        try reading(try database.row(SQL.session, { $0.bind(player, machine) }, Session.init(row:)))
    }

    public func sessions(of player: PlayerKey) throws(StoreError) -> [Session] {
        var found = try reading(
            try database.rows(SQL.sessions, { $0.bind(player) }) { row throws(SQLiteError) in
                (session: try Session(row: row), lastTurn: try row.number(13))
            })
        // ORDER BY would sort in a temporary tree, at a tenth of the cost of a message.
        found.sort { $0.lastTurn > $1.lastTurn }
        return found.map(\.session)
    }

    public func latestSession(of player: PlayerKey) throws(StoreError) -> Session? {
        try reading(try database.row(SQL.latestSession, { $0.bind(player) }, Session.init(row:)))
    }

    public func begin(_ session: Session, turns: [Turn], of player: PlayerKey) throws(StoreError) {
        try writing(try put(session, turns, player))
    }

    public func place(of session: Session, of player: PlayerKey) throws(StoreError) -> SessionPlace {
        let place = try reading(
            try database.row(
                SQL.place,
                {
                    $0.bind(player, session.machine)
                    $0.bind(session.id)
                }
            ) { row throws(SQLiteError) in
                guard try row.flag(2) else {
                    throw .damaged("the last turn of a session is missing or another one's")
                }
                return SessionPlace(row: try row.number(0), lastTurn: try row.number(1))
            })
        guard let place else { throw .notBegun }
        return place
    }

    public func append(
        _ turn: Turn, to session: Session, of player: PlayerKey, at place: SessionPlace
    ) throws(StoreError) -> SessionPlace {
        try writing(try add(turn, session, place))
    }

    public func save(_ session: Session, of player: PlayerKey) throws(StoreError) -> Bool {
        try writing(
            try database.run(SQL.saveSession) {
                $0.bind(changing: session)
                $0.bind(session.player.name)
                $0.bind(session.player.gender.rawValue)
                $0.bind(session.startedAt)
                $0.bind(session.memory.dueAt)
                $0.bind(player, session.machine)
                $0.bind(session.id)
            })
        return database.changes == 1
    }

    public func removeSession(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Bool {
        let bind: (Statement) -> Void = { $0.bind(player, machine) }
        try writing(try leaveTurns(SQL.leaveTurns, bind))
        try writing(try database.run(SQL.deleteSession, bind))
        return database.changes > 0
    }

    public func moveSession(of player: PlayerKey, machine: MachineID, to other: PlayerKey) throws(StoreError) {
        guard try session(of: player, machine: machine) != nil else { return }
        _ = try removeSession(of: other, machine: machine)
        try writing(
            try database.run(SQL.moveSession) {
                $0.bind(other.sandbox)
                $0.bind(other.channel)
                $0.bind(other.player)
                $0.bind(player, machine)
            })
    }

    public func records(in sandbox: SandboxID) throws(StoreError) -> [PlayerRecord] {
        try reading(try allRecords(in: sandbox)).values.sorted { $0.key.precedes($1.key) }
    }

    public func session(
        _ id: SessionID, in sandbox: SandboxID
    ) throws(StoreError) -> (player: PlayerKey, session: Session)? {
        try reading(
            try database.row(
                SQL.byID,
                {
                    $0.bind(id)
                    $0.bind(sandbox)
                }
            ) { row throws(SQLiteError) in
                (player: try PlayerKey(row: row, at: 13, in: sandbox), session: try Session(row: row))
            })
    }

    public func dueSessions(
        in sandbox: SandboxID, until moment: Timestamp, _ take: (PlayersSession) -> Bool
    ) throws(StoreError) {
        try reading(
            try database.some(
                SQL.due,
                {
                    $0.bind(sandbox)
                    $0.bind(moment)
                }
            ) { row throws(SQLiteError) in
                take((try PlayerKey(row: row, at: 13, in: sandbox), try Session(row: row)))
            })
    }

    public func sessionCount(in sandbox: SandboxID) throws(StoreError) -> Int {
        try reading(try database.row(SQL.count, { $0.bind(sandbox) }) { row throws(SQLiteError) in try row.count(0) })
            ?? 0
    }

    private func allRecords(in sandbox: SandboxID) throws(SQLiteError) -> [PlayerKey: PlayerRecord] {
        var records: [PlayerKey: PlayerRecord] = [:]
        try eachProgress(in: sandbox) { key, progress in records[key, default: PlayerRecord(key)].progress = progress }
        // Rows come most recently active first, so each player's sessions do too.
        try database.each(SQL.records, { $0.bind(sandbox) }) { row throws(SQLiteError) in
            let key = try PlayerKey(row: row, at: 16, in: sandbox)
            let session = try Session(row: row)
            let chain = try TurnChain(row: row, at: 13)
            records[key, default: PlayerRecord(key)].sessions.append((session, SQLiteHistoryReader(self, chain)))
        }
        return records
    }

    private func put(_ session: Session, _ turns: [Turn], _ player: PlayerKey) throws(SQLiteError) {
        try leaveTurns(SQL.leaveTurns) { $0.bind(player, session.machine) }
        var last: Int64?
        for turn in turns {
            try database.run(SQL.insertTurn) {
                $0.bind(turn)
                $0.bind(last)
            }
            last = database.lastInsertedRow
        }
        try database.run(SQL.putSession) {
            $0.bind(player, session.machine)
            $0.bind(changing: session)
            $0.bind(session.id)
            $0.bind(session.player.name)
            $0.bind(session.player.gender.rawValue)
            $0.bind(session.startedAt)
            $0.bind(last)
            $0.bind(turns.count)
            $0.bind(session.memory.dueAt)
        }
    }

    private func add(_ turn: Turn, _ session: Session, _ place: SessionPlace) throws(SQLiteError) -> SessionPlace {
        try database.run(SQL.insertTurn) {
            $0.bind(turn)
            $0.bind(place.lastTurn)
        }
        let last = database.lastInsertedRow
        // Most dialects keep no such moment, and a turn of theirs shall touch no index.
        let keepsMoments = session.memory.dueAt != nil || !session.memory.facts.isEmpty
        try database.run(keepsMoments ? SQL.updateDueSession : SQL.updateSession) {
            if keepsMoments { $0.bind(session.memory.dueAt) }
            $0.bind(changing: session)
            $0.bind(last)
            $0.bind(place.row)
            $0.bind(place.lastTurn)
        }
        guard database.changes == 1 else { throw .damaged("a session is missing, or has turns of another program") }
        return SessionPlace(row: place.row, lastTurn: last)
    }
}

extension PlayerKey {
    /// Reads the columns channel, persona and player, which begin at `column`.
    init(row: Statement, at column: Int32, in sandbox: SandboxID) throws(SQLiteError) {
        self.init(
            sandbox: sandbox, channel: try row.text(column), persona: try row.id(column + 1),
            player: try row.text(column + 2))
    }
}

extension Session {
    static let columns = """
        session, machine, player_name, player_gender, started_at, last_message_at, state_key, score, outcome,
        redirect_count, turn_count, memory, due_at
        """

    /// Reads a row with the columns of `columns`.
    init(row: Statement) throws(SQLiteError) {
        let turnCount = try row.count(10)
        guard var memory = Memory(encoded: [UInt8](try row.bytes(11))), memory.nudges <= turnCount else {
            throw row.unreadable(11)
        }
        memory.dueAt = try row.momentOrNil(12)
        self.init(
            id: try row.id(0), machine: try row.id(1), player: Player(name: try row.text(2), gender: try row.word(3)),
            startedAt: try row.moment(4), lastMessageAt: try row.moment(5), stateKey: try row.stateKey(6),
            score: try row.score(7), outcome: try row.wordOrNil(8), redirectCount: try row.count(9),
            turnCount: turnCount, memory: memory)
    }
}

extension Statement {
    /// Binds seven values: those that a turn can change in a session.
    fileprivate func bind(changing session: Session) {
        bind(session.lastMessageAt)
        bind(session.stateKey.text)
        bind(session.score)
        bind(session.outcome?.rawValue)
        bind(session.redirectCount)
        bind(session.turnCount)
        bind(session.memory.encoded)
    }
}

private enum SQL {
    static let key = "sandbox = ? AND channel = ? AND persona = ? AND player = ?"
    static let session = Query("SELECT \(Session.columns) FROM sessions WHERE \(key) AND machine = ?")
    static let sessions = Query("SELECT \(Session.columns), last_turn FROM sessions WHERE \(key)")
    /// The other columns are those of the row with the maximum (https://sqlite.org/lang_select.html#bareagg). ORDER BY
    /// with LIMIT would sort in a temporary tree, at half the cost of a whole message.
    static let latestSession =
        Query("SELECT \(Session.columns), max(last_turn) FROM sessions WHERE \(key) HAVING count(*) > 0")

    static let insertTurn = Query(
        """
        INSERT INTO turns (number, at, line, reply, decision, follow_up, state_key, score, previous)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let putSession = Query(
        """
        INSERT OR REPLACE INTO sessions (
            sandbox, channel, persona, player, machine, last_message_at, state_key, score, outcome, redirect_count,
            turn_count, memory, session, player_name, player_gender, started_at, last_turn, turn_rows,
            due_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)

    /// Whether the last turn is there, and can be one of the session.
    static let place = Query(
        """
        SELECT sessions.id, last_turn, coalesce(number <= turn_count, 0)
        FROM sessions LEFT JOIN turns ON turns.id = last_turn WHERE \(key) AND machine = ? AND session = ?
        """)
    static let updateSession = Query(
        """
        UPDATE sessions SET last_message_at = ?, state_key = ?, score = ?, outcome = ?, redirect_count = ?,
            turn_count = ?, memory = ?, last_turn = ?, turn_rows = turn_rows + 1
        WHERE id = ? AND last_turn = ?
        """)
    static let updateDueSession = Query(
        """
        UPDATE sessions SET due_at = ?, last_message_at = ?, state_key = ?, score = ?, outcome = ?, redirect_count = ?,
            turn_count = ?, memory = ?, last_turn = ?, turn_rows = turn_rows + 1
        WHERE id = ? AND last_turn = ?
        """)
    static let saveSession = Query(
        """
        UPDATE sessions SET last_message_at = ?, state_key = ?, score = ?, outcome = ?, redirect_count = ?,
            turn_count = ?, memory = ?, player_name = ?, player_gender = ?, started_at = ?, due_at = ?
        WHERE \(key) AND machine = ? AND session = ?
        """)
    static let moveSession = Query(
        "UPDATE sessions SET sandbox = ?, channel = ?, player = ? WHERE \(key) AND machine = ?")
    static let leaveTurns = Query("\(Leftovers.insertion) WHERE \(key) AND machine = ?")
    static let deleteSession = Query("DELETE FROM sessions WHERE \(key) AND machine = ?")

    static let records = Query(
        """
        SELECT \(Session.columns), \(TurnChain.columns), channel, persona, player FROM sessions WHERE sandbox = ?
        ORDER BY last_turn DESC
        """)
    /// The `+` keeps SQLite from searching by sandbox instead of by session.
    static let byID =
        Query(
            "SELECT \(Session.columns), channel, persona, player FROM sessions WHERE session = ? AND +sandbox = ?"
        )
    static let due = Query(
        """
        SELECT \(Session.columns), channel, persona, player FROM sessions WHERE sandbox = ? AND due_at <= ?
        ORDER BY due_at, id
        """)
    static let count = Query("SELECT count(*) FROM sessions WHERE sandbox = ?")
}
