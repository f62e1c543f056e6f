/// The head of one part of a form (RFC 7578 §4).
public struct FormPart: Equatable, Sendable {
    /// The caller's name for the field.
    public let name: String
    /// Nil for a part that is not a file; empty when a browser had no file to send. It is text from the caller, which
    /// can contain a path and line ends.
    public let filename: String?
    /// The type as it was sent; nil when none was sent, and then it is text or unknown (RFC 7578 §4.4).
    public let contentType: String?
    /// All fields of the part.
    public let fields: Fields
    /// The offset in the body at which the content begins.
    public let offset: Int

    /// - Parameter part: what errors call the part.
    init(_ fields: Fields, at offset: Int, _ part: @autoclosure () -> String) throws(ProtocolError) {
        let dispositions = fields.all(.contentDisposition)
        guard dispositions.count == 1 else {
            let fault = dispositions.isEmpty ? "has no Content-Disposition" : "has Content-Disposition twice"
            throw ProtocolError(.badRequest, "\(part()) \(fault)")
        }
        let value = try ParameterizedValue(dispositions[0], of: "The Content-Disposition of \(FormPart.inside(part()))")
        guard value.word == "form-data" else {
            throw ProtocolError(.badRequest, "\(part()) has another Content-Disposition than form-data")
        }
        guard let name = value["name"] else {
            throw ProtocolError(.badRequest, "\(part()) has no name; Content-Disposition must give one")
        }
        self.name = FormPart.text(name)
        let extended = try value["filename*"].map { (bytes) throws(ProtocolError) in
            guard let text = FormPart.extended(bytes) else {
                throw ProtocolError(
                    .badRequest, "\(part()) has a filename* that is not UTF-8 after RFC 8187; send filename instead")
            }
            return text
        }
        filename = extended ?? value["filename"].map(FormPart.text)
        contentType = fields[.contentType]
        self.fields = fields
        self.offset = offset
        try FormPart.checkTransferEncoding(fields, part())
    }

    /// The name of the part in the middle of a sentence.
    private static func inside(_ part: String) -> String { "p" + part.dropFirst() }

    /// RFC 7578 §4.7 forbids the field. Values that change nothing are accepted, because some libraries still send
    /// them.
    private static func checkTransferEncoding(
        _ fields: Fields, _ part: @autoclosure () -> String
    ) throws(ProtocolError) {
        guard let encoding = fields[.contentTransferEncoding] else { return }
        guard ["7bit", "8bit", "binary"].contains(encoding.lowercased()) else {
            throw ProtocolError(.badRequest, "\(part()) has a Content-Transfer-Encoding; send its bytes as they are")
        }
    }

    /// Undoes the escaping of names that browsers and most libraries do (WHATWG's HTML standard §4.10.22.8): three
    /// bytes are escaped, and no others, so a `%` can also be literal.
    private static func text(_ bytes: [UInt8]) -> String {
        guard bytes.contains(UInt8(ascii: "%")) else { return String(decoding: bytes, as: UTF8.self) }
        let escapes = ["%22": UInt8(ascii: "\""), "%0D": UInt8(ascii: "\r"), "%0A": UInt8(ascii: "\n")]
        var text: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.first {
            let escaped = byte == UInt8(ascii: "%") ? escapes[String(decoding: rest.prefix(3), as: UTF8.self)] : nil
            text.append(escaped ?? byte)
            rest = rest.dropFirst(escaped == nil ? 1 : 3)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes `UTF-8''%e2%82%ac.png` (RFC 8187). RFC 7578 §4.2 forbids it here, but urllib3 sent names beyond ASCII in
    /// this form until 2019; when both forms are sent, this one is exact (RFC 6266 §4.3).
    private static func extended(_ bytes: [UInt8]) -> String? {
        let parts = bytes.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].map(lowercased) == Array("utf-8".utf8) else { return nil }
        let (text, isWhole) = PercentEncoding.decoded(parts[2])
        return isWhole ? String(validating: text, as: UTF8.self) : nil
    }
}
