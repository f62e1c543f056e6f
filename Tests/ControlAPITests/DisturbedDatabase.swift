import Dialogue
import PostgresStore
import Store

/// A database that servers share, in which operations fail that the test names.
final class DisturbedDatabase: SharedDatabase {
    enum Operation: CaseIterable { case lock, commit }

    static let conflict = StoreError("two servers got in each other's way", isPassing: true)

    let base: PostgresStore
    private var failures: [(operation: Operation, error: StoreError)] = []
    /// The sandboxes that each batch shared with other servers.
    var shared: [Set<SandboxID>] = []
    /// What happens while a commit is under way.
    var whileCommitting: (() -> Void)?
    /// Whether commits wait for the test.
    var holdsCommits = false
    /// Lets the commit go on that waits.
    private(set) var goOn: (() -> Void)?
    /// How often batches were locked.
    var locks: Int { shared.count }

    init(_ base: PostgresStore) { self.base = base }

    /// Fails the next call of that operation, after those that were named before.
    func fail(_ operation: Operation, _ error: StoreError = conflict) { failures.append((operation, error)) }

    private func failure(of operation: Operation) -> StoreError? {
        guard failures.first?.operation == operation else { return nil }
        return failures.removeFirst().error
    }

    func lock(_ wanted: WantedAccounts, then: @escaping (Result<LockedAccounts, StoreError>) -> Void) {
        shared.append(wanted.shared)
        if let error = failure(of: .lock) { return then(.failure(error)) }
        base.lock(wanted, then: then)
    }

    func commit(then: @escaping (StoreError?) -> Void) {
        whileCommitting?()
        if let error = failure(of: .commit) { return then(error) }
        if holdsCommits { goOn = { [base] in base.commit(then: then) } } else { base.commit(then: then) }
    }

    /// A batch whose lock is to fail does not begin ahead.
    func beginAhead(_ sandboxes: Set<SandboxID>, personas: Int64?) -> Timestamp? {
        base.beginAhead(failures.first?.operation == .lock ? [] : sandboxes, personas: personas)
    }

    var isAhead: Bool { base.isAhead }

    func sendAhead() throws(StoreError) { try base.sendAhead() }

    var id: String { base.id }

    var server: String { base.server }

    var wasAlone: Bool { base.wasAlone }

    /// As the test sets it.
    var roundTrip: Int64 = 0

    func join(_ identity: [(name: String, value: String)]) throws(StoreError) { try base.join(identity) }

    func lock(_ wanted: WantedAccounts) throws(StoreError) -> LockedAccounts { try base.lock(wanted) }

    func saveState(
        set: [UInt8]?, counted: [UInt8], after version: Int64, of sandbox: SandboxID
    ) throws(StoreError) {
        try base.saveState(set: set, counted: counted, after: version, of: sandbox)
    }

    func notePersonas() throws(StoreError) { try base.notePersonas() }

    func saveJournal(_ journal: JournalRows, of sandbox: SandboxID) throws(StoreError) {
        try base.saveJournal(journal, of: sandbox)
    }

    func keepContent(_ bytes: [UInt8], ofUpload path: String) throws(StoreError) {
        try base.keepContent(bytes, ofUpload: path)
    }

    func content(ofUpload path: String) throws(StoreError) -> [UInt8]? { try base.content(ofUpload: path) }
}
