public import Dialogue

extension SQLiteStore {
    public func personas() throws(StoreError) -> [PersonaRecord] {
        try reading(try database.rows(SQL.personas, { _ in }, PersonaRecord.init(row:)))
    }

    public func personas(of sandbox: SandboxID) throws(StoreError) -> [PersonaRecord] {
        try reading(try database.rows(SQL.personasOfSandbox, { $0.bind(sandbox) }, PersonaRecord.init(row:)))
    }

    public func save(_ record: PersonaRecord) throws(StoreError) {
        try writing(
            try database.run(SQL.save) {
                $0.bind(record.sandbox)
                $0.bind(record.persona)
                $0.bind(record.number.map { Int64($0) })
                $0.bind(record.document)
            })
    }

    public func removePersona(_ persona: PersonaID, of sandbox: SandboxID) throws(StoreError) {
        try writing(
            try database.run(SQL.removePersona) {
                $0.bind(sandbox)
                $0.bind(persona)
            })
    }

    public func removeAll(on persona: PersonaID) throws(StoreError) {
        try writing(try remove(persona))
    }

    /// Scans both tables: their keys begin with the sandbox, and personas are seldom deleted.
    private func remove(_ persona: PersonaID) throws(SQLiteError) {
        let bind: (Statement) -> Void = { $0.bind(persona) }
        try leaveTurns(SQL.leaveTurns, bind)
        try database.run(SQL.deleteSessions, bind)
        try database.run(SQL.deleteProgress, bind)
    }
}

extension PersonaRecord {
    static let columns = "sandbox, persona, number, document"

    /// Reads a row with the columns of `columns`.
    init(row: Statement) throws(SQLiteError) {
        self.init(
            sandbox: SandboxID(number: try row.number(0)), persona: try row.id(1),
            number: row.isNull(2) ? nil : try row.count(2), document: try row.textOrNil(3))
    }
}

private enum SQL {
    static let personas = Query("SELECT \(PersonaRecord.columns) FROM personas ORDER BY sandbox, persona")
    static let personasOfSandbox = Query(
        """
        SELECT \(PersonaRecord.columns) FROM personas WHERE sandbox = ? ORDER BY persona
        """)
    static let save = Query("INSERT OR REPLACE INTO personas (\(PersonaRecord.columns)) VALUES (?, ?, ?, ?)")
    static let removePersona = Query("DELETE FROM personas WHERE sandbox = ? AND persona = ?")
    static let leaveTurns = Query("\(Leftovers.insertion) WHERE persona = ?")
    static let deleteSessions = Query("DELETE FROM sessions WHERE persona = ?")
    static let deleteProgress = Query("DELETE FROM progress WHERE persona = ?")
}
