extension JSONScanner {
    /// Reads a string from its opening quote to behind its closing one.
    mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        try skipPlain()
        if take(UInt8(ascii: "\"")) { return String(decoding: bytes[start..<at - 1], as: UTF8.self) }

        var unescaped = Array(bytes[start..<at])
        while !take(UInt8(ascii: "\"")) {
            try escape(into: &unescaped)
            let runStart = at
            try skipPlain()
            unescaped.append(contentsOf: bytes[runStart..<at])
        }
        return String(decoding: unescaped, as: UTF8.self)
    }

    /// Steps to the next quote or backslash and checks what it steps over.
    private mutating func skipPlain() throws(JSONError) {
        var index = at
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                at = index
                return
            }
            if byte < 0x20 {
                at = index
                throw expected("the string to go on or a control character to be escaped")
            }
            if byte < 0x80 {
                index += 1
            } else if let length = wellFormedLength(at: index) {
                index += length
            } else {
                throw JSONError(message: "expected well-formed UTF-8", offset: index)
            }
        }
        at = index
        throw expected("'\"' at the end of the string")
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
        let start = at
        at += 1
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(current)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            at += 1
            let scalar = try escapedScalar(start: start)
            unescaped.append(contentsOf: UTF8.encode(scalar)!)
            return
        default: throw expected("one of \" \\ / b f n r t u after a backslash")
        }
        at += 1
    }

    /// Reads `XXXX` or `XXXX\uXXXX`; `start` is the place of the first backslash.
    private mutating func escapedScalar(start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00 else {
            throw JSONError(message: "expected a high surrogate escape before a low one", offset: start)
        }
        let lone = JSONError(message: "expected a low surrogate escape after a high one", offset: start)
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw lone }
        let second = try hexadecimal()
        guard second & 0xFC00 == 0xDC00 else { throw lone }
        return Unicode.Scalar(0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF))!
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch current {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = current - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = current - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = current - UInt8(ascii: "A") + 10
            default: throw expected("four hexadecimal digits after \\u")
            }
            value = (value << 4) + UInt32(digit)
            at += 1
        }
        return value
    }

    /// The length of the UTF-8 sequence at a place, nil when it is not one (RFC 3629 section 4: no overlong form, no
    /// surrogate, nothing above U+10FFFF, nothing cut short).
    func wellFormedLength(at index: Int) -> Int? {
        let lead = bytes[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return nil
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return nil }
        for next in index + 2..<max(index + length, index + 2) where bytes[next] & 0xC0 != 0x80 { return nil }
        return length
    }
}
