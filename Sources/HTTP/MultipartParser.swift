/// Reads a body of type `multipart/form-data` as it arrives (RFC 7578, RFC 2046 §5.1). It does no I/O, and its events
/// do not depend on how the bytes were split, except for the pieces of content.
///
/// Bytes before the first boundary and after the last are skipped. Content is not parsed: a multipart inside it is
/// bytes.
public struct MultipartParser {
    public enum Event: Equatable, Sendable {
        case part(FormPart)
        /// A piece of the part's content, never empty.
        case content([UInt8])
        /// The part is complete. It follows each `part`.
        case partEnd
        /// The form is complete; further bytes are skipped.
        case end
    }

    private enum State {
        /// Where a boundary needs no line end before it: at the beginning of the body, and after a part's head.
        case start
        case content
        case boundaryEnd
        case head
        case ended
        case failed(ProtocolError)
    }

    private enum Step {
        case event(Event)
        case again
        case starved
    }

    /// The most blanks after a boundary. RFC 2046 allows them for mail gateways, which never add so many.
    private static let paddingBytes = 256

    private let limits: FormLimits
    /// The line end before a boundary belongs to it (RFC 2046 §5.1.1).
    private let delimiter: [UInt8]
    private var input = InputBuffer()
    private var state = State.start
    private var isInPart = false
    private var partCount = 0
    private var headBytes = 0
    private var fields = Fields()
    private var received = 0

    /// Makes a parser.
    /// - Parameter contentType: the value of the Content-Type field.
    /// - Throws: the error to answer when the boundary is missing or invalid.
    public init(contentType: String, limits: FormLimits = FormLimits()) throws(ProtocolError) {
        let value = try ParameterizedValue(contentType, of: "The Content-Type field")
        guard value.word == "multipart/form-data", let boundary = value["boundary"] else {
            throw ProtocolError(.badRequest, "The Content-Type field must be multipart/form-data with a boundary")
        }
        guard (1...70).contains(boundary.count), boundary.last != UInt8(ascii: " "),
            boundary.allSatisfy(MultipartParser.isBoundaryByte)
        else {
            throw ProtocolError(
                .badRequest, "The boundary in Content-Type must be 1 to 70 letters, digits or '()+_,-./:=? characters")
        }
        delimiter = Array("\r\n--".utf8) + boundary
        self.limits = limits
    }

    /// How many received bytes were not returned in an event.
    public var buffered: Int { input.count }

    public mutating func append(_ bytes: [UInt8]) {
        switch state {
        case .ended, .failed: return
        default:
            received += bytes.count
            bytes.withUnsafeBytes { input.append($0) }
        }
    }

    /// The next event; nil when more bytes are needed. Call it until then.
    ///
    /// Throws the error to answer when the form is malformed or too large, and the same error at every later call.
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
            throw fail(error)
        }
    }

    /// Ends the body; call it after the last event. Throws when the form is incomplete.
    public mutating func finish() throws(ProtocolError) {
        switch state {
        case .ended: return
        case .failed(let error): throw error
        default:
            let fault =
                partCount == 0
                ? "The body has no boundary as Content-Type gives it, on a line of its own that ends with CR LF"
                : "The form breaks off in or after part \(partCount); its last boundary, which ends with --, is missing"
            throw fail(ProtocolError(.badRequest, fault))
        }
    }

    private mutating func fail(_ error: ProtocolError) -> ProtocolError {
        state = .failed(error)
        input.clear()
        return error
    }

    private mutating func step() throws(ProtocolError) -> Step {
        switch state {
        case .start: readStart()
        case .content: readContent()
        case .boundaryEnd: try readBoundaryEnd()
        case .head: try readHead()
        case .ended: .starved
        case .failed(let error): throw error
        }
    }

    private mutating func readStart() -> Step {
        let boundary = delimiter.dropFirst(2)
        guard let isBoundary = input.begins(with: boundary) else { return .starved }
        guard isBoundary else {
            state = .content
            return .again
        }
        return finishPart(boundary.count)
    }

    private mutating func readContent() -> Step {
        let (before, isFound) = input.search(for: delimiter)
        guard before > 0 else { return isFound ? finishPart(delimiter.count) : .starved }
        guard isInPart else {
            input.drop(before)
            return .again
        }
        return .event(.content(input.take(before)))
    }

    private mutating func finishPart(_ boundaryCount: Int) -> Step {
        input.drop(boundaryCount)
        state = .boundaryEnd
        defer { isInPart = false }
        return isInPart ? .event(.partEnd) : .again
    }

    /// RFC 2046 treats every line that begins with the boundary as one, most software does not. Lines on which they
    /// differ are refused.
    private mutating func readBoundaryEnd() throws(ProtocolError) -> Step {
        guard let first = input.first else { return .starved }
        if first == UInt8(ascii: "-") {
            guard let second = input.second else { return .starved }
            guard second == first else { throw MultipartParser.notABoundary }
            input.clear()
            state = .ended
            return .event(.end)
        }
        switch input.takeLine(limit: MultipartParser.paddingBytes) {
        case .unfinished: return .starved
        case .tooLong: throw MultipartParser.notABoundary
        case .bareLineFeed: throw MultipartParser.bareLineFeed
        case .complete(let range):
            let isPadding = try input.withBytes(in: range) { $0.allSatisfy(isBlank) }
            guard isPadding else { throw MultipartParser.notABoundary }
            partCount += 1
            guard partCount <= limits.parts else { throw FormLimits.tooManyParts }
            state = .head
            return .again
        }
    }

    private mutating func readHead() throws(ProtocolError) -> Step {
        let lineEnd = 2
        switch input.takeLine(limit: limits.partHeadBytes - headBytes - lineEnd) {
        case .unfinished: return .starved
        case .tooLong:
            throw ProtocolError(.contentTooLarge, "The fields of part \(partCount) of the form are too large")
        case .bareLineFeed: throw MultipartParser.bareLineFeed
        case .complete(let range):
            guard !range.isEmpty else { return try finishHead() }
            headBytes += range.count + lineEnd
            try addField(range)
            return .again
        }
    }

    private mutating func addField(_ range: Range<Int>) throws(ProtocolError) {
        do throws(ProtocolError) {
            try input.withBytes(in: range) { (bytes) throws(ProtocolError) in
                fields.add(try FieldLine(bytes), of: bytes)
            }
        } catch {
            throw ProtocolError(error.status, "Part \(partCount) of the form: \(error.message)")
        }
    }

    private mutating func finishHead() throws(ProtocolError) -> Step {
        let part = try FormPart(fields, at: received - input.count, "Part \(partCount) of the form")
        fields = Fields()
        headBytes = 0
        isInPart = true
        state = .start
        return .event(.part(part))
    }

    /// RFC 2046 §5.1.1 `bchars`.
    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "'", "(", ")", "+", "_", ",", "-", ".", "/", ":", "=", "?", " ": true
        default: false
        }
    }

    private static let notABoundary = ProtocolError(
        .badRequest, "A line of the form begins with the boundary and goes on; it must end there, or in -- at the end")
    /// No client sends such lines, and readers do not agree on them.
    private static let bareLineFeed = ProtocolError(
        .badRequest, "A line of the form ends with LF alone; boundaries and fields must end with CR LF")
}
