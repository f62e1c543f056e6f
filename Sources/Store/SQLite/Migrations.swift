import Exact

/// The schema of the database, as a list of migration steps. A released step never changes: each change of the schema
/// is a new step.
enum Migrations {
    /// "foil": marks foilmock's databases (https://sqlite.org/pragma.html#pragma_application_id).
    static let applicationID: Int64 = 0x666F_696C

    /// The step at index n leads from version n to version n + 1.
    static let steps = [
        version1, version2, version3, version4, version5, version6, version7, version8, version9, version10,
        version11,
    ]

    /// Which program made a database, and with which version of the schema.
    enum SchemaState: Equatable {
        /// Made by foilmock, or empty (version 0), and not newer than this program.
        case ours(version: Int)
        case newer(version: Int)
        case foreign
    }

    /// Reads the state, and writes nothing, so that a file of another program does not change.
    static func state(of database: Database) throws(SQLiteError) -> SchemaState {
        let application = try number("PRAGMA application_id", of: database)
        let version = Int(try number("PRAGMA user_version", of: database))
        // foilmock never writes a version below 0.
        guard application == applicationID, version >= 0 else {
            let objects = try number("SELECT count(*) FROM sqlite_schema", of: database)
            return application == 0 && version == 0 && objects == 0 ? .ours(version: 0) : .foreign
        }
        return version <= steps.count ? .ours(version: version) : .newer(version: version)
    }

    /// Runs the steps from that version on. Each step is its own transaction. When a step fails, its transaction is
    /// rolled back with the connection, and the file stays at the version before the step.
    static func run(
        on database: Database, from version: Int, steps: [String] = steps
    ) throws(SQLiteError) {
        for (index, step) in steps.enumerated().dropFirst(version) {
            let script = """
                BEGIN IMMEDIATE;
                \(step)
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(index + 1);
                COMMIT;
                """
            do throws(SQLiteError) {
                try database.execute(script: script)
            } catch {
                // A step works on every database of the version before it, and its rows.
                guard error.isStatementRefused || error.isRowRefused else { throw error }
                throw .damaged("it is not of schema \(index), as it says: \(error.message)")
            }
        }
    }

    /// The tables, columns and indexes of the current schema that a database does not have; empty unless it is damaged.
    static func missingParts(of database: Database) throws(SQLiteError) -> [String] {
        let model = try Database(path: ":memory:")
        try run(on: model, from: 0)
        let present = Set(try parts(of: database).map { ExactText($0) })
        return try parts(of: model).filter { !present.contains(ExactText($0)) }
    }

    private static func parts(of database: Database) throws(SQLiteError) -> [String] {
        let sql = """
            SELECT type || ' ' || name FROM sqlite_schema UNION ALL
            SELECT 'column ' || t.name || '.' || c.name || ' ' || c.type
            FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'
            """
        return try database.rows(sql) { row throws(SQLiteError) in try row.text(0) }
    }

    private static func number(_ sql: String, of database: Database) throws(SQLiteError) -> Int64 {
        try database.row(sql) { row throws(SQLiteError) in try row.number(0) } ?? 0
    }

    /// `turns` has no index: each turn holds the id of the one before it, and each session the id of its last turn, so
    /// that a message costs one insert and one update. A new turn's id is greater than every id in the table, also
    /// after the newest rows were removed, so the session with the greatest `last_turn` is the most recently active
    /// one.
    private static let version1 = """
        CREATE TABLE accounts (
            sandbox INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            is_open INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL,
            UNIQUE (is_open, name)
        ) STRICT;

        CREATE TABLE sessions (
            sandbox INTEGER NOT NULL,
            channel TEXT NOT NULL,
            persona BLOB NOT NULL,
            player TEXT NOT NULL,
            machine BLOB NOT NULL,
            session BLOB NOT NULL,
            player_name TEXT NOT NULL,
            player_gender TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            last_message_at INTEGER NOT NULL,
            state_key TEXT NOT NULL,
            score INTEGER NOT NULL,
            outcome TEXT,
            redirect_count INTEGER NOT NULL,
            turn_count INTEGER NOT NULL,
            memory BLOB NOT NULL,
            last_turn INTEGER NOT NULL,
            PRIMARY KEY (sandbox, channel, persona, player, machine)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE turns (
            id INTEGER PRIMARY KEY,
            previous INTEGER CHECK (previous < id),
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            line TEXT,
            reply TEXT NOT NULL,
            decision TEXT,
            follow_up INTEGER NOT NULL,
            state_key TEXT NOT NULL,
            score INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE progress (
            sandbox INTEGER NOT NULL,
            channel TEXT NOT NULL,
            persona BLOB NOT NULL,
            player TEXT NOT NULL,
            inits INTEGER NOT NULL,
            unlocked BLOB NOT NULL,
            PRIMARY KEY (sandbox, channel, persona, player)
        ) STRICT, WITHOUT ROWID;
        """

    /// The variables that completed machines set. The format of a session's memory changed at the same time; it held
    /// only which line of a list comes next, and is cleared.
    private static let version2 = """
        ALTER TABLE progress ADD COLUMN variables BLOB NOT NULL DEFAULT x'';
        UPDATE sessions SET memory = x'';
        """

    /// The API keys that accounts make. They are found by digest, and listed in the order in which they were made.
    private static let version3 = """
        CREATE TABLE api_keys (
            id BLOB NOT NULL UNIQUE,
            sandbox INTEGER NOT NULL,
            name TEXT NOT NULL,
            digest BLOB NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            is_revoked INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX api_keys_of_sandbox ON api_keys (sandbox);
        """

    /// Counters, and the paths of uploaded files, which are in a folder beside the database.
    private static let version4 = """
        CREATE TABLE counters (
            sandbox INTEGER NOT NULL,
            name TEXT NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (sandbox, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE uploads (
            sandbox INTEGER NOT NULL,
            path TEXT NOT NULL,
            PRIMARY KEY (sandbox, path)
        ) STRICT, WITHOUT ROWID;
        """

    /// The personas that accounts made, changed and deleted.
    private static let version5 = """
        CREATE TABLE personas (
            sandbox INTEGER NOT NULL,
            persona BLOB NOT NULL,
            number INTEGER,
            document TEXT,
            PRIMARY KEY (sandbox, persona)
        ) STRICT;
        """

    /// The settings of an account's sandbox: its clock and its seed.
    private static let version6 = "ALTER TABLE accounts ADD COLUMN settings TEXT NOT NULL DEFAULT '';"

    /// The last turns of removed sessions. Each of these turns, and all turns before it, must still be deleted.
    private static let version7 = "CREATE TABLE leftovers (last_turn INTEGER PRIMARY KEY) STRICT;"

    /// Finds a session by its id. A turn does not change the indexed column, so a message costs no more.
    private static let version8 = "CREATE INDEX sessions_by_id ON sessions (session);"

    /// How many turns a session has, so that a history that lost some is noticed.
    private static let version9 = """
        ALTER TABLE sessions ADD COLUMN turn_rows INTEGER NOT NULL DEFAULT 0;
        UPDATE sessions SET turn_rows = (
            WITH RECURSIVE chain (id) AS (
                SELECT last_turn
                UNION ALL
                SELECT turns.previous FROM chain JOIN turns ON turns.id = chain.id WHERE turns.previous < turns.id)
            SELECT count(*) FROM chain);
        """

    /// A session gets a row id, by which a turn finds it. A turn changes no indexed column, so it writes to no index.
    private static let version10 = """
        ALTER TABLE sessions RENAME TO old_sessions;
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            sandbox INTEGER NOT NULL,
            channel TEXT NOT NULL,
            persona BLOB NOT NULL,
            player TEXT NOT NULL,
            machine BLOB NOT NULL,
            session BLOB NOT NULL,
            player_name TEXT NOT NULL,
            player_gender TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            last_message_at INTEGER NOT NULL,
            state_key TEXT NOT NULL,
            score INTEGER NOT NULL,
            outcome TEXT,
            redirect_count INTEGER NOT NULL,
            turn_count INTEGER NOT NULL,
            memory BLOB NOT NULL,
            last_turn INTEGER NOT NULL,
            turn_rows INTEGER NOT NULL,
            UNIQUE (sandbox, channel, persona, player, machine)
        ) STRICT;
        INSERT INTO sessions
        SELECT NULL, sandbox, channel, persona, player, machine, session, player_name, player_gender, started_at,
            last_message_at, state_key, score, outcome, redirect_count, turn_count, memory, last_turn, turn_rows
        FROM old_sessions;
        DROP TABLE old_sessions;
        CREATE INDEX sessions_by_id ON sessions (session);
        """

    /// Finds the sessions that a dialect wants to look at. The index has no others, so those of other dialects cost nothing.
    private static let version11 = """
        ALTER TABLE sessions ADD COLUMN due_at INTEGER;
        CREATE INDEX sessions_due ON sessions (sandbox, due_at) WHERE due_at IS NOT NULL;
        """
}
