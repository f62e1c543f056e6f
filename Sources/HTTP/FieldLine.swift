/// One field line: `field-name ":" OWS field-value OWS` (RFC 9112 §5).
struct FieldLine {
    /// Where the name is in the line.
    let name: Range<Int>
    /// Where the value is, without the white space around it.
    let value: Range<Int>

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
        guard FieldLine.areValueBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(line)[start..<end]))
        else {
            throw ProtocolError(.badRequest, "A field value holds a control character; remove or encode it")
        }
        name = 0..<colon
        value = start..<end
    }

    /// Whether all are bytes of a value. Eight at a time: those with a control character are looked at one by one,
    /// because a tab is allowed.
    private static func areValueBytes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        while at + 8 <= bytes.count {
            let eight = EightBytes(bytes, at: at)
            if eight.marks(below: 0x20) | eight.marks(of: 0x7F) != 0,
                !bytes[at..<at + 8].allSatisfy(isValueByte)
            {
                return false
            }
            at += 8
        }
        while at < bytes.count {
            guard isValueByte(bytes[at]) else { return false }
            at += 1
        }
        return true
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
