import CSQLite
import Glibc

/// The owner of one SQLite connection. It is used on one thread, and opens the connection without SQLite's own mutexes.
///
/// There must be no second connection to the file: SQLite before 3.51.3 can lose a commit that races a checkpoint on
/// another connection (https://sqlite.org/wal.html#the_wal_reset_bug).
final class Database {
    private var handle: OpaquePointer?
    /// The statements that are kept, at the places of their queries.
    private var statements: [Statement?] = []
    /// The pages that commits have written to the write-ahead log since it began anew.
    private(set) var loggedPages = 0
    private static let setUp: Void = foilmock_set_up_sqlite()

    /// Opens the file, which must exist unless it is ":memory:". Nothing is read from the file yet.
    init(path: String) throws(SQLiteError) {
        Self.setUp
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK else {
            let reason = sqlite3_system_errno(handle)
            let message = reason == 0 ? String(cString: sqlite3_errmsg(handle)) : String(cString: strerror(reason))
            sqlite3_close(handle)
            throw SQLiteError(code: code, message: message, sql: "")
        }
    }

    deinit {
        releaseStatements()
        sqlite3_close(handle)
    }

    /// True when SQLite opened the file read-only, because it cannot be written.
    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

    /// The whole paths of the file and of its write-ahead log; nil for a database in memory.
    var paths: (file: String, log: String)? {
        guard let file = sqlite3_db_filename(handle, "main"), file.pointee != 0,
            let log = sqlite3_filename_wal(file)
        else { return nil }
        return (String(cString: file), String(cString: log))
    }

    /// Makes closing leave the write-ahead log as it is.
    func keepLog() { foilmock_keep_log(handle) }

    /// Ends the checkpoints that SQLite makes as a part of a commit, and counts the pages of the log instead.
    func countLoggedPages() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<Database>.fromOpaque(context).takeUnretainedValue().loggedPages = Int(pages)
                return SQLITE_OK
            }, context)
    }

    /// Copies the pages of the write-ahead log to the file, and waits for the disk. The next commit begins the log anew.
    func checkpoint() throws(SQLiteError) {
        guard let handle else { throw .closed(running: "") }
        let code = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)), sql: "")
        }
        loggedPages = 0
    }

    var isInTransaction: Bool { handle != nil && sqlite3_get_autocommit(handle) == 0 }

    /// The number of rows that the last INSERT, UPDATE or DELETE changed.
    var changes: Int64 { sqlite3_changes64(handle) }

    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Runs a statement to its end.
    func run(_ query: some StatementText, _ bind: (Statement) -> Void = { _ in }) throws(SQLiteError) {
        try each(query, bind) { _ in }
    }

    /// The result of `read` for the first row; nil without a row.
    func row<Result>(
        _ query: some StatementText, _ bind: (Statement) -> Void = { _ in },
        _ read: (Statement) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result? {
        let statement = try statement(for: query)
        defer { release(statement, of: query) }
        bind(statement)
        return try statement.step() ? read(statement) : nil
    }

    /// The results of `read` for each row.
    func rows<Result>(
        _ query: some StatementText, _ bind: (Statement) -> Void = { _ in },
        _ read: (Statement) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> [Result] {
        var results: [Result] = []
        try each(query, bind) { row throws(SQLiteError) in results.append(try read(row)) }
        return results
    }

    /// Calls `body` for each row, with one row in memory at a time. `body` can run other statements, but not this one.
    func each(
        _ query: some StatementText, _ bind: (Statement) -> Void, _ body: (Statement) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try some(query, bind) { row throws(SQLiteError) in
            try body(row)
            return true
        }
    }

    /// The same until `body` returns false.
    func some(
        _ query: some StatementText, _ bind: (Statement) -> Void, _ body: (Statement) throws(SQLiteError) -> Bool
    ) throws(SQLiteError) {
        let statement = try statement(for: query)
        defer { release(statement, of: query) }
        bind(statement)
        while try statement.step() {
            guard try body(statement) else { return }
        }
    }

    /// Runs several statements, once.
    func execute(script: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, script, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)), sql: script)
        }
    }

    /// Rolls back an open transaction, copies the write-ahead log to the file and closes it. Afterwards every statement fails. Closing
    /// fails only while a statement is in use.
    func close() throws(SQLiteError) {
        guard handle != nil else { return }
        // On a full disk both can fail without loss: committed data is in the write-ahead log, which the next
        // connection reads.
        if isInTransaction { try? execute(script: "ROLLBACK") }
        try? execute(script: "PRAGMA wal_checkpoint(TRUNCATE)")
        releaseStatements()
        let code = sqlite3_close(handle)
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)), sql: "")
        }
        handle = nil
    }

    private func statement(for query: some StatementText) throws(SQLiteError) -> Statement {
        if let place = query.place, place < statements.count, let statement = statements[place] { return statement }
        guard let handle else { throw .closed(running: query.sql) }
        let statement = try Statement(query.sql, isKept: query.place != nil, on: handle)
        if let place = query.place {
            while statements.count <= place { statements.append(nil) }
            statements[place] = statement
        }
        return statement
    }

    private func release(_ statement: Statement, of query: some StatementText) {
        if query.place == nil { statement.finalize() } else { statement.reset() }
    }

    private func releaseStatements() {
        for statement in statements { statement?.finalize() }
        statements = []
    }
}
