public import Dialogue
import Exact

/// A store in memory, which ends with the process. It behaves like `SQLiteStore`, except that nothing outlives the
/// process. Only `makeAccount`, `makeAPIKey`, `place` and `append` throw.
public final class MemoryStore: BackingStore {
    var content = Content()
    /// The steps that undo the writes since the last commit, oldest first.
    var undo: [(inout Content) -> Void] = []

    /// Makes an empty store.
    public init() {}

    public func commit() {
        undo = []
    }

    /// Does nothing: in memory, removing a session removes its turns at once.
    public func removeLeftovers(atMost count: Int) {}

    public func rollback() {
        for step in undo.reversed() { step(&content) }
        undo = []
    }
}

/// The contents of a `MemoryStore`.
struct Content {
    fileprivate var accounts: [SandboxID: AccountRecord] = [:]
    fileprivate var names: Set<AccountName> = []
    fileprivate var lastSandbox: Int64 = 0
    var players: [SandboxID: [PlayerKey: PlayerRoom]] = [:]
    var personas: [SandboxID: [PersonaID: PersonaRecord]] = [:]
    /// The number of turns that all sessions have had. The session with the greatest `activity` was active last.
    fileprivate var activity = 0
    var apiKeys: [APIKeyRecord] = []
    var counters: [SandboxID: [ExactText: Int]] = [:]
    var uploads: [SandboxID: Set<ExactText>] = [:]

    func room(of player: PlayerKey) -> PlayerRoom {
        players[player.sandbox]?[player] ?? PlayerRoom()
    }

    fileprivate mutating func change(_ player: PlayerKey, _ body: (inout PlayerRoom) -> Void) {
        body(&players[player.sandbox, default: [:]][player, default: PlayerRoom()])
        if room(of: player).isEmpty { players[player.sandbox]?[player] = nil }
    }
}

/// The sessions and progress of one player of one persona.
struct PlayerRoom {
    var conversations: [MachineID: StoredConversation] = [:]
    var progress: Progress?

    var isEmpty: Bool { conversations.isEmpty && progress == nil }
}

struct StoredConversation {
    var session: Session
    var turns: [Turn]
    var activity: Int
    /// The activity with which it began.
    var begun: Int
}

/// A name whose uniqueness is required. Names are compared by their bytes, as SQLite compares them.
struct AccountName: Hashable {
    let name: ExactText
    let isOpen: Bool

    init(_ name: String, isOpen: Bool) {
        self.name = ExactText(name)
        self.isOpen = isOpen
    }
}

// MARK: - Sessions

extension MemoryStore {
    public func session(of player: PlayerKey, machine: MachineID) -> Session? {
        content.room(of: player).conversations[machine]?.session
    }

    public func sessions(of player: PlayerKey) -> [Session] {
        content.room(of: player).conversations.values.sorted { $0.activity > $1.activity }.map(\.session)
    }

    public func latestSession(of player: PlayerKey) -> Session? {
        content.room(of: player).conversations.values.max { $0.activity < $1.activity }?.session
    }

    public func begin(_ session: Session, turns: [Turn], of player: PlayerKey) {
        content.activity += 1
        let conversation = StoredConversation(
            session: session, turns: turns, activity: content.activity, begun: content.activity)
        set(conversation, of: player, machine: session.machine)
    }

    public func place(of session: Session, of player: PlayerKey) throws(StoreError) -> SessionPlace {
        guard let found = content.room(of: player).conversations[session.machine], found.session.id == session.id
        else { throw .notBegun }
        return SessionPlace(row: 0, lastTurn: Int64(found.activity))
    }

    public func append(
        _ turn: Turn, to session: Session, of player: PlayerKey, at place: SessionPlace
    ) throws(StoreError) -> SessionPlace {
        let machine = session.machine
        // The turns are not copied into `old`: a second reference would make every append copy them.
        let old = content.room(of: player).conversations[machine].map { ($0.session, $0.activity) }
        guard let (oldSession, oldActivity) = old, oldSession.id == session.id, oldActivity == place.lastTurn
        else { throw .notBegun }
        undo.append { content in
            content.change(player) {
                $0.conversations[machine]?.session = oldSession
                $0.conversations[machine]?.activity = oldActivity
                $0.conversations[machine]?.turns.removeLast()
            }
        }
        content.activity += 1
        let activity = content.activity
        content.change(player) {
            $0.conversations[machine]?.session = session
            $0.conversations[machine]?.activity = activity
            $0.conversations[machine]?.turns.append(turn)
        }
        return SessionPlace(row: 0, lastTurn: Int64(activity))
    }

    public func save(_ session: Session, of player: PlayerKey) -> Bool {
        let machine = session.machine
        // As in `append`, `old` holds no second reference to the turns.
        let old = content.room(of: player).conversations[machine]?.session
        guard let old, old.id == session.id else { return false }
        undo.append { content in content.change(player) { $0.conversations[machine]?.session = old } }
        content.change(player) { $0.conversations[machine]?.session = session }
        return true
    }

    public func removeSession(of player: PlayerKey, machine: MachineID) -> Bool {
        guard content.room(of: player).conversations[machine] != nil else { return false }
        set(nil, of: player, machine: machine)
        return true
    }

    public func moveSession(of player: PlayerKey, machine: MachineID, to other: PlayerKey) {
        guard let conversation = content.room(of: player).conversations[machine] else { return }
        set(nil, of: player, machine: machine)
        set(conversation, of: other, machine: machine)
    }

    public func records(in sandbox: SandboxID) -> [PlayerRecord] {
        content.players[sandbox, default: [:]].sorted { $0.key.precedes($1.key) }.map { key, room in
            var record = PlayerRecord(key)
            record.progress = room.progress ?? Progress()
            record.sessions = room.conversations.values.sorted { $0.activity > $1.activity }.map {
                ($0.session, MemoryHistoryReader($0.turns))
            }
            return record
        }
    }

    public func session(_ id: SessionID, in sandbox: SandboxID) -> (player: PlayerKey, session: Session)? {
        for (player, room) in content.players[sandbox, default: [:]] {
            for conversation in room.conversations.values where conversation.session.id == id {
                return (player, conversation.session)
            }
        }
        return nil
    }

    public func dueSessions(
        in sandbox: SandboxID, until moment: Timestamp, _ take: (PlayersSession) -> Bool
    ) {
        let all = content.players[sandbox, default: [:]].flatMap { key, room in
            room.conversations.values.map { (key: key, session: $0.session, begun: $0.begun) }
        }
        let due = all.filter { $0.session.memory.dueAt.map { $0 <= moment } ?? false }
        let ordered = due.sorted { a, b in
            (a.session.memory.dueAt ?? .earliest, a.begun) < (b.session.memory.dueAt ?? .earliest, b.begun)
        }
        for found in ordered where !take((found.key, found.session)) { return }
    }

    public func sessionCount(in sandbox: SandboxID) -> Int {
        content.players[sandbox, default: [:]].values.reduce(0) { $0 + $1.conversations.count }
    }

    private func set(_ conversation: StoredConversation?, of player: PlayerKey, machine: MachineID) {
        let old = content.room(of: player).conversations[machine]
        undo.append { content in content.change(player) { $0.conversations[machine] = old } }
        content.change(player) { $0.conversations[machine] = conversation }
    }
}

// MARK: - Progress

extension MemoryStore {
    public func progress(of player: PlayerKey) -> Progress {
        content.room(of: player).progress ?? Progress()
    }

    public func save(_ progress: Progress, of player: PlayerKey) {
        let old = content.room(of: player).progress
        undo.append { content in content.change(player) { $0.progress = old } }
        content.change(player) { $0.progress = progress }
    }

    public func removeAll(of player: PlayerKey) -> Bool {
        let old = content.room(of: player)
        guard !old.isEmpty else { return false }
        undo.append { content in content.change(player) { $0 = old } }
        content.change(player) { $0 = PlayerRoom() }
        return true
    }
}

// MARK: - Accounts

extension MemoryStore {
    public func accounts() -> [AccountRecord] {
        content.accounts.values.sorted { $0.sandbox.number < $1.sandbox.number }
    }

    public func makeAccount(name: String, isOpen: Bool, at now: Timestamp) throws(StoreError) -> AccountRecord {
        let key = AccountName(name, isOpen: isOpen)
        guard content.names.insert(key).inserted else {
            throw StoreError("an account of that name is there already")
        }
        content.lastSandbox += 1
        let sandbox = SandboxID(number: content.lastSandbox)
        let account = AccountRecord(sandbox: sandbox, name: name, isOpen: isOpen, lastUsedAt: now)
        content.accounts[sandbox] = account
        undo.append { content in
            content.names.remove(key)
            content.accounts[sandbox] = nil
            content.lastSandbox -= 1
        }
        return account
    }

    public func touchAccount(_ sandbox: SandboxID, at now: Timestamp) {
        guard let old = content.accounts[sandbox]?.lastUsedAt else { return }
        undo.append { $0.accounts[sandbox]?.lastUsedAt = old }
        content.accounts[sandbox]?.lastUsedAt = now
    }

    public func saveSettings(_ text: String, of sandbox: SandboxID) {
        guard let old = content.accounts[sandbox]?.settings else { return }
        undo.append { $0.accounts[sandbox]?.settings = old }
        content.accounts[sandbox]?.settings = text
    }

    public func isEmpty(_ sandbox: SandboxID) -> Bool {
        content.players[sandbox]?.isEmpty ?? true && content.personas[sandbox]?.isEmpty ?? true
            && content.counters[sandbox]?.isEmpty ?? true && content.uploads[sandbox]?.isEmpty ?? true
            && !content.apiKeys.contains { $0.sandbox == sandbox }
    }

    public func clearAccount(_ sandbox: SandboxID) {
        saveSettings("", of: sandbox)
        let players = content.players.removeValue(forKey: sandbox)
        let personas = content.personas.removeValue(forKey: sandbox)
        let apiKeys = content.apiKeys
        content.apiKeys.removeAll { $0.sandbox == sandbox }
        let counters = content.counters.removeValue(forKey: sandbox)
        let uploads = content.uploads.removeValue(forKey: sandbox)
        undo.append { content in
            content.apiKeys = apiKeys
            content.counters[sandbox] = counters
            content.uploads[sandbox] = uploads
            content.players[sandbox] = players
            content.personas[sandbox] = personas
        }
    }

    public func removeAccount(_ sandbox: SandboxID) {
        clearAccount(sandbox)
        guard let account = content.accounts.removeValue(forKey: sandbox) else { return }
        let name = AccountName(account.name, isOpen: account.isOpen)
        content.names.remove(name)
        undo.append { content in
            content.accounts[sandbox] = account
            content.names.insert(name)
        }
    }
}
