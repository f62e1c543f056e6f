extension SQLiteStore {
    public func removeLeftovers(atMost count: Int) throws(StoreError) {
        // Does not begin a transaction: on a full disk, requests that only read still work.
        guard mayHaveLeftovers, openReaders == 0, database.isInTransaction else { return }
        try writing(try removeTurns(atMost: count))
    }

    /// Deletes the last turn of a history and records the one before it instead, so that the database is consistent
    /// after each step.
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

    /// Marks the turns of the sessions that `condition` selects for deletion. Call it before the sessions are deleted.
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
