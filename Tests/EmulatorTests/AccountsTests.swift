import Dialogue
import Store
import Testing

@testable import Emulator
@testable import Fixtures

/// The accounts over a store, as one process after the other sees them.
private final class Accountant {
    let store = MemoryStore()
    private(set) var accounts: Accounts
    private let definitions: AccountDefinitions
    private let defaults: Accounts.Defaults

    init(_ named: [AccountDefinition] = [AccountDefinition(name: "demo", keys: ["pk_live_demo"])], openLimit: Int = 100)
        throws
    {
        definitions = AccountDefinitions(defaultName: "demo", accounts: named)
        defaults = Accounts.Defaults(seed: 7, openLimit: openLimit)
        accounts = try Accounts(definitions, store: store, defaults: defaults, at: Timestamp(seconds: 0))
    }

    func restart(openLimit: Int? = nil) throws {
        var defaults = defaults
        if let openLimit { defaults.openLimit = openLimit }
        accounts = try Accounts(definitions, store: store, defaults: defaults, at: Timestamp(seconds: 0))
    }

    func find(_ key: String, at seconds: Int64 = 0) throws -> Accounts.Finding {
        try accounts.account(forKey: key, testPrefix: "pk_test_", at: Timestamp(seconds: seconds))
    }

    func account(_ key: String, at seconds: Int64 = 0) throws -> Account? {
        if case .account(let account) = try find(key, at: seconds) { account } else { nil }
    }

    func isFull(_ key: String, at seconds: Int64) throws -> Bool {
        if case .full = try find(key, at: seconds) { true } else { false }
    }

    /// Has the key's sandbox hold something.
    func fill(_ key: String, at seconds: Int64 = 0) throws {
        guard let sandbox = try account(key, at: seconds)?.sandbox.id else { throw Unexpected() }
        store.setCounter("spent", of: sandbox, to: 1)
    }

    struct Unexpected: Error {}

    /// Empties the key's sandbox.
    func reset(_ key: String) throws {
        guard let account = accounts.known(named: key) else { throw Unexpected() }
        store.clearAccount(account.sandbox.id)
        accounts.vacate(account)
    }

    func keep() {
        store.commit()
        accounts.keepBatch()
    }

    func drop() {
        store.rollback()
        accounts.dropBatch()
    }

    /// The open accounts that the store knows, without the prefix.
    var openNames: [String] { store.accounts().filter(\.isOpen).map { String($0.name.dropFirst(8)) } }
}

@Suite("Accounts")
struct AccountsTests {
    @Test("each key of a named account finds the account")
    func named() throws {
        let limits = RateLimits(messagesPerMinute: 5)
        let accountant = try Accountant([
            AccountDefinition(
                name: "a", keys: ["pk_live_a", "pk_test_a"], directives: true, seed: 3, limits: .perMinute(limits)),
            AccountDefinition(name: "b", keys: ["b"], limits: .lifted), AccountDefinition(name: "c", keys: ["c"]),
        ])
        let a = try #require(try accountant.account("pk_live_a"))
        #expect(try accountant.account("pk_test_a") === a)
        #expect((a.name, a.isOpen, a.directives, a.sandbox.seed) == ("a", false, true, 3))
        #expect(a.sandbox.rates.limiter.limits == limits)
        let b = try #require(try accountant.account("b"))
        #expect((b.name, b.isOpen, b.directives, b.sandbox.seed) == ("b", false, false, 7))
        #expect(b.sandbox.rates.limiter.limits == nil)
        #expect(try accountant.account("c")?.sandbox.rates.limiter.limits == RateLimits())
        #expect(accountant.openNames.isEmpty)
    }

    @Test("a test key opens an account of its own, with directives")
    func open() throws {
        let accountant = try Accountant()
        let a = try #require(try accountant.account("pk_test_a"))
        let b = try #require(try accountant.account("pk_test_b"))
        #expect((a.name, a.isOpen, a.directives, a.sandbox.seed) == ("pk_test_a", true, true, 7))
        #expect(a.sandbox.id != b.sandbox.id)
        #expect(try accountant.account("pk_test_a") === a)
        #expect(accountant.openNames == ["a", "b"])
    }

    static let keys: [(String, Bool)] = [
        ("pk_test_a", true), ("pk_test_Az09_-", true), ("pk_test__", true),
        ("pk_test_" + String(repeating: "x", count: 128), true),
        ("pk_test_" + String(repeating: "x", count: 129), false), ("pk_test_", false), ("pk_test", false), ("", false),
        ("pk_test_a b", false), ("pk_test_a.b", false), ("pk_test_é", false), ("pk_test_a\u{301}", false),
        ("PK_TEST_a", false), (" pk_test_a", false), ("pk_live_a", false), ("pk_live_demo ", false),
        ("xpk_test_a", false),
    ]

    @Test("a test key is its prefix and 1 to 128 letters, digits, _ and -; another key is unknown", arguments: keys)
    func syntax(_ key: String, _ opens: Bool) throws {
        let accountant = try Accountant()
        let finding = try accountant.find(key)
        if opens {
            guard case .account(let account) = finding else { throw Unexpected() }
            #expect(account.name == key)
        } else {
            guard case .unknown = finding else { throw Unexpected() }
            #expect(accountant.openNames.isEmpty)
        }
    }

    @Test("an open account owns the personas of everyone, a named one its own too")
    func owns() throws {
        let accountant = try Accountant()
        let demo = try #require(try accountant.account("pk_live_demo"))
        let open = try #require(try accountant.account("pk_test_a"))
        let owners: [Persona.Owner] = [.everyone, .account("demo"), .account("other"), .account("pk_test_a")]
        #expect(owners.map { demo.owns(samplePersona(owner: $0)) } == [true, true, false, false])
        #expect(owners.map { open.owns(samplePersona(owner: $0)) } == [true, false, false, false])
    }

    @Test("beyond the cap the account used least recently is evicted")
    func eviction() throws {
        let accountant = try Accountant(openLimit: 2)
        _ = try accountant.account("pk_test_a", at: 0)
        _ = try accountant.account("pk_test_b", at: 1)
        _ = try accountant.account("pk_test_a", at: 100)
        let old = try #require(try accountant.account("pk_test_a", at: 100))
        #expect(try accountant.account("pk_test_c", at: 700) != nil)
        #expect(accountant.openNames == ["a", "c"])
        #expect(try accountant.account("pk_test_d", at: 700) != nil)
        #expect(accountant.openNames == ["c", "d"])
        accountant.keep()
        let again = try #require(try accountant.account("pk_test_a", at: 2000))
        #expect(again.sandbox.id != old.sandbox.id)
    }

    @Test("an account that holds something and was used in the last ten minutes is never evicted")
    func inUse() throws {
        let accountant = try Accountant(openLimit: 1)
        try accountant.fill("pk_test_a")
        #expect(try accountant.isFull("pk_test_b", at: 599))
        _ = try accountant.account("pk_test_a", at: 599)
        #expect(try accountant.isFull("pk_test_b", at: 1198))
        #expect(accountant.openNames == ["a"])
        #expect(try accountant.account("pk_test_b", at: 1199) != nil)
        #expect(accountant.openNames == ["b"])
    }

    @Test("a clock set back keeps an account in use for ten minutes, and not until the old time")
    func inUseSetBack() throws {
        let accountant = try Accountant(openLimit: 1)
        try accountant.fill("pk_test_a", at: 7200)
        #expect(try accountant.isFull("pk_test_b", at: 100))
        #expect(try accountant.isFull("pk_test_b", at: 699))
        #expect(try accountant.account("pk_test_b", at: 700) != nil)
        #expect(accountant.openNames == ["b"])
    }

    @Test("accounts that hold nothing make room at once, the least recently used first")
    func empty() throws {
        let accountant = try Accountant(openLimit: 3)
        try accountant.fill("pk_test_a", at: 0)
        _ = try accountant.account("pk_test_b", at: 1)
        _ = try accountant.account("pk_test_c", at: 2)
        _ = try accountant.account("pk_test_b", at: 3)
        #expect(try accountant.account("pk_test_d", at: 4) != nil)
        #expect(accountant.openNames == ["a", "b", "d"])
        for key in ["pk_test_b", "pk_test_d"] { try accountant.fill(key, at: 5) }
        #expect(try accountant.isFull("pk_test_e", at: 6))
        #expect(accountant.openNames == ["a", "b", "d"])
    }

    @Test("many new keys in a row are all accepted while their accounts hold nothing")
    func manyEmpty() throws {
        let accountant = try Accountant(openLimit: 20)
        for number in 0..<19 { try accountant.fill("pk_test_filled\(number)", at: 0) }
        for number in 0..<500 {
            #expect(try accountant.account("pk_test_\(number)", at: 1 + Int64(number)) != nil)
        }
        #expect(accountant.openNames.count == 20)
    }

    /// What a test may have set in a sandbox without a word in the store.
    static let settings: [(String, @Sendable (Sandbox) throws -> Void)] = [
        ("a seed", { $0.change { $0.settings.seed = 3 } }), ("limits", { $0.count(by: nil, areOwn: true) }),
        (
            "a fault",
            { sandbox in
                let fault = try Fault(#"{"kind": "reset"}"#)
                sandbox.change { _ = $0.faults.add(fault, at: Timestamp(seconds: 0)) }
            }
        ),
        (
            "a first delivery",
            {
                _ = $0.isFirstDelivery(
                    of: "hm",
                    from: PlayerKey(sandbox: $0.id, channel: "sdk", persona: PersonaID(high: 0, low: 1), player: "sam"))
            }
        ),
    ]

    @Test(
        "an account holds something when a setting, a fault or a first delivery is in its sandbox", arguments: settings)
    func set(_ name: String, _ set: @Sendable (Sandbox) throws -> Void) throws {
        let accountant = try Accountant(openLimit: 1)
        let account = try #require(try accountant.account("pk_test_a+slow"))
        accountant.keep()
        #expect(account.sandbox.isBlank)
        try set(account.sandbox)
        #expect(try accountant.isFull("pk_test_b", at: 1))
    }

    @Test("a reset account makes room before all others, until it is used again")
    func reset() throws {
        let accountant = try Accountant(openLimit: 2)
        try accountant.fill("pk_test_a", at: 0)
        try accountant.fill("pk_test_b", at: 1)
        #expect(try accountant.isFull("pk_test_c", at: 2))
        try accountant.reset("pk_test_b")
        #expect(try accountant.account("pk_test_c", at: 3) != nil)
        #expect(accountant.openNames == ["a", "c"])
        try accountant.fill("pk_test_c", at: 4)
        try accountant.reset("pk_test_c")
        try accountant.fill("pk_test_c", at: 5)
        #expect(try accountant.isFull("pk_test_d", at: 6))
    }

    @Test("a request does not evict an account that it has used itself")
    func sameRequest() throws {
        let accountant = try Accountant(openLimit: 1)
        _ = try accountant.account("pk_test_a", at: 7)
        #expect(try accountant.isFull("pk_test_b", at: 7))
    }

    @Test("named accounts do not count against the cap and are never evicted")
    func namedStay() throws {
        let accountant = try Accountant(openLimit: 1)
        _ = try accountant.account("pk_test_a", at: 0)
        _ = try accountant.account("pk_test_b", at: 10_000)
        #expect(try accountant.account("pk_live_demo", at: 10_000)?.name == "demo")
        #expect(accountant.store.accounts().map(\.name) == ["demo", "pk_test_b"])
    }

    @Test("accounts survive a restart")
    func restart() throws {
        let accountant = try Accountant(openLimit: 2)
        let demo = try #require(try accountant.account("pk_live_demo")).sandbox.id
        let a = try #require(try accountant.account("pk_test_a", at: 100)).sandbox.id
        _ = try accountant.account("pk_test_b", at: 0)
        accountant.keep()
        try accountant.restart()
        #expect(try accountant.account("pk_live_demo")?.sandbox.id == demo)
        // The last use before the restart still decides which account is evicted.
        #expect(try accountant.account("pk_test_c", at: 701) != nil)
        #expect(accountant.openNames == ["a", "c"])
        #expect(try accountant.account("pk_test_a", at: 701)?.sandbox.id == a)
    }

    @Test("a lowered cap takes effect when the next account is opened")
    func loweredCap() throws {
        let accountant = try Accountant(openLimit: 3)
        for key in ["pk_test_a", "pk_test_b", "pk_test_c"] { _ = try accountant.account(key, at: 0) }
        accountant.keep()
        try accountant.restart(openLimit: 1)
        _ = try accountant.account("pk_test_d", at: 1000)
        #expect(accountant.openNames == ["d"])
    }

    @Test("the store records a use at most once a minute, and when the clock was set back")
    func touched() throws {
        let accountant = try Accountant()
        func stored() -> [Int64] { accountant.store.accounts().filter(\.isOpen).map(\.lastUsedAt.seconds) }
        _ = try accountant.account("pk_test_a", at: 0)
        _ = try accountant.account("pk_test_a", at: 59)
        #expect(stored() == [0])
        _ = try accountant.account("pk_test_a", at: 60)
        #expect(stored() == [60])
        _ = try accountant.account("pk_test_a", at: 119)
        #expect(stored() == [60])
        _ = try accountant.account("pk_test_a", at: 10)
        #expect(stored() == [10])
    }

    struct Unexpected: Error {}
}

@Suite("Accounts in a failed batch")
struct DroppedAccountsTests {
    @Test("a failed batch takes back an account that it opened")
    func opened() throws {
        let accountant = try Accountant()
        let lost = try #require(try accountant.account("pk_test_a"))
        accountant.drop()
        #expect(accountant.openNames.isEmpty)
        let again = try #require(try accountant.account("pk_test_a"))
        #expect(again !== lost)
        accountant.keep()
        accountant.drop()
        #expect(try accountant.account("pk_test_a") === again)
        #expect(accountant.openNames == ["a"])
    }

    @Test("a failed batch takes back an eviction")
    func evicted() throws {
        let accountant = try Accountant(openLimit: 1)
        let a = try #require(try accountant.account("pk_test_a", at: 0))
        accountant.keep()
        _ = try accountant.account("pk_test_b", at: 700)
        accountant.drop()
        #expect(accountant.openNames == ["a"])
        #expect(try accountant.account("pk_test_a", at: 700) === a)
        #expect(try accountant.isFull("pk_test_b", at: 700))
    }

    @Test(
        "a failed batch leaves nothing of an account that it opened and evicted or removed", arguments: [false, true])
    func openedAndGone(isRemoved: Bool) throws {
        let accountant = try Accountant(openLimit: 1)
        let account = try #require(try accountant.account("pk_test_a", at: 0))
        if isRemoved {
            try accountant.accounts.remove(account)
        } else {
            _ = try accountant.account("pk_test_b", at: 1)
        }
        accountant.drop()
        #expect(accountant.openNames.isEmpty)
        for name in ["pk_test_a", "pk_test_b"] { #expect(accountant.accounts.known(named: name) == nil) }
    }

    @Test("a failed batch takes back that a reset account makes room")
    func reset() throws {
        let accountant = try Accountant(openLimit: 1)
        try accountant.fill("pk_test_a", at: 0)
        accountant.keep()
        try accountant.reset("pk_test_a")
        accountant.drop()
        #expect(try accountant.isFull("pk_test_b", at: 1))
    }

    @Test("a failed batch takes back an eviction of an account that it opened again")
    func evictedAndOpened() throws {
        let accountant = try Accountant(openLimit: 1)
        let a = try #require(try accountant.account("pk_test_a", at: 0))
        accountant.keep()
        _ = try accountant.account("pk_test_b", at: 700)
        _ = try accountant.account("pk_test_a", at: 1400)
        accountant.drop()
        #expect(accountant.openNames == ["a"])
        #expect(try accountant.account("pk_test_a", at: 1400) === a)
    }

    @Test("after a failed batch the next use is recorded again")
    func touched() throws {
        let accountant = try Accountant()
        _ = try accountant.account("pk_test_a", at: 0)
        accountant.keep()
        _ = try accountant.account("pk_test_a", at: 60)
        accountant.drop()
        _ = try accountant.account("pk_test_a", at: 61)
        #expect(accountant.store.accounts().last?.lastUsedAt == Timestamp(seconds: 61))
    }
}
