public import HTTP
public import Metrics

/// What the journals of all sandboxes share: limits, settings and total counts.
public final class JournalBook {
    /// The default for the most entries of each sandbox.
    public static let standardLimit = 250
    /// The default for the memory of all entries, in bytes.
    public static let standardBudget = 256 << 20

    /// The counts of all sandboxes, including removed sandboxes and cleared journals.
    public private(set) var totals = Counts()
    /// What a replay needs besides the entries.
    public var header: JournalHeader
    /// Hides the secrets of all dialects.
    public let redactor: Redactor
    /// Whether each entry is kept for `takeNew`.
    private let isTaken: Bool

    /// Names the process in the ids of live events: arrivals count anew in each.
    let process: String
    /// How many readers follow live.
    public private(set) var readers = 0
    /// The latest entries, while there are readers.
    private var window = LiveWindow()
    private var lines = LiveLines()

    private let budget: JournalBudget
    /// The monotonic time, in nanoseconds.
    public let monotonicNow: () -> Int64
    private var tickets = TicketTable()
    /// Counts the entries of removed sandboxes.
    private let nowhere = Tally()
    private var new: [JournalEntry] = []
    private var ended: [JournalEntry] = []

    /// - Parameters:
    ///   - limit: the most entries of each sandbox; 0: none.
    ///   - isTaken: whether `takeNew` will be called.
    ///   - secrets: the secrets of all dialects.
    ///   - server: the server's name among those that share a database; nil: there are no others.
    public init(
        limit: Int = standardLimit, budget: Int = standardBudget, isTaken: Bool = false,
        header: JournalHeader = JournalHeader(), secrets: [Secrets] = [], server: String? = nil,
        monotonic: @escaping () -> Int64 = MonotonicClock.now
    ) {
        self.budget = JournalBudget(limit: limit, bytes: budget)
        self.isTaken = isTaken
        self.header = header
        redactor = Redactor(secrets)
        monotonicNow = monotonic
        process = server ?? String(monotonic(), radix: 36)
        isShared = server != nil && limit > 0
    }

    public var limit: Int { budget.limit }

    /// Whether all servers of a database have the same entries. Then they are without secrets from the beginning.
    public let isShared: Bool

    /// The bytes of memory that all entries take, approximately.
    public var bytes: Int { budget.bytes }

    /// Whether entries are made at all.
    public var isOn: Bool { isTaken || limit > 0 }

    /// Makes an entry, counts it and keeps it. Gives its response a ticket, unless it has one of `openTicket`. A journal that
    /// servers share gets the entry when a batch holds the sandbox.
    /// - Parameter journal: the sandbox's; nil when the sandbox was removed.
    @discardableResult
    public func add(
        _ draft: consuming JournalEntry.Draft, _ response: inout Response, to journal: Journal?
    ) -> JournalEntry {
        if response.ticket == 0 { response.ticket = tickets.open() }
        guard !isShared else {
            let addition = make(draft, response)
            publish(addition)
            journal?.wait(for: addition, in: budget)
            return addition.entry
        }
        let rank =
            journal?.rank(of: draft.fingerprint)
            ?? JournalEntry.Rank(number: 0, isDuplicate: false, tally: nowhere)
        let entry = JournalEntry(draft, rank, arrival: tickets.arrive(), response)
        journal?.append(entry, in: budget)
        if !entry.isControl { totals.count(entry) }
        note(entry)
        return entry
    }

    private func note(_ entry: JournalEntry) {
        tickets.fill(entry.ticket, entry)
        if isTaken { new.append(entry) }
        if readers > 0 { window.append(entry) }
        budget.tidy(latest: entry.arrival)
    }

    /// Counts a request without making an entry.
    /// - Parameter status: nil when the client gets none.
    public func count(status: Int?, in journal: Journal) {
        totals.count(status: status)
        journal.count(status: status)
    }

    /// A ticket for a response whose entry is added later, or never.
    public func openTicket() -> Ticket { tickets.open() }

    /// Takes back a ticket whose entry is never added.
    public func closeTicket(_ ticket: Ticket) { tickets.close(ticket) }

    /// Replaces the answer with that ticket, because its batch was dropped. Returns the new answer with the ticket.
    public func replaceAnswer(_ ticket: Ticket, by response: Response) -> Response {
        guard let entry = tickets[ticket] else { return response }
        var response = response
        response.ticket = ticket
        if entry.status ?? 0 < 400, response.status.code >= 400, !entry.isControl {
            totals.countError()
            entry.tally.counts.countError()
        }
        if isShared {
            entry.response = response.hidden(by: redactor)
            entry.sizes = JournalEntry.Sizes(sent: entry.sentBytes, parts: response.parts)
        } else {
            entry.response = response
        }
        entry.isUnsaved = true
        return response
    }

    /// Records how the delivery of an answer ended.
    public func delivered(_ ticket: Ticket, _ how: Delivered) {
        guard let entry = tickets.redeem(ticket) else { return }
        entry.end(how, at: monotonicNow())
        if !isShared, how != .aborted, entry.status != nil, !entry.isControl {
            totals.countAnswer()
            entry.tally.counts.countAnswer()
        }
        if entry.isTaken { ended.append(entry) }
    }

    /// Returns the entries since the last call, in order of arrival, and the entries of earlier calls whose delivery
    /// has ended since. Call it after the answers of a batch were released.
    public func takeNew() -> (new: [JournalEntry], ended: [JournalEntry]) {
        let taken = (new, ended)
        for entry in new { entry.isTaken = true }
        new.removeAll(keepingCapacity: true)
        ended.removeAll(keepingCapacity: true)
        return taken
    }
}

/// Journals of servers that share a database.
extension JournalBook {
    /// Makes an entry that is in no journal yet.
    /// - Parameter response: with a ticket of `openTicket`.
    public func make(_ draft: JournalEntry.Draft, _ response: Response) -> Journal.Addition {
        let rank = JournalEntry.Rank(number: 0, isDuplicate: false, tally: nowhere)
        let entry = JournalEntry(
            draft.hidden(by: redactor), rank, arrival: tickets.arrivals + 1, response.hidden(by: redactor))
        entry.sizes = JournalEntry.Sizes(sent: draft.body.count, parts: response.parts)
        // Other servers learn no more of its delivery.
        entry.end(response.delivery.isCut ? .cut : .complete, at: monotonicNow())
        return Journal.Addition(entry: entry, print: draft.fingerprint)
    }

    /// Adds it to a journal whose sandbox the batch holds.
    public func add(_ addition: Journal.Addition, to journal: Journal) { journal.add(addition, in: budget) }

    /// Adds it when a batch holds the sandbox.
    public func add(_ addition: Journal.Addition, later journal: Journal) { journal.wait(for: addition, in: budget) }

    /// Counts it, and shows it to live readers, when its batch is decided.
    public func publish(_ addition: Journal.Addition) {
        addition.entry.arrival = tickets.arrive()
        if !addition.entry.isControl { totals.count(addition.entry) }
        note(addition.entry)
    }

    /// Takes over what other servers have added to a journal, and adds what waits. Call it when a batch holds the sandbox.
    /// - Parameters:
    ///   - state: that of the latest `Journal.Change`; empty: there was none.
    ///   - rows: those behind the newest that is here, in order; empty: there are none, or they were not read.
    ///   - sandbox: the sandbox's name.
    public func takeOver(_ state: [UInt8], _ rows: [Journal.Row], in journal: Journal, of sandbox: String) {
        // What the batch has changed is newer than what the database has.
        guard journal.before == nil, let state = JournalState(state), journal.isOther(state) else { return }
        guard !rows.isEmpty || state.taken == state.cleared else {
            journal.sharing.ahead = state
            return
        }
        journal.enter(budget)
        journal.sharing.ahead = nil
        if state.cleared > journal.contents.cleared {
            journal.replace(by: JournalContents(clearedAt: state.cleared, isWhole: state.isWhole))
        }
        for row in rows where row.place > journal.taken {
            let entry = EntryCodec.entry(row.entry, of: sandbox, arrival: tickets.arrivals + 1, nowhere)
            if let entry {
                entry.arrival = tickets.arrive()
                if readers > 0 { window.append(entry) }
            }
            journal.follow(row, entry, in: budget)
        }
        journal.follow(state)
        budget.tidy(latest: tickets.arrivals)
    }

    /// Adds the entries that wait to a journal whose sandbox the batch holds.
    public func addWaiting(to journal: Journal) { journal.addWaiting(in: budget) }
}

extension Delivery {
    /// Whether a step ends the connection.
    fileprivate var isCut: Bool { steps.contains { $0 == .close || $0 == .reset } }
}

/// Live readers.
extension JournalBook {
    func enterReader() { readers += 1 }

    func leaveReader() {
        readers -= 1
        if readers == 0 { (window, lines) = (LiveWindow(), LiveLines()) }
    }

    /// An entry as one line, for a live reader.
    func line(of entry: JournalEntry, _ writer: JournalWriter) -> [UInt8] {
        readers > 1 ? lines.line(of: entry, writer) : writer.line(entry)
    }

    /// The latest arrival of all sandboxes.
    var latest: Int { tickets.arrivals }

    /// The oldest arrival that a journal keeps.
    var oldest: Int? { budget.oldestArrival }

    /// The next entries of all sandboxes after an arrival, in order of arrival: at most so many, and at least one if one
    /// is kept.
    func entries(after arrival: Int, atMost count: Int) -> [JournalEntry] {
        guard arrival < latest else { return [] }
        return window.entries(after: arrival, atMost: count) ?? budget.entries(after: arrival, atMost: count)
    }
}

/// Numbers the entries and gives each a ticket. A ticket is the number of a slot, so finding an entry takes one array
/// access.
private struct TicketTable {
    private(set) var arrivals = 0
    private var slots: [JournalEntry?] = []
    private var free: [Int] = []

    mutating func arrive() -> Int {
        arrivals += 1
        return arrivals
    }

    mutating func open() -> Ticket {
        if let slot = free.popLast() { return Ticket(slot + 1) }
        slots.append(nil)
        return Ticket(slots.count)
    }

    mutating func fill(_ ticket: Ticket, _ entry: JournalEntry) { slots[Int(ticket) - 1] = entry }

    subscript(ticket: Ticket) -> JournalEntry? {
        let slot = Int(truncatingIfNeeded: ticket) - 1
        return slots.indices.contains(slot) ? slots[slot] : nil
    }

    mutating func redeem(_ ticket: Ticket) -> JournalEntry? {
        guard let entry = self[ticket] else { return nil }
        close(ticket)
        return entry
    }

    mutating func close(_ ticket: Ticket) {
        slots[Int(ticket) - 1] = nil
        free.append(Int(ticket) - 1)
    }
}
