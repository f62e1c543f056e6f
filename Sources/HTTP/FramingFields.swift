/// The fields of a head that concern the connection: where the body ends, whether the connection stays open, whether
/// the client waits for `100 Continue`. Everything that another reader of the same bytes could understand differently
/// is refused, because it allows request smuggling (RFC 9112 §6.3, §11.2).
struct FramingFields {
    /// The host and port of a URL in the request line; nil when it has none.
    var authority: String?
    private var hosts = 0
    private var contentLength: Int?
    private var codings = 0
    private var isChunked = false
    private var saysClose = false
    private var saysKeepAlive = false
    private var expectsContinue = false
    private var hasUnknownExpectation = false

    /// Reads one field. The switch on the length avoids comparing other names.
    mutating func note(_ field: FieldLine) throws(ProtocolError) {
        switch field.name.text.utf8.count {
        case 4 where field.name == .host: try noteHost(field.value)
        case 6 where field.name == .expect: noteExpectation(field.value)
        case 10 where field.name == .connection: noteConnection(field.value)
        case 14 where field.name == .contentLength: try noteContentLength(field.value)
        case 17 where field.name == .transferEncoding:
            codings += 1
            isChunked = matches(field.value[...].utf8, "chunked")
        default: break
        }
    }

    /// Completes `head` after all of its fields were read.
    func complete(_ head: inout RequestHead) throws(ProtocolError) {
        guard hosts == 1 || head.minorVersion == 0 else {
            throw ProtocolError(.badRequest, "The Host field is missing; HTTP/1.1 requires it")
        }
        // RFC 9112 §3.2.2: the host of a URL in the request line counts, and not the field's.
        if let authority { head.fields.set(.host, to: authority) }
        head.framing = try framing(minorVersion: head.minorVersion)
        guard !hasUnknownExpectation else {
            throw ProtocolError(.expectationFailed, "The Expect field asks for something other than 100-continue")
        }
        head.keepAlive = !saysClose && (head.minorVersion > 0 || saysKeepAlive)
        head.expectsContinue = expectsContinue && head.minorVersion > 0 && head.framing != .none
    }

    private func framing(minorVersion: Int) throws(ProtocolError) -> RequestHead.Framing {
        guard codings > 0 else {
            return if let contentLength, contentLength > 0 { .length(contentLength) } else { .none }
        }
        guard contentLength == nil else {
            throw ProtocolError(.badRequest, "Content-Length and Transfer-Encoding stand together; send only one")
        }
        guard minorVersion > 0 else {
            throw ProtocolError(.badRequest, "HTTP/1.0 knows no Transfer-Encoding; send Content-Length instead")
        }
        guard codings == 1, isChunked else {
            throw ProtocolError(.notImplemented, "The only transfer coding understood here is chunked, given once")
        }
        return .chunked
    }

    private mutating func noteHost(_ value: String) throws(ProtocolError) {
        hosts += 1
        guard hosts == 1 else { throw ProtocolError(.badRequest, "The Host field stands more than once") }
        var value = value  // `withUTF8` wants a variable; nothing is copied.
        guard value.withUTF8(isAuthority) else {
            throw ProtocolError(.badRequest, "The Host field must be a host name with an optional port")
        }
    }

    private mutating func noteContentLength(_ value: String) throws(ProtocolError) {
        guard contentLength == nil else {
            throw ProtocolError(.badRequest, "The Content-Length field stands more than once")
        }
        var length = 0
        for byte in value.utf8 {
            let digit = byte &- UInt8(ascii: "0")
            let (tenfold, isTooLarge) = length.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = tenfold.addingReportingOverflow(Int(digit))
            guard digit <= 9, !isTooLarge, !isStillTooLarge else {
                throw ProtocolError(.badRequest, "The Content-Length field must be one decimal number of bytes")
            }
            length = sum
        }
        guard !value.isEmpty else { throw ProtocolError(.badRequest, "The Content-Length field is empty") }
        contentLength = length
    }

    /// RFC 9112 §9.3: the options are a list over all Connection fields, and `close` wins.
    private mutating func noteConnection(_ value: String) {
        for element in value[...].utf8.split(separator: UInt8(ascii: ",")) {
            let option = trimmed(element)
            if matches(option, "close") {
                saysClose = true
            } else if matches(option, "keep-alive") {
                saysKeepAlive = true
            }
        }
    }

    private mutating func noteExpectation(_ value: String) {
        if matches(value[...].utf8, "100-continue") {
            expectsContinue = true
        } else {
            hasUnknownExpectation = true
        }
    }

    private func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text
        while let byte = text.first, isBlank(byte) { text.removeFirst() }
        while let byte = text.last, isBlank(byte) { text.removeLast() }
        return text
    }
}
