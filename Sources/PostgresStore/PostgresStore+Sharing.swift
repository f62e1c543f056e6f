import Dialogue
import EventLoop
public import Store

extension PostgresStore: SharedDatabase {
    public func lock(_ wanted: WantedAccounts) throws(StoreError) -> LockedAccounts {
        var result: Result<LockedAccounts, StoreError>?
        lock(wanted, on: nil) { result = $0 }
        guard let result else { preconditionFailure("without a loop nothing is pending") }
        return try result.get()
    }

    public func lock(_ wanted: WantedAccounts, then: @escaping (Result<LockedAccounts, StoreError>) -> Void) {
        lock(wanted, on: loop, then: then)
    }

    private func lock(
        _ wanted: WantedAccounts, on loop: Loop?, then: @escaping (Result<LockedAccounts, StoreError>) -> Void
    ) {
        if let end { return then(.failure(end)) }
        guard ahead == nil else { return then(.failure(refuseAhead())) }
        connect(on: loop) { [self] result in
            do throws(PostgresError) {
                let connection = try result.get()
                try begin(connection)
                try appended.send(connection)
                let players = PlayerRows(wanted.players)
                let journals = FoundJournals()
                let shared = shareable(wanted.shared)
                try send(wanted, sharing: shared, players, journals, connection)
                receive(connection, on: loop) { [self] answer in
                    do throws(PostgresError) {
                        let found = try LockedAccounts(try answer.get(), players.found, journals, server: owner)
                        hold(found, of: wanted, sharing: shared)
                        then(.success(found))
                    } catch {
                        then(.failure(failed(error)))
                    }
                }
            } catch {
                then(.failure(failed(error)))
            }
        }
    }

    private func send(
        _ wanted: WantedAccounts, sharing shared: Set<SandboxID>, _ players: PlayerRows, _ journals: FoundJournals,
        _ connection: Connection
    ) throws(PostgresError) {
        let names: [Value] = [
            .numbers(wanted.sandboxes.map(\.number)), .texts(wanted.open.map(Key.bytes)),
            .texts(wanted.named.map(Key.bytes)),
        ]
        if wanted.extent == .some {
            try lock(names, sharing: shared, connection)
            // All servers lock sandboxes before players, and each in the same order.
            let players = wanted.players.filter { shared.contains($0.sandbox) }.map(Key.lock).sorted()
            if !players.isEmpty { try connection.send(SQL.lockPlayers, [.numbers(players), lockSpace]) }
        } else {
            try connection.send(SQL.exclude, [.number(batchLock)])
        }
        try players.send(connection)
        let known = wanted.versions.map { ($0.key.number, $0.value) }
        if let places = wanted.places {
            let places = places.map { ($0.key.number, $0.value) }
            try connection.send(SQL.entries, [.numbers(places.map(\.0)), .numbers(places.map(\.1))] + names) {
                journals.answer = $0
            }
        }
        // A statement of its own: the one that waited sees what was there before it waited.
        try connection.send(
            wanted.extent == .all ? SQL.all : SQL.some,
            [.numbers(known.map(\.0)), .numbers(known.map(\.1)), .flag(wanted.extent == .opening)]
                + (wanted.extent == .all ? [] : names))
    }

    /// Sends the locks of sandboxes.
    /// - Parameter names: by which they are found: sandboxes, open accounts and named ones.
    func lock(_ names: [Value], sharing shared: Set<SandboxID>, _ connection: Connection) throws(PostgresError) {
        try connection.send(SQL.share, [.number(batchLock)])
        try connection.send(SQL.lock, names + [.numbers(shared.map(\.number)), lockSpace])
    }

    /// The low half of the batches' key, which tells this schema's locks from another's.
    private var lockSpace: Value { .number(Int64(Int32(truncatingIfNeeded: batchLock))) }

    public func saveState(
        set: [UInt8]?, counted: [UInt8], after version: Int64, of sandbox: SandboxID
    ) throws(StoreError) {
        let values: [Value] = [try held(sandbox), .number(version + 1), .bytes(counted)]
        if let set {
            try write(SQL.saveAll, values + [.bytes(set)])
        } else {
            try write(SQL.saveCounted, values)
        }
    }

    public func saveJournal(_ journal: JournalRows, of sandbox: SandboxID) throws(StoreError) {
        if journal.clears { try write(SQL.clearJournal, [held(sandbox)]) }
        let rows = journal.rows
        if !rows.isEmpty {
            try write(
                SQL.addEntries,
                [
                    held(sandbox), .numbers(rows.map(\.place)), .numbers(rows.map { Int64(bitPattern: $0.print) }),
                    .texts(rows.map(\.entry)),
                ])
        }
        // Last, because some of the rows can have left already.
        if let left = journal.left {
            try write(SQL.removeEntries, [held(sandbox), .number(left.lowerBound), .number(left.upperBound)])
        }
        if let forgotten = journal.forgotten {
            try write(SQL.forget, [held(sandbox), .number(forgotten.lowerBound), .number(forgotten.upperBound)])
        }
        try write(SQL.saveJournal, [held(sandbox), .bytes(journal.state)])
    }

    public func notePersonas() throws(StoreError) { try write(SQL.notePersonas, []) }
}

extension LockedAccounts {
    fileprivate init(
        _ answer: Answer, _ players: [FoundPlayer], _ journals: FoundJournals,
        server: [UInt8]
    ) throws(PostgresError) {
        guard let first = answer.first else { throw .damaged("its row of foilmock_state is missing") }
        let entries = try journals.entries
        var rows: [LockedAccounts.Row] = []
        // A single row without an account, if none was found.
        for row in answer.rows where !row.isNull(3) {
            let record = try AccountRecord(row: row, at: 3)
            let last = try row.bytes(12)
            rows.append(
                LockedAccounts.Row(
                    record: record, version: try row.number(8),
                    lastUse: last == server ? .here : last.isEmpty ? .several : .elsewhere,
                    state: row.isNull(9) ? nil : (set: try row.bytes(9), counted: try row.bytes(10)),
                    journal: try row.bytes(11), entries: entries[record.sandbox] ?? []))
        }
        self.init(
            rows: rows, time: try first.moment(0), personas: try first.number(1),
            openCount: first.isNull(2) ? nil : try first.count(2), players: players)
    }
}

/// The rows of journals, which come before those of their accounts.
private final class FoundJournals {
    /// Nil: none were asked for.
    var answer: Answer?

    var entries: [SandboxID: [JournalRow]] {
        get throws(PostgresError) {
            var found: [SandboxID: [JournalRow]] = [:]
            for row in answer?.rows ?? [] {
                found[try row.sandbox(0), default: []].append(
                    JournalRow(
                        place: try row.number(1), print: UInt64(bitPattern: try row.number(2)),
                        entry: try row.bytes(3)))
            }
            return found
        }
    }
}

enum Clock {
    /// The time by the database's clock in nanoseconds, as SQL.
    static let time = "(extract(epoch FROM clock_timestamp()) * 1000000)::int8 * 1000"
}

private enum SQL {
    static let share = Query("SELECT pg_advisory_xact_lock_shared($1)")
    static let exclude = Query("SELECT pg_advisory_xact_lock($1)")
    private static func places(_ first: Int) -> String {
        "sandbox = ANY ($\(first)::int8[]) OR is_open AND key = ANY ($\(first + 1)::bytea[]) "
            + "OR NOT is_open AND key = ANY ($\(first + 2)::bytea[])"
    }
    // Numbers that are cut off may lock more than is wanted.
    private static let sandboxKey = "$5::int8::int4, (sandbox & 2147483647)::int4"
    static let lock = Query(
        """
        SELECT CASE WHEN sandbox = ANY ($4::int8[]) THEN pg_advisory_xact_lock_shared(\(sandboxKey))
            ELSE pg_advisory_xact_lock(\(sandboxKey)) END
        FROM (SELECT sandbox FROM accounts WHERE \(places(1)) ORDER BY sandbox) AS wanted
        """)
    static let lockPlayers = Query(
        "SELECT pg_advisory_xact_lock($2::int8::int4, player::int4) FROM unnest($1::int8[]) AS player")

    private static func rows(_ places: String) -> String {
        """
        SELECT \(Clock.time), personas,
            CASE WHEN $3::bool THEN (SELECT count(*) FROM accounts WHERE is_open) END, \(AccountRecord.columns), version,
            CASE WHEN version IS DISTINCT FROM known_version THEN set_state END,
            CASE WHEN version IS DISTINCT FROM known_version THEN counted_state END, journal_state, last_server
        FROM foilmock_state
        LEFT JOIN (
            SELECT * FROM accounts
            LEFT JOIN unnest($1::int8[], $2::int8[]) AS known (known_sandbox, known_version) ON known_sandbox = sandbox
            \(places)
        ) AS found ON true
        """
    }
    static let some = Query(rows("WHERE \(places(4))"))
    static let all = Query(rows(""))
    static let entries = Query(
        """
        SELECT found.sandbox, place, print, entry
        FROM (
            SELECT sandbox, coalesce(known_place, 0) AS known_place FROM accounts
            LEFT JOIN unnest($1::int8[], $2::int8[]) AS known (known_sandbox, known_place) ON known_sandbox = sandbox
            WHERE \(places(3))
        ) AS found
        CROSS JOIN LATERAL (
            SELECT place, print, entry FROM journal
            WHERE journal.sandbox = found.sandbox AND place > known_place ORDER BY place
        ) AS added
        ORDER BY found.sandbox, place
        """)
    static let clearJournal = Query("DELETE FROM journal WHERE sandbox = $1")
    static let removeEntries = Query(
        "UPDATE journal SET entry = ''::bytea WHERE sandbox = $1 AND place >= $2 AND place < $3")
    // From a place on: below it the index still has the rows that were deleted before.
    static let forget = Query("DELETE FROM journal WHERE sandbox = $1 AND place >= $2 AND place < $3")
    static let addEntries = Query(
        """
        INSERT INTO journal (sandbox, place, print, entry)
        SELECT sandbox, added.place, added.print, added.entry
        FROM accounts, unnest($2::int8[], $3::int8[], $4::bytea[]) AS added (place, print, entry)
        WHERE sandbox = $1
        """)
    static let saveJournal = Query("UPDATE accounts SET journal_state = $2 WHERE sandbox = $1")
    static let saveCounted = Query("UPDATE accounts SET version = $2, counted_state = $3 WHERE sandbox = $1")
    static let saveAll = Query(
        "UPDATE accounts SET version = $2, counted_state = $3, set_state = $4 WHERE sandbox = $1")
    static let notePersonas = Query("UPDATE foilmock_state SET personas = personas + 1")
}
