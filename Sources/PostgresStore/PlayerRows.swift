import Dialogue
import Store

/// The rows of several players, read with the statements that lock their sandboxes.
final class PlayerRows {
    private let keys: [[UInt8]]
    private var players: [[UInt8]: FoundPlayer] = [:]

    init(_ players: Set<PlayerKey>) {
        for player in players { self.players[Key.bytes(of: player)] = FoundPlayer(player) }
        keys = Array(self.players.keys)
    }

    /// Those whose rows were all read. The others are read when they are asked for, with the error.
    var found: [FoundPlayer] { Array(players.values) }

    /// Sends the statements. `found` is complete when their results have arrived.
    func send(_ connection: Connection) throws(PostgresError) {
        guard !keys.isEmpty else { return }
        try connection.send(SQL.sessions, [.texts(keys)]) { [self] in
            take($0, keyAt: 16) { player, row throws(PostgresError) in
                player.sessions.append((try Session(row: row), try SessionPlace(row: row, at: 13)))
            }
        }
        try connection.send(SQL.progress, [.texts(keys)]) { [self] in
            take($0, keyAt: 3) { player, row throws(PostgresError) in player.progress = try Progress(row: row) }
        }
    }

    private func take(
        _ answer: Answer, keyAt column: Int32, _ read: (inout FoundPlayer, Row) throws(PostgresError) -> Void
    ) {
        for row in answer.rows {
            guard let key = try? row.bytes(column), var player = players[key] else { continue }
            do throws(PostgresError) {
                try read(&player, row)
                players[key] = player
            } catch {
                players[key] = nil
            }
        }
    }
}

extension SessionPlace {
    /// The last one says whether the last turn is there, and can be one of the session.
    static let columns = """
        id, turn_rows, coalesce(
            (SELECT number <= turn_count FROM turns WHERE turns.session = sessions.id AND n = turn_rows), false)
        """

    /// Reads the columns of `columns`, which begin at `first`; nil when the last turn is damaged.
    init?(row: Row, at first: Int32) throws(PostgresError) {
        guard try row.flag(first + 2) else { return nil }
        self.init(row: try row.number(first), lastTurn: try row.number(first + 1))
    }
}

private enum SQL {
    static let sessions = Query(
        """
        SELECT \(Session.columns), \(SessionPlace.columns), player_key FROM sessions
        WHERE player_key = ANY ($1::bytea[]) ORDER BY activity DESC
        """)
    static let progress = Query(
        "SELECT \(Progress.columns), player_key FROM progress WHERE player_key = ANY ($1::bytea[])")
}
