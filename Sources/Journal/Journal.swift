public import Dialogue

/// The requests of one sandbox: the latest in full, and counts of all.
public final class Journal {
    var contents = JournalContents()
    /// The contents before the batch; nil when the batch has changed nothing that must be taken back with it.
    var before: JournalContents?
    /// What is not in the database yet, or not here yet, if servers share one.
    var sharing = JournalSharing()
    var budget: JournalBudget?

    public init() {}

    deinit { budget?.leave(self, bytes: contents.bytes + sharing.bytes) }

    public var counts: Counts { sharing.ahead?.counts ?? contents.tally.counts }

    /// How many requests the journal keeps, without control calls.
    public var kept: Int { sharing.ahead?.kept ?? contents.kept }

    /// How many requests the journal no longer keeps.
    public var left: Int { counts.requests - kept }

    /// Oldest first.
    public var entries: [JournalEntry] { contents.ring.all }

    /// The real time of the newest entry.
    public var latest: Timestamp? { sharing.ahead?.received ?? contents.ring.newest?.received }

    /// Whether the journal has recorded everything that has happened in the sandbox, including entries that have left.
    public var isWhole: Bool { contents.isWhole }

    /// Marks the journal of a sandbox that existed before this process.
    public func beginInTheMiddle() { contents.isWhole = false }

    /// The number of the next entry, and whether it is a duplicate.
    func rank(of print: Fingerprint?) -> JournalEntry.Rank { contents.rank(of: print) }

    /// Counts the entry and keeps it; beyond the budget's limit the oldest entry leaves.
    func append(_ entry: JournalEntry, in budget: JournalBudget) {
        enter(budget)
        budget.resize(by: contents.append(entry, limit: budget.limit))
    }

    /// Takes part in a budget, from the first call on.
    func enter(_ budget: JournalBudget) {
        guard self.budget == nil else { return }
        self.budget = budget
        budget.enter(self)
    }

    /// Counts a request that is not kept.
    func count(status: Int?) { contents.tally.counts.count(status: status) }

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
        if before == nil { before = contents }
        // What the database has beyond the entries here is cleared too.
        let taken = sharing.ahead.take()?.taken ?? contents.taken
        replace(by: JournalContents(clearedAt: taken, isWhole: isWhole))
        sharing.forgetRows()
    }

    func replace(by contents: JournalContents) {
        budget?.resize(by: contents.bytes - self.contents.bytes)
        self.contents = contents
    }

    public func keepBatch() {
        guard before != nil else { return }
        before = nil
        sharing.keepBatch()
    }

    /// Restores the old contents. The entries after a clearing stay: their clients got an answer, that the batch was not
    /// kept. In a journal that servers share they wait for another batch (`wait`), unless this one is run again.
    public func dropBatch() {
        guard let before else { return }
        self.before = nil
        let since = contents.ring.all
        replace(by: before)
        let waited = sharing.bytes
        let hasAdded = sharing.dropBatch()
        budget?.resize(by: sharing.bytes - waited)
        guard !hasAdded, let budget else { return }
        for entry in since {
            let rank = contents.rank(of: nil)
            (entry.number, entry.tally) = (rank.number, rank.tally)
            append(entry, in: budget)
        }
    }
}
