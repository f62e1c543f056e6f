import Dialogue
import EventLoop
import Store
import Support
import Testing

@testable import PostgresStore

@Suite("Batches of servers that share a PostgreSQL database")
struct SharingTests {
    private let schema = PostgresServer.schema()

    private func store(_ loop: Loop? = nil, options: String = "") throws -> PostgresStore {
        try PostgresStore(PostgresServer.address(schema + options), on: loop)
    }

    private func wanting(_ sandboxes: SandboxID..., players: PlayerKey...) -> WantedAccounts {
        var wanted = WantedAccounts()
        wanted.sandboxes = Set(sandboxes)
        wanted.players = Set(players)
        return wanted
    }

    private func sandboxes(_ count: Int) throws -> [SandboxID] {
        let store = try store()
        let made = try (0..<count).map { try store.makeAccount(name: "a\($0)", isOpen: true, at: now).sandbox }
        try store.commit()
        return made
    }

    private let now = Timestamp(nanoseconds: 1_700_000_000_000_000_000)

    @Test("the loop goes on while a batch waits for another server's, and while it commits")
    func waiting() throws {
        let loop = Loop()
        let sandbox = try sandboxes(1)[0]
        let (first, second) = (try store(), try store(loop))
        _ = try first.lock(wanting(sandbox))
        var events: [String] = []
        second.lock(wanting(sandbox)) { result in
            events.append((try? result.get()) == nil ? "failed" : "locked")
            try? second.touchAccount(sandbox, at: now)
            second.commit { failure in
                events.append(failure == nil ? "kept" : "dropped")
                loop.stop()
            }
        }
        let timer = EventLoop.Timer(loop) {
            events.append("something else")
            try? first.commit()
        }
        timer.arm(after: .milliseconds(20))
        loop.run()
        #expect(events == ["something else", "locked", "kept"])
        #expect(try first.accounts().map(\.lastUsedAt) == [now])
    }

    @Test("of two batches that wait for each other one fails, and may be run again")
    func deadlock() throws {
        let loop = Loop()
        let both = try sandboxes(2)
        // PostgreSQL looks for deadlocks after `deadlock_timeout`, which is a second by default.
        let stores = try both.map { _ in try store(loop, options: "%20-cdeadlock_timeout%3D20ms") }
        for (store, sandbox) in zip(stores, both) { _ = try store.lock(wanting(sandbox)) }
        var errors: [StoreError?] = []
        for (store, sandbox) in zip(stores, both.reversed()) {
            store.lock(wanting(sandbox)) { result in
                if case .failure(let error) = result { errors.append(error) } else { errors.append(nil) }
                store.rollback()
                if errors.count == 2 { loop.stop() }
            }
        }
        loop.run()
        #expect(errors.count { $0 == nil } == 1)
        #expect(errors.allSatisfy { $0?.isPassing ?? true })
        // What the failed statements were to prepare is prepared again.
        for store in stores {
            #expect(try store.lock(wanting(both[0], both[1])).rows.count == 2)
            try store.commit()
        }
    }

    @Test("the players of a batch are read with its locks: their sessions, places and progress")
    func players() throws {
        let store = try store()
        let sandbox = try sandboxes(1)[0]
        let (known, unknown) = (player("sam"), player("eve"))
        let session = try store.begin(known)
        try store.save(Progress(inits: 3), of: known)
        try store.commit()
        let found = try store.lock(wanting(sandbox, players: known, unknown)).players
        let place = try store.place(of: session, of: known)
        #expect(found.count == 2)
        let first = try #require(found.first { $0.key == known })
        #expect(first.sessions.map(\.session) == [session])
        #expect(first.sessions.map(\.place?.row) == [place.row])
        #expect(first.sessions.map(\.place?.lastTurn) == [place.lastTurn])
        #expect(first.progress.inits == 3)
        #expect(found.first { $0.key == unknown }?.sessions.isEmpty == true)
        store.rollback()
    }
}
