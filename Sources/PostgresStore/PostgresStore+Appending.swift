public import Dialogue
import Glibc
public import Store

extension PostgresStore {
    public func append(
        _ turn: Turn, to session: Session, of player: PlayerKey, at place: SessionPlace
    ) throws(StoreError) -> SessionPlace {
        try check(player)
        let next = SessionPlace(row: place.row, lastTurn: place.lastTurn + 1)
        if ahead != nil {
            if appended.mustBeSent(before: place.row) { try postponeTurns() }
        } else if appended.mustBeSent(before: place.row) || !isInTransaction {
            try performing { connection throws(PostgresError) in try begin(connection) }
        }
        appended.add(turn, to: session, at: next, activity: nextActivity())
        hasWrites = true
        return next
    }

    /// A moment for the order of activity, later than all before: the time, where the clock goes forward.
    func nextActivity() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        lastActivity = max(lastActivity + 1, Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
        return lastActivity
    }
}

/// The turns that a batch has appended and that are not sent yet. One statement writes them all, which costs PostgreSQL
/// less than one for each.
struct AppendedTurns {
    /// The most turns of a statement.
    private static let most = 256

    private var turns: [[Value]] = []
    private var sessions: [[Value]] = []
    private var rows: Set<Int64> = []

    /// Whether a turn of a session, by its row, cannot be in one statement with the others: each statement changes a
    /// session once.
    func mustBeSent(before row: Int64) -> Bool { rows.contains(row) || rows.count == AppendedTurns.most }

    mutating func add(_ turn: Turn, to session: Session, at place: SessionPlace, activity: Int64) {
        let key: [Value] = [.number(place.row), .number(place.lastTurn)]
        turns.append(key + turn.values)
        sessions.append(key + [.number(activity), Value(session.memory.dueAt)] + session.changing)
        rows.insert(place.row)
    }

    /// Sends them, if there are any.
    mutating func send(_ connection: Connection) throws(PostgresError) {
        for write in take() { try connection.send(write.query, write.values) }
    }

    /// Removes them.
    /// - Returns: the statements that write them.
    mutating func take() -> [(query: Query, values: [Value])] {
        guard !rows.isEmpty else { return [] }
        defer { self = AppendedTurns() }
        return [
            (SQL.turns, AppendedTurns.columns(of: turns, SQL.turnTypes)),
            (SQL.sessions, AppendedTurns.columns(of: sessions, SQL.sessionTypes)),
        ]
    }

    private static func columns(of rows: [[Value]], _ types: [ValueType]) -> [Value] {
        types.enumerated().map { index, type in .column(rows.map { $0[index] }, of: type) }
    }
}

private enum SQL {
    static let turnTypes: [ValueType] = [
        .int8, .int8, .int8, .int8, .bytea, .bytea, .text, .bool, .bytea, .int8,
    ]
    static let sessionTypes: [ValueType] = [
        .int8, .int8, .int8, .int8, .int8, .bytea, .int8, .text, .int8, .int8, .bytea,
    ]

    /// The parameters as a table `new` with these columns.
    private static func rows(_ types: [ValueType], _ columns: String) -> String {
        let parameters = types.enumerated().map { "$\($0.offset + 1)::\($0.element)[]" }
        return "unnest(\(parameters.joined(separator: ", "))) AS new (\(columns))"
    }

    /// Refused by the database, because `session` is NULL, when the session is missing or has another number of turns.
    static let turns = Query(
        """
        INSERT INTO turns (session, n, \(Turn.columns))
        SELECT (SELECT id FROM sessions WHERE id = new.session AND turn_rows + 1 = new.n), n, \(Turn.columns)
        FROM \(rows(turnTypes, "session, n, \(Turn.columns)"))
        """)
    static let sessions = Query(
        """
        UPDATE sessions SET turn_rows = new.n, activity = \(Session.activity("new.activity", "sessions.player_key")),
            due_at = new.due_at, last_message_at = new.last_message_at, state_key = new.state_key, score = new.score,
            outcome = new.outcome, redirect_count = new.redirect_count, turn_count = new.turn_count,
            memory = new.memory
        FROM \(rows(
            sessionTypes,
            "id, n, activity, due_at, last_message_at, state_key, score, outcome, redirect_count, turn_count, memory"))
        WHERE sessions.id = new.id
        """)
}
