import EventLoop
import Metrics
import Store

/// Connections after the first one.
extension PostgresStore {
    /// How long a server that was lost is waited for.
    static let returnTime = Duration.seconds(2)
    /// How long the outcome of a commit is waited for.
    private static let fateTime = Duration.seconds(20)
    /// How long no connection is tried after one that failed.
    private static let restTime = Duration.seconds(1)

    /// The connection. Waits for a new one if there is none.
    func openConnection() throws(PostgresError) -> Connection {
        guard waiting == nil else { throw .lost("the connection is being made anew") }
        var result: Result<Connection, PostgresError>?
        connect(on: nil) { result = $0 }
        guard let result else { throw .lost("there is no connection") }
        return try result.get()
    }

    /// Finds the connection, or makes a new one.
    /// - Parameters:
    ///   - loop: nil: `then` is called before this returns.
    ///   - then: can be called within this call.
    func connect(on loop: Loop?, then: @escaping (Result<Connection, PostgresError>) -> Void) {
        if let connection {
            if isInTransaction || connection.isOpen { return then(.success(connection)) }
            self.connection = nil
        }
        guard waiting == nil else {
            waiting?.append(then)
            return
        }
        if let lastReason, MonotonicClock.now() < nextAttempt { return then(.failure(lastReason)) }
        enter(by: Instants.after(PostgresStore.returnTime), isPatient: false, on: loop, then: then)
    }

    /// The connection was lost while the server may have been carrying out a commit. Connects again, and asks.
    /// - Parameter then: gets whether the batch is kept.
    func learnFate(on loop: Loop?, then: @escaping (_ isKept: Bool) -> Void) {
        connection = nil
        isInDoubt = true
        let before = keptBatch
        enter(by: Instants.after(PostgresStore.fateTime), isPatient: true, on: loop) { [self] _ in
            then(keptBatch > before)
        }
    }

    private func enter(
        by deadline: Int64, isPatient: Bool, on loop: Loop?,
        then: @escaping (Result<Connection, PostgresError>) -> Void
    ) {
        let reentry = Reentry(address: address, owner: owner, backend: backend)
        guard loop != nil, let connector else { return then(take(reentry.enter(by: deadline, isPatient: isPatient))) }
        waiting = [then]
        connector.run({ reentry.enter(by: deadline, isPatient: isPatient) }) { [self] result in
            let waited = waiting ?? []
            waiting = nil
            let taken = take(result)
            for then in waited { then(taken) }
        }
    }

    /// Takes a new connection into use.
    private func take(_ result: Result<Reentry.Entered, PostgresError>) -> Result<Connection, PostgresError> {
        do throws(PostgresError) {
            let entered = try result.get()
            (backend, roundTrip) = (entered.backend, entered.roundTrip)
            connections += 1
            if isInDoubt, entered.kept == keptBatch + 1 { keptBatch += 1 }
            guard entered.kept == keptBatch else {
                end = StoreError(
                    "the database \(name) has other content than this server has written, or other servers, since the "
                        + "connection was lost: restart the server")
                throw .lost("its content is another")
            }
            (isInDoubt, lastReason) = (false, nil)
            // A batch that was given up may be kept.
            recent = RecentUse()
            connection = entered.connection
            return .success(entered.connection)
        } catch {
            nextAttempt = Instants.after(PostgresStore.restTime)
            lastReason = error
            return .failure(error)
        }
    }
}

/// Enters a server again after its connection was lost, on any thread.
struct Reentry: Sendable {
    let address: Address
    /// Identifies the server in the database.
    let owner: [UInt8]
    /// What tells the database's process of the lost connection from others.
    let backend: String

    /// Used by one thread after the other.
    struct Entered: @unchecked Sendable {
        let connection: Connection
        let backend: String
        let roundTrip: Int64
        /// The number of this server's newest batch that the database has; -1 when it has none, because servers with
        /// another identity have used the database meanwhile.
        let kept: Int64
    }

    /// - Parameter isPatient: whether it tries again until the deadline.
    func enter(by deadline: Int64, isPatient: Bool) -> Result<Entered, PostgresError> {
        while true {
            do throws(PostgresError) {
                return .success(try enter(by: isPatient ? Instants.after(PostgresStore.returnTime) : deadline))
            } catch {
                guard isPatient, MonotonicClock.now() < deadline else { return .failure(error) }
            }
            Instants.pause(.milliseconds(50))
        }
    }

    private func enter(by deadline: Int64) throws(PostgresError) -> Entered {
        let connection = try Connection(address, by: deadline)
        // The server may not have noticed yet that the old connection is gone. Its batch must have ended.
        while true {
            try connection.send(SQL.endOld, [Value(backend)])
            guard try connection.wait().first != nil else { break }
            guard MonotonicClock.now() < deadline else { throw .lost("the old connection does not end") }
            Instants.pause(.milliseconds(10))
        }
        let new = try PostgresStore.setUp(connection)
        try PostgresStore.share(try Schema.locks(connection).servers, connection, by: deadline)
        try connection.send(SQL.batch, [.bytes(owner)])
        let kept = try connection.wait().first?.number(0) ?? -1
        return Entered(connection: connection, backend: new.backend, roundTrip: new.roundTrip, kept: kept)
    }
}

private enum SQL {
    static let endOld = Query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid::text || ' ' || backend_start::text = $1")
    static let batch = Query("SELECT batch FROM foilmock_servers WHERE id = $1")
}
