public import Dialogue
public import Fixtures
import HTTP
public import Store

/// What all dialects work on.
public final class Emulator {
    let accounts: Accounts
    public let roster: Roster
    let store: any Store
    public let clock: Clock
    let media: Media
    /// What JSON Web Tokens are signed with; nil: none is taken.
    let jwtSecret: String?
    /// How deep a JSON body may nest.
    public let jsonDepth: Int
    public let journal: JournalBook
    let longBodies = LongBodies()
    let removals: UploadRemovals
    private let batch = Batch()
    /// Those that take part in every batch. The accounts come last: the others ask them which are gone.
    private let members: [any BatchMember]
    /// Told what nobody who called can see: why the store failed, why a session is gone.
    public let warn: (String) -> Void

    public init(
        catalog: Catalog, store: any Store, clock: Clock = .system, defaults: Accounts.Defaults = Accounts.Defaults(),
        jwtSecret: String? = nil, jsonDepth: Int = 64, media: Media,
        journal: JournalBook = JournalBook(), warn: @escaping (String) -> Void
    ) throws(StoreError) {
        self.jwtSecret = jwtSecret
        self.jsonDepth = jsonDepth
        self.store = store
        self.clock = clock
        self.media = media
        self.warn = warn
        self.journal = journal
        accounts = try Accounts(catalog.accounts, store: store, defaults: defaults, at: clock.now(), in: batch)
        roster = try Roster(catalog, accounts, store: store, warn: warn)
        removals = UploadRemovals(accounts, media.uploads)
        members = [roster, removals, longBodies, accounts]
    }

    /// The limits of a turn that the log was warned of, by machine. Beyond `overrunLimit` machines there are no more warnings.
    private var overruns: [MachineID: Set<Overrun>] = [:]
    private static let overrunLimit = 1_000

    /// Warns once that turns of a machine reach a limit.
    func warn(_ overrun: Overrun, on machine: Machine, of persona: Persona) {
        guard overruns[machine.id] != nil || overruns.count < Emulator.overrunLimit,
            overruns[machine.id, default: []].insert(overrun).inserted
        else { return }
        warn("the machine \"\(machine.key)\" of \"\(persona.slug)\" reached a limit in a turn: \(overrun.text)")
    }

    /// What the request at hand came at; nil between requests.
    private var arrival: Timestamp?

    /// What the real time is: for all of a request what it was when the request came.
    public var now: Timestamp { arrival ?? clock.now() }

    /// Has the time be that at which a request came, while it is answered.
    func beginRequest(at time: Timestamp) { arrival = time }

    func endRequest() { arrival = nil }

    /// What the fixtures say.
    public var catalog: Catalog { roster.catalog }

    /// Serves this catalog in place of the one before. To be called between two iterations of the loop, so that no batch has
    /// both, and none of its writes wait. When it throws, everything is as it was.
    public func replace(_ catalog: Catalog) throws(StoreError) {
        try accounts.replace(catalog.accounts, at: clock.now())
        roster.catalog = catalog
    }

    /// Finds the account of a key. `testPrefix` is what the calling dialect's open test keys begin with.
    /// - Throws: a 401 for a test key with a magic word that is none.
    public func account(forKey key: String, testPrefix: String) throws(Failure) -> Accounts.Finding {
        let found = try stored { () throws(StoreError) in
            try accounts.account(forKey: key, testPrefix: testPrefix, at: now)
        }
        if case .unknown = found, key.hasPrefix(testPrefix), key.contains("+") {
            throw Failure(.unauthorized, "Invalid API key: \(MagicWord.remedy)")
        }
        return found
    }

    /// Turns of removed sessions that one commit takes away at most: less than half a millisecond's work.
    private static let leftovers = 64

    /// Makes the batch's writes durable. On failure nothing of the batch is left, in the store or beside it.
    func endBatch(failed: Bool) -> Bool {
        var isKept = false
        if !failed {
            do throws(StoreError) {
                try batch.save(to: store)
                try store.removeLeftovers(atMost: Emulator.leftovers)
                try store.commit()
                isKept = true
            } catch {
                warn("the store could not commit: \(error.message)")
            }
        }
        if !isKept { store.rollback() }
        batch.end(isKept: isKept, with: members)
        return isKept
    }
}
