import HTTP

/// Decides when the handler's `delivered` is called for an answer with a ticket, once for each answer. A connection has
/// one receipt, because it sends one answer at a time.
struct Receipt {
    struct Notice: Equatable {
        let ticket: Ticket
        let how: Delivered
    }

    /// 0 when the answer has no ticket, or `delivered` was called.
    private var ticket: Ticket = 0
    /// Set when no steps are left, and reported when the system has accepted all bytes.
    private var ending: Delivered?

    /// Begins a new answer.
    mutating func begin(_ ticket: Ticket) {
        self.ticket = ticket
        ending = nil
    }

    /// The answer has no more steps.
    mutating func ended(_ how: Delivered, outputPending: Bool) -> Notice? {
        guard ticket != 0 else { return nil }
        ending = how
        return outputPending ? nil : take(how)
    }

    /// The system has accepted all output so far.
    mutating func drained() -> Notice? { ending.flatMap { take($0) } }

    /// The connection is over.
    mutating func gone() -> Notice? { take(.aborted) }

    private mutating func take(_ how: Delivered) -> Notice? {
        guard ticket != 0 else { return nil }
        defer { ticket = 0 }
        return Notice(ticket: ticket, how: how)
    }
}
