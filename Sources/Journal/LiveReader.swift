/// Reads the entries of one journal, or of all, as they come. It keeps a place and no entry, so a reader that falls
/// behind takes no memory: entries that leave the journal unread are counted as lost.
///
/// A place in one journal is how many entries it had taken; a place in all is an arrival.
struct LiveReader {
    enum Step {
        case entry(JournalEntry)
        /// So many entries have left unread.
        case lost(Int)
    }

    private let book: JournalBook
    /// Nil: all journals.
    private let journal: Journal?
    /// The journal's sandbox.
    private let sandbox: Int64?
    private(set) var place: Int

    /// Begins with the entries from now on.
    /// - Parameter sandbox: the journal's sandbox, by its number; nil: all journals.
    init(_ book: JournalBook, _ sandbox: (journal: Journal, number: Int64)?) {
        self.book = book
        journal = sandbox?.journal
        self.sandbox = sandbox?.number
        place = sandbox?.journal.taken ?? book.latest
    }

    var id: LiveID { LiveID(process: book.process, sandbox: sandbox, place: place) }

    /// Goes to the oldest entry that is kept.
    mutating func rewind() {
        place = journal.map(\.firstPlace) ?? book.oldest.map { $0 - 1 } ?? book.latest
    }

    /// Goes to the place of an id.
    /// - Returns: false when this process or this sandbox has not made the id.
    mutating func resume(at id: LiveID) -> Bool {
        guard id.process == book.process, id.sandbox == sandbox, id.place <= place else { return false }
        place = id.place
        return true
    }

    /// Goes behind a step of `steps`.
    mutating func take(_ step: Step) {
        switch step {
        case .lost(let count): place += count
        case .entry(let entry): place = journal == nil ? entry.arrival : place + 1
        }
    }

    /// The next steps: at most so many entries, and what was lost before each. Empty: there is nothing new.
    func steps(atMost count: Int) -> [Step] {
        guard let journal else { return stepsOfAll(atMost: count) }
        let lost = journal.firstPlace - place
        let entries = journal.entries(from: max(place, journal.firstPlace), atMost: count).map { Step.entry($0) }
        return lost > 0 ? [.lost(lost)] + entries : entries
    }

    private func stepsOfAll(atMost count: Int) -> [Step] {
        var steps: [Step] = []
        var last = place
        let entries = book.entries(after: place, atMost: count)
        for entry in entries {
            if entry.arrival > last + 1 { steps.append(.lost(entry.arrival - last - 1)) }
            steps.append(.entry(entry))
            last = entry.arrival
        }
        if entries.isEmpty, book.latest > place { steps.append(.lost(book.latest - place)) }
        return steps
    }
}
