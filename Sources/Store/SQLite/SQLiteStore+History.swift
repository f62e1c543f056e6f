public import Dialogue

extension SQLiteStore {
    public func history(of player: PlayerKey, machine: MachineID) throws(StoreError) -> [Turn] {
        let reader = try openHistory(of: player, machine: machine)
        var turns: [Turn] = []
        while let piece = try reader.next() { turns += piece }
        return turns
    }

    public func openHistory(of player: PlayerKey, machine: MachineID) throws(StoreError) -> any HistoryReader {
        SQLiteHistoryReader(self, backFrom: try reading(try lastTurn(of: player, machine: machine)))
    }

    public func latestLines(
        of player: PlayerKey, machine: MachineID, _ take: (String) -> Bool
    ) throws(StoreError) {
        var next = try reading(try lastTurn(of: player, machine: machine))
        while let id = next {
            let line = try reading(
                try database.row(SQL.line, { $0.bind(id) }) { row throws(SQLiteError) in try row.textOrNil(0) })
            if let line = line ?? nil, !take(line) { return }
            next = try reading(try previousTurn(of: id))
        }
    }

    public func latestTurn(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Turn? {
        guard let last = try reading(try lastTurn(of: player, machine: machine)) else { return nil }
        return try reading(try turn(last))
    }

    /// The row id of the session's newest turn; nil without a session.
    func lastTurn(of player: PlayerKey, machine: MachineID) throws(SQLiteError) -> Int64? {
        try database.row(SQL.lastTurn, { $0.bind(player, machine) }) { row throws(SQLiteError) in try row.number(0) }
    }

    fileprivate func turn(_ id: Int64) throws(SQLiteError) -> Turn {
        guard let turn = try database.row(SQL.turn, { $0.bind(id) }, Turn.init(row:)) else {
            throw .damaged("turn \(id) is missing", SQL.turn)
        }
        return turn
    }

    /// The row id of the turn before; nil for a session's first turn. It must be smaller than `id`, so that walking
    /// back always ends.
    func previousTurn(of id: Int64) throws(SQLiteError) -> Int64? {
        let found = try database.row(SQL.previous, { $0.bind(id) }) { row throws(SQLiteError) in try row.numberOrNil(0)
        }
        guard let found else { throw .damaged("turn \(id) is missing", SQL.previous) }
        if let previous = found, previous >= id {
            throw .damaged("turn \(id) names the later turn \(previous) as the one before it", SQL.previous)
        }
        return found
    }
}

/// Reads a history from the database. It first walks back from the last turn to collect the row ids, then reads the
/// rows in order.
///
/// While a reader exists, no turns are deleted, so it can also read those of a session that was removed meanwhile.
final class SQLiteHistoryReader: HistoryReader {
    private let store: SQLiteStore
    /// The next row id on the way back; nil once the session's first turn is reached.
    private var unseen: Int64?
    /// The row ids that are left to read, newest first.
    private var rows: [Int64] = []

    /// The limits of one piece: row ids collected, turns read, and bytes of text read.
    private static let steps = 200
    private static let turns = 100
    private static let bytes = 64 * 1024

    init(_ store: SQLiteStore, backFrom last: Int64?) {
        self.store = store
        unseen = last
        store.openReaders += 1
    }

    deinit { store.openReaders -= 1 }

    func next() throws(StoreError) -> [Turn]? {
        try store.reading(try piece())
    }

    private func piece() throws(SQLiteError) -> [Turn]? {
        for _ in 0..<Self.steps {
            guard let id = unseen else { break }
            rows.append(id)
            unseen = try store.previousTurn(of: id)
        }
        guard unseen == nil else { return [] }
        guard !rows.isEmpty else { return nil }
        var turns: [Turn] = []
        var bytes = 0
        while turns.count < Self.turns, bytes < Self.bytes, let id = rows.popLast() {
            let turn = try store.turn(id)
            bytes += (turn.line?.utf8.count ?? 0) + turn.reply.utf8.count
            turns.append(turn)
        }
        return turns
    }
}

extension Statement {
    /// Binds eight values: all of a turn except the id of the turn before it.
    func bind(_ turn: Turn) {
        bind(turn.number)
        bind(turn.at)
        bind(turn.line)
        bind(turn.reply)
        bind(turn.decision?.rawValue)
        bind(turn.followUp)
        bind(turn.stateKey.text)
        bind(turn.score)
    }
}

extension Turn {
    /// Reads a row with the columns of `SQL.turn`.
    fileprivate init(row: Statement) throws(SQLiteError) {
        self.init(
            number: try row.count(0), at: try row.moment(1), line: try row.textOrNil(2), reply: try row.text(3),
            decision: try row.wordOrNil(4), followUp: try row.flag(5), stateKey: try row.stateKey(6),
            score: try row.score(7))
    }
}

private enum SQL {
    static let lastTurn = """
        SELECT last_turn FROM sessions WHERE sandbox = ? AND channel = ? AND persona = ? AND player = ? AND machine = ?
        """
    static let turn = """
        SELECT number, at, line, reply, decision, follow_up, state_key, score FROM turns WHERE id = ?
        """
    static let line = "SELECT line FROM turns WHERE id = ?"
    static let previous = "SELECT previous FROM turns WHERE id = ?"
}
