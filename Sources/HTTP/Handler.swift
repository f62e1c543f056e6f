/// What a handler wants done with a body, decided after the head and before a byte of it is read.
public enum BodyPlan: Equatable, Sendable {
    /// Collect it in memory, up to so many bytes; more is a 413.
    case collect(limit: Int)
    /// Keep it up to so many bytes, and what is large of it in a file; more is a 413.
    case spool(limit: Int)
}

/// A handler's number for a response that it will be asked about or told of later.
public typealias Ticket = UInt64

/// What a handler has of a body that goes out piece by piece.
public enum LaterPart: Equatable, Sendable {
    /// The next bytes; none: there is nothing yet, ask again in the next iteration of the loop.
    case bytes([UInt8])
    /// There are no more.
    case end
    /// The rest cannot be had. The connection is closed here, so that the client sees a body that is cut.
    case failed
}

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

    /// Answers one whole request. The server holds the response until `endBatch` has succeeded.
    func respond(to request: Request) -> Answer

    /// Words an error from below. `head` is nil when not even the request line could be read.
    func response(to error: ProtocolError, head: RequestHead?) -> Response

    /// Makes durable what the requests since the last call wrote. On false nothing of it was kept, and each of
    /// their responses is replaced by `unsavedResponse`.
    func endBatch() -> Bool

    /// The answer to a request whose effect could not be kept.
    func unsavedResponse(to head: RequestHead, inPlaceOf response: Response) -> Response

    /// Tells once of each response with a ticket how its delivery ended. Of one that `unsavedResponse` replaced nothing is
    /// told: with `endBatch` it is over, as if it had never been. It comes at any time between other calls, so it is no
    /// place to write what `endBatch` makes durable. That a client has closed is noticed only by writing to it.
    func delivered(_ ticket: Ticket, _ how: Delivered)

    /// The next part of the body with the step `.later(ticket)`. It is asked for between other calls, never while a part
    /// before waits for the client, and for a few bodies in each iteration of the loop: a part should take a millisecond at most.
    func nextPart(_ ticket: Ticket) -> LaterPart

    /// Nobody will ask for that body's parts any more, whether there were more or not. It is not called for a response that
    /// `unsavedResponse` replaced.
    func dropParts(_ ticket: Ticket)
}

extension Handler {
    /// A handler that sets no tickets need not listen.
    public func delivered(_ ticket: Ticket, _ how: Delivered) {}

    /// A handler whose bodies are whole is never asked.
    public func nextPart(_ ticket: Ticket) -> LaterPart { .end }

    public func dropParts(_ ticket: Ticket) {}
}

/// What a handler has for a request.
public enum Answer {
    case response(Response)
    /// It takes long to work out. `run` is called on another thread, after what was handed in before it; then `resume`
    /// is called on the loop with its result, and answers.
    case work(_ run: @Sendable () -> any Sendable, resume: (any Sendable) -> Answer)

    /// The response, with what takes long worked out here and now: for a caller without a loop.
    public func workedOut() -> Response {
        var answer = self
        while true {
            switch answer {
            case .response(let response): return response
            case .work(let run, let resume): answer = resume(run())
            }
        }
    }
}
