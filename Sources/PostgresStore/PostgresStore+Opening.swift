import Crypto
import Metrics
public import Store

extension PostgresStore {
    /// Connects for the first time.
    func open() throws(StoreError) {
        let deadline = Instants.after(address.connectTime)
        do throws(PostgresError) {
            let connection = try Connection(address, by: deadline)
            name = connection.name
            (backend, roundTrip) = try PostgresStore.setUp(connection)
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

    /// Migrates the database, and enters this server. Nothing is written before the lock.
    private func take(_ connection: Connection) throws(PostgresError) {
        try Schema.begin(connection)
        let locks = try Schema.locks(connection)
        batchLock = locks.batches
        wasAlone = try isAlone(locks.servers, connection)
        let version = try Schema.version(connection)
        if version < Schema.steps.count { try waitUntilAlone(locks.servers, connection, "and has schema \(version)") }
        try Schema.migrate(connection, from: version)
        try PostgresStore.share(locks.servers, connection, by: Instants.after(PostgresStore.returnTime))
        try connection.send(SQL.enter, [.bytes(owner)])
        try connection.send(SQL.id)
        guard let state = try connection.wait().first else { throw .damaged("its row of foilmock_state is missing") }
        id = Digest.hex(try state.bytes(0))
        try connection.send(once: "COMMIT")
        _ = try connection.wait()
    }

    /// Sets up a connection.
    /// - Returns: what tells its process of the database from others, and how long a statement takes that does nothing, in
    ///   nanoseconds.
    static func setUp(_ connection: Connection) throws(PostgresError) -> (backend: String, roundTrip: Int64) {
        let time = Connection.statementTime.components.seconds * 1_000
        try connection.send(once: "SET statement_timeout = \(time)")
        // A server that does not go on must not keep accounts from others.
        try connection.send(once: "SET idle_in_transaction_session_timeout = \(time)")
        // Each statement finds rows by a key. A plan that was made when a table was new must not read all of it later, and
        // none needs to be compiled.
        try connection.send(once: "SET enable_seqscan = off")
        try connection.send(once: "SET jit = off")
        try connection.send(once: "SET plan_cache_mode = force_generic_plan")
        try connection.send(SQL.backend)
        let backend = try connection.wait().first?.text(0) ?? ""
        let start = MonotonicClock.now()
        try connection.send(once: "SELECT")
        _ = try connection.wait()
        return (backend, MonotonicClock.now() - start)
    }

    /// Takes the lock that each server of the database has, and keeps until its session ends.
    static func share(_ lock: Int64, _ connection: Connection, by deadline: Int64) throws(PostgresError) {
        while true {
            try connection.send(SQL.share, [.number(lock)])
            if try connection.wait().first?.flag(0) ?? false { return }
            guard MonotonicClock.now() < deadline else {
                throw .lost("another server starts and does not come to an end")
            }
            Instants.pause(.milliseconds(10))
        }
    }

    /// Whether no other server uses the database. No other one can start before the transaction ends.
    private func isAlone(_ lock: Int64, _ connection: Connection) throws(PostgresError) -> Bool {
        try connection.send(SQL.lock, [.number(lock)])
        guard try connection.wait().first?.flag(0) ?? false else { return false }
        try connection.send(SQL.unlock, [.number(lock)])
        _ = try connection.wait()
        return true
    }

    /// Waits a moment, because a server that was killed just now ends in a moment.
    /// - Throws: an error that names another server.
    private func waitUntilAlone(
        _ lock: Int64, _ connection: Connection, _ difference: String
    ) throws(PostgresError) {
        let deadline = Instants.after(PostgresStore.returnTime)
        while !(try isAlone(lock, connection)) {
            guard MonotonicClock.now() < deadline else {
                try connection.send(SQL.holder, [.number(lock >> 32), .number(lock & 0xFFFF_FFFF)])
                let holder = try connection.wait().first?.text(0) ?? "another server"
                throw PostgresError(kind: .held, message: "\(holder) \(difference)")
            }
            Instants.pause(.milliseconds(50))
        }
    }

    public func join(_ facts: [(name: String, value: String)]) throws(StoreError) {
        let wanted = Array(facts.map { "\($0.name)=\($0.value)" }.joined(separator: "\n").utf8)
        do throws(StoreError) {
            try performing { connection throws(PostgresError) in
                let servers = try Schema.locks(connection).servers
                // Several servers may start at once. One that waits for the transaction of another is not yet one that runs.
                try connection.send(SQL.unshare, [.number(servers)])
                try Schema.begin(connection)
                try Schema.migrate(connection, from: try Schema.version(connection))
                try connection.send(SQL.identity)
                let known = try connection.wait().first?.bytes(0) ?? []
                if known != wanted {
                    let difference = PostgresStore.difference(String(decoding: known, as: UTF8.self), facts)
                    try waitUntilAlone(servers, connection, difference)
                    try connection.send(SQL.setIdentity, [.bytes(wanted)])
                    // One of them that comes back must not go on.
                    try connection.send(SQL.removeOthers, [.bytes(owner)])
                }
                try PostgresStore.share(servers, connection, by: Instants.after(PostgresStore.returnTime))
                // One that started at the same time may have removed it.
                try connection.send(SQL.enter, [.bytes(owner)])
                try connection.send(once: "COMMIT")
                _ = try connection.wait()
            }
        } catch {
            abandon()
            throw error
        }
    }

    /// Names what other servers have otherwise.
    private static func difference(_ known: String, _ facts: [(name: String, value: String)]) -> String {
        let lines = known.split(separator: "\n")
        let others = facts.compactMap { fact -> String? in
            guard !lines.contains("\(fact.name)=\(fact.value)") else { return nil }
            let value = lines.first { $0.hasPrefix("\(fact.name)=") }?.dropFirst(fact.name.utf8.count + 1) ?? "none"
            return "\(fact.name) (\(value); this server's: \(fact.value))"
        }
        let list = others.isEmpty ? "" : ": \(others.joined(separator: ", "))"
        return "with other settings\(list); give all servers the same, or stop the others before"
    }

    private func abandon() {
        guard let connection else { return }
        do throws(PostgresError) {
            try connection.send(once: "ROLLBACK")
            _ = try connection.wait()
        } catch {
            self.connection = nil
        }
    }

    /// Takes this server out of the list of servers, if the connection still works.
    func leave() {
        guard let connection else { return }
        do throws(PostgresError) {
            try connection.send(SQL.leave, [.bytes(owner)])
            _ = try connection.wait()
        } catch {
            // The row of a server that was killed stays too.
        }
    }

    /// What cannot be opened, in one line for the user.
    private static func refusal(_ error: PostgresError, _ name: String) -> StoreError {
        let elsewhere = "name another database"
        switch (error.kind, error.state) {
        case (.held, _):
            return StoreError(
                "the database \(name) is in use by \(error.message), which this server would change: stop all servers "
                    + "before, or \(elsewhere)")
        case (.newer, _):
            return StoreError(
                "the database \(name) was made by a newer foilmock (\(error.message)): update foilmock, or \(elsewhere)"
            )
        // duplicate_table
        case (_, "42P07"):
            return StoreError(
                "the database \(name) has tables of another program (\(error.message)): make one for foilmock alone "
                    + "(CREATE DATABASE), and name it")
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
    static let share = Query("SELECT pg_try_advisory_lock_shared($1)")
    static let unshare = Query("SELECT pg_advisory_unlock_shared($1)")
    static let lock = Query("SELECT pg_try_advisory_lock($1)")
    static let unlock = Query("SELECT pg_advisory_unlock($1)")
    static let holder = Query(
        """
        SELECT coalesce(nullif(application_name, ''), 'another program') || ' at '
            || coalesce(host(client_addr), 'this machine') || ' (process ' || activity.pid::text
            || ' of the database server)'
        FROM pg_locks JOIN pg_stat_activity activity ON activity.pid = pg_locks.pid
        WHERE locktype = 'advisory' AND classid::int8 = $1 AND objid::int8 = $2 AND objsubid = 1 AND granted
            AND pg_locks.pid <> pg_backend_pid()
            AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        LIMIT 1
        """)
    static let enter = Query("INSERT INTO foilmock_servers (id, batch) VALUES ($1, 0) ON CONFLICT DO NOTHING")
    static let leave = Query("DELETE FROM foilmock_servers WHERE id = $1")
    static let id = Query("SELECT id FROM foilmock_state")
    static let identity = Query("SELECT identity FROM foilmock_state")
    static let setIdentity = Query("UPDATE foilmock_state SET identity = $1")
    static let removeOthers = Query("DELETE FROM foilmock_servers WHERE id <> $1")
}
