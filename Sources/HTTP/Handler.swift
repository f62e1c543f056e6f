/// What a handler wants done with a body, decided after the head and before a byte of it is read.
public enum BodyPlan: Equatable, Sendable {
    /// Collect it in memory, up to so many bytes; more is a 413.
    case collect(limit: Int)
    /// Keep it up to so many bytes, and what is large of it in a file; more is a 413.
    case spool(limit: Int)
    /// Answer at once and close: the body is not read.
    case refuse(Response)
}

/// A handler's name for a response of which it wants to know how it was delivered.
public typealias Ticket = UInt64

/// How the delivery of a response ended.
public enum Delivered: Equatable, Sendable {
    /// All of it is with the system. The client may still not read it.
    case complete
    /// One of its steps ended the connection: `.close` or `.reset`.
    case cut
    /// The connection was over before: the client left, a deadline passed, or the server ended.
    case aborted
}

/// What answers requests. The server calls it on the loop's thread only; a test calls it without a socket.
public protocol Handler: AnyObject {
    func bodyPlan(for head: RequestHead) -> BodyPlan

    /// Answers one whole request. The server holds the response until `endTurn` has succeeded.
    func respond(to request: Request) -> Response

    /// Words an error from below. `head` is nil when not even the request line could be read.
    func response(to error: ProtocolError, head: RequestHead?) -> Response

    /// Makes durable what the requests since the last call wrote. On false nothing of it was kept, and each of
    /// their responses is replaced by `unsavedResponse`.
    func endTurn() -> Bool

    /// The answer to a request whose effect could not be kept.
    func unsavedResponse(for head: RequestHead) -> Response

    /// Tells once of each response with a ticket how its delivery ended. Of one that `unsavedResponse` replaced nothing is
    /// told: with `endTurn` it is over, as if it had never been. It comes at any time between other calls, so it is no
    /// place to write what `endTurn` makes durable. That a client has closed is noticed only by writing to it.
    func delivered(_ ticket: Ticket, _ how: Delivered)
}

extension Handler {
    /// A handler that sets no tickets need not listen.
    public func delivered(_ ticket: Ticket, _ how: Delivered) {}
}
