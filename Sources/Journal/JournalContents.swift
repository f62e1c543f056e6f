/// What a journal has. One value, so that each change is one access to the journal's property.
struct JournalContents {
    private(set) var ring = Ring<JournalEntry>()
    var tally = Tally()
    private var repeats = Repeats()
    var lastNumber = 0
    /// The place of the newest entry: how many were taken. Counted on when the journal is cleared.
    var taken = 0
    /// The place at which the journal was cleared last.
    private(set) var cleared = 0
    /// How many entries are here, without control calls.
    private(set) var kept = 0
    private(set) var bytes = 0
    var isWhole = true

    init() {}

    /// Empty ones, in place of others.
    init(clearedAt place: Int, isWhole: Bool) {
        (taken, cleared, self.isWhole) = (place, place, isWhole)
    }

    mutating func rank(of print: Fingerprint?) -> JournalEntry.Rank {
        lastNumber += 1
        return JournalEntry.Rank(
            number: lastNumber, isDuplicate: print.map { repeats.isRepeated($0) } ?? false, tally: tally)
    }

    /// Counts an entry, and keeps it.
    /// - Returns: by how many bytes the contents have grown.
    mutating func append(_ entry: JournalEntry, limit: Int) -> Int {
        if !entry.isControl { tally.counts.count(entry) }
        return keep(entry, limit: limit)
    }

    /// Remembers a request of another server, for which `rank` was not called.
    mutating func remember(_ print: Fingerprint) { _ = repeats.isRepeated(print) }

    /// Keeps an entry that is counted.
    /// - Returns: by how many bytes the contents have grown.
    mutating func keep(_ entry: JournalEntry, limit: Int) -> Int {
        taken += 1
        if !entry.isControl { kept += 1 }
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

    /// Goes on at a place, without the entries before it.
    /// - Returns: by how many bytes the contents have grown; a negative number or 0.
    mutating func skip(to place: Int) -> Int {
        defer { (ring, kept, bytes, taken) = (Ring(), 0, 0, place) }
        return -bytes
    }

    private mutating func leave(_ entry: JournalEntry) -> Int {
        if !entry.isControl { kept -= 1 }
        return -entry.size
    }
}
