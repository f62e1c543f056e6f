/// The requests of one sandbox: the latest in full, and counts of all.
public final class Journal {
    private var contents = Contents()
    /// The contents before the batch cleared them; nil when it did not.
    private var before: Contents?
    private var budget: JournalBudget?

    public init() {}

    deinit { budget?.leave(self, bytes: contents.bytes + (before?.bytes ?? 0)) }

    public var counts: Counts { contents.tally.counts }

    /// How many requests the journal keeps, without control calls.
    public var kept: Int { counts.requests - counts.left }

    /// Oldest first.
    public var entries: [JournalEntry] { contents.ring.all }

    public var latest: JournalEntry? { contents.ring.newest }

    /// Whether the journal has recorded everything that has happened in the sandbox, including entries that have left.
    public var isWhole: Bool { contents.isWhole }

    /// Marks the journal of a sandbox that existed before this process.
    public func beginInTheMiddle() { contents.isWhole = false }

    /// The number of the next entry, and whether it is a duplicate.
    func rank(of print: Fingerprint?) -> JournalEntry.Rank { contents.rank(of: print) }

    /// Counts the entry and keeps it; beyond the budget's limit the oldest entry leaves.
    func append(_ entry: JournalEntry, in budget: JournalBudget) {
        if self.budget == nil {
            self.budget = budget
            budget.enter(self)
        }
        budget.resize(by: contents.append(entry, limit: budget.limit))
    }

    /// Counts a request that is not kept.
    func count(status: Int?) {
        contents.tally.counts.count(status: status)
        contents.tally.counts.countLeft()
    }

    var oldestArrival: Int? { contents.ring.oldest?.arrival }

    /// How many entries it has taken, with those that have left. It counts on when the journal is cleared, so it is a
    /// place at which a reader can be.
    var taken: Int { contents.taken }

    /// The place of the oldest entry: how many have left.
    var firstPlace: Int { contents.taken - contents.ring.count }

    /// At most so many entries from a place on.
    func entries(from place: Int, atMost count: Int) -> [JournalEntry] {
        let first = max(0, place - firstPlace)
        return contents.ring.elements(in: first..<first + count)
    }

    /// The entries that arrived in a range.
    func entries(arrivedIn range: Range<Int>) -> [JournalEntry] {
        let first = contents.ring.firstPlace { $0.arrival >= range.lowerBound }
        return contents.ring.elements(in: first..<contents.ring.firstPlace { $0.arrival >= range.upperBound })
    }

    /// The first arrival after that one.
    func arrival(after arrival: Int) -> Int? {
        guard let newest = contents.ring.newest, newest.arrival > arrival else { return nil }
        let place = contents.ring.firstPlace { $0.arrival > arrival }
        return contents.ring.elements(in: place..<place + 1).first?.arrival
    }

    /// Removes the entries that arrived before that one.
    func drop(before arrival: Int) { budget?.resize(by: contents.drop(before: arrival)) }

    /// Clears the journal. The old contents come back if the batch is dropped.
    /// - Parameter isWhole: whether the sandbox itself is reset too, so that the empty journal covers its whole
    ///   history.
    public func clear(isWhole: Bool) {
        if before == nil { before = contents } else { budget?.resize(by: -contents.bytes) }
        contents = Contents(taken: contents.taken, isWhole: isWhole)
    }

    public func keepBatch() {
        guard let before else { return }
        self.before = nil
        budget?.resize(by: -before.bytes)
    }

    /// Restores the old contents. The entries after the clearing stay: their clients got an answer, that the batch was
    /// not kept.
    public func dropBatch() {
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

/// One value, so that each change is one access to the journal's property.
private struct Contents {
    var ring = Ring<JournalEntry>()
    var tally = Tally()
    var repeats = Repeats()
    var lastNumber = 0
    /// Counted on when the journal is cleared.
    var taken = 0
    var bytes = 0
    var isWhole = true

    mutating func rank(of print: Fingerprint?) -> JournalEntry.Rank {
        lastNumber += 1
        return JournalEntry.Rank(
            number: lastNumber, isDuplicate: print.map { repeats.isRepeated($0) } ?? false, tally: tally)
    }

    /// - Returns: by how many bytes the contents have grown.
    mutating func append(_ entry: JournalEntry, limit: Int) -> Int {
        if !entry.isControl { tally.counts.count(entry) }
        taken += 1
        var growth = entry.size
        if let left = ring.append(entry, limit: limit) { growth += leave(left) }
        bytes += growth
        return growth
    }

    /// - Returns: by how many bytes the contents have grown; a negative number.
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

    /// The most entries of each journal.
    let limit: Int
    private let most: Int
    private(set) var bytes = 0
    private var members: [ObjectIdentifier: Member] = [:]

    /// - Parameter bytes: the most bytes of all entries together.
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

    var oldestArrival: Int? { members.values.compactMap(\.journal.oldestArrival).min() }

    /// The next entries of all journals after an arrival, in order of arrival: at most so many, and at least one if
    /// there is one.
    func entries(after arrival: Int, atMost count: Int) -> [JournalEntry] {
        guard let next = members.values.compactMap({ $0.journal.arrival(after: arrival) }).min() else { return [] }
        return members.values.flatMap { $0.journal.entries(arrivedIn: next..<next + count) }
            .sorted { $0.arrival < $1.arrival }
    }

    /// Removes the oldest entries of all journals while there are too many bytes. Each step removes an eighth of the
    /// arrivals that are kept, so that the search through all journals is rare.
    /// - Parameter latest: the arrival number of the latest entry.
    func tidy(latest: Int) {
        while bytes > most, let oldest = oldestArrival {
            let end = oldest + max(1, (latest - oldest) / 8)
            for member in members.values { member.journal.drop(before: end) }
        }
    }
}
