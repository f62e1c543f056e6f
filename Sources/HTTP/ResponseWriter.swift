import Exact

/// Writes a response (RFC 9112 §4, §6 and §7), step by step. Everything that frames a message is written here and
/// nowhere else.
public struct ResponseWriter: Sendable {
    /// Why `write` stopped.
    public enum Pause: Equatable, Sendable {
        /// The response is complete.
        case end
        /// The connection is to be closed here, in the middle of the response.
        case cut
        /// The connection is to be reset here, in the middle of the response.
        case reset
        /// The next step is due after this time.
        case wait(Duration)
        /// More can be written at once, but enough was written for one call.
        case full
        /// The next part comes from the handler with this ticket: pass it to `write(part:into:)`, or call `endParts`.
        case later(Ticket)
    }

    /// The interim answer to `Expect: 100-continue`.
    public static let continue100 = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// About how many bytes one `write` appends at most. A larger part is split, except in a stream, where each part is
    /// a chunk.
    static let piece = 64 * 1024

    /// Whether the connection stays open after this response.
    public let keepsAlive: Bool
    private let response: Response
    private let minorVersion: Int
    private let sendsBody: Bool
    private var nextStep = 0
    /// How many bytes of that step have been written, if it is a part that is split.
    private var written = 0
    private var headIsWritten = false

    /// The fields are written as given, except Date, Content-Length, Connection and Transfer-Encoding, which the server
    /// sets. A status that cannot have a body sends none, and a status that is not three digits is sent as 500.
    ///
    /// - Parameters:
    ///   - answersHead: whether the method was HEAD: the head describes the body, which is not sent.
    ///   - keepAlive: whether the connection can stay open. A stream to a 1.0 client closes it in any case, and so does
    ///     a wrong length.
    ///   - minorVersion: the request's, because a 1.0 client needs a field that says that its connection stays open.
    public init(_ response: consuming Response, answersHead: Bool, keepAlive: Bool, minorVersion: Int) {
        self.minorVersion = minorVersion
        sendsBody = !answersHead && ResponseWriter.hasBody(response.status)
        keepsAlive = keepAlive && (!sendsBody || ResponseWriter.marksEnd(of: response.delivery, minorVersion))
        self.response = response
    }

    /// Appends to `output` the bytes that can be sent now. The version is always HTTP/1.1, whatever the request's (RFC
    /// 9110 §2.5).
    /// - Parameter date: the time in the form of RFC 9110 §5.6.7, `Sun, 06 Nov 1994 08:49:37 GMT`. A Date that the
    ///   handler has set is kept, because its clock can differ from the system's.
    public mutating func write(into output: inout [UInt8], date: String) -> Pause {
        let limit = output.count + ResponseWriter.piece
        while nextStep < response.delivery.steps.count, sendsBody || !headIsWritten {
            guard output.count < limit else { return .full }
            switch response.delivery.steps[nextStep] {
            case .bytes(let bytes):
                beginHead(in: &output, date: date)
                if sendsBody, !writePart(bytes, into: &output, limit: limit) { return .full }
            case .later(let ticket):
                beginHead(in: &output, date: date)
                if sendsBody { return .later(ticket) }
            case .wait(let duration):
                nextStep += 1
                return .wait(duration)
            case .close: return .cut
            case .reset: return .reset
            }
            nextStep += 1
        }
        beginHead(in: &output, date: date)
        if sendsBody, isChunked { output.append(contentsOf: "0\r\n\r\n".utf8) }
        return .end
    }

    /// Appends a part that came later, of any size.
    public mutating func write(part: [UInt8], into output: inout [UInt8]) {
        _ = writePart(part, into: &output, limit: Int.max)
    }

    /// Ends the later parts; `write` continues with the next step.
    public mutating func endParts() { nextStep += 1 }

    private var isChunked: Bool { response.delivery.framing == .stream && minorVersion > 0 }

    private static func hasBody(_ status: Status) -> Bool {
        status.code >= 200 && status.code != 204 && status.code != 304
    }

    /// Whether the client can find the end of the body without the end of the connection.
    private static func marksEnd(of delivery: Delivery, _ minorVersion: Int) -> Bool {
        switch delivery.framing {
        case .length: true
        case .stream: minorVersion > 0
        case .exact(let contentLength): max(0, contentLength) == delivery.length
        }
    }

    private mutating func beginHead(in output: inout [UInt8], date: String) {
        guard !headIsWritten else { return }
        headIsWritten = true
        writeHead(into: &output, date: date)
    }

    private func writeHead(into output: inout [UInt8], date: String) {
        let fields = response.fields
        let date = (fields[.date] ?? date).utf8.span
        // A field is kept with its lengths, which take more than a line end, a colon and a space.
        output.append(atMost: ResponseWriter.mostFramingBytes + date.count + fields.bytes.count) { pen in
            writeStatus(with: &pen)
            date.withUnsafeBytes { pen.put($0) }
            fields.bytes.withUnsafeBytes { ResponseWriter.put(fields: $0, from: fields.start, with: &pen) }
            writeFraming(with: &pen)
        }
    }

    /// The most bytes of a status line and of the fields that are written here.
    private static let mostFramingBytes = 256

    /// The status to send: one of three digits.
    private var status: Status { (100...999).contains(response.status.code) ? response.status : .internalError }

    /// Most answers are a 200, which is written at once.
    private func writeStatus(with pen: inout BytePen) {
        let status = status
        guard status != .ok else { return pen.put("HTTP/1.1 200 OK\r\nDate: ") }
        pen.put("HTTP/1.1 ")
        pen.put(decimal: UInt(status.code))
        pen.put(UInt8(ascii: " "))
        pen.put(status.reasonPhrase)
        pen.put("\r\nDate: ")
    }

    private static func put(fields: UnsafeRawBufferPointer, from start: Int, with pen: inout BytePen) {
        var next = start
        while next < fields.count {
            let place = Fields.place(at: next, in: fields)
            next = place.value.upperBound
            let name = UnsafeRawBufferPointer(rebasing: fields[place.name])
            guard !isOurs(name) else { continue }
            pen.put("\r\n")
            put(name, with: &pen)
            pen.put(": ")
            pen.put(fields[place.value])
        }
    }

    /// Writes the fields that frame the body, and the end of the head.
    private func writeFraming(with pen: inout BytePen) {
        if ResponseWriter.hasBody(status) {
            switch response.delivery.framing {
            case .length: ResponseWriter.put(length: response.delivery.length, with: &pen)
            case .exact(let contentLength): ResponseWriter.put(length: max(0, contentLength), with: &pen)
            case .stream: if isChunked { pen.put("\r\nTransfer-Encoding: chunked") }
            }
        }
        if !keepsAlive {
            pen.put("\r\nConnection: close")
        } else if minorVersion == 0 {
            pen.put("\r\nConnection: keep-alive")
        }
        pen.put("\r\n\r\n")
    }

    private static func put(length: Int, with pen: inout BytePen) {
        pen.put("\r\nContent-Length: ")
        pen.put(decimal: UInt(length))
    }

    /// The most bytes of a chunk's length and two line ends.
    private static let mostChunkFraming = 20

    /// An empty part has no chunk: that would end the body (RFC 9112 §7.1).
    /// - Returns: false when the limit was reached before the end of the part.
    private mutating func writePart(_ bytes: [UInt8], into output: inout [UInt8], limit: Int) -> Bool {
        guard isChunked else {
            let end = min(bytes.count, written + max(0, limit - output.count))
            output.append(contentsOf: bytes[written..<end])
            written = end < bytes.count ? end : 0
            return end == bytes.count
        }
        guard !bytes.isEmpty else { return true }
        output.append(atMost: ResponseWriter.mostChunkFraming + bytes.count) { pen in
            pen.put(hexadecimal: bytes.count)
            pen.put("\r\n")
            bytes.withUnsafeBytes { pen.put($0) }
            pen.put("\r\n")
        }
        return true
    }

    private static func isOurs(_ name: UnsafeRawBufferPointer) -> Bool {
        let name = name.assumingMemoryBound(to: UInt8.self)
        return switch name.count {
        case 4: matches(name, "date")
        case 10: matches(name, "connection")
        case 14: matches(name, "content-length")
        case 17: matches(name, "transfer-encoding")
        default: false
        }
    }

    /// Writes a name in its usual spelling, `Content-Type`: names are kept in lower case, and people read the traffic.
    private static func put(_ name: UnsafeRawBufferPointer, with pen: inout BytePen) {
        var startsWord = true
        for byte in name {
            let isLetter = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            pen.put(startsWord && isLetter ? byte & ~0x20 : byte)
            startsWord = byte == UInt8(ascii: "-")
        }
    }
}
