public import Dialogue

/// Why the store could not carry out an operation. It never contains a value from a request, because that could be a
/// key or a player's message.
public struct StoreError: Error, Equatable, Sendable {
    /// One line for the log or the user.
    public let message: String
    /// Whether the store holds something that no store wrote. The same operation fails again, until the file is
    /// repaired or replaced.
    public let isDamage: Bool
    /// Whether the same batch may succeed when it is run again, because another server was in its way or the connection
    /// was lost. Nothing of it was kept.
    public let isPassing: Bool
    /// Whether a batch that could not be committed may have been kept.
    public let isUncertain: Bool

    /// Makes an error with that message.
    public init(_ message: String, isDamage: Bool = false, isPassing: Bool = false, isUncertain: Bool = false) {
        (self.message, self.isDamage) = (message, isDamage)
        (self.isPassing, self.isUncertain) = (isPassing, isUncertain)
    }
}

/// Sessions and their histories. A player has at most one session on each machine of the persona.
///
/// A session is active when it begins and at every turn. The order of activity is the store's own count, not the clock
/// (spec H-11). Every method throws a `StoreError` when the store cannot be read or written, or holds a value that
/// cannot be read.
public protocol SessionStore: AnyObject {
    /// Returns the player's session on that machine; nil when none exists.
    func session(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Session?

    /// Returns all of the player's sessions on the persona, the most recently active first; empty when none exist.
    func sessions(of player: PlayerKey) throws(StoreError) -> [Session]

    /// Returns the player's most recently active session on the persona; nil when none exists. It reads only that
    /// session.
    func latestSession(of player: PlayerKey) throws(StoreError) -> Session?

    /// Keeps a new session with its turns so far. It replaces the player's session on that machine, whose history is
    /// removed.
    /// - Parameters:
    ///   - session: the session after the last of the turns.
    ///   - turns: oldest first, their numbers rising and at most the session's `turnCount`; never empty, because a
    ///     session begins with its greeting.
    ///   - player: the player whose session it becomes.
    func begin(_ session: Session, turns: [Turn], of player: PlayerKey) throws(StoreError)

    /// Appends a turn to a session's history, and replaces the session by its state after that turn.
    /// - Parameters:
    ///   - turn: the new turn. Its number is greater than that of the turn before.
    ///   - session: the session after the turn, with the player and the beginning that it had before. Its `turnCount` is
    ///     at least the turn's number.
    ///   - player: the player of the session.
    /// - Throws: a `StoreError` also when the player has no session of that id on the machine.
    func append(_ turn: Turn, to session: Session, of player: PlayerKey) throws(StoreError)

    /// Replaces a session without a turn. Its history and its place in the order of activity stay, so its `turnCount`
    /// must be at least the number of its last turn.
    /// - Returns: false, with nothing written, when the player has no session of that id on the machine.
    func save(_ session: Session, of player: PlayerKey) throws(StoreError) -> Bool

    /// Returns all turns of the player's session on that machine, oldest first; empty when no such session exists.
    func history(of player: PlayerKey, machine: MachineID) throws(StoreError) -> [Turn]

    /// Reads the turns of `history(of:machine:)` in pieces. The reader returns the turns as they are now, even if the
    /// session is changed or removed meanwhile.
    func openHistory(of player: PlayerKey, machine: MachineID) throws(StoreError) -> any HistoryReader

    /// Passes the player's lines in the session on that machine to `take`, the latest first, until `take` returns false
    /// or no line is left. Turns without a line are skipped.
    func latestLines(
        of player: PlayerKey, machine: MachineID, _ take: (String) -> Bool
    ) throws(StoreError)

    /// Returns the newest turn of the player's session on that machine; nil when no such session exists.
    func latestTurn(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Turn?

    /// Moves a session and its history to another player. It replaces that player's session on the machine, whose
    /// history is removed. The session keeps its place in the order of activity. Does nothing when the first player has
    /// no session on the machine.
    /// - Parameters:
    ///   - player: the player who loses the session.
    ///   - machine: the machine of the session.
    ///   - other: the player who gets it; both keys must have the same persona.
    func moveSession(of player: PlayerKey, machine: MachineID, to other: PlayerKey) throws(StoreError)

    /// Removes the player's session on that machine and its history.
    /// - Returns: false when no such session exists.
    func removeSession(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Bool

    /// Returns every player of the sandbox who has a session or progress, ordered by channel, persona and name, each
    /// compared by its bytes.
    func records(in sandbox: SandboxID) throws(StoreError) -> [PlayerRecord]

    /// Finds a session of the sandbox by its id.
    /// - Returns: the session and its player; nil when the sandbox has no such session.
    func session(_ id: SessionID, in sandbox: SandboxID) throws(StoreError) -> (player: PlayerKey, session: Session)?

    /// Passes the sandbox's sessions whose `dueAt` has come to `take`, those due first, until it returns false or none is
    /// left. It reads only such sessions.
    /// - Parameter moment: the latest `dueAt`.
    func dueSessions(
        in sandbox: SandboxID, until moment: Timestamp, _ take: (PlayersSession) -> Bool
    ) throws(StoreError)

    /// Returns the number of sessions of all players in the sandbox.
    func sessionCount(in sandbox: SandboxID) throws(StoreError) -> Int
}

/// A session, and whose it is.
public typealias PlayersSession = (player: PlayerKey, session: Session)

/// Reads a session's turns piece by piece, oldest first.
public protocol HistoryReader: AnyObject {
    /// Reads on for about a millisecond.
    /// - Returns: the next turns; an empty list when the reader has not reached the next turn yet; nil after the last
    ///   turn.
    /// - Throws: a `StoreError` when the store cannot be read, or a turn is missing or unreadable.
    func next() throws(StoreError) -> [Turn]?
}

/// Everything that the store keeps for one player of one persona.
public struct PlayerRecord {
    public let key: PlayerKey
    /// The player's progress on the persona; empty when none was saved.
    public var progress = Progress()
    /// The player's sessions, the most recently active first, with readers of their histories. The readers return the
    /// histories as they were when the record was read.
    public var sessions: [(session: Session, history: any HistoryReader)] = []

    /// Makes a record without progress and sessions.
    public init(_ key: PlayerKey) { self.key = key }
}

extension SessionStore {
    /// Returns the keys of `records(in:)`, in the same order.
    public func players(in sandbox: SandboxID) throws(StoreError) -> [PlayerKey] {
        try records(in: sandbox).map(\.key)
    }

    /// Keeps a new session whose only turn is its greeting, as `begin(_:turns:of:)`.
    public func begin(_ session: Session, greeting: Turn, of player: PlayerKey) throws(StoreError) {
        try begin(session, turns: [greeting], of: player)
    }
}

/// What players have reached on a persona, over all their sessions.
///
/// Every method throws a `StoreError` when the store cannot be read or written, or holds a value that cannot be read.
public protocol ProgressStore: AnyObject {
    /// Returns the player's progress on the persona; an empty one when none was saved.
    func progress(of player: PlayerKey) throws(StoreError) -> Progress
    /// Keeps the player's progress on the persona, and replaces the one before.
    func save(_ progress: Progress, of player: PlayerKey) throws(StoreError)

    /// Removes the player's sessions on the persona with their histories, and the progress (spec H-5).
    /// - Returns: false when neither sessions nor progress exist.
    func removeAll(of player: PlayerKey) throws(StoreError) -> Bool
}

/// An account in the store. Its sandbox contains everything that its requests made.
public struct AccountRecord: Equatable, Sendable {
    /// The sandbox of the account, which identifies the account too.
    public let sandbox: SandboxID
    /// A named account's name, or an open account's test key, which is a name and not a secret.
    public let name: String
    /// True for an account that a test key opened; false for one that the fixtures name.
    public let isOpen: Bool
    /// The last use that was written to the store, in real time. The account can have been used later.
    public var lastUsedAt: Timestamp
    /// The settings of its sandbox, as text that the store does not read; empty when nothing is set.
    public var settings: String

    public init(sandbox: SandboxID, name: String, isOpen: Bool, lastUsedAt: Timestamp, settings: String = "") {
        self.sandbox = sandbox
        self.name = name
        self.isOpen = isOpen
        self.lastUsedAt = lastUsedAt
        self.settings = settings
    }
}

/// Accounts and their sandboxes.
///
/// Every method throws a `StoreError` when the store cannot be read or written.
public protocol AccountStore: AnyObject {
    /// Returns every account, in the order in which they were made.
    func accounts() throws(StoreError) -> [AccountRecord]

    /// Makes an account with a new sandbox, which is empty and has no settings.
    /// - Parameters:
    ///   - name: unique among named accounts or among open ones, compared by its bytes.
    ///   - isOpen: whether a test key opens the account.
    ///   - now: the real time, which becomes `lastUsedAt`.
    /// - Returns: the new account with the number of its sandbox.
    /// - Throws: a `StoreError` also when an account of that kind has the name; then nothing is written.
    func makeAccount(name: String, isOpen: Bool, at now: Timestamp) throws(StoreError) -> AccountRecord

    /// Sets an account's `lastUsedAt`. Does nothing when no account has that sandbox.
    func touchAccount(_ sandbox: SandboxID, at now: Timestamp) throws(StoreError)

    /// Sets the settings of an account's sandbox. Does nothing when no account has that sandbox.
    /// - Parameter text: the whole settings, which replace those before; empty: none.
    func saveSettings(_ text: String, of sandbox: SandboxID) throws(StoreError)

    /// Whether a sandbox holds nothing: no sessions, progress, API keys, counters, paths of uploads or personas. Its
    /// settings do not count.
    func isEmpty(_ sandbox: SandboxID) throws(StoreError) -> Bool

    /// Removes everything in an account's sandbox: settings, sessions, progress, API keys, counters, paths of uploads
    /// and personas. The account stays, with the same sandbox.
    func clearAccount(_ sandbox: SandboxID) throws(StoreError)

    /// Removes an account and everything in its sandbox. Does nothing when no account has that sandbox.
    func removeAccount(_ sandbox: SandboxID) throws(StoreError)
}

/// A persona that an account made, or that replaces one of the fixtures in its sandbox.
public struct PersonaRecord: Equatable, Sendable {
    /// The sandbox in which the persona is served or replaced.
    public let sandbox: SandboxID
    /// The persona's id; one record for each sandbox and persona.
    public let persona: PersonaID
    /// The number of the persona among those that the account made, from 1; nil: the account did not make it, and the
    /// record replaces a fixture or was put into the sandbox.
    public let number: Int?
    /// The persona's document as text that the store does not read; nil: the persona is deleted. The record of a
    /// deleted persona is kept, so that its number is not used again and a fixture with its id stays hidden.
    public let document: String?

    public init(sandbox: SandboxID, persona: PersonaID, number: Int?, document: String?) {
        self.sandbox = sandbox
        self.persona = persona
        self.number = number
        self.document = document
    }
}

/// The personas that accounts have made, changed and deleted.
///
/// Every method throws a `StoreError` when the store cannot be read or written.
public protocol PersonaStore: AnyObject {
    /// Returns every record, ordered by sandbox and then by the bytes of the persona's id.
    func personas() throws(StoreError) -> [PersonaRecord]

    /// Returns the records of one sandbox, ordered by the bytes of the persona's id.
    func personas(of sandbox: SandboxID) throws(StoreError) -> [PersonaRecord]

    /// Keeps a record, and replaces the one that the sandbox has for that persona.
    func save(_ record: PersonaRecord) throws(StoreError)

    /// Removes a record, as if the sandbox had never had one for that persona: a fixture with that id is served again,
    /// and the record's number can be used again. Does nothing when no such record exists.
    func removePersona(_ persona: PersonaID, of sandbox: SandboxID) throws(StoreError)

    /// Removes all sessions on the persona with their histories, and all progress on it, for every player in every
    /// channel of every sandbox. The persona's records stay.
    func removeAll(on persona: PersonaID) throws(StoreError)
}

/// Keeps everything that outlives a request. The writes since the last `commit` are one transaction: the first write
/// begins it, and later reads see its writes.
///
/// A store is used on one thread. When a write fails in the database, the transaction can only be rolled back.
public protocol Store: SessionStore, ProgressStore, AccountStore, APIKeyStore, CounterStore, UploadStore,
    PersonaStore
{
    /// Commits the writes since the last commit. Does nothing when nothing was written.
    /// - Throws: a `StoreError` when the store cannot commit, or a write of the transaction has failed. The calling
    ///   code must then call `rollback`.
    func commit() throws(StoreError)

    /// Drops the writes since the last commit. It never fails: a broken disk makes the next operation throw.
    func rollback()

    /// Deletes some turns of removed sessions. Removing a session leaves its turns in the store, because deleting a
    /// long history takes long. Call it before each commit. It does nothing when the transaction has no writes, or
    /// while a `HistoryReader` exists.
    /// - Parameter count: the most turns that are deleted.
    /// - Throws: a `StoreError` when the store cannot be written.
    func removeLeftovers(atMost count: Int) throws(StoreError)
}
