public import Dialogue
public import Store

extension PostgresStore {
    public func session(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Session? {
        try row(SQL.session, [held(player), Value(machine)], Session.init(row:))
    }

    public func sessions(of player: PlayerKey) throws(StoreError) -> [Session] {
        try rows(SQL.sessions, [held(player)], Session.init(row:))
    }

    public func latestSession(of player: PlayerKey) throws(StoreError) -> Session? {
        try row(SQL.latestSession, [held(player)], Session.init(row:))
    }

    public func begin(_ session: Session, turns: [Turn], of player: PlayerKey) throws(StoreError) {
        let place = [try held(player), Value(session.machine)]
        try leave(SQL.leaveTurns, place)
        try write(SQL.delete, place)
        try write(
            SQL.insert,
            player.values + [Value(session.machine)] + session.changing + session.lasting
                + [Value(turns.count), .number(nextActivity())])
        for (index, turn) in turns.enumerated() { try write(SQL.firstTurn, place + [Value(index + 1)] + turn.values) }
    }

    public func place(of session: Session, of player: PlayerKey) throws(StoreError) -> SessionPlace {
        let values = [try held(player), Value(session.machine), Value(session.id)]
        let place = try row(SQL.place, values) { row throws(PostgresError) in
            guard let place = try SessionPlace(row: row, at: 0) else {
                throw .damaged("the last turn of a session is missing or another one's")
            }
            return place
        }
        guard let place else { throw .notBegun }
        return place
    }

    public func save(_ session: Session, of player: PlayerKey) throws(StoreError) -> Bool {
        let place = [try held(player), Value(session.machine), Value(session.id)]
        return try change(SQL.save, place + session.changing + session.lasting.dropFirst()) == 1
    }

    public func removeSession(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Bool {
        let place = [try held(player), Value(machine)]
        try leave(SQL.leaveTurns, place)
        return try change(SQL.delete, place) > 0
    }

    public func moveSession(of player: PlayerKey, machine: MachineID, to other: PlayerKey) throws(StoreError) {
        guard try session(of: player, machine: machine) != nil else { return }
        _ = try removeSession(of: other, machine: machine)
        try write(
            SQL.move,
            [
                held(player), Value(machine), held(other), Value(other.sandbox), Value(other.channel),
                Value(other.player),
            ])
    }

    public func records(in sandbox: SandboxID) throws(StoreError) -> [PlayerRecord] {
        var records: [PlayerKey: PlayerRecord] = [:]
        try eachProgress(in: sandbox) { key, progress in records[key, default: PlayerRecord(key)].progress = progress }
        // Rows come most recently active first, so each player's sessions do too.
        let found = try rows(SQL.records, [held(sandbox)]) { row throws(PostgresError) in
            (
                key: try PlayerKey(row: row, at: 13, in: sandbox), session: try Session(row: row),
                turns: try TurnList(row: row, at: 16)
            )
        }
        for (key, session, turns) in found {
            records[key, default: PlayerRecord(key)].sessions.append((session, PostgresHistoryReader(self, turns)))
        }
        return records.values.sorted { $0.key.precedes($1.key) }
    }

    public func session(
        _ id: SessionID, in sandbox: SandboxID
    ) throws(StoreError) -> (player: PlayerKey, session: Session)? {
        try row(SQL.byID, [Value(id), held(sandbox)]) { row throws(PostgresError) in
            (player: try PlayerKey(row: row, at: 13, in: sandbox), session: try Session(row: row))
        }
    }

    public func dueSessions(
        in sandbox: SandboxID, until moment: Timestamp, _ take: (PlayersSession) -> Bool
    ) throws(StoreError) {
        var last: (due: Int64, row: Int64) = (.min, .min)
        while true {
            let values = [try held(sandbox), Value(moment), .number(last.due), .number(last.row)]
            let found = try rows(SQL.due, values) { row throws(PostgresError) in
                (
                    session: (player: try PlayerKey(row: row, at: 13, in: sandbox), session: try Session(row: row)),
                    due: try row.number(12), row: try row.number(16)
                )
            }
            for session in found where !take(session.session) { return }
            guard let end = found.last else { return }
            last = (end.due, end.row)
        }
    }

    public func sessionCount(in sandbox: SandboxID) throws(StoreError) -> Int {
        try row(SQL.count, [held(sandbox)]) { row throws(PostgresError) in try row.count(0) } ?? 0
    }
}

extension Session {
    static let columns = """
        session, machine, player_name, player_gender, started_at, last_message_at, state_key, score, outcome,
        redirect_count, turn_count, memory, due_at
        """

    /// Reads a row with the columns of `columns`.
    init(row: Row) throws(PostgresError) {
        let turnCount = try row.count(10)
        guard var memory = Memory(encoded: try row.bytes(11)), memory.nudges <= turnCount else {
            throw row.unreadable(11)
        }
        memory.dueAt = try row.momentOrNil(12)
        self.init(
            id: try row.id(0), machine: try row.id(1), player: Player(name: try row.text(2), gender: try row.word(3)),
            startedAt: try row.moment(4), lastMessageAt: try row.moment(5), stateKey: try row.stateKey(6),
            score: try row.score(7), outcome: try row.wordOrNil(8), redirectCount: try row.count(9),
            turnCount: turnCount, memory: memory)
    }

    /// The later of a moment and the one after all that the player's sessions have, as SQL. After a move and a clock that
    /// was put back it counts on.
    static func activity(_ moment: String, _ player: String) -> String {
        "greatest(\(moment)::int8, 1 + (SELECT max(s.activity) FROM sessions s WHERE s.player_key = \(player)))"
    }

    /// Seven values: those that a turn can change in a session.
    var changing: [Value] {
        [
            Value(lastMessageAt), Value(stateKey.text), Value(score), Value(outcome?.rawValue), Value(redirectCount),
            Value(turnCount), .bytes(memory.encoded),
        ]
    }

    /// Five values: the others, the id first.
    fileprivate var lasting: [Value] {
        [Value(id), Value(player.name), Value(player.gender.rawValue), Value(startedAt), Value(memory.dueAt)]
    }
}

private enum SQL {
    static let key = "player_key = $1 AND machine = $2"
    static let session = Query("SELECT \(Session.columns) FROM sessions WHERE \(key)")
    static let sessions = Query("SELECT \(Session.columns) FROM sessions WHERE player_key = $1 ORDER BY activity DESC")
    static let latestSession = Query(
        "SELECT \(Session.columns) FROM sessions WHERE player_key = $1 ORDER BY activity DESC LIMIT 1")

    static let insert = Query(
        """
        INSERT INTO sessions (
            player_key, sandbox, channel, persona, player, machine, last_message_at, state_key, score, outcome,
            redirect_count, turn_count, memory, session, player_name, player_gender, started_at, due_at, turn_rows,
            activity)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
            \(Session.activity("$20", "$1")))
        """)
    static let firstTurn = Query(
        """
        INSERT INTO turns (session, n, \(Turn.columns)) VALUES (
            (SELECT id FROM sessions WHERE \(key)), $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """)
    static let save = Query(
        """
        UPDATE sessions SET last_message_at = $4, state_key = $5, score = $6, outcome = $7, redirect_count = $8,
            turn_count = $9, memory = $10, player_name = $11, player_gender = $12, started_at = $13, due_at = $14
        WHERE \(key) AND session = $3
        """)
    static let place = Query("SELECT \(SessionPlace.columns) FROM sessions WHERE \(key) AND session = $3")
    static let move = Query(
        "UPDATE sessions SET player_key = $3, sandbox = $4, channel = $5, player = $6 WHERE \(key)")
    static let leaveTurns = Query("\(Leftovers.insertion) WHERE \(key)")
    static let delete = Query("DELETE FROM sessions WHERE \(key)")

    private static let player = "channel, persona, player"
    static let records = Query(
        """
        SELECT \(Session.columns), \(player), \(TurnList.columns) FROM sessions WHERE sandbox = $1
        ORDER BY activity DESC
        """)
    static let byID = Query(
        "SELECT \(Session.columns), \(player) FROM sessions WHERE session = $1 AND sandbox = $2 LIMIT 1")
    static let due = Query(
        """
        SELECT \(Session.columns), \(player), id FROM sessions
        WHERE sandbox = $1 AND due_at <= $2 AND (due_at, id) > ($3, $4) ORDER BY due_at, id LIMIT 100
        """)
    static let count = Query("SELECT count(*) FROM sessions WHERE sandbox = $1")
}
