public import Dialogue

extension SQLiteStore {
    public func history(of player: PlayerKey, machine: MachineID) throws(StoreError) -> [Turn] {
        try reading(try turns(of: player, machine))
    }

    /// The row of the session's newest turn; nil without a session.
    func lastTurn(of player: PlayerKey, machine: MachineID) throws(SQLiteError) -> Int64? {
        try database.row(SQL.lastTurn, { $0.bind(player, machine) }) { $0.number(0) }
    }

    /// Removes a turn and all before it. However long the history, one row at a time is held.
    func removeTurns(backFrom last: Int64) throws(SQLiteError) {
        var next: Int64? = last
        while let id = next {
            next = try database.row(SQL.previous, { $0.bind(id) }) { $0.numberOrNil(0) } ?? nil
            try database.run(SQL.delete) { $0.bind(id) }
        }
    }

    private func turns(of player: PlayerKey, _ machine: MachineID) throws(SQLiteError) -> [Turn] {
        var turns: [Turn] = []
        var next = try lastTurn(of: player, machine: machine)
        while let id = next {
            next = nil
            try database.each(SQL.turn, { $0.bind(id) }) { row throws(SQLiteError) in
                turns.append(try Turn(row: row))
                next = row.numberOrNil(8)
                // Else a damaged history could be without an end.
                if let next, next >= id { throw row.unreadable(8) }
            }
        }
        return turns.reversed()
    }
}

extension Statement {
    /// Eight places: all of a turn but the row before it.
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
    /// From the columns of `SQL.turn`.
    fileprivate init(row: Statement) throws(SQLiteError) {
        self.init(
            number: try row.count(0), at: try row.moment(1), line: row.textOrNil(2), reply: row.text(3),
            decision: try row.wordOrNil(4), followUp: row.flag(5), stateKey: try row.stateKey(6),
            score: try row.score(7))
    }
}

private enum SQL {
    static let lastTurn = """
        SELECT last_turn FROM sessions WHERE sandbox = ? AND channel = ? AND persona = ? AND player = ? AND machine = ?
        """
    static let turn = """
        SELECT number, at, line, reply, decision, follow_up, state_key, score, previous FROM turns WHERE id = ?
        """
    static let previous = "SELECT previous FROM turns WHERE id = ?"
    static let delete = "DELETE FROM turns WHERE id = ?"
}
