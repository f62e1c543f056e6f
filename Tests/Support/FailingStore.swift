public import Dialogue
public import Store

/// A store that fails once, at the call that the test names, and works before and after it. Every call that may throw
/// counts, `commit` too; the first is number 1.
///
/// A failing write has been carried out all the same, as a part of a real one may have been: only `rollback` takes it
/// back. A failing read or commit has done nothing.
public final class FailingStore: BackingStore {
    /// Calls made so far.
    public private(set) var calls = 0
    public private(set) var hasFailed = false
    private let base: any BackingStore
    private var failingCall: Int?
    /// What a failing call throws.
    public var failure = FailingStore.failure

    public static let failure = StoreError("the disk is full")

    /// - Parameter call: the call that fails; nil for none, to count them.
    public init(_ base: any BackingStore, failingAt call: Int? = nil) {
        self.base = base
        failingCall = call
    }

    /// Fails the n-th call from now on, in place of the one named before.
    public func fail(in call: Int) {
        failingCall = calls + call
        hasFailed = false
    }

    public func rollback() {
        base.rollback()
    }

    public func commit() throws(StoreError) {
        try failing(before: try base.commit())
    }

    private func failing<T>(before body: @autoclosure () throws(StoreError) -> T) throws(StoreError) -> T {
        try count()
        return try body()
    }

    private func failing<T>(after body: @autoclosure () throws(StoreError) -> T) throws(StoreError) -> T {
        let result: T
        do throws(StoreError) {
            result = try body()
        } catch {
            try count()
            throw error
        }
        try count()
        return result
    }

    private func count() throws(StoreError) {
        calls += 1
        guard calls == failingCall else { return }
        hasFailed = true
        throw failure
    }
}

// MARK: - Sessions

extension FailingStore {
    public func session(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Session? {
        try failing(before: try base.session(of: player, machine: machine))
    }

    public func sessions(of player: PlayerKey) throws(StoreError) -> [Session] {
        try failing(before: try base.sessions(of: player))
    }

    public func latestSession(of player: PlayerKey) throws(StoreError) -> Session? {
        try failing(before: try base.latestSession(of: player))
    }

    public func begin(_ session: Session, turns: [Turn], of player: PlayerKey) throws(StoreError) {
        try failing(after: try base.begin(session, turns: turns, of: player))
    }

    public func openHistory(of player: PlayerKey, machine: MachineID) throws(StoreError) -> any HistoryReader {
        try failing(before: try base.openHistory(of: player, machine: machine))
    }

    public func session(
        _ id: SessionID, in sandbox: SandboxID
    ) throws(StoreError) -> (player: PlayerKey, session: Session)? {
        try failing(before: try base.session(id, in: sandbox))
    }

    public func latestLines(
        of player: PlayerKey, machine: MachineID, _ take: (String) -> Bool
    ) throws(StoreError) {
        try failing(before: try base.latestLines(of: player, machine: machine, take))
    }

    public func latestTurn(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Turn? {
        try failing(before: try base.latestTurn(of: player, machine: machine))
    }

    /// It is no call of its own: it belongs to `commit`.
    public func removeLeftovers(atMost count: Int) throws(StoreError) {
        try base.removeLeftovers(atMost: count)
    }

    public func append(_ turn: Turn, to session: Session, of player: PlayerKey) throws(StoreError) {
        try failing(after: try base.append(turn, to: session, of: player))
    }

    public func place(of session: Session, of player: PlayerKey) throws(StoreError) -> SessionPlace {
        try failing(before: try base.place(of: session, of: player))
    }

    public func append(
        _ turn: Turn, to session: Session, of player: PlayerKey, at place: SessionPlace
    ) throws(StoreError) -> SessionPlace {
        try failing(after: try base.append(turn, to: session, of: player, at: place))
    }

    public func save(_ session: Session, of player: PlayerKey) throws(StoreError) -> Bool {
        try failing(after: try base.save(session, of: player))
    }

    public func history(of player: PlayerKey, machine: MachineID) throws(StoreError) -> [Turn] {
        try failing(before: try base.history(of: player, machine: machine))
    }

    public func moveSession(of player: PlayerKey, machine: MachineID, to other: PlayerKey) throws(StoreError) {
        try failing(after: try base.moveSession(of: player, machine: machine, to: other))
    }

    public func removeSession(of player: PlayerKey, machine: MachineID) throws(StoreError) -> Bool {
        try failing(after: try base.removeSession(of: player, machine: machine))
    }

    public func records(in sandbox: SandboxID) throws(StoreError) -> [PlayerRecord] {
        try failing(before: try base.records(in: sandbox))
    }

    public func dueSessions(
        in sandbox: SandboxID, until moment: Timestamp, _ take: (PlayersSession) -> Bool
    ) throws(StoreError) {
        try failing(before: try base.dueSessions(in: sandbox, until: moment, take))
    }

    public func sessionCount(in sandbox: SandboxID) throws(StoreError) -> Int {
        try failing(before: try base.sessionCount(in: sandbox))
    }
}

// MARK: - Progress, accounts and personas

extension FailingStore {
    public func progress(of player: PlayerKey) throws(StoreError) -> Progress {
        try failing(before: try base.progress(of: player))
    }

    public func save(_ progress: Progress, of player: PlayerKey) throws(StoreError) {
        try failing(after: try base.save(progress, of: player))
    }

    public func removeAll(of player: PlayerKey) throws(StoreError) -> Bool {
        try failing(after: try base.removeAll(of: player))
    }

    public func accounts() throws(StoreError) -> [AccountRecord] {
        try failing(before: try base.accounts())
    }

    public func makeAccount(name: String, isOpen: Bool, at now: Timestamp) throws(StoreError) -> AccountRecord {
        try failing(after: try base.makeAccount(name: name, isOpen: isOpen, at: now))
    }

    public func touchAccount(_ sandbox: SandboxID, at now: Timestamp) throws(StoreError) {
        try failing(after: try base.touchAccount(sandbox, at: now))
    }

    public func saveSettings(_ text: String, of sandbox: SandboxID) throws(StoreError) {
        try failing(after: try base.saveSettings(text, of: sandbox))
    }

    public func isEmpty(_ sandbox: SandboxID) throws(StoreError) -> Bool {
        try failing(before: try base.isEmpty(sandbox))
    }

    public func clearAccount(_ sandbox: SandboxID) throws(StoreError) {
        try failing(after: try base.clearAccount(sandbox))
    }

    public func removeAccount(_ sandbox: SandboxID) throws(StoreError) {
        try failing(after: try base.removeAccount(sandbox))
    }

    public func personas(of sandbox: SandboxID) throws(StoreError) -> [PersonaRecord] {
        try failing(before: try base.personas(of: sandbox))
    }

    public func personas() throws(StoreError) -> [PersonaRecord] {
        try failing(before: try base.personas())
    }

    public func save(_ record: PersonaRecord) throws(StoreError) {
        try failing(after: try base.save(record))
    }

    public func removePersona(_ persona: PersonaID, of sandbox: SandboxID) throws(StoreError) {
        try failing(after: try base.removePersona(persona, of: sandbox))
    }

    public func removeAll(on persona: PersonaID) throws(StoreError) {
        try failing(after: try base.removeAll(on: persona))
    }
}

// MARK: - Keys, counters and uploads

extension FailingStore {
    public func makeAPIKey(_ key: APIKeyRecord) throws(StoreError) {
        try failing(after: try base.makeAPIKey(key))
    }

    public func apiKeys(of sandbox: SandboxID) throws(StoreError) -> [APIKeyRecord] {
        try failing(before: try base.apiKeys(of: sandbox))
    }

    public func apiKey(digest: [UInt8]) throws(StoreError) -> APIKeyRecord? {
        try failing(before: try base.apiKey(digest: digest))
    }

    public func sandbox(ofKey digest: [UInt8]) throws(StoreError) -> SandboxID? {
        try failing(before: try base.sandbox(ofKey: digest))
    }

    public func revokeAPIKey(_ id: APIKeyID, of sandbox: SandboxID) throws(StoreError) -> Bool {
        try failing(after: try base.revokeAPIKey(id, of: sandbox))
    }

    public func counter(_ name: String, of sandbox: SandboxID) throws(StoreError) -> Int {
        try failing(before: try base.counter(name, of: sandbox))
    }

    public func setCounter(_ name: String, of sandbox: SandboxID, to value: Int) throws(StoreError) {
        try failing(after: try base.setCounter(name, of: sandbox, to: value))
    }

    public func counters(of sandbox: SandboxID) throws(StoreError) -> [(name: String, value: Int)] {
        try failing(before: try base.counters(of: sandbox))
    }

    public func keepUpload(_ path: String, of sandbox: SandboxID) throws(StoreError) {
        try failing(after: try base.keepUpload(path, of: sandbox))
    }

    public func uploads() throws(StoreError) -> [String] {
        try failing(before: try base.uploads())
    }

    public func uploads(of sandbox: SandboxID) throws(StoreError) -> [String] {
        try failing(before: try base.uploads(of: sandbox))
    }
}
