extension JSONWriter {
    /// Writes a string between quotes: runs that need no escape are copied at once.
    mutating func quote(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        var value = value  // `withUTF8` wants a variable; nothing is copied.
        value.withUTF8 { text in
            var runStart = 0
            var index = 0
            while true {
                index = plainEnd(of: text, from: index)
                guard index < text.count else { break }
                let byte = text[index]
                let isPlain =
                    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                    && (byte < 0x7F || !asciiOnly)
                if isPlain {
                    index += 1
                    continue
                }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart..<index]))
                if byte < 0x80 {
                    escape(byte)
                    index += 1
                } else {
                    index += escapeScalar(text, at: index)
                }
                runStart = index
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The end of the bytes that are written as they are, as far as eight of them can be looked at together. Each of the
    /// four sums has the highest bit of a byte set or clear by what the byte is; none carries into the next byte, because
    /// all bytes are ASCII.
    private func plainEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let high: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawBufferPointer(text)
        var index = start
        while index + 8 <= text.count {
            let eight = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard eight & high == 0 else { break }
            let isNoControl = eight &+ 0x6060_6060_6060_6060
            let isNoQuote = (eight ^ 0x2222_2222_2222_2222) &+ 0x7F7F_7F7F_7F7F_7F7F
            let isNoBackslash = (eight ^ 0x5C5C_5C5C_5C5C_5C5C) &+ 0x7F7F_7F7F_7F7F_7F7F
            let isNoDelete = (eight ^ 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F
            guard isNoControl & isNoQuote & isNoBackslash & isNoDelete & high == high else { break }
            index += 8
        }
        return index
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): literal("\\\"")
        case UInt8(ascii: "\\"): literal("\\\\")
        case 0x08: literal("\\b")
        case 0x09: literal("\\t")
        case 0x0A: literal("\\n")
        case 0x0C: literal("\\f")
        case 0x0D: literal("\\r")
        default: escapeUnit(UInt16(byte))
        }
    }

    /// Escapes the scalar that begins at a place of well-formed UTF-8, as one or two units; returns its length.
    private mutating func escapeScalar(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let length = text[index] < 0xE0 ? 2 : text[index] < 0xF0 ? 3 : 4
        var scalar = UInt32(text[index]) & (0x7F >> UInt32(length))
        for next in index + 1..<index + length { scalar = (scalar << 6) | UInt32(text[next] & 0x3F) }
        if scalar > 0xFFFF {
            escapeUnit(UInt16(0xD7C0 + (scalar >> 10)))
            escapeUnit(UInt16(0xDC00 | (scalar & 0x3FF)))
        } else {
            escapeUnit(UInt16(scalar))
        }
        return length
    }

    private mutating func escapeUnit(_ unit: UInt16) {
        literal("\\u")
        for shift: UInt16 in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: (unit >> shift) & 0xF)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
