public import Journal
public import Dialogue
import Exact
public import Fixtures
import HTTP
public import Store

/// The state and services that all dialects share.
public final class Emulator {
    let accounts: Accounts
    public let roster: Roster
    let store: any Store
    public let clock: Clock
    let media: Media
    /// The secret that JSON Web Tokens are signed with; nil: none is accepted.
    let jwtSecret: String?
    /// How deep a JSON body may nest.
    public let jsonDepth: Int
    public let journal: JournalBook
    let longBodies = LongBodies()
    /// Whether the server is about to end, and with it the live feeds.
    var isDraining = false
    /// Bounds what is kept for explanations and reports.
    var keptMemory = KeptMemory()
    /// What happened since the start, for the metrics.
    var activity = ActivityCounts()
    var requestIDs: RequestIDs
    let removals: UploadRemovals
    private let batch: Batch
    /// Nil: no other server uses the store.
    let sharing: Sharing?
    /// The parts that keep or drop every batch. The accounts come last: the others read their `evicted`.
    private let members: [any BatchMember]
    public var fixtureLoads: FixtureLoads
    /// Logs a warning that no caller sees: why the store failed, why a session is gone.
    public let warn: (String) -> Void

    public init(
        catalog: Catalog, store: any Store, sharing shared: (any SharedDatabase)? = nil, clock: Clock = .system,
        defaults: Accounts.Defaults = Accounts.Defaults(),
        jwtSecret: String? = nil, pageKeys: PageKeys = PageKeys(), jsonDepth: Int = 64, media: Media,
        journal: JournalBook = JournalBook(), warn: @escaping (String) -> Void
    ) throws(StoreError) {
        self.jwtSecret = jwtSecret
        self.jsonDepth = jsonDepth
        self.store = store
        self.clock = clock
        self.media = media
        self.warn = warn
        self.journal = journal
        fixtureLoads = FixtureLoads(catalog, from: nil, at: clock.now())
        batch = Batch(sharing: shared)
        sharing = shared.map { Sharing($0, behind: store as? CachedStore) }
        requestIDs = RequestIDs(server: shared?.server)
        // Until the accounts are committed, no other server makes the same.
        _ = try shared?.lock(.all)
        accounts = try Accounts(
            catalog.accounts, store: store, defaults: defaults, at: clock.now(), in: batch, pageKeys: pageKeys)
        roster = try Roster(catalog, accounts, store: store, warn: warn)
        removals = UploadRemovals(accounts, media.uploads)
        members = [roster, removals, longBodies, accounts]
        for record in try store.accounts() {
            guard let mistake = SandboxSettings.read(record.settings).mistake else { continue }
            warn(
                "settings of the sandbox \"\(record.name)\" cannot be read and are not set (\(mistake)); set its clock and "
                    + "its seed again")
        }
    }

    /// The limits of a turn that were logged, by machine. After `overrunLimit` machines no more are logged.
    private var overruns: [MachineID: Set<Overrun>] = [:]
    private static let overrunLimit = 1_000

    /// Logs once per machine and limit that a turn reached the limit.
    public func warn(_ overrun: Overrun, on machine: Machine, of persona: Persona) {
        guard overruns[machine.id] != nil || overruns.count < Emulator.overrunLimit,
            overruns[machine.id, default: []].insert(overrun).inserted
        else { return }
        warn("the machine \"\(machine.key)\" of \"\(persona.slug)\" reached a limit in a turn: \(overrun.text)")
    }

    /// The damage of the database that was logged, and how much of it is logged at most.
    private var damage: Set<ExactText> = []
    private static let damageLimit = 100

    /// Logs why the store failed. Damage is logged once, because it fails every request that meets it.
    /// - Parameter event: what could not be done; the beginning of the line.
    func warn(_ error: StoreError, _ event: String) {
        guard error.isDamage else { return warn("\(event): \(error.message)") }
        guard damage.count < Emulator.damageLimit, damage.insert(ExactText(error.message)).inserted else { return }
        warn(error.message)
    }

    /// When the current request arrived; nil between requests.
    private var arrival: Timestamp?

    /// The real time. During a request it is the time at which the request arrived.
    public var now: Timestamp { arrival ?? clock.now() }

    /// Fixes `now` at the time at which a request arrived, until `endRequest`.
    func beginRequest(at time: Timestamp) { arrival = time }

    func endRequest() { arrival = nil }

    /// The server's name among those that share the database; nil: no other one uses it.
    public var server: String? { sharing?.store.server }

    /// The fixtures that are served.
    public var catalog: Catalog { roster.catalog }

    /// Replaces the catalog. Call it between two loop iterations, when no batch is open. When it throws, nothing has
    /// changed.
    public func replace(_ catalog: Catalog) throws(StoreError) {
        _ = try sharing?.store.lock(.all)
        try accounts.replace(catalog.accounts, at: clock.now())
        roster.catalog = catalog
        fixtureLoads = FixtureLoads(catalog, from: fixtureLoads.folder, at: clock.now())
    }

    /// Finds the account of a key. `testPrefix` is what the calling dialect's open test keys begin with.
    /// - Throws: a 401 for a test key with an unknown magic word.
    public func account(forKey key: String, testPrefix: String) throws(Failure) -> Accounts.Finding {
        let found = try stored { () throws(StoreError) in
            try accounts.account(forKey: key, testPrefix: testPrefix, at: now)
        }
        if case .unknown = found, key.hasPrefix(testPrefix), key.contains("+") {
            throw Failure(.unauthorized, "Invalid API key: \(MagicWord.remedy)")
        }
        return found
    }

    /// The most turns of removed sessions that one commit deletes: less than half a millisecond's work.
    private static let leftovers = 64

    /// Commits the batch. On failure the batch is dropped, in the store and in memory.
    /// - Returns: whether the batch was kept.
    func endBatch(failed: Bool) -> Bool {
        var isKept = false
        if !failed {
            do throws(StoreError) {
                try saveBatch()
                try store.commit()
                isKept = true
            } catch {
                warn(error, "the store could not commit")
            }
        }
        concludeBatch(isKept: isKept)
        return isKept
    }

    /// Commits the batch on a shared database, without waiting for it. On failure it is dropped.
    /// - Parameters:
    ///   - failure: why the batch must be dropped; nil: it need not.
    ///   - then: gets why nothing of it was kept; nil: all of it was. It can be called within this call.
    func endBatch(after failure: StoreError?, in shared: any SharedDatabase, then: @escaping (StoreError?) -> Void) {
        let end = { [self] (failure: StoreError?) in
            concludeBatch(isKept: failure == nil)
            then(failure)
        }
        if let failure { return end(failure) }
        do throws(StoreError) {
            try shared.sendAhead()
            if let sharing { addRecords(of: sharing) }
            try saveBatch()
            shared.commit(then: end)
        } catch {
            end(error)
        }
    }

    /// Writes what is not in the store yet.
    private func saveBatch() throws(StoreError) {
        try batch.save(to: store)
        if roster.hasChanged { try sharing?.store.notePersonas() }
        try store.removeLeftovers(atMost: Emulator.leftovers)
    }

    private func concludeBatch(isKept: Bool) {
        if isKept { sharing?.cache?.keepBatch() } else { store.rollback() }
        sharing?.end(readsPersonas: roster.hasChanged)
        batch.end(isKept: isKept, with: members)
        keptMemory.tidy { accounts.everyone.map(\.sandbox) }
    }
}
