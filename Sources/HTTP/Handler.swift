/// Where a body is kept; the handler decides it after the head and before the body is read.
public enum BodyPlan: Equatable, Sendable {
    /// In memory, up to this many bytes; a larger body is a 413.
    case collect(limit: Int)
    /// In memory if small and else in a file, up to this many bytes; a larger body is a 413.
    case spool(limit: Int)
}

/// A handler's number for a response, with which the server calls `delivered`, `nextPart` and `dropParts`.
public typealias Ticket = UInt64

/// The next part of a body that is sent piece by piece.
public enum LaterPart: Equatable, Sendable {
    /// The next bytes; empty: none are ready yet, call again in the next iteration of the loop.
    case bytes([UInt8])
    /// There are none now: call again when a batch has ended, and after this time at the latest.
    case pause(Duration)
    /// The body is complete.
    case end
    /// The rest cannot be read. The connection is closed, so that the client sees a truncated body.
    case failed
}

/// How the delivery of a response ended.
public enum Delivered: Equatable, Sendable {
    /// The system has accepted all of it. The client need not have read it.
    case complete
    /// One of its steps ended the connection: `.close` or `.reset`.
    case cut
    /// The connection ended before: the client left, a deadline passed, or the server ended.
    case aborted
}

/// Answers requests. The server calls it only on the loop's thread; tests call it without a socket.
public protocol Handler: AnyObject {
    func bodyPlan(for head: RequestHead) -> BodyPlan

    /// Answers one complete request. The server holds the response until `endBatch` is called, unless it was pending.
    func respond(to request: Request) -> Answer

    /// Answers an error of the protocol. `head` is nil when not even the request line could be read.
    func response(to error: ProtocolError, head: RequestHead?) -> Response

    /// Commits the batch: the writes of the requests since the last call.
    /// - Returns: false when the batch was dropped; then each of its responses is replaced by `unsavedResponse`.
    func endBatch() -> Bool

    /// The answer to a request whose batch was dropped.
    func unsavedResponse(to head: RequestHead, inPlaceOf response: Response) -> Response

    /// Called once for each response with a ticket, when its delivery has ended. It is not called for a response that
    /// `unsavedResponse` replaced. It is called at any time between other calls, so it must not write data that
    /// `endBatch` commits. The server notices that a client has closed only when it writes to it.
    func delivered(_ ticket: Ticket, _ how: Delivered)

    /// The next part of the body with the step `.later(ticket)`. It is called after `endBatch`, when no batch is open,
    /// never while an earlier part waits for the client, and for a few bodies in each iteration of the loop: a part
    /// should take a millisecond at most.
    func nextPart(_ ticket: Ticket) -> LaterPart

    /// Called when no more parts of that body are needed, whether it was complete or not. It is not called for a
    /// response that `unsavedResponse` replaced.
    func dropParts(_ ticket: Ticket)

    /// Called when the client of that body has sent its end, before the body is complete: it has left, or waits for the
    /// rest. It is not called once more parts are not needed.
    func inputEnded(_ ticket: Ticket)

    /// Called when the server is about to end: a body that would never be complete is to end with its next part.
    func beginDrain()
}

extension Handler {
    /// For a handler that sets no tickets.
    public func delivered(_ ticket: Ticket, _ how: Delivered) {}

    /// For a handler without bodies that are sent piece by piece.
    public func nextPart(_ ticket: Ticket) -> LaterPart { .end }

    public func dropParts(_ ticket: Ticket) {}

    public func inputEnded(_ ticket: Ticket) {}

    public func beginDrain() {}
}

/// The result of `respond(to:)`.
public enum Answer {
    case response(Response)
    /// Work that takes long. `run` is called on another thread, after earlier work; then `resume` is called on the loop
    /// with its result, and answers.
    case work(_ run: @Sendable () -> any Sendable, resume: (any Sendable) -> Answer)
    /// An answer that is not known yet. `begin` gets what to call on the loop with the answer, once; it may not call it
    /// itself. The response is sent at once, because what it tells is kept by then.
    case pending(_ begin: (@escaping (Answer) -> Void) -> Void)

    /// The response, with all work done on this thread, for code without a loop. No answer may be pending.
    public func workedOut() -> Response {
        var answer = self
        while true {
            switch answer {
            case .response(let response): return response
            case .work(let run, let resume): answer = resume(run())
            case .pending: preconditionFailure("a pending answer needs a loop")
            }
        }
    }
}
