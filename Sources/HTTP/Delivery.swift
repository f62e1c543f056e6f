/// How a response's body goes out: in steps, with time between them where there is some. It is a value: whoever makes it
/// decides everything, and the server only carries it out.
public struct Delivery: Equatable, Sendable {
    public enum Step: Equatable, Sendable {
        /// Part of the body; in a stream a chunk of its own. The head goes out with the first part.
        case bytes([UInt8])
        case wait(Duration)
        /// The connection is closed here, whatever was still to come.
        case close
    }

    public enum Framing: Equatable, Sendable {
        /// By the length of all parts.
        case length
        /// Of no length told before: chunked, and to an HTTP/1.0 client up to the end of the connection
        /// (RFC 9112 §6.3).
        case stream
    }

    public var steps: [Step]
    public var framing: Framing

    public init(_ steps: [Step], framing: Framing = .length) {
        self.steps = steps
        self.framing = framing
    }

    /// All parts together.
    public var body: [UInt8] {
        if steps.count == 1, case .bytes(let bytes) = steps[0] { return bytes }
        return steps.flatMap { if case .bytes(let bytes) = $0 { bytes } else { [UInt8]() } }
    }

    /// How many bytes all parts have.
    var length: Int {
        steps.reduce(0) { if case .bytes(let bytes) = $1 { $0 + bytes.count } else { $0 } }
    }
}
