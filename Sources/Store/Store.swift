public import Dialogue

/// Why the store could not do what it was asked. It never carries a bound value: those may be keys or messages.
public struct StoreError: Error, Equatable, Sendable {
    public let message: String

    public init(_ message: String) { self.message = message }
}

/// Conversations and their histories. A player has at most one session a machine.
public protocol SessionStore: AnyObject {
    /// The player's session on that machine.
    func session(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Session?

    /// All of the player's sessions on the persona, the most recently active first. A session is active when it
    /// begins and at every turn; the order is the store's own count, not the clock (spec H-11).
    func sessions(of player: PlayerKey) throws(StoreError) -> [Session]

    /// The first of `sessions(of:)`, for the price of one.
    func latestSession(of player: PlayerKey) throws(StoreError) -> Session?

    /// Begins a session with the turns that it has so far, in place of the player's session on that machine, whose history
    /// goes.
    /// - Parameter turns: oldest first; never empty, because a session begins with its greeting.
    func begin(_ session: Session, turns: [Turn], of player: PlayerKey) throws(StoreError)

    /// Records one more turn of a session that was begun, and the session as it is after it.
    func append(_ turn: Turn, to session: Session, of player: PlayerKey) throws(StoreError)

    /// Puts a session in place of what is kept of it, without a turn: its history stays, and when it was last active. False
    /// when the player has no session of that id on the machine; nothing happens then.
    func save(_ session: Session, of player: PlayerKey) throws(StoreError) -> Bool

    /// The session's turns, oldest first; empty when there is no such session.
    func history(of player: PlayerKey, machine: MachineID) throws(StoreError) -> [Turn]

    /// The same turns in pieces, as they are now, whatever happens to the session while they are read.
    func openHistory(of player: PlayerKey, machine: MachineID) throws(StoreError) -> any HistoryReader

    /// Gives the player's lines in the session to `take`, the latest first, until it returns false.
    func latestLines(
        of player: PlayerKey, machine: MachineID, _ take: (String) -> Bool
    ) throws(StoreError)

    /// The session's newest turn; nil when there is no such session.
    func latestTurn(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Turn?

    /// Gives a session and its history to another player, in place of that player's session on the machine, whose history
    /// goes. Both players are of one persona. When it was last active stays as it was. Nothing happens when there is no such
    /// session.
    func moveSession(of player: PlayerKey, machine: MachineID, to other: PlayerKey) throws(StoreError)

    /// Removes a session and its history; false when there was none.
    func removeSession(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Bool

    /// Every player of the sandbox who has a session or progress, by channel, persona and name: by their bytes.
    func records(in sandbox: SandboxID) throws(StoreError) -> [PlayerRecord]

    /// The session of that id in the sandbox, and whose it is.
    func session(_ id: SessionID, in sandbox: SandboxID) throws(StoreError) -> (player: PlayerKey, session: Session)?

    /// How many sessions the sandbox has, of all players.
    func sessionCount(in sandbox: SandboxID) throws(StoreError) -> Int
}

/// Reads a session's turns piece by piece, oldest first.
public protocol HistoryReader: AnyObject {
    /// The next turns, so many as are read in about a millisecond; none: there are more, but the reader is not there yet;
    /// nil: there are no more.
    func next() throws(StoreError) -> [Turn]?
}

/// All that is kept of one player of one persona.
public struct PlayerRecord {
    public let key: PlayerKey
    public var progress = Progress()
    /// The most recently active first. The histories are as they were when the record was read.
    public var sessions: [(session: Session, history: any HistoryReader)] = []

    public init(_ key: PlayerKey) { self.key = key }
}

extension SessionStore {
    /// The keys of `records(in:)`.
    public func players(in sandbox: SandboxID) throws(StoreError) -> [PlayerKey] {
        try records(in: sandbox).map(\.key)
    }

    /// Begins a session with its greeting.
    public func begin(_ session: Session, greeting: Turn, of player: PlayerKey) throws(StoreError) {
        try begin(session, turns: [greeting], of: player)
    }
}

/// What players have reached, over their sessions.
public protocol ProgressStore: AnyObject {
    /// An empty progress for a player never seen.
    func progress(of player: PlayerKey) throws(StoreError) -> Progress
    func save(_ progress: Progress, of player: PlayerKey) throws(StoreError)

    /// Removes the player's sessions on the persona with their histories, and the progress (spec H-5). False when
    /// there was nothing at all.
    func removeAll(of player: PlayerKey) throws(StoreError) -> Bool
}

/// An account, as the store knows it. Its sandbox holds everything that its requests made.
public struct AccountRecord: Equatable, Sendable {
    public let sandbox: SandboxID
    /// A named account's name, or an open test account's key (a name too, not a secret).
    public let name: String
    /// True for an account that a test key opened; false for one that a fixture names.
    public let isOpen: Bool
    public var lastUsedAt: Timestamp
    /// How its sandbox is set, in words that the store does not read; empty for a sandbox that was never set.
    public var settings: String

    public init(sandbox: SandboxID, name: String, isOpen: Bool, lastUsedAt: Timestamp, settings: String = "") {
        self.sandbox = sandbox
        self.name = name
        self.isOpen = isOpen
        self.lastUsedAt = lastUsedAt
        self.settings = settings
    }
}

public protocol AccountStore: AnyObject {
    /// Every account, in the order they were made.
    func accounts() throws(StoreError) -> [AccountRecord]

    /// Makes an account. Names are unique among named accounts, and among open ones.
    func makeAccount(name: String, isOpen: Bool, at now: Timestamp) throws(StoreError) -> AccountRecord

    func touchAccount(_ sandbox: SandboxID, at now: Timestamp) throws(StoreError)

    func saveSettings(_ text: String, of sandbox: SandboxID) throws(StoreError)

    /// Removes everything in an account's sandbox, its settings too. The account stays as it is, with its number.
    func clearAccount(_ sandbox: SandboxID) throws(StoreError)

    /// Removes an account and everything in its sandbox.
    func removeAccount(_ sandbox: SandboxID) throws(StoreError)
}

/// A persona that an account made, or has in place of one of the fixtures.
public struct PersonaRecord: Equatable, Sendable {
    public let sandbox: SandboxID
    public let persona: PersonaID
    /// Counts what the account made, from 1; nil: it stands in place of a fixture.
    public let number: Int?
    /// Its documents as JSON; nil: it is deleted. The record stays, so that no number is given again and no fixture
    /// comes back.
    public let document: String?

    public init(sandbox: SandboxID, persona: PersonaID, number: Int?, document: String?) {
        self.sandbox = sandbox
        self.persona = persona
        self.number = number
        self.document = document
    }
}

public protocol PersonaStore: AnyObject {
    /// Every record, by sandbox and then by the bytes of the id.
    func personas() throws(StoreError) -> [PersonaRecord]

    /// Those of one sandbox.
    func personas(of sandbox: SandboxID) throws(StoreError) -> [PersonaRecord]

    /// Keeps a record, in place of the one that the sandbox has of that persona.
    func save(_ record: PersonaRecord) throws(StoreError)

    /// Removes the record itself, as if the sandbox had never had one of that persona: a fixture under it comes back, and
    /// its number may be given again.
    func removePersona(_ persona: PersonaID, of sandbox: SandboxID) throws(StoreError)

    /// Removes all sessions on the persona with their histories, and all progress on it: of every player, in every
    /// channel of every sandbox.
    func removeAll(on persona: PersonaID) throws(StoreError)
}

/// Where everything is kept. Writes since the last `commit` are one transaction, begun by the first of them and seen by
/// the reads that follow.
public protocol Store: SessionStore, ProgressStore, AccountStore, APIKeyStore, CounterStore, UploadStore,
    PersonaStore
{
    /// Makes durable what was written since the last call. When it throws, `rollback` is still the caller's to call.
    func commit() throws(StoreError)

    /// Drops what was written since the last commit.
    func rollback()

    /// Sessions that are removed leave their turns behind, because a history may be long: this removes some of them. To be
    /// called before each commit; it does nothing where nothing was written, and while a history is read.
    /// - Parameter count: how many turns at most.
    func removeLeftovers(atMost count: Int) throws(StoreError)
}
