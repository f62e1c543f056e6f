/// A journal of servers that share a database. Each adds to it while a batch holds the sandbox, so that places and numbers
/// are the same at all of them; the rows of the batch hand it on.
extension Journal {
    /// An entry that a batch adds.
    public struct Addition {
        let entry: JournalEntry
        /// By which its repeats are found.
        let print: Fingerprint?
    }

    /// An entry in the database.
    public struct Row: Sendable, Equatable {
        /// Counted from 1, also over a clearing.
        public let place: Int64
        /// The fingerprint by which repeats are found; 0: of a request that never counts as one.
        public let print: UInt64
        /// What `EntryCodec` reads; empty: it has left the journal.
        public let entry: [UInt8]

        public init(place: Int64, print: UInt64, entry: [UInt8]) {
            (self.place, self.print, self.entry) = (place, print, entry)
        }
    }

    /// What a batch changes in the database.
    public struct Change: Sendable {
        /// Whether all rows before are removed.
        public let clears: Bool
        public let rows: [Row]
        /// What `JournalBook.takeOver` reads besides rows.
        public let state: [UInt8]
        /// The places of the rows that lose their entry; nil: none does.
        public let left: Range<Int64>?
        /// The places of the rows that are removed; nil: none is.
        public let forgotten: Range<Int64>?
    }

    /// The place of the newest entry that is here.
    public var place: Int64 { Int64(contents.taken) }

    /// Whether the database has more than is here, so that nothing can be added.
    public var isBehind: Bool { sharing.ahead != nil }

    /// Whether the database has something else than is here.
    func isOther(_ state: JournalState) -> Bool {
        state.taken != contents.taken || state.cleared != contents.cleared
    }

    public var hasWaiting: Bool { sharing.hasWaiting }

    /// Adds an entry in a batch that holds the sandbox.
    func add(_ addition: Addition, in budget: JournalBudget) {
        begin()
        let rank = contents.rank(of: addition.print)
        (addition.entry.number, addition.entry.isDuplicate) = (rank.number, rank.isDuplicate)
        append(addition.entry, in: budget)
        sharing.add(addition)
    }

    /// Adds what waits.
    func addWaiting(in budget: JournalBudget) {
        begin()
        budget.resize(by: -sharing.bytes)
        let waiting = sharing.takeWaiting()
        contents.tally.counts.add(waiting.missed)
        for addition in waiting.additions { add(addition, in: budget) }
    }

    /// Adds an entry when a batch holds the sandbox.
    func wait(for addition: Addition, in budget: JournalBudget) {
        enter(budget)
        let before = sharing.bytes
        sharing.wait(for: addition, in: before + budget.room)
        budget.resize(by: sharing.bytes - before)
    }

    private func begin() {
        guard before == nil else { return }
        before = contents
        // What is counted from here on must leave those before as they are.
        contents.tally = Tally(contents.tally.counts)
    }

    /// Takes over a row of another server.
    /// - Parameter entry: its entry; nil: it has left the journal.
    func follow(_ row: Row, _ entry: JournalEntry?, in budget: JournalBudget) {
        let before = Int(row.place) - 1
        if entry == nil || before != contents.taken {
            budget.resize(by: contents.skip(to: entry == nil ? before + 1 : before))
        }
        if let entry { budget.resize(by: contents.keep(entry, limit: budget.limit)) }
        if row.print != 0 { contents.remember(Fingerprint(row.print)) }
    }

    /// What the batch has changed; nil: nothing.
    public var change: Change? {
        guard let before else { return nil }
        let additions = sharing.rows
        let first = contents.taken - additions.count + 1
        let rows = zip(first..., additions).map { place, addition in
            Row(place: Int64(place), print: addition.print?.value ?? 0, entry: EntryCodec.bytes(of: addition.entry))
        }
        let limit = budget?.limit ?? 0
        return Change(
            clears: contents.cleared != before.cleared, rows: rows, state: state.bytes,
            left: passed(limit, since: before.taken),
            forgotten: passed(max(limit, Repeats.most), since: before.taken))
    }

    /// Rows are looked after each time that so many places were taken.
    private static let step = 64

    /// The places that a distance to the newest one has passed, or may have, since that one was the newest.
    private func passed(_ distance: Int, since taken: Int) -> Range<Int64>? {
        func end(_ taken: Int) -> Int64 { Int64(taken / Journal.step * Journal.step - distance + 1) }
        let (old, new) = (end(taken), end(contents.taken))
        return old < new ? old..<new : nil
    }

    private var state: JournalState {
        JournalState(
            taken: contents.taken, cleared: contents.cleared, lastNumber: contents.lastNumber,
            counts: contents.tally.counts, kept: contents.kept, isWhole: contents.isWhole,
            received: contents.ring.newest?.received)
    }

    /// Takes over what is counted.
    func follow(_ state: JournalState) {
        contents.lastNumber = state.lastNumber
        contents.tally = Tally(state.counts)
        contents.isWhole = state.isWhole
    }
}
