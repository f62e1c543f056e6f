import Metrics
import Store

extension PostgresStore {
    /// Connects for the first time.
    func open() throws(StoreError) {
        let deadline = Instants.after(address.connectTime)
        do throws(PostgresError) {
            let connection = try Connection(address, by: deadline)
            name = connection.name
            try setUp(connection)
            self.connection = connection
        } catch {
            throw PostgresStore.refusal(error, name)
        }
        do throws(PostgresError) {
            guard let connection else { return }
            try take(connection)
        } catch {
            connection = nil
            throw PostgresStore.refusal(error, name)
        }
    }

    /// Locks, migrates and marks the database. Nothing is written before the lock.
    private func take(_ connection: Connection) throws(PostgresError) {
        try Schema.begin(connection)
        let lock = try Schema.lock(connection)
        try obtain(lock, connection, by: Instants.after(PostgresStore.returnTime))
        try Schema.migrate(connection)
        try connection.send(SQL.own, [.bytes(owner)])
        try connection.send(SQL.state)
        guard let state = try connection.wait().first else { throw .damaged("its row of foilmock_state is missing") }
        id = try state.bytes(0).map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        keptBatch = try state.number(2)
        try connection.send(once: "COMMIT")
        _ = try connection.wait()
    }

    /// Takes the database for a new connection of the same store.
    /// - Returns: the number of the newest batch that the database has; -1 when another server has used it meanwhile.
    func takeAgain(_ connection: Connection, by deadline: Int64) throws(PostgresError) -> Int64 {
        // The server may not have noticed yet that the old connection is gone.
        try connection.send(SQL.endOld, [Value(backend)])
        _ = try connection.wait()
        try setUp(connection)
        try obtain(try Schema.lock(connection), connection, by: deadline)
        try connection.send(SQL.state)
        guard let state = try connection.wait().first, try state.bytes(1) == owner else { return -1 }
        return try state.number(2)
    }

    /// Sets up a connection, and learns which process of the server it has.
    private func setUp(_ connection: Connection) throws(PostgresError) {
        try connection.send(
            once: "SET statement_timeout = \(Connection.statementTime.components.seconds * 1_000)")
        try connection.send(SQL.backend)
        backend = try connection.wait().first?.text(0) ?? ""
    }

    /// Takes the lock of the database, which the session keeps until it ends. That of a server that was killed just now
    /// is free in a moment.
    private func obtain(_ lock: Int64, _ connection: Connection, by deadline: Int64) throws(PostgresError) {
        while true {
            try connection.send(SQL.lock, [.number(lock)])
            if try connection.wait().first?.flag(0) ?? false { return }
            guard MonotonicClock.now() < deadline else { break }
            Instants.pause(.milliseconds(50))
        }
        try connection.send(SQL.holder, [.number(lock >> 32), .number(lock & 0xFFFF_FFFF)])
        let holder = try connection.wait().first?.text(0)
        throw PostgresError(kind: .held, message: holder ?? "another server")
    }

    /// What cannot be opened, in one line for the user.
    private static func refusal(_ error: PostgresError, _ name: String) -> StoreError {
        let elsewhere = "name another database with --db"
        switch (error.kind, error.state) {
        case (.held, _):
            return StoreError("the database \(name) is in use by \(error.message): stop it, or \(elsewhere)")
        case (.newer, _):
            return StoreError(
                "the database \(name) was made by a newer foilmock (\(error.message)): update foilmock, or \(elsewhere)"
            )
        // duplicate_table
        case (_, "42P07"):
            return StoreError(
                "the database \(name) has tables of another program (\(error.message)): make one for foilmock alone "
                    + "(CREATE DATABASE), and name it with --db")
        // insufficient_privilege
        case (_, "42501"):
            return StoreError(
                "the database \(name) cannot be written (\(error.message)): let the user make tables in its schema, or "
                    + "\(elsewhere)")
        default:
            let state = error.state.isEmpty ? "" : " (SQLSTATE \(error.state))"
            return StoreError(
                "the PostgreSQL database cannot be opened: \(error.message)\(state); mend that, or \(elsewhere)",
                isDamage: error.isDamage)
        }
    }
}

private enum SQL {
    static let backend = Query(
        "SELECT pid::text || ' ' || backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()")
    static let endOld = Query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid::text || ' ' || backend_start::text = $1")
    static let lock = Query("SELECT pg_try_advisory_lock($1)")
    static let holder = Query(
        """
        SELECT coalesce(nullif(application_name, ''), 'another program') || ' at '
            || coalesce(host(client_addr), 'this machine') || ' (process ' || activity.pid::text
            || ' of the database server)'
        FROM pg_locks JOIN pg_stat_activity activity ON activity.pid = pg_locks.pid
        WHERE locktype = 'advisory' AND classid::int8 = $1 AND objid::int8 = $2 AND objsubid = 1 AND granted
            AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """)
    static let own = Query("UPDATE foilmock_state SET server = $1")
    static let state = Query("SELECT id, server, batch FROM foilmock_state")
}
