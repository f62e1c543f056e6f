/// What was asked of one sandbox: its latest requests in full, and how many there were.
public final class Journal {
    private struct Contents {
        var ring = Ring<JournalEntry>()
        var tally = Tally()
        var repeats = Repeats()
        var lastNumber = 0
        var bytes = 0
        var isWhole = true
    }

    private var contents = Contents()
    /// As it was before the loop turn cleared it.
    private var before: Contents?
    private var room: JournalRoom?

    deinit { room?.leave(self, bytes: contents.bytes + (before?.bytes ?? 0)) }

    public var tally: Tally { contents.tally }

    /// How many of the requests it keeps, control calls not counted.
    public var kept: Int { tally.requests - tally.left }

    /// Oldest first.
    public var entries: [JournalEntry] { contents.ring.all }

    /// Whether all that has happened in the sandbox stands in it, or has stood.
    public var isWhole: Bool { contents.isWhole }

    /// Told of a sandbox that was there before this process.
    func beginInTheMiddle() { contents.isWhole = false }

    /// Whether this very request came before.
    func isRepeated(_ print: Fingerprint) -> Bool { contents.repeats.isRepeated(print) }

    /// Counts the entry and keeps it; beyond the room's limit the oldest leaves.
    func append(_ entry: JournalEntry, in room: JournalRoom) {
        if self.room == nil {
            self.room = room
            room.enter(self)
        }
        contents.lastNumber += 1
        entry.number = contents.lastNumber
        if !entry.isControl {
            entry.tally = tally
            tally.count(entry)
        }
        resize(by: entry.size)
        if let left = contents.ring.append(entry, limit: room.limit) { leave(left) }
    }

    /// Counts a request that is not kept.
    func count(status: Int) {
        tally.count(status: status)
        tally.countLeft()
    }

    var oldestArrival: Int? { contents.ring.oldest?.arrival }

    /// Lets go of what came before.
    func drop(before arrival: Int) {
        while let oldest = contents.ring.oldest, oldest.arrival < arrival {
            _ = contents.ring.removeFirst()
            leave(oldest)
        }
    }

    /// Begins anew with the loop turn, unless that is taken back.
    /// - Parameter isWhole: Whether nothing is left of what has happened in the sandbox.
    func clear(isWhole: Bool) {
        if before == nil { before = contents } else { resize(by: -contents.bytes) }
        contents = Contents(isWhole: isWhole)
    }

    func keepTurn() {
        guard let before else { return }
        self.before = nil
        room?.resize(by: -before.bytes)
    }

    /// What came after the clearing stays: its clients were answered, that it could not be kept.
    func dropTurn() {
        guard let before, let room else { return }
        let since = contents.ring.all
        resize(by: -contents.bytes)
        contents = before
        self.before = nil
        for entry in since { append(entry, in: room) }
    }

    private func leave(_ entry: JournalEntry) {
        resize(by: -entry.size)
        if !entry.isControl { tally.countLeft() }
    }

    private func resize(by bytes: Int) {
        contents.bytes += bytes
        room?.resize(by: bytes)
    }
}

/// The memory that all journals share.
final class JournalRoom {
    private struct Guest {
        unowned let journal: Journal
    }

    /// Entries that each keeps.
    let limit: Int
    private let budget: Int
    private var bytes = 0
    private var guests: [ObjectIdentifier: Guest] = [:]

    init(limit: Int, budget: Int) {
        self.limit = limit
        self.budget = budget
    }

    func enter(_ journal: Journal) { guests[ObjectIdentifier(journal)] = Guest(journal: journal) }

    func leave(_ journal: Journal, bytes: Int) {
        guests[ObjectIdentifier(journal)] = nil
        resize(by: -bytes)
    }

    func resize(by bytes: Int) { self.bytes += bytes }

    /// Has the oldest entries of all leave where there are too many bytes: an eighth of the time at once, so that looking
    /// at every journal for the oldest is rare.
    /// - Parameter latest: The arrival of the latest entry.
    func tidy(latest: Int) {
        while bytes > budget, let oldest = guests.values.compactMap(\.journal.oldestArrival).min() {
            let end = oldest + max(1, (latest - oldest) / 8)
            for guest in guests.values { guest.journal.drop(before: end) }
        }
    }
}
