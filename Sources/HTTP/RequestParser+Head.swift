extension RequestParser {
    mutating func readRequestLine() throws(ProtocolError) -> Step {
        guard let first = input.first else { return .starved }
        if first == UInt8(ascii: "\r"), !hasSkippedEmptyLine {
            guard let second = input.second else { return .starved }
            if second == UInt8(ascii: "\n") { return skipEmptyLine() }
        }
        // Checked before the line is complete, because a client of another protocol may never send a line end.
        guard isTokenByte(first) else { throw RequestParser.notARequest(first) }

        guard let range = try takeHeadLine(tooLong: RequestParser.requestLineTooLong) else { return .starved }
        let capacity = min(input.count, RequestParser.usualFieldBytes)
        try input.withBytes(in: range) { (bytes) throws(ProtocolError) in
            let line = try RequestLine(bytes)
            content = HeadContent(line, of: bytes, capacity: capacity)
            minorVersion = line.minorVersion
            authority = line.target.authority.map { String(decoding: bytes[$0], as: UTF8.self) }
        }
        state = .fields
        return .again
    }

    /// Reads the fields that have arrived.
    mutating func readFields() throws(ProtocolError) -> Step {
        guard var content = content.take() else { preconditionFailure("fields are read after a request line") }
        defer { self.content = content }
        while let range = try takeHeadLine(tooLong: RequestParser.fieldsTooLarge) {
            guard !range.isEmpty else { return .event(.head(try finish(&content))) }
            try countField()
            try input.withBytes(in: range) { (bytes) throws(ProtocolError) in
                let field = try FieldLine(bytes)
                try framing.note(field, of: bytes)
                content.add(field, of: bytes)
            }
        }
        return .starved
    }

    /// Trailers are checked for their syntax and dropped: no API here uses them (RFC 9110 §6.5.1).
    mutating func readTrailer() throws(ProtocolError) -> Step {
        guard let range = try takeHeadLine(tooLong: RequestParser.fieldsTooLarge) else { return .starved }
        guard !range.isEmpty else { return finishRequest() }
        try countField()
        _ = try input.withBytes(in: range) { (bytes) throws(ProtocolError) in try FieldLine(bytes) }
        return .again
    }

    /// Starts over for the next request.
    mutating func finishRequest() -> Step {
        whole = nil
        content = nil
        framing = FramingFields()
        headBytes = 0
        fieldCount = 0
        hasSkippedEmptyLine = false
        state = .requestLine
        input.shrinkIfEmpty()
        return .event(.end)
    }

    private mutating func finish(_ content: inout HeadContent) throws(ProtocolError) -> RequestHead {
        // RFC 9112 §3.2.2: the host of a URL in the request line counts, and not the field's.
        if let authority { content.setHost(authority) }
        let head = try framing.head(of: content, minorVersion: minorVersion)
        whole = head
        state =
            switch head.framing {
            case .none: .body(remaining: 0)
            case .length(let length): .body(remaining: length)
            case .chunked: .chunkSize
            }
        return head
    }

    /// RFC 9112 §2.2: some old clients send a line end after the body of the request before. One is skipped, no more.
    private mutating func skipEmptyLine() -> Step {
        input.drop(2)
        hasSkippedEmptyLine = true
        input.shrinkIfEmpty()
        return .again
    }

    private mutating func takeHeadLine(tooLong: ProtocolError) throws(ProtocolError) -> Range<Int>? {
        let lineEnd = 2
        switch input.takeLine(limit: min(limits.lineBytes, limits.headBytes - headBytes - lineEnd)) {
        case .unfinished: return nil
        case .tooLong: throw tooLong
        case .bareLineFeed: throw RequestParser.bareLineFeed
        case .complete(let range):
            headBytes += range.count + lineEnd
            return range
        }
    }

    private mutating func countField() throws(ProtocolError) {
        fieldCount += 1
        guard fieldCount <= limits.fieldCount else {
            throw ProtocolError(.fieldsTooLarge, "The request has too many fields; send fewer")
        }
    }

    /// The most memory that is taken for fields before they are read.
    private static let usualFieldBytes = 512

    private static func notARequest(_ byte: UInt8) -> ProtocolError {
        let tlsHandshake: UInt8 = 0x16
        guard byte != tlsHandshake else {
            return ProtocolError(.badRequest, "This port speaks plain HTTP and not TLS; use an http URL")
        }
        return ProtocolError(.badRequest, "A request must start with a method")
    }

    static let bareLineFeed = ProtocolError(.badRequest, "A line ends with LF alone; every line must end with CR LF")
    private static let requestLineTooLong = ProtocolError(
        .uriTooLong, "The request line is too long; shorten the target")
    private static let fieldsTooLarge = ProtocolError(
        .fieldsTooLarge, "The fields of the request are too large; send fewer or shorter ones")
}
