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
        /// Counts those beyond `most`, or beyond the memory that is left.
        fileprivate(set) var missed = Counts()
        fileprivate var bytes = 0
        private static let most = 1_000

        fileprivate mutating func append(_ more: [Journal.Addition], leaving room: Int) {
            additions += more
            bytes += more.reduce(0) { $0 + $1.entry.size }
            while additions.count > Waiting.most || bytes > room, !additions.isEmpty {
                let first = additions.removeFirst().entry
                bytes -= first.size
                if !first.isControl { missed.count(first) }
            }
        }
    }

    /// What the batch has added and not cleared.
    var rows: ArraySlice<Journal.Addition> { added[cleared...] }

    var hasWaiting: Bool { !waiting.additions.isEmpty }

    mutating func add(_ addition: Journal.Addition) { added.append(addition) }

    /// The memory of what waits, in bytes.
    var bytes: Int { waiting.bytes }

    /// - Parameter room: the most memory for all that waits, in bytes.
    mutating func wait(for addition: Journal.Addition, in room: Int) { waiting.append([addition], leaving: room) }

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
        waiting.append(later.additions, leaving: .max)
        waiting.missed.add(later.missed)
        keepBatch()
        return hasAdded
    }
}
