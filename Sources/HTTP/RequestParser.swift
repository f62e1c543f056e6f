/// Reads HTTP/1 requests from bytes as they arrive (RFC 9112), one after another. It does no I/O, and its events do not
/// depend on how the bytes were split, except for the pieces of a body.
///
/// The calling code limits bodies: a declared length is in `head.framing`, chunks are counted as they arrive.
public struct RequestParser {
    public enum Event: Equatable, Sendable {
        case head(RequestHead)
        /// A piece of the body, never empty.
        case body([UInt8])
        /// The request is complete. It follows each head, with a body or without.
        case end
    }

    enum State {
        case requestLine
        case fields
        case body(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailers
        case failed(ProtocolError)
    }

    /// The result of one parsing step.
    enum Step {
        case event(Event)
        case again
        case starved
    }

    let limits: HeadLimits
    var input = InputBuffer()
    var state = State.requestLine
    /// The content of a head while it is read.
    var content: HeadContent?
    var minorVersion = 1
    var framing = FramingFields()
    /// The host and port of a URL in the request line; nil when it has none.
    var authority: String?
    var headBytes = 0
    var fieldCount = 0
    var hasSkippedEmptyLine = false
    /// The head, from `.head` to `.end`.
    var whole: RequestHead?

    /// The head of the request that is being read, as far as it is known: nil until its request line was parsed,
    /// complete once `.head` was returned, and nil again after `.end`. It is kept after an error, for the answer.
    public var head: RequestHead? { whole ?? content.map { RequestHead($0, minorVersion: minorVersion) } }

    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// How many received bytes were not returned in an event.
    public var buffered: Int { input.count }

    /// Whether nothing of a next request has arrived, apart from the one empty line that can precede a request.
    public var isBetweenRequests: Bool {
        if case .requestLine = state { input.count == 0 } else { false }
    }

    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if case .failed = state { return }
        input.append(bytes)
    }

    public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// The next event; nil when more bytes are needed. Call it until then: bytes of the next request may have arrived
    /// too.
    ///
    /// Throws the error to answer when the request is malformed or its head too large. The start of the next request is
    /// then unknown, so every later call throws the same error.
    public mutating func next() throws(ProtocolError) -> Event? {
        do throws(ProtocolError) {
            while true {
                switch try step() {
                case .event(let event): return event
                case .again: continue
                case .starved: return nil
                }
            }
        } catch {
            state = .failed(error)
            input.clear()
            throw error
        }
    }

    private mutating func step() throws(ProtocolError) -> Step {
        switch state {
        case .requestLine: try readRequestLine()
        case .fields: try readFields()
        case .body(let remaining): readBody(remaining)
        case .chunkSize: try readChunkSize()
        case .chunkData(let remaining): readChunkData(remaining)
        case .chunkEnd: try readChunkEnd()
        case .trailers: try readTrailer()
        case .failed(let error): throw error
        }
    }
}
