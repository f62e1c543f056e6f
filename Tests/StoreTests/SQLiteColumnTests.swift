import Dialogue
import Testing

@testable import Store

/// Values that no store has written, in every column of every table. SQLite would read "" or 0 from most of them.
@Suite("Columns of another type") struct SQLiteColumnTests {
    struct Column: CustomTestStringConvertible {
        let table: String
        let name: String
        let type: String
        /// Whether NULL is a right value, or one that a key cannot hold.
        let skipsNull: Bool

        var testDescription: String { "\(table).\(name)" }

        var wrongValues: [String] {
            let values =
                switch type {
                case "INTEGER": ["'abc'", "x'61'", "1.5"]
                case "TEXT": ["x'61'", "CAST(x'fffe41' AS TEXT)"]
                default: ["'abc'", "7"]
                }
            return skipsNull ? values : values + ["NULL"]
        }
    }

    /// All columns but the ids of rows, which SQLite keeps as numbers, and the sandboxes, by which rows are found: a
    /// row of another sandbox is not seen in this one.
    static let columns: [Column] = {
        guard let store = try? SQLiteStore(path: ":memory:") else { return [] }
        let sql = """
            SELECT m.name, c.name, c.type, c."notnull" AND c.pk = 0 FROM sqlite_schema m JOIN pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND NOT (c.pk = 1 AND c.type = 'INTEGER')
            AND (c.name != 'sandbox' OR m.name IN ('api_keys', 'personas'))
            """
        let columns = try? store.database.rows(sql) { row throws(SQLiteError) in
            Column(
                table: try row.text(0), name: try row.text(1), type: try row.text(2),
                skipsNull: try row.number(3) == 0)
        }
        return columns ?? []
    }()

    /// Lets any value into any column, as damage does.
    private static let loosening = """
        PRAGMA ignore_check_constraints = ON;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(replace(replace(sql,
            ' NOT NULL', ''), ') STRICT, WITHOUT ROWID', ') WITHOUT ROWID'), ') STRICT', ')') WHERE type = 'table';
        PRAGMA writable_schema = RESET;
        """

    private func readAll(_ store: SQLiteStore) throws {
        let sandbox = SandboxID(number: 1)
        _ = try (store.accounts(), store.personas(), store.counters(of: sandbox), store.uploads())
        _ = try (store.apiKeys(of: sandbox), store.sandbox(ofKey: sampleKey(1, sandbox: 1).digest))
        for record in try store.records(in: sandbox) {
            for session in record.sessions {
                while try session.history.next() != nil {}
            }
        }
    }

    @Test("a value of another type is an error that names the column", arguments: columns)
    func wrongType(column: Column) throws {
        for value in column.wrongValues {
            try closing(SQLiteStore(path: ":memory:")) { store in
                let sandbox = try store.makeAccount(name: "a", isOpen: true, at: .latest).sandbox
                try store.begin(of: player())
                try store.say(of: player())
                try store.save(Progress(inits: 1), of: player())
                try store.save(sampleRecord())
                try store.setCounter("c", of: sandbox, to: 1)
                try store.keepUpload("a/b.png", of: sandbox)
                try store.makeAPIKey(sampleKey(1, sandbox: sandbox.number))
                try store.commit()
                try readAll(store)
                try store.database.execute(script: Self.loosening)
                try store.database.execute(script: "UPDATE \(column.table) SET \(column.name) = \(value)")
                let error = try #require(throws: StoreError.self, "\(value)") { try readAll(store) }
                #expect(error.message.contains("the value of \(column.name) cannot be read"), "\(value)")
            }
        }
    }

    @Test("every column is tried")
    func number() { #expect(Self.columns.count > 40) }
}
