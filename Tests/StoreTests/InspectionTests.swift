import Dialogue
import Glibc
import Testing

@testable import Store

@Suite("Checking a database") struct InspectionTests {
    /// Sam's three turns have the rows 1 to 3, Eve's three the rows 4 to 6.
    private static func fill(_ store: SQLiteStore) throws {
        let sandbox = try store.makeAccount(name: "a\u{1B}[1m", isOpen: true, at: .latest).sandbox
        for (number, name) in ["sam", "eve"].enumerated() {
            try store.begin(UInt64(number + 1), of: player(name))
            for _ in 0..<2 { try store.say(of: player(name)) }
            try store.save(Progress(inits: 1), of: player(name))
        }
        try store.save(sampleRecord())
        try store.setCounter("c", of: sandbox, to: 1)
        try store.keepUpload("a/b.png", of: sandbox)
        try store.makeAPIKey(sampleKey(1, sandbox: sandbox.number))
        try store.commit()
    }

    private static func inspect(_ path: String) throws -> [DatabaseFinding] {
        var found: [DatabaseFinding] = []
        let texts = TextReaders(
            settings: { $0.contains("bad") ? "they are bad" : nil }, document: { $0 == "{}" ? nil : "it is bad" })
        try SQLiteStore.inspect(path, texts) { found.append($0) }
        return found
    }

    private static let sam = """
        sandbox "a\\u001b[1m", player "sam", session 00000000-0000-0001-ffff-fffffffffffe
        """

    /// Damage, what is reported of it, and whether that is an error.
    static let damages: [(script: String, message: String, isError: Bool)] = [
        ("DELETE FROM turns WHERE id = 1", "sessions, \(sam): turn 1 is missing", true),
        (
            "UPDATE turns SET previous = NULL WHERE id = 2",
            "sessions, \(sam): 1 of a session's turns are missing before turn 2", true
        ),
        ("UPDATE turns SET previous = 2 WHERE id = 6", "turn 2 belongs to another session, too", true),
        ("UPDATE sessions SET last_turn = 6", "turn 6 belongs to another session, too", true),
        (
            "UPDATE sessions SET turn_count = 1 WHERE player = 'sam'",
            "turn 3 has the number 2, but it must be at most 1", true
        ),
        (
            "UPDATE sessions SET redirect_count = 9 WHERE player = 'sam'",
            "sessions, \(sam): redirect_count is 9, more than turn_count 2", true
        ),
        (
            "UPDATE sessions SET state_key = '' WHERE player = 'sam'",
            "sessions, \(sam): the value of state_key cannot be read", true
        ),
        ("UPDATE sessions SET session = x'00000000000000010000000000000000'", "2 sessions have this id", true),
        (
            "UPDATE turns SET reply = CAST(x'fffe' AS TEXT) WHERE id = 2",
            "turns, id 2: the value of reply cannot be read", true
        ),
        ("UPDATE turns SET decision = 'x' WHERE id = 2", "turns, id 2: the value of decision cannot be read", true),
        (
            "UPDATE progress SET unlocked = x'01'",
            "progress, sandbox \"a\\u001b[1m\", player \"eve\": the value of unlocked", true
        ),
        ("DELETE FROM progress WHERE player = 'sam'", "inits is 0, less than the number of sessions, 1", true),
        ("UPDATE accounts SET settings = 'bad'", "accounts, sandbox \"a\\u001b[1m\": its settings: they are bad", true),
        ("UPDATE accounts SET is_open = 2", "the value of is_open cannot be read", true),
        ("UPDATE personas SET document = 'x'", "its document: it is bad", true),
        (
            "UPDATE personas SET persona = x'01'", "personas, sandbox \"a\\u001b[1m\", persona ?: the value of persona",
            true
        ),
        ("UPDATE counters SET value = -1", "counters, sandbox \"a\\u001b[1m\", name \"c\": the value of value", true),
        ("UPDATE api_keys SET digest = x'01'", "the value of digest cannot be read", true),
        ("UPDATE uploads SET path = CAST(x'ff' AS TEXT)", "the value of path cannot be read", true),
        ("INSERT INTO leftovers VALUES (2)", "leftovers: turn 2 belongs to a session, and would be deleted", true),
        ("DROP TABLE counters", "table counters is missing", true),
        ("ALTER TABLE turns DROP COLUMN score", "column turns.score INTEGER is missing", true),
        (
            "PRAGMA ignore_check_constraints = ON; UPDATE turns SET previous = 3 WHERE id = 2",
            "the file: CHECK constraint failed in turns", true
        ),
        ("INSERT INTO leftovers VALUES (77)", "leftovers: turn 77 is missing", false),
        (
            "INSERT INTO turns SELECT 77, NULL, number, at, line, reply, decision, follow_up, state_key, score FROM turns LIMIT 1",
            "turns: no session leads to 1 of them", false
        ),
        ("DELETE FROM accounts", "sessions: 2 of them belong to no account", false),
        ("PRAGMA user_version = 8", "its schema is 8, so only the file as such was checked", false),
    ]

    @Test("damage is reported with its place", arguments: damages)
    func damage(script: String, message: String, isError: Bool) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path), after: Self.fill)
            #expect(try Self.inspect(path) == [])
            try runSQL(script, on: path)
            let before = try contents(of: path)
            let found = try Self.inspect(path)
            #expect(found.contains { $0.message.contains(message) && $0.isError == isError }, "\(found)")
            #expect(isError || !found.contains { $0.isError }, "\(found)")
            #expect(try contents(of: path) == before)
        }
    }

    @Test("the log of a killed server is read and left, and no file is made or removed")
    func log() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/left.db"
            let store = try SQLiteStore(path: "\(folder)/store.db")
            try Self.fill(store)
            try store.database.run("UPDATE counters SET value = -1")
            // What a kill leaves.
            for suffix in ["", "-wal"] { try write(contents(of: "\(folder)/store.db\(suffix)"), to: path + suffix) }
            try store.close()
            let before = try ["", "-wal"].map { try contents(of: path + $0) }
            #expect(try Self.inspect(path).count == 1)
            let after = try ["", "-wal"].map { try contents(of: path + $0) }
            #expect(after == before)
            #expect(["-shm", "-journal"].filter { access(path + $0, F_OK) == 0 } == [])
            try closing(SQLiteStore(path: path)) { _ in }
            #expect(try Self.inspect(path).count == 1)
            #expect(["-wal", "-shm", "-journal"].filter { access(path + $0, F_OK) == 0 } == [])
        }
    }

    @Test("pages of garbage are damage, and what is elsewhere is reported all the same")
    func pages() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path)) { store in
                try Self.fill(store)
                try store.database.run("UPDATE counters SET value = -1")
                try store.commit()
            }
            let database = try Database(path: path)
            let size = try database.row("PRAGMA page_size") { row throws(SQLiteError) in try row.number(0) }
            let root = try database.row("SELECT rootpage FROM sqlite_schema WHERE name = 'turns'") {
                row throws(SQLiteError) in try row.number(0)
            }
            try database.close()
            var bytes = try contents(of: path)
            let start = Int(try #require(size)) * (Int(try #require(root)) - 1)
            bytes.replaceSubrange(start..<start + 64, with: [UInt8](repeating: 0xAA, count: 64))
            try write(bytes, to: path)
            let found = try Self.inspect(path).map(\.message)
            #expect(found.contains { $0.hasPrefix("the file: ") })
            #expect(found.contains { $0.hasPrefix("turns: ") })
            #expect(found.contains { $0.contains("the value of value cannot be read") })
        }
    }

    @Test("a file that is not there, is in use, or is another program's is refused")
    func refused() throws {
        func refusal(_ path: String) throws -> String {
            try #require(throws: StoreError.self) { _ = try Self.inspect(path) }.message
        }
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            #expect(try refusal(path).contains("cannot be read (No such file or directory)"))
            #expect(access(path, F_OK) != 0)
            try closing(SQLiteStore(path: path)) { _ in
                let message = try refusal(path)
                #expect(message.contains("is in use by process \(getpid()): stop it"))
            }
            try runSQL("PRAGMA application_id = 1", on: path)
            #expect(try refusal(path).contains("is the database of another program"))
        }
    }
}
