/// Puts responses on the wire (RFC 9112 §4 and §6). Everything that frames a message is written here and nowhere else.
public enum ResponseWriter {
    /// The interim answer to `Expect: 100-continue`.
    public static let continue100 = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends a whole response to `output`. It always says HTTP/1.1, whatever the request said (RFC 9110 §2.5).
    ///
    /// The fields go out as given, but for Date, Content-Length, Connection and Transfer-Encoding, which are the
    /// server's. A status that cannot have a body sends none, and a status that is not three digits goes out as 500.
    ///
    /// - Parameters:
    ///   - answersHead: The request's method was HEAD: Content-Length tells of the body, which is not sent.
    ///   - keepAlive: Whether the connection stays open after this response.
    ///   - minorVersion: The request's, since a 1.0 client must be told that its connection is kept.
    ///   - date: The time in the form of RFC 9110 §5.6.7, `Sun, 06 Nov 1994 08:49:37 GMT`.
    public static func write(
        _ response: Response, into output: inout [UInt8], answersHead: Bool, keepAlive: Bool, minorVersion: Int,
        date: String
    ) {
        let status = (100...999).contains(response.status.code) ? response.status : .internalError
        let hasBody = status.code >= 200 && status.code != 204 && status.code != 304

        append("HTTP/1.1 ", to: &output)
        append(decimal: status.code, to: &output)
        output.append(UInt8(ascii: " "))
        append(status.reasonPhrase, to: &output)
        append("\r\nDate: ", to: &output)
        output.append(contentsOf: date.utf8)
        for field in response.fields.list where !isOurs(field.name) {
            append("\r\n", to: &output)
            append(field.name, to: &output)
            append(": ", to: &output)
            output.append(contentsOf: field.value.utf8)
        }
        if hasBody {
            append("\r\nContent-Length: ", to: &output)
            append(decimal: response.body.count, to: &output)
        }
        if !keepAlive {
            append("\r\nConnection: close", to: &output)
        } else if minorVersion == 0 {
            append("\r\nConnection: keep-alive", to: &output)
        }
        append("\r\n\r\n", to: &output)
        if hasBody, !answersHead { output.append(contentsOf: response.body) }
    }

    private static func isOurs(_ name: FieldName) -> Bool {
        switch name.text.utf8.count {
        case 4: name == .date
        case 10: name == .connection
        case 14: name == .contentLength
        case 17: name == .transferEncoding
        default: false
        }
    }

    private static func append(_ text: StaticString, to output: inout [UInt8]) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// In the familiar spelling, `Content-Type`: names are kept in lower case, and people read the wire.
    private static func append(_ name: FieldName, to output: inout [UInt8]) {
        var startsWord = true
        for byte in name.text.utf8 {
            let isLetter = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            output.append(startsWord && isLetter ? byte & ~0x20 : byte)
            startsWord = byte == UInt8(ascii: "-")
        }
    }

    private static func append(decimal number: Int, to output: inout [UInt8]) {
        let start = output.count
        var rest = number
        repeat {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        output[start...].reverse()
    }
}
