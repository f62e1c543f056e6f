import Dialogue
import Glibc
public import Metrics
public import Store

/// A store in a PostgreSQL database, which several servers can share. It is used on one thread, which waits while the
/// database works.
///
/// Writes are sent without waiting for their results, until something is read or the batch is committed: an error of a
/// write may show in a later call of the same batch. A connection that is lost makes the batch fail; the next one
/// connects again.
public final class PostgresStore: ServedDatabase {
    let address: Address
    /// The database's name for people: user, host, port and database, without a password.
    public internal(set) var name = "PostgreSQL"
    /// Tells the database from others: hexadecimal digits, which it keeps.
    public internal(set) var id = ""
    /// Identifies this store among those that open the database.
    let owner: [UInt8]
    /// Nil while the connection is lost.
    var connection: Connection?
    /// What tells the server's process of the newest connection from others.
    var backend = ""
    /// The key of the advisory lock that batches take.
    var batchLock: Int64 = 0
    public internal(set) var wasAlone = false
    /// Whether the transaction is open.
    private(set) var isInTransaction = false
    /// Whether the transaction has sent a write.
    private(set) var hasWrites = false
    /// True after a failed statement of a transaction.
    private var mustRollBack = false
    /// The number of this server's newest batch that is certainly kept.
    var keptBatch: Int64 = 0
    /// Why no operation can succeed any more; nil: it can.
    private var end: StoreError?
    /// The moment, by `MonotonicClock`, before which no new connection is tried.
    private var nextAttempt: Int64 = 0
    private var lastReason: PostgresError?
    /// The newest moment of activity that was given to a session, in nanoseconds since 1970.
    private var lastActivity: Int64 = 0
    /// The number of `PostgresHistoryReader`s that exist.
    var openReaders = 0
    /// False when the table of leftovers is certainly empty.
    var mayHaveLeftovers = true
    private var commits = Histogram(Histogram.durations)
    private var connections = 0

    /// The version of libpq, as `15.18`.
    public static var libraryVersion: String { Connection.libraryVersion }

    /// Connects to the database, and migrates it to the current schema unless other servers use it. Makes the tables when
    /// the database has none.
    /// - Parameter address: a URI of libpq, `postgresql://…`.
    /// - Throws: a `StoreError` whose message is one line for the user, with what to do: the database cannot be reached,
    ///   has an older schema and is in use, was made by a newer version, or has tables of another program. It never contains a password.
    public init(_ address: String) throws(StoreError) {
        self.address = try Address(address)
        var generator = SystemRandomNumberGenerator()
        owner = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try open()
        connections = 1
    }

    public func close() throws(StoreError) {
        rollback()
        leave()
        connection = nil
        end = StoreError("the database is closed")
    }

    public var isReachable: Bool {
        do throws(StoreError) {
            try performing { _ in }
            return true
        } catch {
            return false
        }
    }

    public func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_commit_duration_seconds", .histogram, "Time of a commit that keeps something.")
        writer.durations(commits)
        writer.metric("foilmock_database_connections_total", .counter, "Connections to the database so far.")
        writer.sample(connections)
    }

    public func commit() throws(StoreError) {
        guard !mustRollBack else { throw StoreError("a write failed: the transaction can only be rolled back") }
        guard isInTransaction else { return }
        let started = MonotonicClock.now()
        try performing { connection throws(PostgresError) in
            if hasWrites { try connection.send(SQL.number, [.number(keptBatch + 1), .bytes(owner)]) }
            try connection.send(SQL.commit)
            do throws(PostgresError) {
                let answer = try connection.wait()
                guard answer.command == "COMMIT" else { throw .refused("", "the transaction had failed before") }
            } catch {
                guard error.isLost, hasWrites else { throw error }
                try learnFate(after: error)
            }
        }
        isInTransaction = false
        guard hasWrites else { return }
        hasWrites = false
        keptBatch += 1
        commits.add(MonotonicClock.now() - started)
    }

    public func rollback() {
        mustRollBack = false
        guard isInTransaction else { return }
        isInTransaction = false
        hasWrites = false
        mayHaveLeftovers = true
        guard let connection else { return }
        do throws(PostgresError) {
            try connection.settle()
            try connection.send(SQL.rollback)
            _ = try connection.wait()
        } catch {
            // The server takes the transaction back when the connection ends.
            self.connection = nil
        }
    }

    /// The connection was lost while the server may have been carrying out a commit. Connects again, and asks.
    private func learnFate(after error: PostgresError) throws(PostgresError) {
        connection = nil
        let deadline = Instants.after(PostgresStore.returnTime)
        while true {
            do throws(PostgresError) {
                let kept = try connectAgain(by: deadline)
                guard kept != keptBatch + 1 else { return }
                throw error
            } catch let failure {
                guard connection == nil, MonotonicClock.now() < deadline else { throw failure }
            }
            Instants.pause(.milliseconds(50))
        }
    }
}

// MARK: - Statements

extension PostgresStore {
    /// How long a server that was lost is waited for.
    static let returnTime = Duration.seconds(2)
    /// How long no connection is tried after one that failed.
    private static let restTime = Duration.seconds(1)

    /// Runs a statement that reads, and converts what it gives.
    func reading<Result>(
        _ query: Query, _ values: [Value] = [], _ body: (Answer) throws(PostgresError) -> Result
    ) throws(StoreError) -> Result {
        try performing { connection throws(PostgresError) in
            try connection.send(query, values)
            return try body(try connection.wait())
        }
    }

    /// The rows of a statement that reads.
    func rows<Element>(
        _ query: Query, _ values: [Value] = [], _ read: (Row) throws(PostgresError) -> Element
    ) throws(StoreError) -> [Element] {
        try reading(query, values) { answer throws(PostgresError) in
            var found: [Element] = []
            for row in answer.rows { found.append(try read(row)) }
            return found
        }
    }

    /// The first row of a statement that reads; nil when there is none.
    func row<Element>(
        _ query: Query, _ values: [Value] = [], _ read: (Row) throws(PostgresError) -> Element
    ) throws(StoreError) -> Element? {
        try reading(query, values) { answer throws(PostgresError) in
            guard let row = answer.first else { return nil }
            return try read(row)
        }
    }

    /// Sends a write, and begins the transaction if none is open.
    /// - Parameter done: gets the number of rows that it changed, at the latest when the transaction is committed.
    func write(_ query: Query, _ values: [Value], done: ((Int) -> Void)? = nil) throws(StoreError) {
        try performing { connection throws(PostgresError) in
            try begin(connection)
            hasWrites = true
            try connection.send(query, values, done: done)
        }
    }

    /// Runs a write, and returns the number of rows that it changed.
    func change(_ query: Query, _ values: [Value]) throws(StoreError) -> Int {
        try performing { connection throws(PostgresError) in
            try begin(connection)
            hasWrites = true
            try connection.send(query, values)
            return try connection.wait().changes
        }
    }

    /// The first column of a row that a write returns.
    func number(_ query: Query, _ values: [Value]) throws(StoreError) -> Int64? {
        try performing { connection throws(PostgresError) in
            try begin(connection)
            hasWrites = true
            try connection.send(query, values)
            return try connection.wait().first?.number(0)
        }
    }

    /// A moment for the order of activity, later than all before: the time, where the clock goes forward.
    func nextActivity() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        lastActivity = max(lastActivity + 1, Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
        return lastActivity
    }

    /// Begins the transaction if none is open.
    func begin(_ connection: Connection) throws(PostgresError) {
        guard !isInTransaction else { return }
        try connection.send(SQL.begin)
        isInTransaction = true
    }

    /// Calls `body` with the connection, and connects before if there is none.
    func performing<Result>(
        _ body: (Connection) throws(PostgresError) -> Result
    ) throws(StoreError) -> Result {
        if let end { throw end }
        guard !mustRollBack else { throw StoreError("a statement failed: the transaction can only be rolled back") }
        do throws(PostgresError) {
            return try body(try openConnection())
        } catch {
            // Damage shows in rows that were read, which leave the transaction as it is.
            if case .damaged = error.kind {} else { mustRollBack = isInTransaction }
            if error.isLost { connection = nil }
            throw end ?? StoreError(error, of: name)
        }
    }

    private func openConnection() throws(PostgresError) -> Connection {
        if let connection {
            if isInTransaction || connection.isOpen { return connection }
            self.connection = nil
        }
        if let lastReason, MonotonicClock.now() < nextAttempt { throw lastReason }
        do throws(PostgresError) {
            let kept = try connectAgain(by: Instants.after(PostgresStore.returnTime))
            guard kept == keptBatch else {
                end = StoreError(
                    "the database \(name) has other content than this server has written, or other servers, since the "
                        + "connection was lost: restart the server")
                connection = nil
                throw .lost("its content is another")
            }
        } catch {
            nextAttempt = Instants.after(PostgresStore.restTime)
            lastReason = error
            throw error
        }
        guard let connection else { throw .lost("there is no connection") }
        lastReason = nil
        return connection
    }

    /// Connects, and takes the database again.
    /// - Returns: the number of the newest batch of this server that the database has; -1 when it has none.
    private func connectAgain(by deadline: Int64) throws(PostgresError) -> Int64 {
        let new = try Connection(address, by: deadline)
        let kept = try takeAgain(new, by: deadline)
        connection = new
        connections += 1
        return kept
    }
}

private enum SQL {
    // Each statement sees what was committed before it, also when it had to wait for a lock.
    static let begin = Query("BEGIN ISOLATION LEVEL READ COMMITTED")
    static let commit = Query("COMMIT")
    static let rollback = Query("ROLLBACK")
    static let number = Query("UPDATE foilmock_servers SET batch = $1 WHERE id = $2")
}
