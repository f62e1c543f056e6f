import Dialogue
import Store
import Support
import Testing

@testable import PostgresStore

@Suite("What a batch locks in a PostgreSQL database")
struct LockingTests {
    private let schema = PostgresServer.schema()
    private let now = Timestamp(nanoseconds: 1_700_000_000_000_000_000)

    /// A store in which a batch that waits for another one fails. Opening may wait.
    private func store() throws -> PostgresStore {
        let store = try PostgresStore(PostgresServer.address(schema))
        let connection = try #require(store.connection)
        try connection.send(once: "SET lock_timeout = 50")
        _ = try connection.wait()
        return store
    }

    /// A store of a database with the account of the sandbox 1.
    private func storeWithAccount() throws -> PostgresStore {
        let store = try store()
        #expect(try store.makeAccount(name: "a", isOpen: true, at: now).sandbox == sandbox)
        try store.commit()
        return store
    }

    private let sandbox = SandboxID(number: 1)

    private enum Wanted {
        case alone
        case players([String])

        func of(_ sandbox: SandboxID) -> WantedAccounts {
            var wanted = WantedAccounts()
            wanted.sandboxes = [sandbox]
            if case .players(let names) = self {
                wanted.shared = [sandbox]
                wanted.players = Set(names.map { player($0) })
            }
            return wanted
        }
    }

    @Test("a sandbox is shared by batches of different players")
    func sharing() throws {
        let pairs: [(first: Wanted, second: Wanted, waits: Bool)] = [
            (.players(["sam"]), .players(["eve"]), false), (.players([]), .players(["eve"]), false),
            (.players(["sam"]), .players(["eve", "sam"]), true), (.players(["sam"]), .alone, true),
            (.alone, .players(["eve"]), true), (.alone, .alone, true),
        ]
        let (first, second) = (try storeWithAccount(), try store())
        for pair in pairs {
            _ = try first.lock(pair.first.of(sandbox))
            if pair.waits {
                #expect(throws: StoreError.self, "\(pair)") { try second.lock(pair.second.of(sandbox)) }
            } else {
                #expect(try second.lock(pair.second.of(sandbox)).rows.count == 1, "\(pair)")
            }
            first.rollback()
            second.rollback()
        }
    }

    /// Everything that a batch of another player may not do in a shared sandbox.
    private var uses: [(name: String, use: (PostgresStore) throws -> Void)] {
        let (other, sandbox, session) = (player("eve"), sandbox, SessionID(high: 1, low: 3))
        let persona = other.persona
        return [
            ("session", { _ = try $0.session(of: other, machine: machine) }),
            ("sessions", { _ = try $0.sessions(of: other) }),
            ("latest session", { _ = try $0.latestSession(of: other) }),
            ("begin", { try $0.begin(other) }),
            ("remove session", { _ = try $0.removeSession(of: other, machine: machine) }),
            ("move there", { try $0.moveSession(of: player("sam"), machine: machine, to: other) }),
            ("move from there", { try $0.moveSession(of: other, machine: machine, to: player("sam")) }),
            ("history", { _ = try $0.history(of: other, machine: machine) }),
            ("latest turn", { _ = try $0.latestTurn(of: other, machine: machine) }),
            ("latest lines", { try $0.latestLines(of: other, machine: machine) { _ in true } }),
            ("progress", { _ = try $0.progress(of: other) }),
            ("save progress", { try $0.save(Progress(inits: 1), of: other) }),
            ("remove all", { _ = try $0.removeAll(of: other) }),
            ("records", { _ = try $0.records(in: sandbox) }),
            ("session by id", { _ = try $0.session(session, in: sandbox) }),
            ("due sessions", { store in try store.dueSessions(in: sandbox, until: now) { _ in true } }),
            ("session count", { _ = try $0.sessionCount(in: sandbox) }),
            ("counter", { _ = try $0.counter("spent", of: sandbox) }),
            ("set counter", { try $0.setCounter("spent", of: sandbox, to: 1) }),
            ("counters", { _ = try $0.counters(of: sandbox) }),
            ("keep upload", { try $0.keepUpload("/a.gif", of: sandbox) }),
            ("uploads", { _ = try $0.uploads(of: sandbox) }),
            ("personas", { _ = try $0.personas(of: sandbox) }),
            ("remove persona", { try $0.removePersona(persona, of: sandbox) }),
            ("keys", { _ = try $0.apiKeys(of: sandbox) }),
            ("revoke key", { _ = try $0.revokeAPIKey(APIKeyID(high: 1, low: 1), of: sandbox) }),
            ("settings", { try $0.saveSettings("", of: sandbox) }),
            ("is empty", { _ = try $0.isEmpty(sandbox) }),
            ("clear", { try $0.clearAccount(sandbox) }),
            ("state", { try $0.saveState(set: nil, counted: [], after: 0, of: sandbox) }),
            (
                "journal",
                {
                    let rows = JournalRows(clears: false, rows: [], state: [], left: nil, forgotten: nil)
                    try $0.saveJournal(rows, of: sandbox)
                }
            ),
        ]
    }

    @Test("what is not locked fails with a passing error, keeps nothing, and is locked when the batch is run again")
    func refused() throws {
        for (name, use) in uses {
            let store = try storeWithAccountAnew()
            let wanted = Wanted.players(["sam"]).of(sandbox)
            _ = try store.lock(wanted)
            try store.save(Progress(inits: 7), of: player("sam"))
            let refusal = #expect(throws: StoreError.self, "\(name)") { try use(store) }
            #expect(refusal?.isPassing == true, "\(name)")
            // Also when the error was passed over.
            let second = #expect(throws: StoreError.self, "\(name)") { try store.commit() }
            #expect(second?.isPassing == true, "\(name)")
            store.rollback()
            #expect(try store.progress(of: player("sam")).inits == 0, "\(name)")
            store.rollback()
            _ = try store.lock(wanted)
            #expect(throws: Never.self, "\(name)") { try use(store) }
            try store.commit()
        }
    }

    /// The database is used for one use after the other.
    private func storeWithAccountAnew() throws -> PostgresStore {
        let store = try store()
        if try store.accounts().isEmpty {
            _ = try store.makeAccount(name: "a", isOpen: true, at: now)
            try store.begin(player("sam"))
            try store.save(Progress(inits: 0), of: player("sam"))
        } else {
            try store.clearAccount(sandbox)
            try store.begin(player("sam"))
        }
        try store.commit()
        return store
    }

    @Test("the player whom a batch has locked can be used in every way")
    func allowed() throws {
        let store = try storeWithAccountAnew()
        _ = try store.lock(Wanted.players(["sam", "ben"]).of(sandbox))
        let sam = player("sam")
        try store.say("hm", sam)
        #expect(try store.lines(sam) == [nil, "hm"])
        try store.moveSession(of: sam, machine: machine, to: player("ben"))
        #expect(try store.removeAll(of: player("ben")))
        try store.save(Progress(inits: 2), of: sam)
        try store.commit()
        #expect(try store.progress(of: sam).inits == 2)
    }

    @Test("a sandbox is shared again after some batches that had it alone")
    func sharedAgain() throws {
        let (store, other) = (try storeWithAccount(), try store())
        let wanted = Wanted.players(["sam"]).of(sandbox)
        _ = try store.lock(wanted)
        #expect(throws: StoreError.self) { try store.sessionCount(in: sandbox) }
        store.rollback()
        for _ in 0..<64 {
            _ = try store.lock(wanted)
            #expect(store.locks?.has(sandbox) == true)
            store.rollback()
        }
        _ = try store.lock(wanted)
        #expect(try other.lock(Wanted.players(["eve"]).of(sandbox)).rows.count == 1)
    }
}
