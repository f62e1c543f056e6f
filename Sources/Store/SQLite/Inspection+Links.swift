extension Inspection {
    /// Follows the links of all sessions and all leftovers, and counts the turns that nothing leads to.
    func checkTurns() throws(SQLiteError) {
        var seen: Set<Int64> = []
        try each("sessions", TurnChain.columns, at: ["sandbox", "player", "session"]) { row throws(SQLiteError) in
            var chain = try TurnChain(row: row, at: 0)
            while let id = chain.next {
                guard seen.insert(id).inserted else { throw .damaged("turn \(id) belongs to another session, too") }
                _ = try chain.follow(in: database) { _ in }
            }
        }
        try each("leftovers", "last_turn", at: []) { row throws(SQLiteError) in
            try follow(leftover: try row.number(0), &seen)
        }
        stage("turns")
        try part("turns") { () throws(SQLiteError) in
            var count = 0
            try database.each("SELECT id FROM turns", { _ in }) { row throws(SQLiteError) in
                if !seen.contains(try row.number(0)) { count += 1 }
            }
            if count > 0 { warn("turns: no session leads to \(count) of them, so they take room and are never shown") }
        }
    }

    /// What is left of a removed session may be damaged: it is never shown.
    private func follow(leftover id: Int64, _ seen: inout Set<Int64>) throws(SQLiteError) {
        var chain = TurnChain(leftAt: id)
        while let next = chain.next {
            guard seen.insert(next).inserted else {
                throw .damaged("turn \(next) belongs to a session, and would be deleted")
            }
            do throws(SQLiteError) {
                _ = try chain.follow(in: database) { _ in }
            } catch {
                guard error.isDamage else { throw error }
                return warn("leftovers: \(error.message), so turns of a removed session are left for good")
            }
        }
    }

    /// Checks what the tables say of each other.
    func checkSandboxes() throws(SQLiteError) {
        for table in ["sessions", "progress", "api_keys", "counters", "uploads", "personas"] {
            let sql = "SELECT count(*) FROM \(table) WHERE sandbox NOT IN (SELECT sandbox FROM accounts)"
            try part(table) { () throws(SQLiteError) in
                let count = try database.row(sql) { row throws(SQLiteError) in try row.number(0) } ?? 0
                if count > 0 { warn("\(table): \(count) of them belong to no account, so nobody sees them") }
            }
        }
        try each(
            "sessions GROUP BY sandbox, session HAVING count(*) > 1", "count(*)", named: "sessions",
            at: ["sandbox", "session"]
        ) { row throws(SQLiteError) in throw .damaged("\(try row.number(0)) sessions have this id") }
        try each(
            """
            sessions LEFT JOIN progress USING (sandbox, channel, persona, player)
            GROUP BY sandbox, channel, persona, player HAVING count(*) > coalesce(inits, 0)
            """, "count(*), coalesce(inits, 0)", named: "progress", at: ["sandbox", "player"]
        ) { row throws(SQLiteError) in
            throw .damaged("inits is \(row.shown(1)), less than the number of sessions, \(row.shown(0))")
        }
    }
}
