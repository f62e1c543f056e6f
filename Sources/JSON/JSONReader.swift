/// Reads strict JSON (RFC 8259).
///
/// Stricter than the RFC asks: invalid UTF-8 and escapes of lone surrogates are refused. A byte order mark is skipped,
/// as RFC 8259 §8.1 allows. Repeated keys are kept; `JSONValue.subscript` takes the last one.
public enum JSONReader {
    /// U+FEFF in UTF-8, with which some editors begin a file.
    public static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// How deep arrays and objects can nest in a text that says nothing else, such as a fixture.
    public static let standardDepth = 64

    /// - Parameter depthLimit: how deep arrays and objects can nest. The reader recurses, so this also bounds its
    ///   stack; it is meant to stay in the hundreds.
    public static func read(_ bytes: [UInt8], depthLimit: Int = standardDepth) throws(JSONError) -> JSONValue {
        var scanner = JSONScanner(bytes: bytes, depthLimit: depthLimit)
        return try scanner.text()
    }
}

/// The place in a text and the grammar around it; strings and numbers are in their own files.
struct JSONScanner {
    let bytes: [UInt8]
    let depthLimit: Int
    var at = 0

    init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    /// The byte at the current place; 0, which is legal nowhere, at the end.
    var current: UInt8 {
        at < bytes.count ? bytes[at] : 0
    }

    mutating func text() throws(JSONError) -> JSONValue {
        if let encoding = otherEncoding {
            throw JSONError(message: "expected UTF-8, found \(encoding): save or send it as UTF-8", offset: 0)
        }
        if bytes.starts(with: JSONReader.byteOrderMark) { at = JSONReader.byteOrderMark.count }
        let value = try self.value(depth: 0, expecting: "a value")
        skipSpace()
        guard at == bytes.count else { throw expected("the end of the text") }
        return value
    }

    /// The encoding of a text that is not UTF-8, by its byte order mark or by the zeros of its first character, which is
    /// ASCII in JSON (RFC 4627 §3); nil for UTF-8.
    private var otherEncoding: String? {
        guard bytes.count >= 4 else { return nil }
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0xFF, 0xFE, 0, 0), (0, 0, 0xFE, 0xFF), (0, 0, 0, 1...), (1..., 0, 0, 0): return "UTF-32"
        case (0xFF, 0xFE, _, _), (0xFE, 0xFF, _, _), (0, 1..., 0, 1...), (1..., 0, 1..., 0): return "UTF-16"
        default: return nil
        }
    }

    private mutating func value(depth: Int, expecting: String) throws(JSONError) -> JSONValue {
        skipSpace()
        let start = at
        let kind: JSONValue.Kind
        switch current {
        case UInt8(ascii: "\""): kind = .string(try string())
        case UInt8(ascii: "{"): kind = .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): kind = .array(try array(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): kind = try number()
        case UInt8(ascii: "t"): kind = try word("true", .bool(true))
        case UInt8(ascii: "f"): kind = try word("false", .bool(false))
        case UInt8(ascii: "n"): kind = try word("null", .null)
        default: throw expected(expecting)
        }
        return JSONValue(kind: kind, offset: start)
    }

    private mutating func object(depth: Int) throws(JSONError) -> [JSONValue.Member] {
        try enter(depth)
        skipSpace()
        if take(UInt8(ascii: "}")) { return [] }
        var members: [JSONValue.Member] = []
        members.reserveCapacity(4)
        while true {
            skipSpace()
            let keyOffset = at
            guard current == UInt8(ascii: "\"") else {
                throw expected(members.isEmpty ? "a key in double quotes or '}'" : "a key in double quotes after ','")
            }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw expected("':' after the key") }
            let value = try value(depth: depth, expecting: "a value after ':'")
            members.append(JSONValue.Member(key: key, keyOffset: keyOffset, value: value))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw expected("',' or '}' after a member") }
            return members
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        try enter(depth)
        skipSpace()
        if take(UInt8(ascii: "]")) { return [] }
        var values: [JSONValue] = []
        while true {
            values.append(
                try value(depth: depth, expecting: values.isEmpty ? "a value or ']'" : "a value after ','"))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw expected("',' or ']' after a value") }
            return values
        }
    }

    /// Steps over an opening bracket.
    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= depthLimit else {
            throw JSONError(message: "expected at most \(depthLimit) levels of nesting, found one more", offset: at)
        }
        at += 1
    }

    private mutating func word(_ word: StaticString, _ kind: JSONValue.Kind) throws(JSONError) -> JSONValue.Kind {
        for index in 0..<word.utf8CodeUnitCount {
            guard at + index < bytes.count, bytes[at + index] == word.utf8Start[index] else {
                throw expected("a value such as \(word)")
            }
        }
        at += word.utf8CodeUnitCount
        return kind
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }
}
