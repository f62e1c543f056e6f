extension SQLiteStore {
    public func removeLeftovers(atMost count: Int) throws(StoreError) {
        // Does not begin a transaction: on a full disk, requests that only read still work.
        guard mayHaveLeftovers, openReaders == 0, database.isInTransaction else { return }
        for _ in 0..<count where mayHaveLeftovers { try writing(try removeNext()) }
    }

    /// Deletes a turn. Damage in the turns of a removed session concerns no request, so it must not stop the commit of
    /// others: what cannot be read is left for good.
    private func removeNext() throws(SQLiteError) {
        mayHaveLeftovers = try ignoringDamage { () throws(SQLiteError) in
            guard let id = try database.row(SQL.first, { _ in }, { row throws(SQLiteError) in try row.number(0) })
            else { return false }
            let isRemoved = try ignoringDamage { () throws(SQLiteError) in
                try removeTurn(id)
                return true
            }
            if !isRemoved { try database.run(SQL.delete) { $0.bind(id) } }
            return true
        }
    }

    /// Takes back what `body` did, and returns false, when it meets damage.
    private func ignoringDamage(_ body: () throws(SQLiteError) -> Bool) throws(SQLiteError) -> Bool {
        try database.run(SQL.savepoint)
        var result = false
        do throws(SQLiteError) {
            result = try body()
        } catch {
            guard error.isDamage else { throw error }
            try database.run(SQL.takeBack)
        }
        try database.run(SQL.release)
        return result
    }

    /// Deletes the last turn of a history and records the one before it instead, so that the database is consistent
    /// after each step.
    private func removeTurn(_ id: Int64) throws(SQLiteError) {
        var chain = TurnChain(leftAt: id)
        _ = try chain.follow(in: database) { _ in }
        try database.run(SQL.deleteTurn) { $0.bind(id) }
        try database.run(SQL.delete) { $0.bind(id) }
        if let next = chain.next { try database.run(SQL.insert) { $0.bind(next) } }
    }

    /// Forgets leftovers that are the last turns of sessions, which another program has made so. It reads the sessions
    /// only if there are leftovers, and does nothing when they cannot be read.
    static func keepTurnsOfSessions(in database: Database) throws(SQLiteError) {
        do throws(SQLiteError) {
            // The statement below would read all sessions also if there are no leftovers.
            guard try database.row(SQL.first, { _ in }, { _ in }) != nil else { return }
            try database.run(SQL.keep)
        } catch {
            guard error.isDamage else { throw error }
        }
    }

    /// Marks the turns of sessions for deletion. Call it before the sessions are deleted.
    /// - Parameter query: `Leftovers.insertion`, with the condition that selects the sessions.
    func leaveTurns(_ query: Query, _ bind: (Statement) -> Void) throws(SQLiteError) {
        try database.run(query, bind)
        if database.changes > 0 { mayHaveLeftovers = true }
    }
}

enum Leftovers {
    static let insertion = "INSERT OR IGNORE INTO leftovers SELECT last_turn FROM sessions"
}

private enum SQL {
    static let savepoint = Query("SAVEPOINT leftover")
    static let takeBack = Query("ROLLBACK TO leftover")
    static let release = Query("RELEASE leftover")
    static let first = Query("SELECT last_turn FROM leftovers LIMIT 1")
    static let insert = Query("INSERT OR IGNORE INTO leftovers VALUES (?)")
    static let delete = Query("DELETE FROM leftovers WHERE last_turn = ?")
    static let keep = Query("DELETE FROM leftovers WHERE last_turn IN (SELECT last_turn FROM sessions)")
    static let deleteTurn = Query("DELETE FROM turns WHERE id = ?")
}
