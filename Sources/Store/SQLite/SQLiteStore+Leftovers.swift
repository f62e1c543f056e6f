extension SQLiteStore {
    public func removeLeftovers(atMost count: Int) throws(StoreError) {
        // Not where nothing else is written: on a full disk, requests that only read go on.
        guard mayHaveLeftovers, openReaders == 0, database.isInTransaction else { return }
        try writing(try removeTurns(atMost: count))
    }

    /// Takes the newest turn of a history away and notes the one before it in its place, so that each step leaves the
    /// database whole.
    private func removeTurns(atMost count: Int) throws(SQLiteError) {
        for _ in 0..<count {
            guard let id = try database.row(SQL.first, { _ in }, { $0.number(0) }) else {
                mayHaveLeftovers = false
                return
            }
            let previous = try previousTurn(of: id)
            try database.run(SQL.deleteTurn) { $0.bind(id) }
            try database.run(SQL.delete) { $0.bind(id) }
            if let previous { try database.run(SQL.insert) { $0.bind(previous) } }
        }
    }

    /// Notes that the turns of the sessions which `condition` selects belong to nobody any more, before the sessions go.
    func leaveTurns(where condition: String, _ bind: (Statement) -> Void) throws(SQLiteError) {
        try database.run("INSERT INTO leftovers SELECT last_turn FROM sessions WHERE \(condition)", bind)
        if database.changes > 0 { mayHaveLeftovers = true }
    }
}

private enum SQL {
    static let first = "SELECT last_turn FROM leftovers LIMIT 1"
    static let insert = "INSERT INTO leftovers VALUES (?)"
    static let delete = "DELETE FROM leftovers WHERE last_turn = ?"
    static let deleteTurn = "DELETE FROM turns WHERE id = ?"
}
