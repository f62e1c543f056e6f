/// How a response's body goes out: in steps, with time between them where there is some. It is a value: whoever makes it
/// decides everything, and the server only carries it out.
public struct Delivery: Equatable, Sendable {
    public enum Step: Equatable, Sendable {
        /// Part of the body; in a stream a chunk of its own. The head goes out with the first part.
        case bytes([UInt8])
        /// What follows is a write of its own: so much later, and not before the system has taken what went before. So
        /// `.wait(.zero)` between two parts cuts the body there, be it inside a character.
        case wait(Duration)
        /// The next parts come from the handler (`Handler.nextPart`), each when the system has taken the one before. So a long
        /// body is never in memory as a whole. Nobody knows its length before, so the framing must be a stream's.
        case later(Ticket)
        /// The connection is closed here in good order, whatever was still to come.
        case close
        /// The connection is reset here (TCP's RST), whatever was still to come: the client's next read fails. What the
        /// client's system has not taken of the parts before is lost; a `wait` between gives it the time.
        case reset
    }

    public enum Framing: Equatable, Sendable {
        /// By the length of all parts.
        case length
        /// Of no length told before: chunked, and to an HTTP/1.0 client up to the end of the connection
        /// (RFC 9112 §6.3).
        case stream
        /// By a `Content-Length` that says this whatever the parts have; less than 0 is 0. Where it is not true, the
        /// connection closes in good order after the last part, since nobody can tell where a next response begins.
        case exact(contentLength: Int)
    }

    public var steps: [Step]
    public var framing: Framing

    public init(_ steps: [Step], framing: Framing = .length) {
        self.steps = steps
        self.framing = framing
    }

    /// The ticket under which parts come later; nil when all are here.
    public var laterTicket: Ticket? {
        for case .later(let ticket) in steps { return ticket }
        return nil
    }

    /// All parts together, but for those that come later.
    public var body: [UInt8] {
        if steps.count == 1, case .bytes(let bytes) = steps[0] { return bytes }
        return steps.flatMap { if case .bytes(let bytes) = $0 { bytes } else { [UInt8]() } }
    }

    /// How many bytes all parts have that are here.
    public var length: Int {
        steps.reduce(0) { if case .bytes(let bytes) = $1 { $0 + bytes.count } else { $0 } }
    }
}
