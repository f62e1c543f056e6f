/// The fields of a head that concern the connection: where the body ends, whether the connection stays open, whether
/// the client waits for `100 Continue`. Everything that another reader of the same bytes could understand differently
/// is refused, because it allows request smuggling (RFC 9112 §6.3, §11.2).
struct FramingFields {
    private var hosts = 0
    private var contentLength: Int?
    private var codings = 0
    private var isChunked = false
    private var saysClose = false
    private var saysKeepAlive = false
    private var expectsContinue = false
    private var hasUnknownExpectation = false

    /// Reads one field. The switch on the length avoids comparing other names.
    mutating func note(_ field: FieldLine, of line: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        let name = UnsafeBufferPointer(rebasing: line[field.name])
        let value = UnsafeBufferPointer(rebasing: line[field.value])
        switch name.count {
        case 4 where matches(name, "host"): try noteHost(value)
        case 6 where matches(name, "expect"): noteExpectation(value)
        case 10 where matches(name, "connection"): noteConnection(value)
        case 14 where matches(name, "content-length"): try noteContentLength(value)
        case 17 where matches(name, "transfer-encoding"):
            codings += 1
            isChunked = matches(value, "chunked")
        default: break
        }
    }

    /// The head, after all of its fields were read.
    func head(of content: HeadContent, minorVersion: Int) throws(ProtocolError) -> RequestHead {
        guard hosts == 1 || minorVersion == 0 else {
            throw ProtocolError(.badRequest, "The Host field is missing; HTTP/1.1 requires it")
        }
        let framing = try framing(minorVersion: minorVersion)
        guard !hasUnknownExpectation else {
            throw ProtocolError(.expectationFailed, "The Expect field asks for something other than 100-continue")
        }
        return RequestHead(
            content, minorVersion: minorVersion, framing: framing,
            keepAlive: !saysClose && (minorVersion > 0 || saysKeepAlive),
            expectsContinue: expectsContinue && minorVersion > 0 && framing != .none)
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

    private mutating func noteHost(_ value: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        hosts += 1
        guard hosts == 1 else { throw ProtocolError(.badRequest, "The Host field stands more than once") }
        guard isAuthority(value) else {
            throw ProtocolError(.badRequest, "The Host field must be a host name with an optional port")
        }
    }

    private mutating func noteContentLength(_ value: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        guard contentLength == nil else {
            throw ProtocolError(.badRequest, "The Content-Length field stands more than once")
        }
        var length = 0
        for byte in value {
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
    private mutating func noteConnection(_ value: UnsafeBufferPointer<UInt8>) {
        for element in value.split(separator: UInt8(ascii: ",")) {
            let option = FramingFields.trimmed(element)
            if matches(option, "close") {
                saysClose = true
            } else if matches(option, "keep-alive") {
                saysKeepAlive = true
            }
        }
    }

    private mutating func noteExpectation(_ value: UnsafeBufferPointer<UInt8>) {
        if matches(value, "100-continue") {
            expectsContinue = true
        } else {
            hasUnknownExpectation = true
        }
    }

    private static func trimmed(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> UnsafeBufferPointer<UInt8> {
        var text = text
        while let byte = text.first, isBlank(byte) { text.removeFirst() }
        while let byte = text.last, isBlank(byte) { text.removeLast() }
        return UnsafeBufferPointer(rebasing: text)
    }
}
