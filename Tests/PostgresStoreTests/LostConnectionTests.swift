import Metrics
import PostgresStore
import Store
import Support
import Testing

@Suite("A connection that is lost") struct LostConnectionTests {
    /// Ends the server's process for whoever has tables open in a schema or has the lock of its database.
    private func cut(_ schema: String) {
        PostgresServer.run(
            """
            SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_locks
            WHERE locktype = 'advisory' AND objid = '\(schema).foilmock_schema'::regclass::oid
            """)
    }

    private func filled() throws -> (schema: String, store: PostgresStore) {
        let schema = PostgresServer.schema()
        let store = try PostgresStore(PostgresServer.address(schema))
        try store.begin()
        try store.say("kept")
        try store.commit()
        return (schema, store)
    }

    @Test("between two batches it is made again, and no batch fails")
    func idle() throws {
        let (schema, store) = try filled()
        for line in ["one", "two"] {
            cut(schema)
            try store.say(line)
            try store.commit()
        }
        #expect(try store.lines() == [nil, "kept", "one", "two"])
    }

    @Test("in a batch it makes the batch fail, and the next one succeeds")
    func inBatch() throws {
        let (schema, store) = try filled()
        try store.say("lost")
        #expect(try store.lines().count == 3)
        cut(schema)
        #expect(throws: StoreError.self) { try store.lines() }
        #expect(throws: StoreError.self) { try store.say("in the same batch") }
        #expect(throws: StoreError.self) { try store.commit() }
        #expect(metrics(of: store).contains("foilmock_database_connected 0\n"))
        store.rollback()
        try store.say("on")
        try store.commit()
        #expect(try store.lines() == [nil, "kept", "on"])
        #expect(metrics(of: store).contains("foilmock_database_connected 1\n"))
    }

    private func metrics(of store: PostgresStore) -> String {
        var writer = MetricsWriter()
        store.write(to: &writer)
        return writer.text
    }

    @Test("at a commit that the server did not carry out the batch fails")
    func atCommit() throws {
        let (schema, store) = try filled()
        PostgresServer.run(
            """
            CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON turns DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION cut()
            """, in: schema)
        try store.say("lost")
        #expect(throws: StoreError.self) { try store.commit() }
        store.rollback()
        PostgresServer.run("DROP TRIGGER cut ON turns", in: schema)
        #expect(try store.lines() == [nil, "kept"])
        try store.say("on")
        try store.commit()
        #expect(try store.lines() == [nil, "kept", "on"])
    }

    @Test("after a commit that was carried out without an answer, the batch is kept")
    func afterCommit() throws {
        let relay = Relay(to: PostgresServer.port)
        let schema = PostgresServer.schema()
        let store = try PostgresStore(
            "postgresql://foilmock@127.0.0.1:\(relay.port)/postgres?sslmode=disable&gssencmode=disable"
                + "&options=-csearch_path%3D\(schema)")
        try store.begin()
        relay.cutAtNextCommit()
        try store.commit()
        #expect(relay.cuts == 1)
        #expect(try store.lines() == [nil])
        try store.say("on")
        try store.commit()
        #expect(try store.lines() == [nil, "on"])
    }

    @Test("a server that is away is named in the error, until it is back")
    func away() throws {
        let (schema, store) = try filled()
        let role = "r\(schema)"
        PostgresServer.run("CREATE ROLE \(role) LOGIN; GRANT ALL ON SCHEMA \(schema) TO \(role)")
        PostgresServer.run("GRANT ALL ON ALL TABLES IN SCHEMA \(schema) TO \(role)")
        PostgresServer.run("GRANT ALL ON ALL SEQUENCES IN SCHEMA \(schema) TO \(role)")
        try store.close()
        let other = try PostgresStore(PostgresServer.address(schema, user: role))
        PostgresServer.run("ALTER ROLE \(role) NOLOGIN")
        cut(schema)
        for _ in 0..<3 {
            let error = #expect(throws: StoreError.self) { try other.lines() }
            #expect(error?.message.contains("is away: ") == true)
            #expect(error?.message.contains("role \"\(role)\" is not permitted to log in") == true)
            #expect(!other.isReachable)
        }
        PostgresServer.run("ALTER ROLE \(role) LOGIN")
        var lines: [String?]?
        let clock = ContinuousClock()
        let end = clock.now + .seconds(10)
        while lines == nil, clock.now < end { lines = try? other.lines() }
        #expect(lines == [nil, "kept"])
        #expect(other.isReachable)
    }

    @Test("a database that a server with another identity has taken over meanwhile is refused for good")
    func takenOver() throws {
        let (schema, store) = try filled()
        try store.join([(name: "fixtures", value: "a")])
        cut(schema)
        let other = try PostgresStore(PostgresServer.address(schema))
        try other.join([(name: "fixtures", value: "b")])
        let last = #expect(throws: StoreError.self) { try store.lines() }?.message ?? ""
        #expect(last.contains("has other content than this server has written"))
        #expect(last.contains("restart the server"))
    }

    @Test("another server goes on meanwhile, and both do afterwards")
    func sharedMeanwhile() throws {
        let (schema, store) = try filled()
        cut(schema)
        let other = try PostgresStore(PostgresServer.address(schema))
        try other.say("meanwhile")
        try other.commit()
        try store.say("again")
        try store.commit()
        #expect(try other.lines() == [nil, "kept", "meanwhile", "again"])
    }
}
