import Dialogue
import Store
import Support
import Testing

@testable import PostgresStore

@Suite("Opening a PostgreSQL database") struct OpeningTests {
    @Test("what was committed is there after a restart, and the rest is not")
    func restart() throws {
        let address = PostgresServer.address(PostgresServer.schema())
        let first = try PostgresStore(address)
        _ = try first.makeAccount(name: "a", isOpen: true, at: .earliest)
        try first.begin()
        try first.say("kept\0")
        try first.commit()
        try first.say("not kept")
        try first.close()
        let second = try PostgresStore(address)
        #expect(second.id == first.id)
        #expect(try second.lines() == [nil, "kept\0"])
        #expect(try second.accounts().map(\.name) == ["a"])
        try second.say("on")
        try second.commit()
        #expect(try second.lines() == [nil, "kept\0", "on"])
    }

    @Test("two databases have two ids, and their names have the user and the place")
    func names() throws {
        let stores = [try PostgresServer.store(), try PostgresServer.store()]
        #expect(stores[0].id != stores[1].id)
        #expect(stores[0].id.count == 16)
        #expect(stores[0].server != stores[1].server)
        #expect(stores[0].server.count == 8)
        #expect(stores[0].name == "postgresql://foilmock@127.0.0.1:\(PostgresServer.port)/postgres")
    }

    @Test("a database of the first version gets what later ones added, and keeps what it has")
    func migration() throws {
        let schema = PostgresServer.schema()
        let first = try PostgresStore(PostgresServer.address(schema))
        let sandbox = try first.makeAccount(name: "a", isOpen: true, at: .earliest).sandbox
        try first.keepUpload("a/1.png", of: sandbox)
        try first.commit()
        try first.close()
        for statement in [
            "DROP INDEX uploads_by_key", "ALTER TABLE uploads DROP COLUMN content", "DROP TABLE journal",
            "ALTER TABLE accounts DROP COLUMN journal_state", "ALTER TABLE accounts DROP COLUMN last_server",
            "UPDATE foilmock_schema SET version = 1",
        ] { PostgresServer.run(statement, in: schema) }
        let second = try PostgresStore(PostgresServer.address(schema))
        #expect(try second.accounts().map(\.name) == ["a"])
        #expect(try second.uploads() == ["a/1.png"])
        #expect(try second.content(ofUpload: "a/1.png") == nil)
        try second.keepContent([0, 255], ofUpload: "a/1.png")
        #expect(try second.content(ofUpload: "a/1.png") == [0, 255])
    }

    private func facts(_ fixtures: String, seed: String = "1") -> [(name: String, value: String)] {
        [(name: "fixtures", value: fixtures), (name: "seed", value: seed)]
    }

    @Test("servers with one identity share a database, and one with another is refused until they have ended")
    func shared() throws {
        let schema = PostgresServer.schema()
        let first = try PostgresStore(PostgresServer.address(schema) + "&application_name=the%20first")
        #expect(first.wasAlone)
        try first.join(facts("a"))
        try first.begin()
        try first.commit()
        let second = try PostgresStore(PostgresServer.address(schema))
        #expect(!second.wasAlone)
        let refusal = #expect(throws: StoreError.self) { try second.join(facts("b")) }
        let message = try #require(refusal?.message)
        #expect(message.contains("is in use by the first at 127.0.0.1 (process "))
        #expect(message.contains("with other settings: fixtures (a; this server's: b); give all servers the same"))
        let both = #expect(throws: StoreError.self) { try second.join(facts("b", seed: "2")) }
        #expect(both?.message.contains(": fixtures (a; this server's: b), seed (1; this server's: 2);") == true)
        try second.join(facts("a"))
        try second.say("both")
        try second.commit()
        #expect(try first.lines() == [nil, "both"])
        try first.close()
        try second.join(facts("b"))
        #expect(PostgresServer.run("SELECT count(*) FROM foilmock_servers", in: schema) == "1")
    }

    @Test("a commit shows when the way to the database is shorter than it was when the server connected")
    func roundTrip() throws {
        let store = try PostgresStore(PostgresServer.address(PostgresServer.schema()))
        #expect(store.roundTrip > 0)
        store.roundTrip = .max
        try store.begin()
        try store.commit()
        // A commit that takes longer is given up.
        #expect(store.roundTrip < 20_000_000_000)
    }

    @Test("a database of an older version is migrated only when no other server uses it")
    func older() throws {
        let schema = PostgresServer.schema()
        let first = try PostgresStore(PostgresServer.address(schema))
        PostgresServer.run("UPDATE foilmock_schema SET version = 0", in: schema)
        let refusal = #expect(throws: StoreError.self) { try PostgresStore(PostgresServer.address(schema)) }
        #expect(refusal?.message.contains("and has schema 0") == true)
        try first.close()
    }

    @Test("a closed store refuses everything")
    func closed() throws {
        let store = try PostgresServer.store()
        try store.close()
        #expect(throws: StoreError("the database is closed")) { try store.accounts() }
        #expect(throws: StoreError("the database is closed")) { try store.begin() }
    }

    @Test(
        "an address that cannot be read is not repeated",
        arguments: [
            "postgresql://foilmock:secret%zz@127.0.0.1/db", "postgresql://foilmock:secret@[::1/db",
            "postgresql://foilmock:sec%ret@127.0.0.1/db",
            "postgresql://127.0.0.1/db?secret=secret", "postgresql://127.0.0.1/db?options", "secret",
        ])
    func malformed(_ address: String) {
        let error = #expect(throws: StoreError.self) { try PostgresStore(address) }
        #expect(error?.message.contains("secret") == false)
        #expect(error?.message.contains("postgresql://USER@HOST:PORT/DATABASE") == true)
    }

    @Test("a place without a server is named")
    func nobody() {
        // Port 1 needs rights that no test has.
        let error = #expect(throws: StoreError.self) {
            try PostgresStore("postgresql://foilmock:secret@127.0.0.1:1/db")
        }
        #expect(error?.message.contains("port 1 failed: Connection refused") == true)
        #expect(error?.message.contains("secret") == false)
        #expect(error?.message.contains("\n") == false)
    }

    @Test("a wrong password is refused, and not repeated")
    func password() throws {
        PostgresServer.run(
            "DO $$ BEGIN CREATE ROLE guest LOGIN PASSWORD 'right'; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        let schema = PostgresServer.schema()
        PostgresServer.run("GRANT ALL ON SCHEMA \(schema) TO guest")
        let wrong = PostgresServer.address(schema, user: "guest:mistaken")
        let error = #expect(throws: StoreError.self) { try PostgresStore(wrong) }
        #expect(error?.message.contains("password authentication failed for user \"guest\"") == true)
        #expect(error?.message.contains("mistaken") == false)
        let store = try PostgresStore(PostgresServer.address(schema, user: "guest:right"))
        #expect(!store.name.contains("right"))
        try store.begin()
        try store.commit()
    }

    @Test("a database of a newer version is refused, and left as it is")
    func newer() throws {
        let schema = PostgresServer.schema()
        try PostgresStore(PostgresServer.address(schema)).close()
        PostgresServer.run("UPDATE foilmock_schema SET version = 1000", in: schema)
        let error = #expect(throws: StoreError.self) { try PostgresStore(PostgresServer.address(schema)) }
        #expect(error?.message.contains("was made by a newer foilmock (schema 1000, this one knows ") == true)
        #expect(PostgresServer.run("SELECT version FROM foilmock_schema", in: schema) == "1000")
        PostgresServer.run("UPDATE foilmock_schema SET version = -1", in: schema)
        let damage = #expect(throws: StoreError.self) { try PostgresStore(PostgresServer.address(schema)) }
        #expect(damage?.message.contains("cannot be opened: foilmock_schema has version -1; ") == true)
    }

    @Test("tables of another program are refused, and nothing is made beside them")
    func foreign() throws {
        let schema = PostgresServer.schema()
        PostgresServer.run("CREATE TABLE sessions (cookie text)", in: schema)
        let error = #expect(throws: StoreError.self) { try PostgresStore(PostgresServer.address(schema)) }
        #expect(error?.message.contains("has tables of another program (relation \"sessions\" already exists)") == true)
        #expect(PostgresServer.run("SELECT to_regclass('foilmock_schema') IS NULL", in: schema) == "t")
    }

    @Test("a schema that is missing is named")
    func schemaless() {
        let error = #expect(throws: StoreError.self) { try PostgresStore(PostgresServer.address("nowhere")) }
        #expect(error?.message.contains("no schema has been selected to create in (SQLSTATE 3F000)") == true)
    }
}
