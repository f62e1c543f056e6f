import Dialogue

extension Inspection {
    /// Reads every row of every table with the functions that the store uses.
    func checkRows() throws(SQLiteError) {
        let player = ["sandbox", "player"]
        try each("accounts", AccountRecord.columns, at: ["sandbox"]) { row throws(SQLiteError) in
            let account = try AccountRecord(row: row)
            if let mistake = texts.settings(account.settings) { throw .damaged("its settings: \(mistake)") }
        }
        try each("personas", PersonaRecord.columns, at: ["sandbox", "persona"]) { row throws(SQLiteError) in
            let persona = try PersonaRecord(row: row)
            if let mistake = persona.document.flatMap(texts.document) { throw .damaged("its document: \(mistake)") }
        }
        try each("api_keys", APIKeyRecord.columns, at: ["sandbox", "id"]) { row throws(SQLiteError) in
            guard try APIKeyRecord(row: row).digest.count == 32 else { throw row.unreadable(3) }
        }
        try each("sessions", Session.columns, at: player + ["session"]) { row throws(SQLiteError) in
            let session = try Session(row: row)
            guard session.redirectCount <= session.turnCount else {
                throw .damaged("redirect_count is \(session.redirectCount), more than turn_count \(session.turnCount)")
            }
        }
        try each("sessions", "channel, persona, player", at: player + ["session"]) { row throws(SQLiteError) in
            _ = try PlayerKey(row: row, at: 0, in: SandboxID(number: 0))
        }
        try each("turns", Turn.columns, at: ["id"]) { row throws(SQLiteError) in _ = try Turn(row: row, at: 0) }
        try each("progress", Progress.columns, at: player) { row throws(SQLiteError) in _ = try Progress(row: row) }
        try each("progress", "channel, persona, player", at: player) { row throws(SQLiteError) in
            _ = try PlayerKey(row: row, at: 0, in: SandboxID(number: 0))
        }
        try each("counters", "name, value", at: ["sandbox", "name"]) { row throws(SQLiteError) in
            _ = (try row.text(0), try row.count(1))
        }
        try each("uploads", "path", at: ["sandbox", "path"]) { row throws(SQLiteError) in _ = try row.text(0) }
    }

    /// Reports each row that `read` cannot read.
    /// - Parameters:
    ///   - rows: a table, or a selection from tables.
    ///   - columns: what `read` gets.
    ///   - name: the table of the report; nil: `rows`.
    ///   - keys: the columns that identify a row in a report.
    func each(
        _ rows: String, _ columns: String, named name: String? = nil, at keys: [String],
        _ read: (Statement) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        let table = name ?? rows
        let sql = "SELECT \(([columns] + keys).joined(separator: ", ")) FROM \(rows)"
        stage(table)
        try part(table) { () throws(SQLiteError) in
            try database.each(sql, { _ in }) { row throws(SQLiteError) in
                try part(place(table, keys, of: row, from: row.columnCount - keys.count)) { () throws(SQLiteError) in
                    try read(row)
                }
            }
        }
    }
}
