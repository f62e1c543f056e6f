import Glibc
import HTTP

/// The journals of a process: what they have in common, and what they count together.
public final class JournalBook {
    /// Where nobody sets another number: entries of a sandbox.
    public static let standardLimit = 1000
    /// The memory of all entries, in bytes.
    public static let standardBudget = 256 << 20

    /// Of all sandboxes, those that are gone and what was cleared among them.
    public let totals = Tally()
    /// What a replay needs to know besides the entries.
    public var header = JournalHeader()
    /// Of the APIs that are spoken.
    public internal(set) var redactor = Redactor([])
    /// Whether each entry is kept for `takeNew`.
    public var isTaken = false

    private let room: JournalRoom
    private let monotonic: () -> Int64
    private var arrivals = 0
    private var tickets = Tickets()
    private var new: [JournalEntry] = []
    private var ended: [JournalEntry] = []

    /// - Parameter limit: The entries that each sandbox keeps; 0: none.
    public init(
        limit: Int = standardLimit, budget: Int = standardBudget,
        monotonic: @escaping () -> Int64 = JournalBook.monotonicTime
    ) {
        room = JournalRoom(limit: limit, budget: budget)
        self.monotonic = monotonic
    }

    public var limit: Int { room.limit }

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

    /// Counts an entry and keeps it. Its response gets a ticket.
    /// - Parameter sandbox: Nil where the sandbox is gone.
    func add(_ entry: JournalEntry, to sandbox: Sandbox?) {
        arrivals += 1
        entry.arrival = arrivals
        if let sandbox {
            if entry.kind == .request, let print = entry.fingerprint {
                entry.isDuplicate = sandbox.journal.isRepeated(print)
            }
            sandbox.journal.append(entry, in: room)
        }
        if !entry.isControl { totals.count(entry) }
        entry.response.ticket = tickets.issue(entry)
        if isTaken { new.append(entry) }
        room.tidy(latest: arrivals)
    }

    /// Counts a request of which no entry is made.
    func count(status: Int, in sandbox: Sandbox) {
        totals.count(status: status)
        sandbox.journal.count(status: status)
    }

    /// The store has not kept the request; this is its answer.
    func replaceAnswer(of entry: JournalEntry, by response: Response) {
        if entry.status < 400, response.status.code >= 400, !entry.isControl {
            totals.countError()
            entry.tally?.countError()
        }
        let ticket = entry.response.ticket
        entry.response = response
        entry.response.ticket = ticket
        entry.isUnsaved = true
    }

    /// How the delivery of an answer ended.
    func delivered(_ ticket: Ticket, _ how: Delivered) {
        guard let entry = tickets.redeem(ticket) else { return }
        entry.end(how, at: monotonic())
        if how != .aborted, !entry.isControl {
            totals.countAnswer()
            entry.tally?.countAnswer()
        }
        if entry.isTaken { ended.append(entry) }
    }

    /// The entries since the last call, in the order in which they came; and those of earlier calls whose answers have
    /// ended since. To be asked when the answers of a loop turn have been let go.
    public func takeNew() -> (new: [JournalEntry], ended: [JournalEntry]) {
        let taken = (new, ended)
        for entry in new { entry.isTaken = true }
        new.removeAll(keepingCapacity: true)
        ended.removeAll(keepingCapacity: true)
        return taken
    }
}

extension JournalEntry {
    /// What may be asked as often as one likes (RFC 9110 §9.2.1).
    private static let harmless = [HTTP.Method.get, .head, .options]

    /// Nil for what may be sent twice, and for a body that is not in memory.
    fileprivate var fingerprint: Fingerprint? {
        guard !JournalEntry.harmless.contains(head.method), case .bytes(let bytes) = body else { return nil }
        var print = Fingerprint()
        print.add(facts.caller ?? "")
        print.add(head.method.name)
        print.add(head.path)
        print.add(head.query)
        print.add(bytes)
        return print
    }
}

/// Gives out tickets for entries. A ticket is a slot's number, so that finding an entry is one look.
struct Tickets {
    private var slots: [JournalEntry?] = []
    private var free: [Int] = []

    mutating func issue(_ entry: JournalEntry) -> Ticket {
        if let slot = free.popLast() {
            slots[slot] = entry
            return Ticket(slot + 1)
        }
        slots.append(entry)
        return Ticket(slots.count)
    }

    mutating func redeem(_ ticket: Ticket) -> JournalEntry? {
        let slot = Int(truncatingIfNeeded: ticket) - 1
        guard slots.indices.contains(slot), let entry = slots[slot] else { return nil }
        slots[slot] = nil
        free.append(slot)
        return entry
    }
}
