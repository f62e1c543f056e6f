import EventLoop
import HTTP

/// The state of one connection, without a socket: it gets events and returns actions. It makes every decision, and
/// `Connection` carries them out.
///
/// One request is in flight at a time: no later one is parsed until the system has its whole answer. So answers keep
/// the order of their requests, and a client that does not read delays only itself.
struct ConnectionState {
    enum Action: Equatable {
        /// Do nothing until the next event.
        case wait
        /// Ask the handler what to do with the body, then call `planned`.
        case plan(RequestHead)
        case sendContinue
        /// Write this piece of a body to its file, nil for a new one, then call `spooled` or `bodyFailed`.
        case spool([UInt8], onto: SpoolFile?)
        /// Have the handler answer, then send the answer, then call `sent`, after any number of `delivering`, or `cut` or
        /// `reset`.
        case handle(Request)
        /// Send the handler's response to this error, then call `sent`.
        case reject(ProtocolError, RequestHead?)
        /// Input is waiting: call `advance`, but not in this iteration of the loop.
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
    /// The head of the request that is being read or answered.
    private var head: RequestHead?
    /// The received part of its body, while it is being read.
    private var body: IncomingBody?
    private var isLastAnswer = false
    private var awaitsResume = false
    private var isDraining = false

    init(limits: Limits, at now: Instant) {
        self.limits = limits
        parser = RequestParser(limits: limits.head)
        deadlines = Deadlines(limits: limits, at: now)
    }

    /// Whether input is to be read now. At other times it stays unread.
    var readsInput: Bool {
        switch deadlines.phase {
        case .idle: !awaitsResume
        case .head, .body: true
        case .answering, .delivering, .writing, .closing: false
        }
    }

    /// What the body that is being read takes.
    var arrivingBytes: ArrivingBytes { body?.taken ?? ArrivingBytes() }

    /// Whether the answer to be sent leaves the connection open.
    var keepsAlive: Bool { head?.keepAlive == true && !isLastAnswer && !isDraining }

    // MARK: Input

    mutating func received(_ bytes: UnsafeRawBufferPointer, at now: Instant) -> Action {
        parser.append(bytes)
        return advance(at: now)
    }

    /// Continues with the received bytes.
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

    /// Continues after `.plan`. A body that is announced as too large is refused before any of it is read.
    mutating func planned(_ plan: BodyPlan, for head: RequestHead, at now: Instant) -> Action {
        switch plan {
        case .collect(let limit):
            return expect(IncomingBody(limit: limit), of: head, at: now)
        case .spool(let limit):
            return expect(IncomingBody(limit: limit, memoryLimit: limits.spoolThreshold), of: head, at: now)
        }
    }

    /// Continues after `.spool`: the piece is written.
    mutating func spooled(onto file: SpoolFile, at now: Instant) -> Action {
        body?.file = file
        return advance(at: now)
    }

    /// No more of the body is taken: a piece could not be written, or too many bodies are arriving.
    mutating func bodyFailed(_ error: ProtocolError, at now: Instant) -> Action {
        reject(error, at: now)
    }

    /// The client has sent its last byte, and all bytes were received. A complete request would have been read by now.
    mutating func inputEnded(at now: Instant) -> Action {
        guard readsInput else { return .wait }
        body = nil
        deadlines.enter(.closing, at: now)
        return .close
    }

    // MARK: Output

    /// Part of the answer was written; the rest follows later, or after `drained`.
    mutating func delivering(at now: Instant) -> Action {
        if deadlines.phase == .answering { deadlines.enter(.delivering, at: now) }
        return .wait
    }

    /// The answer is to end here by closing the connection.
    mutating func cut(at now: Instant) -> Action {
        deadlines.enter(.closing, at: now)
        return .close
    }

    /// The answer is to end here by a reset.
    mutating func reset(at now: Instant) -> Action {
        deadlines.enter(.closing, at: now)
        return .reset
    }

    /// The whole answer was written.
    /// - Parameters:
    ///   - isLast: whether the connection is to be closed after it.
    ///   - outputPending: whether part of it waits for the client to read.
    ///   - inputPending: whether there is input that was not passed to `received`.
    mutating func sent(isLast: Bool, outputPending: Bool, inputPending: Bool, at now: Instant) -> Action {
        guard deadlines.phase == .answering || deadlines.phase == .delivering else { return .wait }
        if isLast { isLastAnswer = true }
        guard keepsAlive, outputPending else { return finishAnswer(inputPending: inputPending, at: now) }
        deadlines.enter(.writing, at: now)
        return .wait
    }

    /// The system has accepted all of the answer.
    mutating func drained(inputPending: Bool, at now: Instant) -> Action {
        guard deadlines.phase == .writing else { return .wait }
        return finishAnswer(inputPending: inputPending, at: now)
    }

    // MARK: From the server

    /// The server has too many connections for this one.
    mutating func overcrowded(at now: Instant) -> Action {
        reject(ProtocolError(.unavailable, "The server has too many open connections; try again later"), at: now)
    }

    /// The server is about to end: a request in flight is answered, and no later one.
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

    // MARK: Private

    /// Whether the connection has no request, not even a part of one, and no answer.
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
        // RFC 9110 §10.1.1: not when the client has begun to send the body without waiting.
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
