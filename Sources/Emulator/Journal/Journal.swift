/// What was asked of one sandbox: its latest requests in full, and how many there were.
public final class Journal {
    private var contents = Contents()
    /// As it was before the batch cleared it.
    private var before: Contents?
    private var budget: JournalBudget?

    deinit { budget?.leave(self, bytes: contents.bytes + (before?.bytes ?? 0)) }

    public var counts: Counts { contents.tally.counts }

    /// How many of the requests it keeps, control calls not counted.
    public var kept: Int { counts.requests - counts.left }

    /// Oldest first.
    public var entries: [JournalEntry] { contents.ring.all }

    /// Whether all that has happened in the sandbox stands in it, or has stood.
    public var isWhole: Bool { contents.isWhole }

    /// Told of a sandbox that was there before this process.
    func beginInTheMiddle() { contents.isWhole = false }

    /// Where the next entry stands.
    func rank(of print: Fingerprint?) -> JournalEntry.Rank { contents.rank(of: print) }

    /// Counts the entry and keeps it; beyond the budget's limit the oldest leaves.
    func append(_ entry: JournalEntry, in budget: JournalBudget) {
        if self.budget == nil {
            self.budget = budget
            budget.enter(self)
        }
        budget.resize(by: contents.append(entry, limit: budget.limit))
    }

    /// Counts a request that is not kept.
    func count(status: Int) {
        contents.tally.counts.count(status: status)
        contents.tally.counts.countLeft()
    }

    var oldestArrival: Int? { contents.ring.oldest?.arrival }

    /// Lets go of what came before.
    func drop(before arrival: Int) { budget?.resize(by: contents.drop(before: arrival)) }

    /// Begins anew with the batch, unless that is taken back.
    /// - Parameter isWhole: Whether nothing is left of what has happened in the sandbox.
    func clear(isWhole: Bool) {
        if before == nil { before = contents } else { budget?.resize(by: -contents.bytes) }
        contents = Contents(isWhole: isWhole)
    }

    func keepBatch() {
        guard let before else { return }
        self.before = nil
        budget?.resize(by: -before.bytes)
    }

    /// What came after the clearing stays: its clients were answered, that it could not be kept.
    func dropBatch() {
        guard let before, let budget else { return }
        let since = contents.ring.all
        budget.resize(by: -contents.bytes)
        contents = before
        self.before = nil
        for entry in since {
            let rank = contents.rank(of: nil)
            (entry.number, entry.tally) = (rank.number, rank.tally)
            append(entry, in: budget)
        }
    }
}

/// One value, so that each step is one access to its journal.
private struct Contents {
    var ring = Ring<JournalEntry>()
    var tally = Tally()
    var repeats = Repeats()
    var lastNumber = 0
    var bytes = 0
    var isWhole = true

    mutating func rank(of print: Fingerprint?) -> JournalEntry.Rank {
        lastNumber += 1
        return JournalEntry.Rank(
            number: lastNumber, isDuplicate: print.map { repeats.isRepeated($0) } ?? false, tally: tally)
    }

    /// Returns by how many bytes it has grown.
    mutating func append(_ entry: JournalEntry, limit: Int) -> Int {
        if !entry.isControl { tally.counts.count(entry) }
        var growth = entry.size
        if let left = ring.append(entry, limit: limit) { growth += leave(left) }
        bytes += growth
        return growth
    }

    /// Returns by how many bytes it has grown, which are less than none.
    mutating func drop(before arrival: Int) -> Int {
        var growth = 0
        while let oldest = ring.oldest, oldest.arrival < arrival {
            _ = ring.removeFirst()
            growth += leave(oldest)
        }
        bytes += growth
        return growth
    }

    private func leave(_ entry: JournalEntry) -> Int {
        if !entry.isControl { tally.counts.countLeft() }
        return -entry.size
    }
}

/// The memory that all journals share.
final class JournalBudget {
    private struct Member {
        unowned let journal: Journal
    }

    /// Entries that each keeps.
    let limit: Int
    private let most: Int
    private var bytes = 0
    private var members: [ObjectIdentifier: Member] = [:]

    /// - Parameter bytes: of all entries together, at most.
    init(limit: Int, bytes: Int) {
        self.limit = limit
        most = bytes
    }

    func enter(_ journal: Journal) { members[ObjectIdentifier(journal)] = Member(journal: journal) }

    func leave(_ journal: Journal, bytes: Int) {
        members[ObjectIdentifier(journal)] = nil
        resize(by: -bytes)
    }

    func resize(by bytes: Int) { self.bytes += bytes }

    /// Has the oldest entries of all leave where there are too many bytes: an eighth of the time at once, so that looking
    /// at every journal for the oldest is rare.
    /// - Parameter latest: The arrival of the latest entry.
    func tidy(latest: Int) {
        while bytes > most, let oldest = members.values.compactMap(\.journal.oldestArrival).min() {
            let end = oldest + max(1, (latest - oldest) / 8)
            for member in members.values { member.journal.drop(before: end) }
        }
    }
}
