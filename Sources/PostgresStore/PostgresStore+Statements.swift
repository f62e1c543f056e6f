import EventLoop
import Store

extension PostgresStore {
    private static let mustRollBack = StoreError("a statement failed: the transaction can only be rolled back")
    var rollBackError: StoreError { locks?.refusal ?? PostgresStore.mustRollBack }

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
        if ahead != nil { return try postpone(query, values, done: done) }
        try performing { connection throws(PostgresError) in
            try begin(connection)
            hasWrites = true
            try connection.send(query, values, done: done.map { done in { done($0.changes) } })
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
        guard !mustRollBack else { throw rollBackError }
        guard ahead == nil else { throw refuseAhead() }
        do throws(PostgresError) {
            let connection = try openConnection()
            try appended.send(connection)
            return try body(connection)
        } catch {
            throw failed(error)
        }
    }

    /// Notes an error, after which the transaction may only be rolled back.
    func failed(_ error: PostgresError) -> StoreError {
        // Damage shows in rows that were read, which leave the transaction as it is.
        if case .damaged = error.kind {} else { mustRollBack = isInTransaction }
        if error.isLost { connection = nil }
        return end ?? StoreError(error, of: name)
    }

    /// Waits for the results of everything that was sent.
    /// - Parameter loop: nil: `then` is called before this returns.
    func receive(
        _ connection: Connection, on loop: Loop?, then: @escaping (Result<Answer, PostgresError>) -> Void
    ) {
        if let loop { return connection.wait(on: loop, then: then) }
        do throws(PostgresError) {
            then(.success(try connection.wait()))
        } catch {
            then(.failure(error))
        }
    }
}

private enum SQL {
    // Each statement sees what was committed before it, also when it had to wait for a lock.
    static let begin = Query("BEGIN ISOLATION LEVEL READ COMMITTED")
}
