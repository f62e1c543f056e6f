import HTTP

/// Exact counts of requests, including those that have left the journal.
public struct Counts: Equatable, Sendable {
    public private(set) var requests = 0
    /// Answered with 400 or more.
    public private(set) var errors = 0
    public private(set) var duplicates = 0
    /// Requests whose answer was not fully received by the client's system: it is still being sent, the client has
    /// left, or the connection ended before the first byte.
    public private(set) var unanswered = 0

    init() {}

    init(requests: Int, errors: Int, duplicates: Int, unanswered: Int) {
        (self.requests, self.errors, self.duplicates, self.unanswered) = (requests, errors, duplicates, unanswered)
    }

    mutating func count(_ entry: JournalEntry) {
        count(status: entry.status)
        if entry.isDuplicate { duplicates += 1 }
        if entry.delivered == nil || entry.delivered == .aborted || entry.status == nil { unanswered += 1 }
    }

    /// Counts a request that has no entry.
    /// - Parameter status: nil when the client gets none.
    mutating func count(status: Int?) {
        requests += 1
        if let status, status >= 400 { errors += 1 }
    }

    mutating func countError() { errors += 1 }

    mutating func countAnswer() { unanswered -= 1 }

    mutating func add(_ other: Counts) {
        requests += other.requests
        errors += other.errors
        duplicates += other.duplicates
        unanswered += other.unanswered
    }
}

/// The counts that entries share with their journal.
public final class Tally {
    public internal(set) var counts: Counts

    init(_ counts: Counts = Counts()) { self.counts = counts }
}
