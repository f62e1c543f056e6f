/// What a handler wants done with a body, decided after the head and before a byte of it is read.
public enum BodyPlan: Equatable, Sendable {
    /// Collect it in memory, up to so many bytes; more is a 413.
    case collect(limit: Int)
    /// Keep it up to so many bytes, and what is large of it in a file; more is a 413.
    case spool(limit: Int)
    /// Answer at once and close: the body is not read.
    case refuse(Response)
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
}
