public import Dialogue
import Metrics
public import Store

/// A batch that is answered before the database is asked.
struct BatchAhead {
    /// The sandboxes that it uses alone, if the database agrees.
    let sandboxes: Set<SandboxID>
    /// The number of the personas that the server knows.
    let personas: Int64
    /// What is to be sent when the batch is answered, in order.
    var writes: [(query: Query, values: [Value], done: ((Int) -> Void)?)] = []
    /// Whether something was asked for that only the database knows.
    var isRefused = false
}

/// What the store remembers of the batches before.
struct RecentUse {
    /// How many batches in a row found that no other server had used the sandbox since this server's last one.
    private var rows: [SandboxID: Int] = [:]
    /// The time by the database's clock, and by `MonotonicClock` when it was learned.
    private var clock: (time: Timestamp, at: Int64)?
    /// The latest time that was given.
    private var latest = Timestamp(nanoseconds: 0)

    /// Servers that use a sandbox in turns gain nothing by batches that begin ahead.
    private static let least = 4
    /// The most sandboxes that are remembered; then all are forgotten, because those that were removed stay.
    private static let most = 10_000
    /// How long the two clocks go together, in nanoseconds.
    private static let together: Int64 = 10_000_000_000
    /// How much earlier the database's clock can be read than one thought, unless it was set back, in nanoseconds.
    private static let doubt: Int64 = 1_000_000_000

    func isOften(_ sandbox: SandboxID) -> Bool { rows[sandbox, default: 0] >= RecentUse.least }

    mutating func note(_ sandbox: SandboxID, isInRow: Bool) {
        if rows.count == RecentUse.most { rows = [:] }
        rows[sandbox] = isInRow ? rows[sandbox, default: 0] + 1 : nil
    }

    mutating func read(_ time: Timestamp) { clock = (time, MonotonicClock.now()) }

    /// The time by the database's clock, not before one that was given; nil when that is not known well.
    mutating func time() -> Timestamp? {
        guard let clock else { return nil }
        let passed = MonotonicClock.now() - clock.at
        guard passed < RecentUse.together else { return nil }
        let time = Timestamp(nanoseconds: clock.time.nanoseconds + passed)
        let isSetBack = latest.nanoseconds - time.nanoseconds > RecentUse.doubt
        latest = isSetBack ? time : max(latest, time)
        return latest
    }
}

extension PostgresStore {
    static let unknown = StoreError("a batch needs more than the server knows of its sandboxes", isPassing: true)

    public func beginAhead(_ sandboxes: Set<SandboxID>, personas: Int64?) -> Timestamp? {
        let isKnown = !sandboxes.isEmpty && sandboxes.allSatisfy(recent.isOften) && connection?.isOpen == true
        let time = isKnown && personas != nil ? recent.time() : nil
        let held = time == nil ? [] : sandboxes
        ahead = BatchAhead(sandboxes: held, personas: personas ?? 0, isRefused: time == nil)
        locks = BatchLocks(alone: held)
        return time
    }

    public var isAhead: Bool { ahead?.isRefused == false }

    public func sendAhead() throws(StoreError) {
        if let ahead {
            guard !ahead.isRefused, let connection else { throw PostgresStore.unknown }
            do throws(PostgresError) {
                try begin(connection)
                self.ahead = nil
                connection.hasSentLock = true
                try send(ahead, connection)
            } catch {
                throw failed(error)
            }
        }
        guard hasWrites else { return }
        try performing { connection throws(PostgresError) in try connection.flush() }
    }

    private func send(_ ahead: BatchAhead, _ connection: Connection) throws(PostgresError) {
        let sandboxes = Value.numbers(ahead.sandboxes.map(\.number))
        try lock([sandboxes, .texts([]), .texts([])], sharing: [], connection)
        let values = [sandboxes, .bytes(owner), .number(ahead.personas), Value(ahead.sandboxes.count)]
        try connection.send(SQL.confirm, values) { [unowned self] answer in
            if let time = try? answer.first?.moment(0) { recent.read(time) }
        }
        for write in ahead.writes {
            try connection.send(write.query, write.values, done: write.done.map { done in { done($0.changes) } })
        }
    }

    /// Refuses what only the database knows.
    func refuseAhead() -> StoreError {
        ahead?.isRefused = true
        return PostgresStore.unknown
    }

    /// Has a write wait for `sendAhead`.
    func postpone(_ query: Query, _ values: [Value], done: ((Int) -> Void)?) throws(StoreError) {
        try postponeTurns()
        ahead?.writes.append((query, values, done))
        hasWrites = true
    }

    func postponeTurns() throws(StoreError) {
        guard isAhead else { throw PostgresStore.unknown }
        for write in appended.take() { ahead?.writes.append((write.query, write.values, nil)) }
    }

    /// Writes who has used the sandboxes of the batch last.
    func noteUse(_ connection: Connection) throws(PostgresError) {
        guard let locks else { return }
        if !locks.taken.isEmpty {
            try connection.send(SQL.noteUse, [.numbers(locks.taken.map(\.number)), .bytes(owner)])
        }
        if !locks.left.isEmpty { try connection.send(SQL.noteUse, [.numbers(locks.left.map(\.number)), .bytes([])]) }
    }
}

private enum SQL {
    /// Fails with `division_by_zero` unless this server was the last one to use all of the sandboxes, and knows the
    /// personas.
    static let confirm = Query(
        """
        SELECT \(Clock.time), 1 / CASE WHEN (
            SELECT count(*) FROM accounts, foilmock_state
            WHERE sandbox = ANY ($1::int8[]) AND last_server = $2::bytea AND personas = $3::int8) = $4::int8
            THEN 1 ELSE 0 END
        """)
    static let noteUse = Query(
        "UPDATE accounts SET last_server = $2::bytea WHERE sandbox = ANY ($1::int8[]) AND last_server <> $2::bytea")
}
