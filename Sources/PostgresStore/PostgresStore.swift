import Crypto
import Dialogue
public import EventLoop
import Glibc
public import Metrics
public import Store

/// A store in a PostgreSQL database, which several servers can share. It is used on one thread. That thread waits while
/// the database works, except for what has a `then`, which is called on the loop.
///
/// Writes are sent later, or without waiting for their results, until something is read or the batch is committed: an
/// error of a write may show in a later call of the batch. A lost connection makes the batch fail; the next one connects.
public final class PostgresStore: ServedDatabase {
    let address: Address
    /// The database's name for people: user, host, port and database, without a password.
    public internal(set) var name = "PostgreSQL"
    /// Tells the database from others: hexadecimal digits, which it keeps.
    public internal(set) var id = ""
    /// Identifies this store among those that open the database.
    let owner: [UInt8]
    public let server: String
    /// Nil while the connection is lost.
    var connection: Connection?
    /// What tells the server's process of the newest connection from others.
    var backend = ""
    /// The key of the advisory lock that batches take.
    var batchLock: Int64 = 0
    public internal(set) var wasAlone = false
    public internal(set) var roundTrip: Int64 = 0
    /// Whether the transaction is open.
    var isInTransaction = false { didSet { if !isInTransaction { locks = nil } } }
    /// What the transaction has locked; nil: nothing was asked for.
    var locks: BatchLocks?
    /// For how many batches more a sandbox is locked alone, because a batch needed more of it than its players.
    var mustBeAlone: [SandboxID: Int] = [:]
    /// Whether the transaction has a write.
    var hasWrites = false
    /// The batch that was begun before the database was asked; nil: none was.
    var ahead: BatchAhead?
    var recent = RecentUse()
    var appended = AppendedTurns()
    /// True after a failed statement of a transaction.
    var mustRollBack = false
    /// The number of this server's newest batch that is certainly kept.
    var keptBatch: Int64 = 0
    /// Whether the batch after it may be kept, because the connection was lost during its commit.
    var isInDoubt = false
    /// Why no operation can succeed any more; nil: it can.
    var end: StoreError?
    /// The moment, by `MonotonicClock`, before which no new connection is tried.
    var nextAttempt: Int64 = 0
    /// Why the newest attempt to connect failed; nil: it did not.
    var lastReason: PostgresError?
    let loop: Loop?
    /// Connects while the loop goes on.
    lazy var connector: Worker<Result<Reentry.Entered, PostgresError>>? = loop.map { Worker($0) }
    /// Who waits for the connector; nil: it is not at work.
    var waiting: [(Result<Connection, PostgresError>) -> Void]?
    /// The newest moment of activity that was given to a session, in nanoseconds since 1970.
    var lastActivity: Int64 = 0
    /// The number of `PostgresHistoryReader`s that exist.
    var openReaders = 0
    /// False when the table of leftovers is certainly empty.
    var mayHaveLeftovers = true
    private var commits = Histogram(Histogram.durations)
    var connections = 0

    /// The version of libpq, as `15.18`.
    public static var libraryVersion: String { Connection.libraryVersion }

    /// Connects to the database, and migrates it to the current schema unless other servers use it. Makes the tables when
    /// the database has none.
    /// - Parameters:
    ///   - address: a URI of libpq, `postgresql://…`.
    ///   - loop: the loop of this thread; nil: nothing goes on while the database works.
    /// - Throws: a `StoreError` whose message is one line for the user, with what to do: the database cannot be reached,
    ///   has an older schema and is in use, was made by a newer version, or has tables of another program. It never contains a password.
    public init(_ address: String, on loop: Loop? = nil) throws(StoreError) {
        self.address = try Address(address)
        self.loop = loop
        var generator = SystemRandomNumberGenerator()
        owner = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        server = Digest.hex(Array(owner[..<4]))
        try open()
        connections = 1
    }

    public func close() throws(StoreError) {
        rollback()
        leave()
        connection = nil
        end = StoreError("the database is closed")
    }

    /// When the connection is lost, it is made anew meanwhile.
    public var isReachable: Bool {
        guard connection == nil || !isInTransaction else { return true }
        var isReached = false
        connect(on: loop) { result in if case .success = result { isReached = true } }
        return isReached
    }

    public func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_commit_duration_seconds", .histogram, "Time of a commit that keeps something.")
        writer.durations(commits)
        writer.metric(
            "foilmock_database_connected", .gauge,
            "1 while the server has a connection to the database, as far as it knows.")
        writer.sample(connection == nil ? 0 : 1)
        writer.metric("foilmock_database_connections_total", .counter, "Connections to the database so far.")
        writer.sample(connections)
    }

    public func commit() throws(StoreError) {
        var failure: StoreError?
        commit(on: nil) { failure = $0 }
        if let failure { throw failure }
    }

    public func commit(then: @escaping (StoreError?) -> Void) { commit(on: loop, then: then) }

    private func commit(on loop: Loop?, then: @escaping (StoreError?) -> Void) {
        if mustRollBack { return then(rollBackError) }
        if ahead != nil { return then(PostgresStore.unknown) }
        guard isInTransaction else { return then(nil) }
        guard let connection else { return then(StoreError(.lost("the connection is gone"), of: name)) }
        let started = MonotonicClock.now()
        do throws(PostgresError) {
            try appended.send(connection)
            if hasWrites {
                try noteUse(connection)
                try connection.send(SQL.number, [.number(keptBatch + 1), .bytes(owner)])
            }
            try connection.send(SQL.commit)
        } catch {
            return then(failed(error))
        }
        receive(connection, on: loop) { [self] result in
            do throws(PostgresError) {
                let answer = try result.get()
                guard answer.command == "COMMIT" else { throw .refused("", "the transaction had failed before") }
                committed(since: started)
                then(nil)
            } catch {
                guard error.isLost, hasWrites else { return then(failed(error)) }
                learnFate(on: loop) { [self] isKept in
                    if isKept {
                        committed(since: started, isCounted: true)
                        return then(nil)
                    }
                    (isInTransaction, hasWrites, mustRollBack) = (false, false, true)
                    // A batch that may be kept must not run again.
                    let unknown = StoreError(
                        "the database \(name) is away, and it is not known whether it kept the last batch, whose requests "
                            + "are answered with an error: \(error.message)", isUncertain: true)
                    then(end ?? (isInDoubt ? unknown : StoreError(error, of: name)))
                }
            }
        }
    }

    /// - Parameter isCounted: whether the batch was counted as kept when its fate was learned.
    private func committed(since started: Int64, isCounted: Bool = false) {
        isInTransaction = false
        guard hasWrites else { return }
        hasWrites = false
        if !isCounted { keptBatch += 1 }
        let duration = MonotonicClock.now() - started
        // When the server connected, the database may have been slow for a moment.
        roundTrip = min(roundTrip, duration)
        commits.add(duration)
    }

    public func rollback() {
        mustRollBack = false
        appended = AppendedTurns()
        if ahead != nil { (ahead, locks, hasWrites) = (nil, nil, false) }
        guard isInTransaction else { return }
        isInTransaction = false
        hasWrites = false
        mayHaveLeftovers = true
        guard let connection else { return }
        guard !connection.isReceiving else {
            self.connection = nil
            return
        }
        do throws(PostgresError) {
            try connection.settle()
            try connection.send(SQL.rollback)
            _ = try connection.wait()
        } catch {
            // The server takes the transaction back when the connection ends.
            self.connection = nil
        }
    }
}

private enum SQL {
    static let commit = Query("COMMIT")
    static let rollback = Query("ROLLBACK")
    static let number = Query("UPDATE foilmock_servers SET batch = $1 WHERE id = $2")
}
