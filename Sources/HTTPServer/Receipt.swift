import HTTP

/// What a handler is to be told of an answer to which it gave a ticket: once, and when. A connection has one, since it
/// sends one answer at a time.
struct Receipt {
    struct Notice: Equatable {
        let ticket: Ticket
        let how: Delivered
    }

    /// 0: nobody asks, or it is told.
    private var ticket: Ticket = 0
    /// Known when there are no more steps, and told when the system has the bytes of all.
    private var ending: Delivered?

    /// An answer is about to be sent.
    mutating func begin(_ ticket: Ticket) {
        self.ticket = ticket
        ending = nil
    }

    /// Its steps are over.
    mutating func ended(_ how: Delivered, outputPending: Bool) -> Notice? {
        guard ticket != 0 else { return nil }
        ending = how
        return outputPending ? nil : take(how)
    }

    /// The system has taken all that was written so far.
    mutating func drained() -> Notice? { ending.flatMap { take($0) } }

    /// The connection is over.
    mutating func gone() -> Notice? { take(.aborted) }

    private mutating func take(_ how: Delivered) -> Notice? {
        guard ticket != 0 else { return nil }
        defer { ticket = 0 }
        return Notice(ticket: ticket, how: how)
    }
}
