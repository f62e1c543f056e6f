import Glibc
import HTTP

/// The journals of a process: what they have in common, and what they count together.
public final class JournalBook {
    /// Where nobody sets another number: entries of a sandbox.
    public static let standardLimit = 250
    /// The memory of all entries, in bytes.
    public static let standardBudget = 256 << 20

    /// Of all sandboxes, those that are gone and what was cleared among them.
    public private(set) var totals = Counts()
    /// What a replay needs to know besides the entries.
    public var header: JournalHeader
    /// Of the APIs that are spoken.
    public let redactor: Redactor
    /// Whether each entry is kept for `takeNew`.
    private let isTaken: Bool

    private let budget: JournalBudget
    private let monotonic: () -> Int64
    private var tickets = TicketTable()
    /// Counts of sandboxes that are gone.
    private let nowhere = Tally()
    private var new: [JournalEntry] = []
    private var ended: [JournalEntry] = []

    /// - Parameters:
    ///   - limit: The entries that each sandbox keeps; 0: none.
    ///   - isTaken: Whether somebody calls `takeNew`.
    ///   - secrets: Of the APIs that are spoken.
    public init(
        limit: Int = standardLimit, budget: Int = standardBudget, isTaken: Bool = false,
        header: JournalHeader = JournalHeader(), secrets: [Secrets] = [],
        monotonic: @escaping () -> Int64 = JournalBook.monotonicTime
    ) {
        self.budget = JournalBudget(limit: limit, bytes: budget)
        self.isTaken = isTaken
        self.header = header
        redactor = Redactor(secrets)
        self.monotonic = monotonic
    }

    public var limit: Int { budget.limit }

    /// Whether entries are made at all.
    var isOn: Bool { isTaken || limit > 0 }

    /// Nanoseconds.
    public static func monotonicTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// When something begins; 0 where nobody keeps it.
    func begin() -> Int64 { isOn ? monotonic() : 0 }

    /// Makes an entry, counts it and keeps it. Its response gets a ticket.
    /// - Parameter sandbox: Nil where the sandbox is gone.
    func add(_ draft: consuming JournalEntry.Draft, _ response: Response, to sandbox: Sandbox?) -> JournalEntry {
        let rank =
            sandbox?.journal.rank(of: draft.fingerprint)
            ?? JournalEntry.Rank(number: 0, isDuplicate: false, tally: nowhere)
        let (arrival, ticket) = tickets.open()
        var response = response
        response.ticket = ticket
        let entry = JournalEntry(draft, rank, arrival: arrival, response)
        sandbox?.journal.append(entry, in: budget)
        if !entry.isControl { totals.count(entry) }
        tickets.fill(ticket, entry)
        if isTaken { new.append(entry) }
        budget.tidy(latest: arrival)
        return entry
    }

    /// Counts a request of which no entry is made.
    func count(status: Int, in sandbox: Sandbox) {
        totals.count(status: status)
        sandbox.journal.count(status: status)
    }

    /// The store has not kept the request whose answer has that ticket; this is its answer now. Returns it with the ticket.
    func replaceAnswer(_ ticket: Ticket, by response: Response) -> Response {
        guard let entry = tickets[ticket] else { return response }
        if entry.status < 400, response.status.code >= 400, !entry.isControl {
            totals.countError()
            entry.tally.counts.countError()
        }
        entry.response = response
        entry.response.ticket = ticket
        entry.isUnsaved = true
        return entry.response
    }

    /// How the delivery of an answer ended.
    func delivered(_ ticket: Ticket, _ how: Delivered) {
        guard let entry = tickets.redeem(ticket) else { return }
        entry.end(how, at: monotonic())
        if how != .aborted, !entry.isControl {
            totals.countAnswer()
            entry.tally.counts.countAnswer()
        }
        if entry.isTaken { ended.append(entry) }
    }

    /// The entries since the last call, in the order in which they came; and those of earlier calls whose answers have
    /// ended since. To be asked when the answers of a batch have been let go.
    public func takeNew() -> (new: [JournalEntry], ended: [JournalEntry]) {
        let taken = (new, ended)
        for entry in new { entry.isTaken = true }
        new.removeAll(keepingCapacity: true)
        ended.removeAll(keepingCapacity: true)
        return taken
    }
}

/// Numbers the entries, and gives out tickets for them. A ticket is a slot's number, so that finding an entry is one look.
private struct TicketTable {
    private var arrivals = 0
    private var slots: [JournalEntry?] = []
    private var free: [Int] = []

    mutating func open() -> (arrival: Int, ticket: Ticket) {
        arrivals += 1
        if let slot = free.popLast() { return (arrivals, Ticket(slot + 1)) }
        slots.append(nil)
        return (arrivals, Ticket(slots.count))
    }

    mutating func fill(_ ticket: Ticket, _ entry: JournalEntry) { slots[Int(ticket) - 1] = entry }

    subscript(ticket: Ticket) -> JournalEntry? {
        let slot = Int(truncatingIfNeeded: ticket) - 1
        return slots.indices.contains(slot) ? slots[slot] : nil
    }

    mutating func redeem(_ ticket: Ticket) -> JournalEntry? {
        guard let entry = self[ticket] else { return nil }
        let slot = Int(ticket) - 1
        slots[slot] = nil
        free.append(slot)
        return entry
    }
}
