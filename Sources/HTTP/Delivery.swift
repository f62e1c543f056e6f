/// How the body of a response is sent: in steps, possibly with waits between them. It is a value that determines
/// everything; the server only carries it out.
public struct Delivery: Equatable, Sendable {
    public enum Step: Equatable, Sendable {
        /// Part of the body; in a stream a chunk of its own. The head is sent with the first part.
        case bytes([UInt8])
        /// The next part is a separate write: this much later, and not before the system has accepted the earlier
        /// parts. So `.wait(.zero)` between two parts splits the body there, even inside a character.
        case wait(Duration)
        /// The next parts come from the handler (`Handler.nextPart`), each when the system has accepted the one before.
        /// So a long body is never in memory as a whole. Its length is not known in advance, so the framing must be
        /// `stream`.
        case later(Ticket)
        /// The connection is closed here, and later steps are dropped.
        case close
        /// The connection is reset here (TCP's RST), and later steps are dropped: the client's next read fails. Earlier
        /// bytes that the client's system has not received are lost; a `wait` before the reset gives it time.
        case reset
    }

    public enum Framing: Equatable, Sendable {
        /// By the length of all parts.
        case length
        /// Without a length: chunked, and for an HTTP/1.0 client up to the end of the connection (RFC 9112 §6.3).
        case stream
        /// By this `Content-Length`, whatever the length of the parts; less than 0 is 0. When it is wrong, the
        /// connection is closed after the last part, because the client cannot find the next response.
        case exact(contentLength: Int)
    }

    public var steps: [Step]
    public var framing: Framing

    public init(_ steps: [Step], framing: Framing = .length) {
        self.steps = steps
        self.framing = framing
    }

    /// The ticket of the parts that come later; nil when none do.
    public var laterTicket: Ticket? {
        for case .later(let ticket) in steps { return ticket }
        return nil
    }

    /// Whether the connection ends before the first byte of the answer, so that the client gets no status.
    public var sendsNothing: Bool {
        for step in steps {
            switch step {
            case .wait: continue
            case .close, .reset: return true
            case .bytes, .later: return false
            }
        }
        return false
    }

    /// All parts together, except those that come later.
    public var body: [UInt8] {
        if steps.count == 1, case .bytes(let bytes) = steps[0] { return bytes }
        return steps.flatMap { if case .bytes(let bytes) = $0 { bytes } else { [UInt8]() } }
    }

    /// The length of `body` in bytes.
    public var length: Int {
        steps.reduce(0) { if case .bytes(let bytes) = $1 { $0 + bytes.count } else { $0 } }
    }
}
