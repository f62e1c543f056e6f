public import Metrics

/// What a power failure can lose. A killed process loses nothing that was committed, in either case.
public enum Durability: String, CaseIterable, Sendable {
    /// The newest commits can be lost; the database stays consistent.
    case normal
    /// No commit is lost. Every commit waits for the disk.
    case full
}

/// A store in one SQLite file, which it locks while it is open. It is used on one thread.
public final class SQLiteStore: ServedDatabase {
    let database: Database
    private let path: String
    private let files: OpenFiles
    /// True after a failed write, which can have left a part of itself in the transaction.
    private var mustRollBack = false
    /// The number of `SQLiteHistoryReader`s that exist.
    var openReaders = 0
    /// How long commits took that kept something.
    private var commits = Histogram(Histogram.durations)
    /// False when the table of leftovers is certainly empty.
    var mayHaveLeftovers = true

    /// Opens the database at `path`, locks it, and migrates it to the current schema. Makes the file and its folder
    /// when they do not exist.
    ///
    /// - Parameters:
    ///   - path: the file; ":memory:" for a database in memory that ends with the store.
    ///   - durability: what a power failure can lose.
    /// - Throws: a `StoreError` whose message is one line for the user, with the file and what to do: the file is in
    ///   use, was made by a newer version, belongs to another program, is damaged, or cannot be read or written.
    public init(path: String, durability: Durability = .normal) throws(StoreError) {
        self.path = path
        database = try Self.open(path, durability)
        files = OpenFiles(of: database)
    }

    /// The files of the database that another program has removed, renamed or replaced since it was opened. It costs
    /// two system calls.
    public var lostFiles: [LostFile] { files.lost }

    /// Rolls back what was not committed, and closes the file. Afterwards every other operation throws. A store that is
    /// deallocated without this call is closed too, but leaves its write-ahead log beside the file, which the next
    /// store reads.
    /// - Throws: a `StoreError` when SQLite cannot close the file.
    public func close() throws(StoreError) {
        try reading(try database.close())
    }

    /// Always true: the file is open.
    public var isReachable: Bool { true }

    public func commit() throws(StoreError) {
        guard !mustRollBack else { throw StoreError("a write failed: the transaction can only be rolled back") }
        guard database.isInTransaction else { return }
        let started = MonotonicClock.now()
        try reading(try database.run(SQL.commit))
        commits.add(MonotonicClock.now() - started)
        // The transaction is kept, whether or not its pages can be copied now.
        if database.loggedPages >= Self.mostLoggedPages { try? database.checkpoint() }
    }

    public func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_commit_duration_seconds", .histogram, "Time of a commit that keeps something.")
        writer.durations(commits)
        writer.metric("foilmock_log_pages", .gauge, "Pages of the write-ahead log that a checkpoint has yet to copy.")
        writer.sample(Int(database.loggedPages))
    }

    public func rollback() {
        mustRollBack = false
        guard database.isInTransaction else { return }
        mayHaveLeftovers = true
        // It fails only when the disk fails, and then every later statement throws.
        try? database.run(SQL.rollback)
    }

    /// Runs a read, and converts its error.
    func reading<Result>(_ body: @autoclosure () throws(SQLiteError) -> Result) throws(StoreError) -> Result {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw failure(error)
        }
    }

    /// Runs a write, which begins the transaction if none is open. After a failure only `rollback` ends the
    /// transaction. Inlined: a closure would copy the sessions and turns that it writes.
    @inline(__always)
    func writing<Result>(_ body: @autoclosure () throws(SQLiteError) -> Result) throws(StoreError) -> Result {
        do throws(SQLiteError) {
            if !database.isInTransaction { try database.run(SQL.begin) }
            return try body()
        } catch {
            mustRollBack = true
            throw failure(error)
        }
    }

    private func failure(_ error: SQLiteError) -> StoreError {
        guard error.isDamage else { return StoreError(error.description) }
        return StoreError(
            "the database \(path) is damaged: \(error.message); stop the server and run 'foilmock check --db \(path)', "
                + "which reports all of the damage", isDamage: true)
    }
}

private enum SQL {
    static let begin = Query("BEGIN")
    static let commit = Query("COMMIT")
    static let rollback = Query("ROLLBACK")
}
