import Dialogue
import Fixtures
import Glibc
import PostgresStore
import Store
import Support
import Testing

@testable import Program

@Suite("Copying a database")
struct MigrateTests {
    private let folder = TemporaryFolder()
    private var environment: Environment

    init() {
        environment = ["XDG_STATE_HOME": folder.path]
        environment.databaseServers = DatabaseServers(library: ("libpq", "")) { address, _ throws(StoreError) in
            let store = try PostgresStore(address)
            return DatabaseServers.Opened(store, name: store.name)
        }
    }

    private static let machines = [MachineID(high: 1, low: 1), MachineID(high: 1, low: 2)]

    private static func player(_ name: String, in sandbox: Int64 = 2) -> PlayerKey {
        PlayerKey(
            sandbox: SandboxID(number: sandbox), channel: "sdk", persona: PersonaID(high: 2, low: 2), player: name)
    }

    private static func turn(_ number: Int) -> Turn {
        Turn(
            number: number, at: Timestamp(seconds: 5), line: number == 0 ? nil : "line \(number)\0", reply: "Well met.",
            decision: nil, followUp: false, stateKey: StateKey("s")!, score: number)
    }

    /// Fills the second sandbox; the first one is removed again, so the copy has it under another number.
    private func fill(_ store: any Store) throws {
        let gone = try store.makeAccount(name: "gone", isOpen: true, at: Timestamp(seconds: 1))
        let account = try store.makeAccount(name: "pk_test_a", isOpen: true, at: Timestamp(seconds: 2))
        try store.removeAccount(gone.sandbox)
        try store.saveSettings("{}", of: account.sandbox)
        for (number, machine) in Self.machines.enumerated() {
            let session = Session(
                id: SessionID(high: 3, low: UInt64(number)), machine: machine, player: Player(name: "A", gender: .male),
                startedAt: Timestamp(seconds: 4), lastMessageAt: Timestamp(seconds: 5), stateKey: StateKey("s")!,
                turnCount: 300)
            try store.begin(session, turns: (0...300).map(Self.turn), of: Self.player("a"))
        }
        try store.save(Progress(inits: 2, variables: ["v": "1"]), of: Self.player("a"))
        try store.save(Progress(inits: 1), of: Self.player("b"))
        try store.makeAPIKey(
            APIKeyRecord(
                id: APIKeyID(high: 4, low: 4), sandbox: account.sandbox, name: "k",
                digest: Array(repeating: 9, count: 32),
                createdAt: Timestamp(seconds: 6), isRevoked: true))
        try store.setCounter("spent", of: account.sandbox, to: 7)
        try store.keepUpload("0123/picture.png", of: account.sandbox)
        try store.save(
            PersonaRecord(
                sandbox: account.sandbox, persona: PersonaID(high: 5, low: 5), number: 1, document: "{\"n\":1}"))
        try store.commit()
    }

    private func check(_ store: any Store) throws {
        let sandbox = SandboxID(number: 1)
        let account = AccountRecord(
            sandbox: sandbox, name: "pk_test_a", isOpen: true, lastUsedAt: Timestamp(seconds: 2), settings: "{}")
        #expect(try store.accounts() == [account])
        let player = Self.player("a", in: 1)
        #expect(try store.sessions(of: player).map(\.machine) == Self.machines.reversed())
        for machine in Self.machines {
            #expect(try store.history(of: player, machine: machine) == (0...300).map(Self.turn))
        }
        #expect(try store.progress(of: player) == Progress(inits: 2, variables: ["v": "1"]))
        #expect(try store.progress(of: Self.player("b", in: 1)) == Progress(inits: 1))
        #expect(try store.apiKeys(of: sandbox).map(\.isRevoked) == [true])
        #expect(try store.counter("spent", of: sandbox) == 7)
        #expect(try store.uploads() == ["0123/picture.png"])
        #expect(try store.personas(of: sandbox).map(\.document) == ["{\"n\":1}"])
    }

    private func migrate(_ from: String, _ to: String) throws -> Int32 {
        try read(Migrate.self, ["--from", from, "--to", to]).run(environment)
    }

    @Test("all of a file comes to PostgreSQL and back into a file, with the pictures")
    func there() throws {
        let (first, last) = (folder.place("first.db"), folder.place("last.db"))
        let store = try SQLiteStore(path: first)
        try fill(store)
        try store.close()
        for name in ["first.db-uploads", "first.db-uploads/0123"] { folder.makeFolder(name) }
        folder.write("a picture", to: "first.db-uploads/0123/picture.png")
        let address = PostgresServer.address(PostgresServer.schema())
        #expect(try migrate(first, address) == 0)
        #expect(try migrate(address, last) == 0)
        let copies: [any ServedDatabase] = [try PostgresStore(address), try SQLiteStore(path: last)]
        for copy in copies { try check(copy) }
        let picture = try FixtureFolder.contents(folder.place("last.db-uploads/0123/picture.png"), limit: 100)
        #expect(picture == Array("a picture".utf8))
        var info = stat()
        stat(folder.place("last.db-uploads/0123/picture.png"), &info)
        #expect(info.st_mode & 0o777 == 0o600)
    }

    @Test("a database that is not empty is refused, and left as it is")
    func filled() throws {
        for name in ["one.db", "two.db"] {
            let store = try SQLiteStore(path: folder.place(name))
            try fill(store)
            try store.close()
        }
        let error = #expect(throws: AppError.self) { try migrate(folder.place("one.db"), folder.place("two.db")) }
        #expect(error?.message.hasSuffix("two.db is not empty: name a new database with --to") == true)
        #expect(try SQLiteStore(path: folder.place("two.db")).sessionCount(in: SandboxID(number: 2)) == 2)
    }

    @Test("a database that a server uses is refused", arguments: [false, true])
    func used(_ isSource: Bool) throws {
        let file = try SQLiteStore(path: folder.place("one.db"))
        try file.close()
        let address = PostgresServer.address(PostgresServer.schema())
        let server = try PostgresStore(address)
        let error = #expect(throws: AppError.self) {
            isSource ? try migrate(address, folder.place("two.db")) : try migrate(folder.place("one.db"), address)
        }
        #expect(error?.message == "Error: \(server.name) is in use by a server: stop it, and try again")
        try server.close()
    }

    @Test("a file that does not exist is not made")
    func missing() throws {
        #expect(throws: AppError.failure("\(folder.place("one.db")) does not exist")) {
            try migrate(folder.place("one.db"), folder.place("two.db"))
        }
        #expect(folder.names(in: ".").isEmpty)
    }

    @Test(
        "both databases must be named",
        arguments: [[], ["--from", "a"], ["--to", "a"], ["--from", "a", "--to", ":memory:"]])
    func arguments(_ arguments: [String]) {
        let error = #expect(throws: AppError.self) { try read(Migrate.self, arguments) }
        #expect(error?.isUsage == true)
    }
}
