import Dialogue
import Store
import Support
import Testing

@testable import Emulator
@testable import Fixtures

/// Accounts whose fixtures change while they are in use, over a store that can fail.
private final class Office {
    let store: FailingStore
    let accounts: Accounts
    private let now = Timestamp(seconds: 1000)

    init(_ named: [AccountDefinition]) throws {
        store = FailingStore(MemoryStore())
        accounts = try Accounts(
            AccountDefinitions(defaultName: "a", accounts: named), store: store,
            defaults: Accounts.Defaults(seed: 7, limits: RateLimits(messagesPerMinute: 2)), at: now)
    }

    func replace(_ named: [AccountDefinition]) throws(StoreError) {
        try accounts.replace(AccountDefinitions(defaultName: "a", accounts: named), at: now)
    }

    func account(_ key: String) throws -> Account? {
        let finding = try accounts.account(forKey: key, testPrefix: "pk_test_", at: now)
        return if case .account(let account) = finding { account } else { nil }
    }

    /// Whether a message is within the account's limits. It counts.
    func admits(_ key: String) throws -> Bool {
        guard let sandbox = try account(key)?.sandbox else { return false }
        sandbox.now = now
        return sandbox.admit(.message, from: key, onlyOwn: false) == nil
    }

    func names() throws -> [String] { try store.accounts().map(\.name) }
}

@Suite("Accounts whose fixtures change")
struct ReplacingAccountsTests {
    @Test("new keys and accounts are known after a change, removed ones are not")
    func keys() throws {
        let office = try Office([
            AccountDefinition(name: "a", keys: ["old", "both"]), AccountDefinition(name: "b", keys: ["b"]),
        ])
        try office.replace([
            AccountDefinition(name: "a", keys: ["both", "new"]), AccountDefinition(name: "c", keys: ["c"]),
        ])
        let names = try ["old", "both", "new", "b", "c"].map { try office.account($0)?.name }
        #expect(names == [nil, "a", "a", nil, "c"])
        #expect(try office.names() == ["a", "b", "c"])
    }

    @Test("an account that stays keeps its sandbox and the requests counted in it")
    func stays() throws {
        let office = try Office([AccountDefinition(name: "a", keys: ["a"])])
        let sandbox = try #require(try office.account("a")).sandbox
        #expect(try office.admits("a"))
        try office.replace([AccountDefinition(name: "a", keys: ["a"], directives: true)])
        let after = try #require(try office.account("a"))
        #expect(after.sandbox === sandbox)
        #expect(after.directives)
        #expect(try office.admits("a"))
        #expect(try !office.admits("a"))
    }

    @Test("new limits count anew, a new seed does not")
    func changes() throws {
        let office = try Office([AccountDefinition(name: "a", keys: ["a"])])
        let sandbox = try #require(try office.account("a")).sandbox
        #expect(try (0..<3).map { _ in try office.admits("a") } == [true, true, false])
        try office.replace([AccountDefinition(name: "a", keys: ["a"], seed: 9)])
        #expect(try #require(try office.account("a")).sandbox === sandbox)
        #expect(sandbox.seed == 9)
        #expect(try !office.admits("a"))
        let more = RateLimits(messagesPerMinute: 1)
        try office.replace([AccountDefinition(name: "a", keys: ["a"], limits: .perMinute(more))])
        #expect(try #require(try office.account("a")).sandbox === sandbox)
        #expect(sandbox.seed == 7)
        #expect(try (0..<2).map { _ in try office.admits("a") } == [true, false])
        try office.replace([AccountDefinition(name: "a", keys: ["a"], limits: .lifted)])
        #expect(try office.admits("a"))
    }

    @Test("an account that comes back has its old sandbox again")
    func comesBack() throws {
        let office = try Office([AccountDefinition(name: "a", keys: ["a"]), AccountDefinition(name: "b", keys: ["b"])])
        let id = try #require(try office.account("b")).sandbox.id
        try office.replace([AccountDefinition(name: "a", keys: ["a"])])
        #expect(try office.account("b") == nil)
        try office.replace([AccountDefinition(name: "b", keys: ["b"])])
        #expect(try office.account("b")?.sandbox.id == id)
        #expect(try office.names() == ["a", "b"])
    }

    @Test("open accounts stay; a named account may take an open one's key and give it back")
    func open() throws {
        let office = try Office([AccountDefinition(name: "a", keys: ["a"])])
        let open = try #require(try office.account("pk_test_x"))
        try office.store.commit()
        office.accounts.keepBatch()
        try office.replace([AccountDefinition(name: "a", keys: ["pk_test_x"])])
        #expect(try office.account("pk_test_x")?.name == "a")
        try office.replace([AccountDefinition(name: "a", keys: ["a"])])
        #expect(try office.account("pk_test_x") === open)
    }

    @Test("a store that fails leaves all accounts as they were, and a second try succeeds", arguments: 1...3)
    func storeFails(_ call: Int) throws {
        let office = try Office([AccountDefinition(name: "a", keys: ["old"])])
        let sandbox = try #require(try office.account("old")).sandbox
        let wanted = [
            AccountDefinition(name: "a", keys: ["new"], seed: 9, limits: .lifted),
            AccountDefinition(name: "b", keys: ["b"]), AccountDefinition(name: "c", keys: ["c"]),
        ]
        // Two accounts are made, then all is committed.
        office.store.fail(in: call)
        #expect(throws: FailingStore.failure) { try office.replace(wanted) }
        #expect(office.store.hasFailed)
        #expect(try office.account("old")?.sandbox === sandbox)
        #expect(sandbox.seed == 7)
        #expect(sandbox.rates.limiter.limits == RateLimits(messagesPerMinute: 2))
        #expect(try ["new", "b", "c"].allSatisfy { try office.account($0) == nil })
        #expect(try office.names() == ["a"])
        try office.replace(wanted)
        #expect(try ["new", "b", "c"].map { try office.account($0)?.name } == ["a", "b", "c"])
        #expect(try office.account("new")?.sandbox === sandbox)
        #expect(try office.names() == ["a", "b", "c"])
    }

    @Test("accounts that existed before are not written again")
    func unwritten() throws {
        let office = try Office([AccountDefinition(name: "a", keys: ["a"])])
        let calls = office.store.calls
        try office.replace([AccountDefinition(name: "a", keys: ["b"], seed: 1)])
        // The commit, of nothing.
        #expect(office.store.calls == calls + 1)
    }
}

@Suite("Replacing the catalog")
struct ReplacingCatalogTests {
    private static func catalog(_ keys: [String: String], states: [String] = ["begin", "middle", "end"]) -> Catalog {
        let accounts = keys.sorted { $0.key < $1.key }.map { AccountDefinition(name: $0.key, keys: [$0.value]) }
        return Catalog(
            personas: [samplePersona(states: states)],
            accounts: AccountDefinitions(defaultName: "a", accounts: accounts))
    }

    @Test("a new catalog is served with its accounts")
    func served() throws {
        let world = try World()
        let other = Catalog(
            personas: [samplePersona(number: 10)],
            accounts: AccountDefinitions(defaultName: "a", accounts: [AccountDefinition(name: "a", keys: ["new"])]))
        try world.emulator.replace(other)
        #expect(world.emulator.catalog.personas.map(\.slug) == ["p10"])
        #expect(try world.account("new").name == "a")
        #expect(throws: World.NoAccount.self) { try world.account("pk_live_demo") }
    }

    @Test("the old catalog stays with its accounts when the new accounts cannot be written")
    func storeFails() throws {
        let store = FailingStore(MemoryStore())
        let world = try World(store: store)
        store.fail(in: 1)
        #expect(throws: FailingStore.failure) { try world.emulator.replace(Self.catalog(["b": "new"])) }
        #expect(world.emulator.catalog.personas.map(\.slug) == ["p9"])
        #expect(try world.account("pk_live_demo").name == "demo")
        #expect(throws: World.NoAccount.self) { try world.account("new") }
    }

    @Test("a session goes on if its state is in the new catalog, else it is gone")
    func sessions() throws {
        let world = try World()
        func visit() throws -> PlayerCall {
            let persona = try #require(world.emulator.catalog.personas.first)
            let play = Playthrough(
                world.emulator, account: try world.account(), channel: "c", persona: persona, player: "Sam")
            return try world.emulator.playerCall(Call(request: World.request), of: play)
        }
        let gate = try #require(try visit().persona.machine(gateID))
        let begun = try visit().begin(gate, as: Player(name: "Sam", gender: .female)).session
        #expect(world.emulator.endBatch(failed: false))

        try world.emulator.replace(Self.catalog(["a": "a"], states: ["begin", "other", "end"]))
        let found = try #require(try visit().session(on: nil))
        #expect(found.session == begun)
        #expect(
            try ["middle", "other"].map { found.machine.state(try #require(StateKey($0))) != nil } == [false, true])

        try world.emulator.replace(Self.catalog(["a": "a"], states: ["start", "end"]))
        #expect(try visit().session(on: nil) == nil)
    }
}
