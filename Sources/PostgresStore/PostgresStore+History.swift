public import Dialogue
public import Store

extension PostgresStore {
    public func history(of player: PlayerKey, machine: MachineID) throws(StoreError) -> [Turn] {
        let reader = try openHistory(of: player, machine: machine)
        var turns: [Turn] = []
        while let piece = try reader.next() { turns += piece }
        return turns
    }

    public func openHistory(of player: PlayerKey, machine: MachineID) throws(StoreError) -> any HistoryReader {
        PostgresHistoryReader(self, try turns(of: player, machine: machine))
    }

    public func latestLines(
        of player: PlayerKey, machine: MachineID, _ take: (String) -> Bool
    ) throws(StoreError) {
        guard let turns = try turns(of: player, machine: machine) else { return }
        var next = turns.count
        while next > 0 {
            let lines = try rows(SQL.lines, [.number(turns.session), .number(next)]) { row throws(PostgresError) in
                guard try row.number(0) == next else { throw .damaged("turn \(next) of a session is missing") }
                next -= 1
                return try row.textOrNil(1)
            }
            guard !lines.isEmpty else {
                throw StoreError(.damaged("turn \(next) of a session is missing"), of: name)
            }
            for case .some(let line) in lines where !take(line) { return }
        }
    }

    public func latestTurn(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Turn? {
        try row(SQL.latest, [held(player), Value(machine)]) { row throws(PostgresError) in
            guard !row.isNull(0) else { throw .damaged("the last turn of a session is missing") }
            return try Turn(row: row, at: 0)
        }
    }

    private func turns(of player: PlayerKey, machine: MachineID) throws(StoreError) -> TurnList? {
        try row(SQL.turns, [held(player), Value(machine)]) { row throws(PostgresError) in
            try TurnList(row: row, at: 0)
        }
    }
}

/// The turns that a session has now.
struct TurnList {
    let session: Int64
    /// The number of turns, which are numbered from 1.
    let count: Int64
    /// The greatest number that a turn's `number` may be.
    let greatest: Int

    static let columns = "id, turn_rows, turn_count"

    /// Reads the columns of `columns`, which begin at `column`.
    init(row: Row, at column: Int32) throws(PostgresError) {
        (session, count, greatest) = (
            try row.number(column), try row.number(column + 1), try row.count(column + 2)
        )
    }
}

/// Reads a history in pieces of about 64 KiB. While a reader exists, no turns are deleted, so it can also read those of a
/// session that was removed meanwhile.
final class PostgresHistoryReader: HistoryReader {
    private let store: PostgresStore
    /// Nil without a session.
    private let turns: TurnList?
    /// The number of turns that were read.
    private var count: Int64 = 0
    private var lastNumber = -1
    /// How many turns the next piece has at most: so many as the last one lets expect to have the wanted size.
    private var limit = 8

    private static let wantedBytes = 64 * 1024
    private static let most = 200

    init(_ store: PostgresStore, _ turns: TurnList?) {
        (self.store, self.turns) = (store, turns)
        store.openReaders += 1
    }

    deinit { store.openReaders -= 1 }

    func next() throws(StoreError) -> [Turn]? {
        guard let turns, count < turns.count else { return nil }
        let end = min(turns.count, count + Int64(limit))
        let piece = try store.rows(
            SQL.piece, [.number(turns.session), .number(count), .number(end)]
        ) { row throws(PostgresError) in
            count += 1
            guard try row.number(0) == count else { throw .damaged("turn \(count) of a session is missing") }
            let turn = try Turn(row: row, at: 1)
            guard turn.number > lastNumber, turn.number <= turns.greatest else {
                throw .damaged("turn \(count) of a session has the number \(turn.number)")
            }
            lastNumber = turn.number
            return turn
        }
        guard count == end else {
            throw StoreError(.damaged("turn \(count + 1) of a session is missing"), of: store.name)
        }
        let bytes = piece.reduce(1) { $0 + ($1.line?.utf8.count ?? 0) + $1.reply.utf8.count }
        limit = max(
            1, min(PostgresHistoryReader.most, limit * 2, PostgresHistoryReader.wantedBytes * piece.count / bytes))
        return piece
    }
}

extension Turn {
    static let columns = "number, at, line, reply, decision, follow_up, state_key, score"

    /// Reads the columns of `columns`, which begin at `column`.
    init(row: Row, at column: Int32) throws(PostgresError) {
        self.init(
            number: try row.count(column), at: try row.moment(column + 1), line: try row.textOrNil(column + 2),
            reply: try row.text(column + 3), decision: try row.wordOrNil(column + 4),
            followUp: try row.flag(column + 5), stateKey: try row.stateKey(column + 6),
            score: try row.score(column + 7))
    }

    /// The values of the columns of `columns`.
    var values: [Value] {
        [
            Value(number), Value(at), Value(line), Value(reply), Value(decision?.rawValue), .flag(followUp),
            Value(stateKey.text), Value(score),
        ]
    }
}

private enum SQL {
    static let key = "player_key = $1 AND machine = $2"
    static let turns = Query("SELECT \(TurnList.columns) FROM sessions WHERE \(key)")
    static let piece = Query(
        "SELECT n, \(Turn.columns) FROM turns WHERE session = $1 AND n > $2 AND n <= $3 ORDER BY n")
    static let lines = Query("SELECT n, line FROM turns WHERE session = $1 AND n <= $2 ORDER BY n DESC LIMIT 50")
    static let latest = Query(
        """
        SELECT \(Turn.columns.split(separator: ", ").map { "turns.\($0)" }.joined(separator: ", "))
        FROM sessions LEFT JOIN turns ON turns.session = sessions.id AND n = turn_rows WHERE \(key)
        """)
}
