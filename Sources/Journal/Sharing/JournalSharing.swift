/// What of a journal is not the same here and in the database that servers share.
struct JournalSharing {
    /// What the database has, if that is more than is here; nil: all of it is here.
    var ahead: JournalState?
    /// What the batch has added, oldest first.
    private var added: [Journal.Addition] = []
    /// How many of those were cleared in the batch.
    private var cleared = 0
    /// Entries of requests that were answered when no batch held the sandbox, and of batches that were dropped: they are
    /// added when a batch holds the sandbox.
    private var waiting = Waiting()
    /// What of them the batch has added.
    private var taken = Waiting()

    struct Waiting {
        fileprivate(set) var additions: [Journal.Addition] = []
        /// Counts those beyond `most`.
        fileprivate(set) var missed = Counts()
        private static let most = 1_000

        fileprivate mutating func append(_ more: [Journal.Addition]) {
            additions += more
            for addition in additions.prefix(max(0, additions.count - Waiting.most)) where !addition.entry.isControl {
                missed.count(addition.entry)
            }
            additions = additions.suffix(Waiting.most)
        }
    }

    /// What the batch has added and not cleared.
    var rows: ArraySlice<Journal.Addition> { added[cleared...] }

    var hasWaiting: Bool { !waiting.additions.isEmpty }

    mutating func add(_ addition: Journal.Addition) { added.append(addition) }

    mutating func wait(for addition: Journal.Addition) { waiting.append([addition]) }

    mutating func takeWaiting() -> Waiting {
        taken = waiting
        waiting = Waiting()
        return taken
    }

    mutating func forgetRows() { cleared = added.count }

    mutating func keepBatch() { (added, cleared, taken) = ([], 0, Waiting()) }

    /// - Returns: whether the batch has added anything.
    mutating func dropBatch() -> Bool {
        let hasAdded = !added.isEmpty
        let later = waiting
        waiting = taken
        waiting.append(later.additions)
        waiting.missed.add(later.missed)
        keepBatch()
        return hasAdded
    }
}
