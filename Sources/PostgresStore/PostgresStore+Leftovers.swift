public import Store

extension PostgresStore {
    public func removeLeftovers(atMost count: Int) throws(StoreError) {
        guard mayHaveLeftovers, openReaders == 0, hasWrites else { return }
        try write(SQL.deleteTurns, [Value(count)]) { [unowned self] deleted in
            if deleted == 0 { mayHaveLeftovers = false }
        }
        try write(SQL.deleteEmpty, [])
    }

    /// Marks the turns of sessions for deletion. Call it before the sessions are deleted.
    /// - Parameter query: `Leftovers.insertion`, with the condition that selects the sessions.
    func leave(_ query: Query, _ values: [Value]) throws(StoreError) {
        try write(query, values) { [unowned self] left in
            if left > 0 { mayHaveLeftovers = true }
        }
    }
}

/// The sessions that were removed, and whose turns are still there.
enum Leftovers {
    static let insertion = "INSERT INTO leftovers SELECT id FROM sessions"
}

private enum SQL {
    // What another server deletes just now is left to it.
    static let deleteTurns = Query(
        """
        WITH left_over AS (SELECT session FROM leftovers LIMIT $1 FOR UPDATE SKIP LOCKED)
        DELETE FROM turns WHERE (session, n) IN (
            SELECT turns.session, n FROM turns JOIN left_over ON left_over.session = turns.session LIMIT $1)
        """)
    static let deleteEmpty = Query(
        """
        DELETE FROM leftovers WHERE session IN (
            SELECT session FROM leftovers
            WHERE NOT EXISTS (SELECT 1 FROM turns WHERE turns.session = leftovers.session)
            FOR UPDATE SKIP LOCKED)
        """)
}
