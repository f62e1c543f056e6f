public import Dialogue
public import Store

extension PostgresStore {
    public func personas() throws(StoreError) -> [PersonaRecord] {
        try rows(SQL.personas, [], PersonaRecord.init(row:))
    }

    public func personas(of sandbox: SandboxID) throws(StoreError) -> [PersonaRecord] {
        try rows(SQL.personasOfSandbox, [held(sandbox)], PersonaRecord.init(row:))
    }

    public func save(_ record: PersonaRecord) throws(StoreError) {
        try write(
            SQL.save,
            [
                held(record.sandbox), Value(record.persona), record.number.map { Value($0) } ?? .null,
                Value(record.document),
            ])
    }

    public func removePersona(_ persona: PersonaID, of sandbox: SandboxID) throws(StoreError) {
        try write(SQL.removePersona, [held(sandbox), Value(persona)])
    }

    /// Scans both tables: personas are seldom deleted.
    public func removeAll(on persona: PersonaID) throws(StoreError) {
        try write(SQL.noteUse, [Value(persona)])
        try leave(SQL.leaveTurns, [Value(persona)])
        try write(SQL.deleteSessions, [Value(persona)])
        try write(SQL.deleteProgress, [Value(persona)])
    }
}

extension PersonaRecord {
    static let columns = "sandbox, persona, number, document"

    /// Reads a row with the columns of `columns`.
    init(row: Row) throws(PostgresError) {
        self.init(
            sandbox: try row.sandbox(0), persona: try row.id(1), number: row.isNull(2) ? nil : try row.count(2),
            document: try row.textOrNil(3))
    }
}

private enum SQL {
    static let personas = Query("SELECT \(PersonaRecord.columns) FROM personas ORDER BY sandbox, persona")
    static let personasOfSandbox = Query(
        "SELECT \(PersonaRecord.columns) FROM personas WHERE sandbox = $1 ORDER BY persona")
    static let save = Query(
        """
        INSERT INTO personas (\(PersonaRecord.columns)) VALUES ($1, $2, $3, $4)
        ON CONFLICT (sandbox, persona) DO UPDATE SET number = excluded.number, document = excluded.document
        """)
    static let removePersona = Query("DELETE FROM personas WHERE sandbox = $1 AND persona = $2")
    /// No server knows the sandboxes any more in which somebody talked to the persona.
    static let noteUse = Query(
        """
        UPDATE accounts SET last_server = ''::bytea WHERE last_server <> ''::bytea AND sandbox IN (
            SELECT sandbox FROM sessions WHERE persona = $1 UNION SELECT sandbox FROM progress WHERE persona = $1)
        """)
    static let leaveTurns = Query("\(Leftovers.insertion) WHERE persona = $1")
    static let deleteSessions = Query("DELETE FROM sessions WHERE persona = $1")
    static let deleteProgress = Query("DELETE FROM progress WHERE persona = $1")
}
