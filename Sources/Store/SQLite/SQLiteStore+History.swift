public import Dialogue

extension SQLiteStore {
    public func history(of player: PlayerKey, machine: MachineID) throws(StoreError) -> [Turn] {
        let reader = try openHistory(of: player, machine: machine)
        var turns: [Turn] = []
        while let piece = try reader.next() { turns += piece }
        return turns
    }

    public func openHistory(of player: PlayerKey, machine: MachineID) throws(StoreError) -> any HistoryReader {
        SQLiteHistoryReader(self, try reading(try chain(of: player, machine: machine)))
    }

    public func latestLines(
        of player: PlayerKey, machine: MachineID, _ take: (String) -> Bool
    ) throws(StoreError) {
        guard var chain = try reading(try chain(of: player, machine: machine)) else { return }
        while let line = try reading(
            try chain.follow(in: database, { row throws(SQLiteError) in try row.textOrNil(2) }))
        {
            if let line, !take(line) { return }
        }
    }

    public func latestTurn(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Turn? {
        guard var chain = try reading(try chain(of: player, machine: machine)) else { return nil }
        return try reading(try chain.followWhole(in: database))
    }

    /// The turns of a session; nil without a session.
    private func chain(of player: PlayerKey, machine: MachineID) throws(SQLiteError) -> TurnChain? {
        try database.row(SQL.chain, { $0.bind(player, machine) }) { row throws(SQLiteError) in
            try TurnChain(row: row, at: 0)
        }
    }

    fileprivate func turn(_ id: Int64) throws(SQLiteError) -> Turn {
        let turn = try database.row(SQL.turn, { $0.bind(id) }) { row throws(SQLiteError) in try Turn(row: row, at: 0) }
        guard let turn else { throw .damaged("turn \(id) is missing") }
        return turn
    }
}

/// Reads a history from the database. It first walks back from the last turn: it reads the newest turns, as many as one
/// piece has, and collects the row ids of those before them. Then it reads these in order.
///
/// While a reader exists, no turns are deleted, so it can also read those of a session that was removed meanwhile.
final class SQLiteHistoryReader: HistoryReader {
    private let store: SQLiteStore
    /// The way back that is left.
    private var chain: TurnChain?
    /// The row ids that are left to read, newest first.
    private var rows: [Int64] = []
    /// The newest turns, newest first.
    private var newest = Piece()

    /// Turns up to the limits of one piece.
    private struct Piece {
        private(set) var turns: [Turn] = []
        private var bytes = 0

        var isFull: Bool { turns.count >= SQLiteHistoryReader.turns || bytes >= SQLiteHistoryReader.bytes }

        mutating func append(_ turn: Turn) {
            turns.append(turn)
            bytes += turn.bytes
        }
    }

    /// The limits of one piece: row ids collected, turns read, and bytes of text read.
    private static let steps = 200
    private static let turns = 100
    private static let bytes = 64 * 1024

    /// - Parameter chain: the session's turns; nil without a session.
    init(_ store: SQLiteStore, _ chain: TurnChain?) {
        self.store = store
        self.chain = chain
        store.openReaders += 1
    }

    deinit { store.openReaders -= 1 }

    func next() throws(StoreError) -> [Turn]? {
        try store.reading(try piece())
    }

    private func piece() throws(SQLiteError) -> [Turn]? {
        for _ in 0..<Self.steps {
            guard let id = chain?.next else { break }
            if newest.isFull {
                _ = try chain?.follow(in: store.database) { _ in }
                rows.append(id)
            } else if let turn = try chain?.followWhole(in: store.database) {
                newest.append(turn)
            }
        }
        guard chain?.next == nil else { return [] }
        var piece = Piece()
        while !piece.isFull, let id = rows.popLast() { piece.append(try store.turn(id)) }
        guard piece.turns.isEmpty else { return piece.turns }
        swap(&piece, &newest)
        return piece.turns.isEmpty ? nil : piece.turns.reversed()
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
    static let columns = "number, at, line, reply, decision, follow_up, state_key, score"

    /// Reads the columns of `columns`, which begin at `column`.
    init(row: Statement, at column: Int32) throws(SQLiteError) {
        self.init(
            number: try row.count(column), at: try row.moment(column + 1), line: try row.textOrNil(column + 2),
            reply: try row.text(column + 3), decision: try row.wordOrNil(column + 4),
            followUp: try row.flag(column + 5), stateKey: try row.stateKey(column + 6),
            score: try row.score(column + 7))
    }

    fileprivate var bytes: Int { (line?.utf8.count ?? 0) + reply.utf8.count }
}

private enum SQL {
    static let chain = Query(
        """
        SELECT \(TurnChain.columns) FROM sessions
        WHERE sandbox = ? AND channel = ? AND persona = ? AND player = ? AND machine = ?
        """)
    static let turn = Query("SELECT \(Turn.columns) FROM turns WHERE id = ?")
}
