import Dialogue
import Store
import Support
import Testing

@testable import PostgresStore

@Suite("A batch on PostgreSQL that is answered before the database is asked")
struct AheadTests {
    private let schema = PostgresServer.schema()
    private let sandbox = SandboxID(number: 1)
    private let now = Timestamp(nanoseconds: 1_700_000_000_000_000_000)

    /// A store, and what it has learned of the personas.
    private final class Server {
        let store: PostgresStore
        var personas: Int64?

        init(_ schema: String) throws { store = try PostgresStore(PostgresServer.address(schema)) }

        /// A batch that locks the sandbox before it begins.
        func batch(_ wanted: WantedAccounts, _ body: (PostgresStore) throws -> Void = { _ in }) throws {
            personas = try store.lock(wanted).personas
            try body(store)
            try store.commit()
        }

        func begin(_ sandboxes: SandboxID...) -> Timestamp? {
            store.beginAhead(Set(sandboxes), personas: personas)
        }

        /// Ends a batch that was begun ahead.
        func end() throws {
            do {
                try store.sendAhead()
                try store.commit()
            } catch {
                store.rollback()
                throw error
            }
        }
    }

    private func wanting(shared: Bool = false) -> WantedAccounts {
        var wanted = WantedAccounts()
        wanted.sandboxes = [sandbox]
        if shared { wanted.shared = [sandbox] }
        return wanted
    }

    /// The batches after which a server begins ahead.
    private let before = 5

    /// A server that has used the sandbox so often that it can begin ahead, with a session of the player Sam.
    private func server() throws -> Server {
        let server = try Server(schema)
        _ = try server.store.makeAccount(name: "a", isOpen: true, at: now)
        try server.store.begin(player("sam"))
        try server.store.commit()
        for _ in 0..<before { try use(server) }
        return server
    }

    /// A batch that writes.
    private func use(_ server: Server) throws {
        try server.batch(wanting()) { try $0.save(Progress(inits: 1), of: player("sam")) }
    }

    private func session(_ server: Server) throws -> (session: Session, place: SessionPlace) {
        let session = try #require(try server.store.session(of: player("sam"), machine: machine))
        return (session, try server.store.place(of: session, of: player("sam")))
    }

    @Test("begins when no other server has used the sandbox for some batches, and knows the database's time")
    func beginning() throws {
        let server = try Server(schema)
        _ = try server.store.makeAccount(name: "a", isOpen: true, at: now)
        try server.store.commit()
        var begun: [Bool] = []
        for _ in 0...before {
            begun.append(server.begin(sandbox) != nil)
            #expect(server.store.isAhead == begun.last)
            server.store.rollback()
            try use(server)
        }
        #expect(begun == (0...before).map { $0 == before })
        #expect(server.begin(sandbox, SandboxID(number: 2)) == nil)
        server.store.rollback()
        #expect(server.begin() == nil)
        server.store.rollback()
        let earlier = try #require(server.begin(sandbox))
        try server.end()
        let later = try #require(server.begin(sandbox))
        #expect(later >= earlier)
        server.store.rollback()
        let found = try server.store.lock(wanting())
        #expect(found.time >= later && found.time.nanoseconds - later.nanoseconds < 60_000_000_000)
    }

    @Test("keeps what it writes, in its order, and so does the next one")
    func kept() throws {
        let server = try server()
        var (session, place) = try session(server)
        for number in 1...3 {
            #expect(server.begin(sandbox) != nil)
            for part in 1...2 {
                session.turnCount += 1
                let turn = Turn(
                    number: session.turnCount, at: now, line: "\(number).\(part)", reply: "Well.", decision: .pass,
                    followUp: false, stateKey: session.stateKey, score: 0)
                place = try server.store.append(turn, to: session, of: player("sam"), at: place)
                try server.store.save(Progress(inits: number * part), of: player("sam"))
            }
            try server.end()
        }
        let other = try Server(schema)
        #expect(try other.store.lines(player("sam")) == [nil, "1.1", "1.2", "2.1", "2.2", "3.1", "3.2"])
        #expect(try other.store.progress(of: player("sam")).inits == 6)
        #expect(try other.store.session(of: player("sam"), machine: machine)?.turnCount == 6)
    }

    @Test("cannot go on after it asked for what only the database knows, even when the error is passed over")
    func refused() throws {
        let server = try server()
        let uses: [(PostgresStore) throws -> Void] = [
            { _ = try $0.session(of: player("sam"), machine: machine) }, { _ = try $0.progress(of: player("sam")) },
            { _ = try $0.apiKey(digest: [1]) }, { _ = try $0.accounts() }, { _ = try $0.lock(self.wanting()) },
            { _ = try $0.makeAccount(name: "b", isOpen: true, at: self.now) },
            { try $0.saveState(set: nil, counted: [], after: 0, of: SandboxID(number: 2)) },
            { _ = try $0.removeSession(of: player("sam"), machine: machine) },
        ]
        for use in uses {
            #expect(server.begin(sandbox) != nil)
            try server.store.save(Progress(inits: 9), of: player("sam"))
            let error = #expect(throws: StoreError.self) { try use(server.store) }
            #expect(error?.isPassing == true)
            #expect(!server.store.isAhead)
            #expect(throws: StoreError.self) { try server.store.save(Progress(inits: 10), of: player("sam")) }
            #expect(throws: StoreError.self) { try server.end() }
            #expect(try server.store.progress(of: player("sam")).inits == 1)
        }
        #expect(server.begin(sandbox) != nil)
        server.store.rollback()
    }

    private func useAnotherSandbox(_ server: Server, _ body: (PostgresStore) throws -> Void) throws {
        var wanted = WantedAccounts()
        wanted.sandboxes = [try server.store.makeAccount(name: "b", isOpen: true, at: now).sandbox]
        try server.store.commit()
        try server.batch(wanted, body)
    }

    /// What another server does, and whether this one still knows the sandbox as it is.
    private var deeds: [(name: String, isKnown: Bool, deed: (AheadTests, Server) throws -> Void)] {
        let save = { (store: PostgresStore) in try store.save(Progress(inits: 5), of: player("sam")) }
        return [
            ("writes", false, { try $1.batch($0.wanting(), save) }),
            ("reads", true, { try $1.batch($0.wanting()) { _ = try $0.progress(of: player("sam")) } }),
            (
                "is dropped", true,
                { test, server in
                    _ = try server.store.lock(test.wanting())
                    try save(server.store)
                    server.store.rollback()
                }
            ),
            (
                "writes in a sandbox that others may use", false,
                { test, server in
                    var wanted = test.wanting(shared: true)
                    wanted.players = [player("sam")]
                    try server.batch(wanted, save)
                }
            ),
            ("writes in one of all sandboxes", false, { try $1.batch(.all, save) }),
            ("reads all", true, { try $1.batch(.all) }),
            ("changes personas", false, { try $1.batch($0.wanting()) { try $0.notePersonas() } }),
            (
                "changes personas from another sandbox", false,
                { try $0.useAnotherSandbox($1) { try $0.notePersonas() } }
            ),
            (
                "removes a persona from another sandbox", false,
                { try $0.useAnotherSandbox($1) { try $0.removeAll(on: player().persona) } }
            ),
            ("removes the account", false, { try $1.batch(.all) { try $0.removeAccount(SandboxID(number: 1)) } }),
        ]
    }

    @Test("is refused as a whole when another server has used the sandbox, and may be run again")
    func others() throws {
        for (name, isKnown, deed) in deeds {
            let test = AheadTests()
            let (server, other) = (try test.server(), try Server(test.schema))
            #expect(server.begin(sandbox) != nil)
            server.store.rollback()
            try deed(test, other)
            #expect(server.begin(sandbox) != nil, "\(name)")
            try server.store.save(Progress(inits: 8), of: player("sam"))
            if isKnown {
                try server.end()
                #expect(try other.store.progress(of: player("sam")).inits == 8, "\(name)")
            } else {
                let error = #expect(throws: StoreError.self, "\(name)") { try server.end() }
                #expect(error?.isPassing == true, "\(name)")
                #expect(try other.store.progress(of: player("sam")).inits != 8, "\(name)")
                try server.batch(wanting())
            }
        }
    }

    @Test("does not begin for a while after another server has used the sandbox")
    func again() throws {
        let (server, other) = (try server(), try Server(schema))
        try use(other)
        for _ in 1..<before {
            try use(server)
            #expect(server.begin(sandbox) == nil)
            server.store.rollback()
        }
        try use(server)
        #expect(server.begin(sandbox) != nil)
        server.store.rollback()
    }

    @Test("does not begin for a while after the connection was lost: a batch that was given up may be kept")
    func lostConnection() throws {
        let server = try server()
        #expect(server.begin(sandbox) != nil)
        server.store.rollback()
        server.store.connection = nil
        for _ in 1..<before {
            #expect(server.begin(sandbox) == nil)
            server.store.rollback()
            try use(server)
        }
        #expect(server.begin(sandbox) != nil)
        server.store.rollback()
    }

    @Test("does not wait in the call that sends its writes, however large they are")
    func large() throws {
        let (server, other) = (try server(), try Server(schema))
        _ = try other.store.lock(wanting())
        #expect(server.begin(sandbox) != nil)
        for number in 0..<3 {
            try server.store.keepContent([UInt8](repeating: 0, count: 700_000), ofUpload: "\(number).gif")
        }
        try server.store.sendAhead()
        try other.store.commit()
        try server.store.commit()
    }

    @Test("waits for another server's batch, and is refused when that one is kept")
    func waiting() throws {
        let (server, other) = (try server(), try Server(schema))
        _ = try other.store.lock(wanting())
        try other.store.save(Progress(inits: 5), of: player("sam"))
        #expect(server.begin(sandbox) != nil)
        try server.store.save(Progress(inits: 8), of: player("sam"))
        try server.store.sendAhead()
        try other.store.commit()
        #expect(throws: StoreError.self) { try server.store.commit() }
        server.store.rollback()
        #expect(try other.store.progress(of: player("sam")).inits == 5)
    }
}
