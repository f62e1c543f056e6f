import Exact

extension JSONWriter {
    /// Writes a string between quotes, after a comma if one is due, and a colon behind a key.
    mutating func quote(_ value: String, isKey: Bool) {
        let isBehind = needsComma
        needsComma = !isKey
        let asciiOnly = asciiOnly
        value.utf8.span.withUnsafeBufferPointer { text in
            var done = 0
            bytes.append(atMost: text.count + 4) { pen in
                if isBehind { pen.put(UInt8(ascii: ",")) }
                pen.put(UInt8(ascii: "\""))
                done = pen.put(plain: text, from: 0, asciiOnly: asciiOnly)
                guard done == text.count else { return }
                pen.put(UInt8(ascii: "\""))
                if isKey { pen.put(UInt8(ascii: ":")) }
            }
            guard done < text.count else { return }
            escape(text, from: done)
            bytes.append(UInt8(ascii: "\""))
            if isKey { bytes.append(UInt8(ascii: ":")) }
        }
    }

    /// Writes a string from a place that must be escaped.
    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
        let asciiOnly = asciiOnly
        var index = start
        while index < text.count {
            if text[index] < 0x80 {
                escape(text[index])
                index += 1
            } else {
                index += escapeScalar(text, at: index)
            }
            bytes.append(atMost: text.count - index) { pen in
                index = pen.put(plain: text, from: index, asciiOnly: asciiOnly)
            }
        }
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

extension BytePen {
    /// Copies bytes up to the first that must be escaped.
    /// - Returns: the place of that byte; the end of the text without one.
    @inline(__always)
    mutating func put(plain text: UnsafeBufferPointer<UInt8>, from start: Int, asciiOnly: Bool) -> Int {
        let raw = UnsafeRawBufferPointer(text)
        var index = start
        while index + 8 <= raw.count {
            let eight = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard isPlain(eight, asciiOnly: asciiOnly) else { break }
            UnsafeMutableRawPointer(place).storeBytes(of: eight, as: UInt64.self)
            place += 8
            index += 8
        }
        let last = raw.count - 8
        if start <= last, last <= index {
            // Some of the last eight bytes were copied already.
            let eight = raw.loadUnaligned(fromByteOffset: last, as: UInt64.self)
            if isPlain(eight, asciiOnly: asciiOnly) {
                UnsafeMutableRawPointer(place + (last - index)).storeBytes(of: eight, as: UInt64.self)
                place += raw.count - index
                return raw.count
            }
        }
        while index < raw.count {
            let byte = raw[index]
            guard
                byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte < 0x7F || !asciiOnly
            else { break }
            put(byte)
            index += 1
        }
        return index
    }
}

/// Whether none of the eight bytes must be escaped. Each of the tests has the highest bit of a byte set where the byte is
/// meant; it can be set in a byte above such a one too, which changes nothing.
@inline(__always)
private func isPlain(_ eight: UInt64, asciiOnly: Bool) -> Bool {
    let (low, high): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let (quotes, backslashes) = (eight ^ 0x2222_2222_2222_2222, eight ^ 0x5C5C_5C5C_5C5C_5C5C)
    var found = (eight &- low &* 0x20) & ~eight
    found |= (quotes &- low) & ~quotes
    found |= (backslashes &- low) & ~backslashes
    if asciiOnly {
        let deletes = eight ^ 0x7F7F_7F7F_7F7F_7F7F
        found |= eight | ((deletes &- low) & ~deletes)
    }
    return found & high == 0
}
