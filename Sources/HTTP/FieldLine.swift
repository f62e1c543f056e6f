/// One field line: `field-name ":" OWS field-value OWS` (RFC 9112 §5).
struct FieldLine {
    let name: FieldName
    /// Without the white space around it; bytes beyond ASCII are read as UTF-8, and invalid ones are replaced.
    let value: String

    init(_ line: UnsafeBufferPointer<UInt8>) throws(ProtocolError) {
        var colon = 0
        while colon < line.count, isTokenByte(line[colon]) { colon += 1 }
        guard colon < line.count, line[colon] == UInt8(ascii: ":"), colon > 0 else {
            throw FieldLine.fault(in: line, at: colon)
        }

        var start = colon + 1
        var end = line.count
        while start < end, isBlank(line[start]) { start += 1 }
        while end > start, isBlank(line[end - 1]) { end -= 1 }
        let content = UnsafeBufferPointer(rebasing: line[start..<end])
        guard content.allSatisfy(isValueByte) else {
            throw ProtocolError(.badRequest, "A field value holds a control character; remove or encode it")
        }

        name = FieldName(token: UnsafeBufferPointer(rebasing: line[..<colon]))
        value = String(decoding: content, as: UTF8.self)
    }

    /// The error for a line that is not a field line. Its leading token ends at `index`.
    private static func fault(in line: UnsafeBufferPointer<UInt8>, at index: Int) -> ProtocolError {
        let message =
            if index == line.count {
                "A field line has no colon"
            } else if line[index] == UInt8(ascii: ":") {
                "A field has an empty name"
            } else if !isBlank(line[index]) {
                "A field name holds a character that is not allowed there"
            } else if index == 0 {
                "A field line starts with white space; folded lines are obsolete, send the value on one line"
            } else {
                "A field name is followed by white space; the colon must follow the name at once"
            }
        return ProtocolError(.badRequest, message)
    }
}
