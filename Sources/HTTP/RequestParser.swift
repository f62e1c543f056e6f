/// Reads HTTP/1 requests from bytes as they arrive (RFC 9112), one after another. It does no I/O, and its events do not
/// depend on how the bytes were cut, but for how a body falls into pieces.
///
/// Limits on bodies are the caller's: a given length is known from `head.framing`, chunks are counted as they come.
public struct RequestParser {
    public enum Event: Equatable, Sendable {
        case head(RequestHead)
        /// A piece of the body, never empty.
        case body([UInt8])
        /// The request is whole. It follows each head, with a body or without.
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

    /// What a step of reading came to.
    enum Step {
        case event(Event)
        case again
        case starved
    }

    let limits: HeadLimits
    var input = InputBuffer()
    var state = State.requestLine
    var framing = FramingFields()
    var headBytes = 0
    var fieldCount = 0
    var hasSkippedEmptyLine = false

    /// The head of the request being read, as far as it is known: nil until its request line was understood, whole once
    /// `.head` was returned, and nil again after `.end`. It stays after an error, to word the answer by.
    public internal(set) var head: RequestHead?

    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// How many bytes have arrived that no event has accounted for.
    public var buffered: Int { input.count }

    /// Whether nothing of a next request has arrived. The one empty line that may precede a request is nothing.
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

    /// The next event; nil when it takes more bytes to tell. Call it until then: bytes of a following request may have
    /// come along.
    ///
    /// Throws what to answer when the request is malformed or its head too large. Where the next request would start is
    /// then unknown, so the same error is thrown ever after.
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
        case .fields: try readField()
        case .body(let remaining): readBody(remaining)
        case .chunkSize: try readChunkSize()
        case .chunkData(let remaining): readChunkData(remaining)
        case .chunkEnd: try readChunkEnd()
        case .trailers: try readTrailer()
        case .failed(let error): throw error
        }
    }
}
