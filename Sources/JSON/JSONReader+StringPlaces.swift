extension JSONReader {
    /// Where a byte of a string's value is in the text, in which escapes are longer.
    /// - Parameters:
    ///   - place: the byte's place in the value; the value's length means the closing quote.
    ///   - start: the offset of the opening quote of a well-formed string.
    public static func offset(ofByte place: Int, inStringAt start: Int, of bytes: [UInt8]) -> Int {
        var offset = start + 1
        var passed = 0
        while passed < place, offset < bytes.count {
            let (written, meant) = piece(at: offset, of: bytes)
            passed += meant
            offset += written
        }
        return offset
    }

    /// The bytes of the escape or the byte at an offset, and those of what it means.
    private static func piece(at offset: Int, of bytes: [UInt8]) -> (written: Int, meant: Int) {
        guard bytes[offset] == UInt8(ascii: "\\"), offset + 1 < bytes.count else { return (1, 1) }
        guard bytes[offset + 1] == UInt8(ascii: "u") else { return (2, 1) }
        let digits = String(decoding: bytes[(offset + 2)...].prefix(4), as: UTF8.self)
        guard let unit = UInt16(digits, radix: 16) else { return (6, 1) }
        if UTF16.isLeadSurrogate(unit) { return (12, 4) }
        return (6, unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3)
    }
}
