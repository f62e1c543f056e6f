import EventLoop
import HTTP

/// One connection's life without a socket: events in, actions out. Every decision is made here, and carried out by
/// `Connection`.
///
/// One request is in flight at a time: until its answer is with the system, nothing after it is parsed. So answers keep
/// the order of their requests, and a client that does not read holds up itself only.
struct ConnectionState {
    enum Action: Equatable {
        /// Until the next event.
        case wait
        /// Ask the handler what to do with the body, then call `planned`.
        case plan(RequestHead)
        case sendContinue
        /// Write this piece of a body to its file, nil for a new one, then call `spooled` or `spoolFailed`.
        case spool([UInt8], onto: SpoolFile?)
        /// Have the handler answer, then send it, then call `sent`.
        case handle(Request)
        /// Send this answer of the handler, then call `sent`, after any number of `delivering`, or `cut` or `reset`.
        case answer(Response, to: RequestHead)
        /// Send the handler's words for this, then call `sent`.
        case reject(ProtocolError, RequestHead?)
        /// There is input already: call `advance`, but not in this iteration of the loop.
        case resume
        /// Send what is pending, then close.
        case close
        /// Close at once.
        case abort
        /// Reset the connection at once.
        case reset
    }

    private let limits: Limits
    private var parser: RequestParser
    private var deadlines: Deadlines
    /// Of the request that is being read or answered.
    private var head: RequestHead?
    /// What has come of its body, while it is being read.
    private var body: IncomingBody?
    private var isLastAnswer = false
    private var awaitsResume = false
    private var isDraining = false

    init(limits: Limits, at now: Instant) {
        self.limits = limits
        parser = RequestParser(limits: limits.head)
        deadlines = Deadlines(limits: limits, at: now)
    }

    /// Whether input is of use now. What comes at other times is to stay unread.
    var readsInput: Bool {
        switch deadlines.phase {
        case .idle: !awaitsResume
        case .head, .body: true
        case .answering, .delivering, .writing, .closing: false
        }
    }

    /// Whether the answer to be sent leaves the connection open.
    var keepsAlive: Bool { head?.keepAlive == true && !isLastAnswer && !isDraining }

    // MARK: Input

    mutating func received(_ bytes: UnsafeRawBufferPointer, at now: Instant) -> Action {
        parser.append(bytes)
        return advance(at: now)
    }

    /// Goes on with what has been received.
    mutating func advance(at now: Instant) -> Action {
        awaitsResume = false
        guard readsInput else { return .wait }
        do throws(ProtocolError) {
            while let event = try parser.next() {
                switch event {
                case .head(let head):
                    self.head = head
                    deadlines.enter(.body, at: now)
                    return .plan(head)
                case .body(let piece):
                    if let bytes = try body?.take(piece) { return .spool(bytes, onto: body?.file) }
                case .end:
                    if let request = takeRequest(at: now) { return .handle(request) }
                }
            }
        } catch {
            return reject(error, at: now)
        }
        return starved(at: now)
    }

    /// The handler has decided. A body that is announced as too large is refused before any of it is read.
    mutating func planned(_ plan: BodyPlan, for head: RequestHead, at now: Instant) -> Action {
        switch plan {
        case .collect(let limit):
            return expect(IncomingBody(limit: limit), of: head, at: now)
        case .spool(let limit):
            return expect(IncomingBody(limit: limit, memoryLimit: limits.spoolThreshold), of: head, at: now)
        }
    }

    /// What `.spool` asked for is written.
    mutating func spooled(onto file: SpoolFile, at now: Instant) -> Action {
        body?.file = file
        return advance(at: now)
    }

    /// What `.spool` asked for could not be written.
    mutating func spoolFailed(_ error: ProtocolError, at now: Instant) -> Action {
        reject(error, at: now)
    }

    /// The client has sent its last byte, and all of it was received. A whole request would have been taken by now.
    mutating func inputEnded(at now: Instant) -> Action {
        guard readsInput else { return .wait }
        body = nil
        deadlines.enter(.closing, at: now)
        return .close
    }

    // MARK: Output

    /// Part of the answer is on its way; the rest follows by itself, or when `drained` was told.
    mutating func delivering(at now: Instant) -> Action {
        if deadlines.phase == .answering { deadlines.enter(.delivering, at: now) }
        return .wait
    }

    /// The answer is meant to break off where it is.
    mutating func cut(at now: Instant) -> Action {
        deadlines.enter(.closing, at: now)
        return .close
    }

    /// The same, by a reset.
    mutating func reset(at now: Instant) -> Action {
        deadlines.enter(.closing, at: now)
        return .reset
    }

    /// All of the answer is on its way.
    /// - Parameters:
    ///   - isLast: The connection is to be closed after it.
    ///   - outputPending: Part of it waits for the client to take it.
    ///   - inputPending: There is input that was not handed to `received`.
    mutating func sent(isLast: Bool, outputPending: Bool, inputPending: Bool, at now: Instant) -> Action {
        guard deadlines.phase == .answering || deadlines.phase == .delivering else { return .wait }
        if isLast { isLastAnswer = true }
        guard keepsAlive, outputPending else { return finishAnswer(inputPending: inputPending, at: now) }
        deadlines.enter(.writing, at: now)
        return .wait
    }

    /// The client has taken all of the answer.
    mutating func drained(inputPending: Bool, at now: Instant) -> Action {
        guard deadlines.phase == .writing else { return .wait }
        return finishAnswer(inputPending: inputPending, at: now)
    }

    // MARK: From outside

    /// There is no room for this connection.
    mutating func overcrowded(at now: Instant) -> Action {
        reject(ProtocolError(.unavailable, "The server has too many open connections; try again later"), at: now)
    }

    /// The server is about to end: a request in flight is answered, and nothing after it.
    mutating func drain() -> Action {
        isDraining = true
        return isAtRest ? .abort : .wait
    }

    mutating func passTime(to now: Instant, pendingOutput: Int) -> Action {
        guard deadlines.havePassed(at: now, pendingOutput: pendingOutput) else { return .wait }
        switch deadlines.phase {
        case .idle, .answering, .delivering, .writing, .closing: return .abort
        case .head, .body: return reject(ConnectionState.tooSlow, at: now)
        }
    }

    // MARK: Within

    /// Nothing is under way: no request, not even a part of one, and no answer.
    private var isAtRest: Bool { deadlines.phase == .idle && !awaitsResume }

    private mutating func starved(at now: Instant) -> Action {
        guard deadlines.phase == .idle else { return .wait }
        if !parser.isBetweenRequests {
            deadlines.enter(.head, at: now)
        } else if isDraining {
            return .abort
        }
        return .wait
    }

    private mutating func takeRequest(at now: Instant) -> Request? {
        guard let head, let body else { return nil }
        self.body = nil
        deadlines.enter(.answering, at: now)
        return Request(head: head, body: body.whole)
    }

    private mutating func expect(_ body: IncomingBody, of head: RequestHead, at now: Instant) -> Action {
        guard body.admits(head.framing) else { return reject(body.tooLarge, at: now) }
        self.body = body
        // RFC 9110 §10.1.1: not when the client has begun to send without waiting.
        if head.expectsContinue, head.framing != .none, parser.buffered == 0 { return .sendContinue }
        return advance(at: now)
    }

    private mutating func finishAnswer(inputPending: Bool, at now: Instant) -> Action {
        guard keepsAlive else {
            deadlines.enter(.closing, at: now)
            return .close
        }
        head = nil
        deadlines.enter(.idle, at: now)
        awaitsResume = inputPending || parser.buffered > 0
        return awaitsResume ? .resume : .wait
    }

    private mutating func reject(_ error: ProtocolError, at now: Instant) -> Action {
        isLastAnswer = true
        body = nil
        deadlines.enter(.answering, at: now)
        return .reject(error, parser.head)
    }

    private static let tooSlow = ProtocolError(.requestTimeout, "The request took too long to arrive")
}
