public import Dialogue

/// A store that several servers use at the same time. What a batch reads and changes is locked for it, so that the
/// servers' batches have the effect of one after the other.
///
/// Every method throws a `StoreError` when the database cannot be reached or refuses what is asked.
public protocol SharedDatabase: AnyObject {
    /// Tells the database from others: hexadecimal digits, which it keeps.
    var id: String { get }

    /// Tells this server from others of the database: eight hexadecimal digits, other ones after each start.
    var server: String { get }

    /// Whether no other server used the database when this one was opened.
    var wasAlone: Bool { get }

    /// How long the way to the database and back takes at least, in nanoseconds, as far as the newest connection has shown.
    var roundTrip: Int64 { get }

    /// Joins the servers of the database. All have the same identity; the first one sets it.
    /// - Parameter identity: facts that all servers must have in common, by their names, in one line each.
    /// - Throws: a `StoreError` also when other servers run and have another identity. Its message names the difference.
    func join(_ identity: [(name: String, value: String)]) throws(StoreError)

    /// Begins a batch, or adds to one that has begun: locks accounts with their sandboxes until it is committed or rolled
    /// back, and then reads them. From then on the batch may use only what it has locked. It waits for the database.
    func lock(_ wanted: WantedAccounts) throws(StoreError) -> LockedAccounts

    /// The same without waiting. Nothing else may be asked of the database until `then` is called with the result, which
    /// can be within this call.
    func lock(_ wanted: WantedAccounts, then: @escaping (Result<LockedAccounts, StoreError>) -> Void)

    /// Begins a batch before the database is asked. Writes in the sandboxes wait for `sendAhead`. Every read, and every
    /// write in another sandbox, fails with a passing error; then the batch can only be rolled back.
    /// - Parameters:
    ///   - sandboxes: all that the batch will use, alone. This server knows them as its last batch has left them.
    ///   - personas: the number of the personas that this server knows; nil: it knows none.
    /// - Returns: the time by the clock of the database; nil: the batch can only be rolled back, because another server may
    ///   well have used the sandboxes since.
    func beginAhead(_ sandboxes: Set<SandboxID>, personas: Int64?) -> Timestamp?

    /// Whether a batch that was begun ahead can go on.
    var isAhead: Bool { get }

    /// Sends what was written so far, without waiting: the database works on it while the batch goes on. In a batch that was
    /// begun ahead, the database first locks the sandboxes. If another server has used one of them since this server's
    /// last batch, or there are other personas, the commit will fail with a passing error.
    func sendAhead() throws(StoreError)

    /// Commits the batch without waiting. Nothing else may be asked of the database until `then` is called, which can be
    /// within this call.
    /// - Parameter then: gets why nothing of the batch was kept; nil: all of it was. Then `rollback` must follow.
    func commit(then: @escaping (StoreError?) -> Void)

    /// Keeps the state of a sandbox beside its settings. Its version becomes the next one.
    /// - Parameter set: nil: as it was.
    func saveState(
        set: [UInt8]?, counted: [UInt8], after version: Int64, of sandbox: SandboxID
    ) throws(StoreError)

    /// Has every server read the personas of accounts again.
    func notePersonas() throws(StoreError)

    /// Keeps what a batch has added to the journal of a sandbox, and what of it has left. Does nothing when no account has
    /// that sandbox.
    func saveJournal(_ journal: JournalRows, of sandbox: SandboxID) throws(StoreError)

    /// Keeps the bytes of an uploaded file, whose path the store keeps already (`UploadStore`).
    func keepContent(_ bytes: [UInt8], ofUpload path: String) throws(StoreError)

    /// The bytes of an uploaded file; nil when they were not kept, or were removed.
    func content(ofUpload path: String) throws(StoreError) -> [UInt8]?
}

/// The accounts that the requests of a batch are about.
public struct WantedAccounts: Sendable {
    public enum Extent: Sendable {
        /// The accounts that are named.
        case some
        /// The same, and no other server may make or remove accounts meanwhile, nor carry out any batch.
        case opening
        /// All accounts; no other server may carry out a batch meanwhile.
        case all
    }

    public var extent = Extent.some
    /// The names of accounts that the fixtures define.
    public var named: Set<String> = []
    /// The names of open accounts.
    public var open: Set<String> = []
    public var sandboxes: Set<SandboxID> = []
    /// The players who are read in the same round trip.
    public var players: Set<PlayerKey> = []
    /// Those of the sandboxes that other servers may use meanwhile, for other players. The batch may only use its players
    /// there. What needs more fails with a passing error, and the sandbox is locked alone when the batch is run again.
    public var shared: Set<SandboxID> = []
    /// The versions of the states that the server has. Others are read.
    public var versions: [SandboxID: Int64] = [:]
    /// The places of the newest journal entries that the server has. Later ones are read of the accounts that are named,
    /// also when the extent is `all`. Nil: none is read.
    public var places: [SandboxID: Int64]?

    public init() {}

    public static var all: WantedAccounts {
        var wanted = WantedAccounts()
        wanted.extent = .all
        return wanted
    }
}

/// What a database has of the wanted accounts.
public struct LockedAccounts: Sendable {
    public enum LastUse: Sendable {
        /// This server: it knows the sandbox as it is.
        case here
        /// Another server.
        case elsewhere
        /// Several servers, or none yet.
        case several
    }

    /// An account with what requests have changed in its sandbox.
    public struct Row: Sendable {
        public let record: AccountRecord
        public let version: Int64
        /// Who has used the sandbox last.
        public let lastUse: LastUse
        /// What is set in the sandbox beside its settings, and what is counted, as texts that the store does not read; empty
        /// when nothing was kept. Nil: the version is the one that the server has.
        public let state: (set: [UInt8], counted: [UInt8])?
        /// The `JournalRows.state` that was kept last; empty when none was.
        public let journal: [UInt8]
        /// The journal's rows behind the place that the server has, in order.
        public let entries: [JournalRow]

        public init(
            record: AccountRecord, version: Int64, lastUse: LastUse, state: (set: [UInt8], counted: [UInt8])?,
            journal: [UInt8], entries: [JournalRow]
        ) {
            (self.record, self.version, self.lastUse, self.state) = (record, version, lastUse, state)
            (self.journal, self.entries) = (journal, entries)
        }
    }

    public let rows: [Row]
    /// The time by the clock of the database, which all servers share.
    public let time: Timestamp
    /// Another one after each `notePersonas`.
    public let personas: Int64
    /// The number of open accounts; nil unless the extent is `opening`.
    public let openCount: Int?
    /// Those of the wanted players whose rows are not damaged.
    public let players: [FoundPlayer]

    public init(rows: [Row], time: Timestamp, personas: Int64, openCount: Int?, players: [FoundPlayer]) {
        (self.rows, self.time, self.personas, self.openCount) = (rows, time, personas, openCount)
        self.players = players
    }
}

/// What a database has of one player, except the histories.
public struct FoundPlayer: Sendable {
    public let key: PlayerKey
    /// All sessions, the most recently active first. Without a place if its last turn is damaged.
    public var sessions: [(session: Session, place: SessionPlace?)] = []
    public var progress = Progress()

    public init(_ key: PlayerKey) { self.key = key }
}

/// A row of the journal of a sandbox.
public struct JournalRow: Sendable, Equatable {
    /// Rises from row to row.
    public let place: Int64
    /// A fingerprint of the request; 0: none.
    public let print: UInt64
    /// The entry, as bytes that the store does not read; empty: it has left the journal.
    public let entry: [UInt8]

    public init(place: Int64, print: UInt64, entry: [UInt8]) {
        (self.place, self.print, self.entry) = (place, print, entry)
    }
}

/// What a batch changes in the journal of a sandbox.
public struct JournalRows: Sendable {
    /// Whether the rows before are removed.
    public let clears: Bool
    public let rows: [JournalRow]
    /// What is counted, as bytes that the store does not read.
    public let state: [UInt8]
    /// The places of the rows whose entry is removed; nil: none is.
    public let left: Range<Int64>?
    /// The places of the rows that are removed; nil: none is.
    public let forgotten: Range<Int64>?

    public init(clears: Bool, rows: [JournalRow], state: [UInt8], left: Range<Int64>?, forgotten: Range<Int64>?) {
        (self.clears, self.rows, self.state) = (clears, rows, state)
        (self.left, self.forgotten) = (left, forgotten)
    }
}
