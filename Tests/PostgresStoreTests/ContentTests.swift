import Dialogue
import PostgresStore
import Store
import Support
import Testing

@Suite("What is in a PostgreSQL database") struct ContentTests {
    private func filled(lines: Int = 3) throws -> (schema: String, store: PostgresStore) {
        let schema = PostgresServer.schema()
        let store = try PostgresStore(PostgresServer.address(schema))
        try store.begin()
        for number in 1...lines { try store.say("line \(number)") }
        try store.commit()
        return (schema, store)
    }

    @Test("a value that is larger than what is sent at a time can be the first of a batch")
    func large() throws {
        let (_, store) = try filled()
        let sandbox = try store.makeAccount(name: "a", isOpen: true, at: .earliest).sandbox
        try store.keepUpload("a/1.png", of: sandbox)
        try store.commit()
        let picture = [UInt8](repeating: 7, count: 3 << 20)
        _ = try store.lock(.all)
        try store.keepContent(picture, ofUpload: "a/1.png")
        try store.commit()
        #expect(try store.content(ofUpload: "a/1.png") == picture)
    }

    @Test("a history that lacks a turn is damage, and never a shorter one", arguments: [1, 2, 4])
    func missingTurn(n: Int) throws {
        let (schema, store) = try filled()
        PostgresServer.run("DELETE FROM turns WHERE n = \(n)", in: schema)
        let error = #expect(throws: StoreError.self) { try store.lines() }
        #expect(error?.isDamage == true)
        #expect(error?.message.contains("turn \(n) of a session is missing") == true)
        if n == 4 {
            #expect(throws: StoreError.self) { try store.latestTurn(of: player(), machine: machine) }
            #expect(throws: StoreError.self) { try store.say("on") }
        }
        let lines = #expect(throws: StoreError.self) {
            try store.latestLines(of: player(), machine: machine) { _ in true }
        }
        #expect(lines?.isDamage == true)
    }

    @Test(
        "a value that no store has written is damage",
        arguments: [
            ("sessions", "player_name = '\\xff'"), ("sessions", "score = 3000000000"), ("sessions", "outcome = 'WON'"),
            ("sessions", "memory = '\\x01'"), ("sessions", "started_at = -9223372036854775808"),
            ("sessions", "machine = '\\x01'"), ("sessions", "state_key = ''"), ("sessions", "turn_count = -1"),
        ])
    func unreadable(table: String, change: String) throws {
        let (schema, store) = try filled()
        PostgresServer.run("UPDATE \(table) SET \(change)", in: schema)
        let error = #expect(throws: StoreError.self) { try store.sessions(of: player()) }
        #expect(error?.isDamage == true)
        let column = change.prefix { $0 != " " }
        #expect(error?.message.contains("is damaged: the value of \(column) cannot be read") == true)
    }

    @Test("a turn for a session with other turns than it had is refused, and its batch too")
    func foreignTurns() throws {
        let (schema, store) = try filled()
        let session = try #require(try store.session(of: player(), machine: machine))
        let place = try store.place(of: session, of: player())
        PostgresServer.run("UPDATE sessions SET turn_rows = 2", in: schema)
        var next = session
        next.turnCount += 1
        let turn = Turn(
            number: next.turnCount, at: Timestamp(seconds: 1), line: nil, reply: "", decision: nil, followUp: false,
            stateKey: session.stateKey, score: 0)
        let error = #expect(throws: StoreError.self) {
            _ = try store.append(turn, to: next, of: player(), at: place)
            try store.commit()
        }
        #expect(error?.isDamage == true)
        store.rollback()
        #expect(try store.session(of: player(), machine: machine) == session)
    }

    @Test("a long history is read in pieces, however large its turns are", arguments: [0, 20_000])
    func pieces(bytes: Int) throws {
        let store = try PostgresServer.store()
        try store.begin()
        let lines = (1...300).map { "\($0) " + String(repeating: "x", count: bytes) }
        for line in lines { try store.say(line) }
        try store.commit()
        let reader = try store.openHistory(of: player(), machine: machine)
        var sizes: [Int] = []
        var read: [String?] = []
        while let piece = try reader.next() {
            sizes.append(piece.count)
            read += piece.map(\.line)
        }
        #expect(read == [nil] + lines)
        #expect(sizes.max() == (bytes == 0 ? 128 : 8))
        #expect(sizes.count < (bytes == 0 ? 9 : 110))
    }

    @Test("the turns of a removed session are deleted with later commits, but not while somebody reads them")
    func leftovers() throws {
        let (schema, store) = try filled(lines: 9)
        func kept() -> String? { PostgresServer.run("SELECT count(*) FROM turns", in: schema) }
        func commit() throws {
            try store.setCounter("a", of: SandboxID(number: 1), to: 1)
            try store.removeLeftovers(atMost: 4)
            try store.commit()
        }
        var reader: (any HistoryReader)? = try store.openHistory(of: player(), machine: machine)
        #expect(try store.removeSession(of: player(), machine: machine))
        try commit()
        #expect(kept() == "10")
        #expect(try reader?.next()?.count == 8)
        reader = nil
        for left in ["6", "2", "0"] {
            try commit()
            #expect(kept() == left)
        }
        try commit()
        #expect(PostgresServer.run("SELECT count(*) FROM leftovers", in: schema) == "0")
    }

    @Test("a session that was moved to a player with later sessions counts on from there")
    func activity() throws {
        let (schema, store) = try filled()
        // As if the clock had been put back since.
        PostgresServer.run("UPDATE sessions SET activity = 9000000000000000000", in: schema)
        let other = Session(
            id: SessionID(high: 7, low: 7), machine: MachineID(high: 7, low: 7),
            player: Player(name: "", gender: .male),
            startedAt: Timestamp(seconds: 1), lastMessageAt: Timestamp(seconds: 1), stateKey: StateKey("s")!)
        let greeting = Turn(
            number: 0, at: Timestamp(seconds: 1), line: nil, reply: "", decision: nil, followUp: false,
            stateKey: other.stateKey, score: 0)
        try store.begin(other, greeting: greeting, of: player())
        #expect(try store.latestSession(of: player()) == other)
        try store.say("on")
        #expect(try store.sessions(of: player()).map(\.machine) == [machine, other.machine])
    }
}
