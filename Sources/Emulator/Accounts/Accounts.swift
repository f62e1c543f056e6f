import Crypto
import Journal
public import Dialogue
import Exact
public import Fixtures
public import Store

/// Finds the account of a key, and opens one for each new test key, up to a cap.
public final class Accounts: BatchMember {
    /// The settings of accounts that state none of their own.
    public struct Defaults: Sendable {
        public var seed: Int
        /// Nil: no limits.
        public var limits: RateLimits?
        /// The most open accounts; beyond it one is evicted that can be missed.
        public var openLimit: Int
        public var clock: SandboxClock

        public init(
            seed: Int = 1, limits: RateLimits? = RateLimits(), openLimit: Int = 10_000, clock: SandboxClock = .real
        ) {
            self.seed = seed
            self.limits = limits
            self.openLimit = openLimit
            self.clock = clock
        }
    }

    private let store: any Store
    let defaults: Defaults
    private let batch: Batch
    private(set) var named: NamedAccounts
    var open = OpenAccounts()
    let pageKeys: PageKeys
    /// Opened since the last `keepBatch`.
    private var openedInBatch: [Open] = []
    /// Evicted since the last `keepBatch`.
    private var evictedInBatch: [Open] = []
    private var touchedInBatch: [(name: String, storedAt: Timestamp)] = []
    /// Vacated since the last `keepBatch`, with the time of the use before.
    private var vacatedInBatch: [(entry: Open, usedAt: Timestamp)] = []

    /// An account that holds something and was used so recently is never evicted.
    private static let inUse: Int64 = 600_000_000_000
    static let storeInterval: Int64 = 60_000_000_000

    /// Makes the named accounts, and restores the open ones from the store. Commits the store.
    public init(
        _ definitions: AccountDefinitions, store: any Store, defaults: Defaults, at now: Timestamp,
        in batch: Batch = Batch(), pageKeys: PageKeys = PageKeys()
    ) throws(StoreError) {
        self.batch = batch
        self.pageKeys = pageKeys
        self.store = store
        self.defaults = defaults
        let records = try store.accounts()
        named = NamedAccounts(records)
        for record in records where record.isOpen {
            // The stored time can be up to one interval old: count the account as used until then.
            let latest = Timestamp(nanoseconds: record.lastUsedAt.nanoseconds + Accounts.storeInterval)
            let account = openAccount(record)
            account.sandbox.journal.beginInTheMiddle()
            open[record.name] = Open(account: account, usedAt: latest, storedAt: record.lastUsedAt)
        }
        try replace(definitions, at: now)
    }

    /// Replaces the named accounts from the next request on; open ones stay. Call it between two batches: it commits
    /// the store. When it throws, nothing has changed.
    public func replace(_ definitions: AccountDefinitions, at now: Timestamp) throws(StoreError) {
        try named.replace(with: definitions, store: store, defaults: defaults, at: now, in: batch)
        for entry in open.values { entry.isHidden = named.account(forKey: entry.account.name) != nil }
    }

    /// The account of requests that name no account.
    var defaultAccount: Account { named.defaultAccount }

    func binding(forKey key: String) -> (account: Account, binding: KeyBinding)? { named.binding(forKey: key) }

    func account(named name: String) -> Account? { named.account(named: name) }

    func user(_ id: UserID) -> User? { named.user(id) }

    func user(forToken token: String) -> User? { named.user(forToken: token) }

    public enum Finding {
        case account(Account)
        /// No such key.
        case unknown
        /// The key would open an account, but so many are open, hold something and are in use.
        case full(limit: Int)
    }

    /// Finds the account of a key: one that a fixture names, an open test key, or one that the account has made.
    /// `testPrefix` is what the calling dialect's open test keys begin with.
    public func account(forKey key: String, testPrefix: String, at now: Timestamp) throws(StoreError) -> Finding {
        // Most requests have an open test key, so it is looked up first.
        if key.begins(with: testPrefix), let entry = open[key], !entry.isHidden {
            try touch(entry, at: now)
            return .account(entry.account)
        }
        if let account = named.account(forKey: key) { return .account(account) }
        guard Accounts.isTestKey(key, testPrefix) else {
            return try sandbox(ofKey: key, at: now).flatMap { account(of: $0) }.map { .account($0) } ?? .unknown
        }
        return try openAccount(key, at: now)
    }

    /// The sandbox of a key that was made by the API, or for the page.
    func sandbox(ofKey key: String, at now: Timestamp) throws(StoreError) -> SandboxID? {
        if let sandbox = pageKeys.sandbox(of: key, at: now) { return sandbox }
        return try store.apiKey(digest: Digest.sha256(Array(key.utf8)))?.sandbox
    }

    private func openAccount(_ name: String, at now: Timestamp) throws(StoreError) -> Finding {
        if let entry = open[name] {
            try touch(entry, at: now)
            return .account(entry.account)
        }
        guard try makeRoom(at: now) else { return .full(limit: defaults.openLimit) }
        let account = openAccount(try store.makeAccount(name: name, isOpen: true, at: now))
        let entry = Open(account: account, usedAt: now, storedAt: now)
        entry.isHidden = named.account(forKey: name) != nil
        open[name] = entry
        openedInBatch.append(entry)
        return .account(account)
    }

    /// Whether the sandbox is that of an account that this batch has opened.
    func hasOpened(_ sandbox: Sandbox) -> Bool { openedInBatch.contains { $0.account.sandbox === sandbox } }

    func account(of sandbox: SandboxID) -> Account? {
        named.account(of: sandbox) ?? open[sandbox]?.account
    }

    /// The account of that name: one that a fixture names, else an open one.
    func known(named name: String) -> Account? { named.account(named: name) ?? open[name]?.account }

    /// The account of a key; nil when it is not open yet.
    func known(forKey key: String) -> Account? {
        named.account(forKey: key) ?? named.binding(forKey: key)?.account ?? open[key]?.account
    }

    /// Every account, in no order.
    var everyone: [Account] { named.all + open.values.map(\.account) }

    /// Every account, by name.
    var all: [Account] { everyone.sorted { ExactText($0.name) < ExactText($1.name) } }

    /// The account of that name; opens one when none exists.
    func account(opening name: String, at now: Timestamp) throws(StoreError) -> Finding {
        if let account = named.account(named: name) { return .account(account) }
        guard Accounts.isName(name) else { return .unknown }
        return try openAccount(name, at: now)
    }

    /// Removes an open account, with everything that the store keeps for it.
    func remove(_ account: Account) throws(StoreError) {
        guard let entry = open[account.name], entry.account.sandbox === account.sandbox else { return }
        try evict(entry)
    }

    /// Has an open account that was emptied make room before all others, until it is used again.
    func vacate(_ account: Account) {
        guard let entry = open[account.name], entry.account.sandbox === account.sandbox else { return }
        vacatedInBatch.append((entry, entry.usedAt))
        entry.usedAt = Timestamp(nanoseconds: 0)
        entry.isFilled = false
    }

    private func evict(_ entry: Open) throws(StoreError) {
        try store.removeAccount(entry.account.sandbox.id)
        open[entry.account.name] = nil
        evictedInBatch.append(entry)
    }

    /// The sandboxes of the accounts that were evicted or removed in this batch.
    var evicted: [Sandbox] { evictedInBatch.map(\.account.sandbox) }

    public func keepBatch() {
        if !openedInBatch.isEmpty { openedInBatch = [] }
        if !evictedInBatch.isEmpty { evictedInBatch = [] }
        if !touchedInBatch.isEmpty { touchedInBatch = [] }
        if !vacatedInBatch.isEmpty { vacatedInBatch = [] }
    }

    public func dropBatch() {
        for entry in openedInBatch { open[entry.account.name] = nil }
        for entry in evictedInBatch where !openedInBatch.contains(where: { $0 === entry }) {
            open[entry.account.name] = entry
        }
        for (entry, usedAt) in vacatedInBatch { entry.usedAt = max(entry.usedAt, usedAt) }
        for (name, storedAt) in touchedInBatch { open[name]?.storedAt = storedAt }
        keepBatch()
    }

    private func touch(_ entry: Open, at now: Timestamp) throws(StoreError) {
        entry.usedAt = now
        // A stored time that is to come was written before the clock was set back.
        let isStored = entry.storedAt <= now && now.nanoseconds - entry.storedAt.nanoseconds < Accounts.storeInterval
        guard !isStored else { return }
        try store.touchAccount(entry.account.sandbox.id, at: now)
        touchedInBatch.append((entry.account.name, entry.storedAt))
        entry.storedAt = now
    }

    /// Evicts accounts until one more fits; returns false when all that remain are needed. The search is linear, and
    /// runs only when a new account reaches the limit.
    private func makeRoom(at now: Timestamp) throws(StoreError) -> Bool {
        while open.count >= defaults.openLimit {
            guard let entry = try leastNeeded(at: now) else { return false }
            try evict(entry)
        }
        return true
    }

    /// The least recently used account, if it was not used in the last ten minutes; else the least recently used of
    /// those that hold nothing. None that this request has used.
    private func leastNeeded(at now: Timestamp) throws(StoreError) -> Open? {
        // A use in the future was before the clock was set back: it counts as one of now, and ten minutes later no more.
        for entry in open.values where entry.usedAt > now { entry.usedAt = now }
        guard let oldest = open.values.min(by: Open.isUsedBefore) else { return nil }
        if now.nanoseconds - oldest.usedAt.nanoseconds >= Accounts.inUse { return oldest }
        let unknown = open.values.filter { !$0.isFilled && $0.usedAt < now }
        guard let first = unknown.min(by: Open.isUsedBefore) else { return nil }
        if try isEmpty(first) { return first }
        for entry in unknown.sorted(by: Open.isUsedBefore) {
            if try isEmpty(entry) { return entry }
        }
        return nil
    }

    /// Whether an account holds nothing that a new one would not have. Notes those that do, so that none is looked at
    /// twice.
    private func isEmpty(_ entry: Open) throws(StoreError) -> Bool {
        guard !entry.isFilled else { return false }
        let sandbox = entry.account.sandbox
        if sandbox.isBlank, try store.isEmpty(sandbox.id) { return true }
        entry.isFilled = true
        return false
    }

    func openAccount(_ record: AccountRecord) -> Account {
        Account(
            name: record.name, isOpen: true, directives: true, settings: DialectSettings(),
            sandbox: Sandbox(
                id: record.sandbox, name: record.name, isOpen: true,
                standard: Sandbox.Standard(seed: defaults.seed, limits: defaults.limits, clock: defaults.clock),
                settings: record.settings, in: batch))
    }

    /// An open test key: the prefix, then 1 to 128 letters, digits, `_` and `-`, then a `+` with each magic word.
    static func isTestKey(_ key: String, _ prefix: String) -> Bool {
        guard key.hasPrefix(prefix), let bare = MagicWord.split(key.dropFirst(prefix.count))?.bare else { return false }
        return (1...128).contains(bare.utf8.count) && bare.utf8.allSatisfy(\.isNameByte)
    }

    /// Whether an open account can have this name: a test key, with or without its prefix.
    static func isName(_ name: String) -> Bool {
        (1...160).contains(name.utf8.count) && name.utf8.allSatisfy(\.isNameByte)
    }
}
