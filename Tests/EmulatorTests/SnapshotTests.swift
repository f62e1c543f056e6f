import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Store
import Support
import Testing

@Suite("Snapshots")
struct SnapshotTests {
    /// A sandbox with two players on two machines, at odd times, and all else that a snapshot holds.
    private static func used(_ world: World) throws -> Account {
        let account = try world.account()
        for (player, channel) in [("sam", "sdk"), ("ann", "web"), ("é \"\u{1}", "handshake")] {
            let play = try world.play(channel: channel, player: player)
            try play.begin()
            try play.pass()
            try play.begin(roadID)
            try play.pass()
            try play.pass()
            try play.pass(on: gateID)
        }
        let session = try #require(try world.emulator.conversations(of: account).first)
        _ = try world.change(#"{"captures":{"who":"Nora"},"variables":{"x":""}}"#, of: session.session)
        _ = try world.emulator.makeAPIKey(named: "one", prefix: "pk_live_", for: account)
        let second = try world.emulator.makeAPIKey(named: "two", prefix: "pk_live_", for: account).summary
        _ = try world.emulator.revokeAPIKey(second.id, of: account)
        try world.store.setCounter("conversations", of: account.sandbox.id, to: 3)
        let document = try JSONReader.read(Array(Self.document.utf8))
        _ = try world.emulator.roster.put(document, slug: "p9", for: account)
        _ = try world.emulator.roster.put(document, slug: "nora", for: account)
        world.emulator.set(
            SandboxClock(.frozen(Timestamp(nanoseconds: 1_773_144_000_123_456_789)), autoAdvance: 5),
            in: account.sandbox)
        world.emulator.set(seed: 7, in: account.sandbox)
        world.emulator.set(RateLimits(messagesPerMinute: 3), in: account.sandbox)
        return account
    }

    private static let document = """
        {"persona": {"name": "Nora"}, "machines": [{"machine_key": "talk",
          "states": [{"state_key": "s", "is_initial_state": true, "says": ["A", "B"]}]}]}
        """

    private static func json(_ bytes: [UInt8]) throws -> JSONValue { try JSONReader.read(bytes) }

    @Test("a snapshot restored on another server is the same to the byte")
    func identical() throws {
        let world = try World()
        let snapshot = try world.emulator.wholeSnapshot(of: try Self.used(world))
        for store: any Store in [MemoryStore(), try SQLiteStore(path: ":memory:")] {
            let other = try World(store: store)
            let account = try other.emulator.account(opening: "pk_test_a")
            try other.restore(snapshot, into: account)
            #expect(try other.emulator.wholeSnapshot(of: account) == snapshot)
            try store.commit()
        }
    }

    @Test("a restored sandbox survives a restart")
    func restart() throws {
        let world = try World()
        let snapshot = try world.emulator.wholeSnapshot(of: try Self.used(world))
        let store = MemoryStore()
        try World(store: store).emulator.start(with: snapshot)
        let again = try World(store: store)
        let account = try again.account()
        // Limits that were set at run time do not.
        again.emulator.set(RateLimits(messagesPerMinute: 3), in: account.sandbox)
        #expect(try again.emulator.wholeSnapshot(of: account) == snapshot)
    }

    @Test("after a restore players go on where they were, in the session active last")
    func goesOn() throws {
        let world = try World()
        let snapshot = try world.emulator.wholeSnapshot(of: try Self.used(world))
        let other = try World()
        try other.restore(snapshot, into: try other.account())
        let play = try other.play()
        let (session, machine) = try #require(try play.session(on: nil))
        #expect((machine.key, session.stateKey.text, session.turnCount) == ("gate", "end", 2))
        #expect(try play.progress().unlocked == [roadID])
        #expect(try play.history(roadID).map(\.number) == [0, 1, 2])
    }

    @Test("a restore removes what the sandbox had, and leaves other sandboxes alone")
    func replaces() throws {
        let world = try World()
        let empty = try world.emulator.wholeSnapshot(of: try world.account())
        let account = try Self.used(world)
        let neighbour = try world.play("pk_test_b")
        try neighbour.begin()
        try world.script(#"{"steps":[{}]}"#)
        try world.restore(empty, into: account)
        #expect(try world.emulator.wholeSnapshot(of: account) == empty)
        #expect(world.emulator.scripts(in: account.sandbox).isEmpty)
        #expect(try neighbour.session(on: nil) != nil)
    }

    @Test("a snapshot with an API key of another sandbox is refused")
    func keys() throws {
        let world = try World()
        let snapshot = try world.emulator.wholeSnapshot(of: try Self.used(world))
        let other = try world.account("pk_test_b")
        let refusal = #expect(throws: Failure.self) {
            try world.restore(snapshot, into: other)
        }
        #expect(refusal?.status == .conflict)
        #expect(try world.emulator.conversations(of: other).isEmpty)
    }

    static let mistakes: [(from: String, to: String, message: String)] = [
        (#""kind":"foilmock snapshot""#, #""kind":"x""#, #"kind: must be "foilmock snapshot""#),
        (#""version":1"#, #""version":2"#, "version: must be 1, which is what this foilmock reads, not 2"),
        (#""inits":2"#, #""inits":"2""#, "players[0].progress.inits"),
        (#""player_gender":"female""#, #""player_gender":"f""#, "players[0].sessions[0].player_gender"),
        (#""score":4"#, #""score":4.5"#, "players[0].sessions[0].score"),
        (#""started_at":"2026"#, #""started_at":"26"#, "players[0].sessions[0].started_at"),
        (#""outcome":"ACCEPT","#, "", #"players[0].sessions[0]: a session has no "outcome""#),
        (#""started_at":"2026"#, #""started_at":null,"$comment":"2026"#, "players[0].sessions[0].started_at"),
        (#""turns":[{"number":0"#, #""turns":[{"number":5"#, "players[0].sessions[0].turns"),
        (#""memory":{"#, #""memory":{"more":1,"#, "players[0].sessions[0].memory.more"),
        (#""created_at":"2026-03-10T12:00:00.000000000Z""#, #""created_at":null"#, "api_keys[0].created_at"),
        (#""sha256":""#, #""sha256":"x"#, "api_keys[0].sha256: must be 64 hex digits"),
        (#""settings":{"#, #""settings":{"x":1,"#, "sandbox.settings"),
        (#""messages_per_minute":3"#, #""messages_per_minute":0"#, "sandbox.limits.messages_per_minute"),
        (#""says":["A","B"]"#, #""says":[1]"#, "$.personas[0].document.document.machines[0].states[0].says"),
        (#""counters":[{"name":"conversations""#, #""counters":[{"name":"""#, "counters[0].name"),
    ]

    @Test("a mistake in a snapshot is refused with its path, and changes nothing", arguments: mistakes)
    func refused(_ from: String, _ to: String, _ message: String) throws {
        let world = try World()
        let account = try Self.used(world)
        let snapshot = try world.emulator.wholeSnapshot(of: account)
        var text = String(decoding: snapshot, as: UTF8.self)
        text.replaceSubrange(try #require(text.firstRange(of: from)), with: to)
        let value = try Self.json(Array(text.utf8))
        let refusal = try #require(throws: Failure.self) {
            try world.restore(value.bytes, into: account)
        }
        #expect(refusal.status == .badRequest)
        #expect(refusal.message.contains(message), "\(refusal.message)")
        #expect(try world.emulator.wholeSnapshot(of: account) == snapshot)
    }

    @Test("a server does not start with an invalid snapshot, and keeps nothing of it")
    func start() throws {
        let store = MemoryStore()
        let world = try World(store: store)
        for (text, message) in [
            ("{", "it must be JSON"), ("{}", "has no \"kind\""), (#"{"sandbox":{"name":"a"}}"#, "has no"),
        ] {
            let refusal = try #require(throws: Failure.self) { try world.emulator.start(with: Array(text.utf8)) }
            #expect(refusal.message.contains(message), "\(refusal.message)")
        }
        #expect(store.accounts().isEmpty || store.accounts().allSatisfy { !$0.isOpen })
    }
}

extension Emulator {
    /// The whole document, so that a test can compare it.
    func wholeSnapshot(of account: Account) throws -> [UInt8] {
        let pieces = try snapshot(of: account)
        var document: [UInt8] = []
        var piece: BodyPiece
        repeat {
            piece = try pieces()
            document += piece.bytes
        } while !piece.isLast
        return document
    }
}

extension World {
    fileprivate func restore(_ snapshot: [UInt8], into account: Account) throws(Failure) {
        try emulator.restore(try emulator.reading(.bytes(snapshot), for: account.name)().get(), into: account)
    }
}
