// Texts compared by their bytes.
//
// Swift's own `==`, `<`, hashes, `hasPrefix` and `Character` know Unicode: "é" as one scalar equals "e" with an accent,
// and "{" followed by a combining mark is not "{". A text that came from outside is compared by its bytes instead, as
// databases, JSON and other programs do. `==` may stay where one side is ASCII without `K`, `;` and the backtick: no
// other text is canonically equal to such a one.

/// Whether both are the same bytes.
@inlinable
public func === (a: String, b: String) -> Bool {
    // Most texts that differ have another length, which costs less than their bytes.
    a.utf8.count == b.utf8.count && a.utf8.span.bytes === b.utf8.span.bytes
}

/// Whether both are the same bytes.
@inlinable
public func === (a: RawSpan, b: RawSpan) -> Bool {
    guard a.byteCount == b.byteCount else { return false }
    return a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
            var at = 0
            while at + 8 <= a.count {
                let words = (
                    a.loadUnaligned(fromByteOffset: at, as: UInt64.self),
                    b.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                )
                guard words.0 == words.1 else { return false }
                at += 8
            }
            while at < a.count {
                guard a[at] == b[at] else { return false }
                at += 1
            }
            return true
        }
    }
}

public func !== (a: String, b: String) -> Bool { !(a === b) }

/// Whether both are non-nil with the same bytes, or both are nil.
public func === (a: String?, b: String?) -> Bool {
    switch (a, b) {
    case (let a?, let b?): a === b
    case (nil, nil): true
    default: false
    }
}

public func !== (a: String?, b: String?) -> Bool { !(a === b) }

extension String {
    /// Whether it begins with the bytes of another.
    public func begins(with start: String) -> Bool {
        let (bytes, start) = (utf8.span.bytes, start.utf8.span.bytes)
        return bytes.byteCount >= start.byteCount && bytes.extracting(first: start.byteCount) === start
    }

    /// Whether it ends with the bytes of another.
    public func ends(with end: String) -> Bool { utf8.suffix(end.utf8.count).elementsEqual(end.utf8) }

    /// Whether it contains the bytes of another.
    public func holds(_ text: String) -> Bool {
        text.isEmpty || utf8.firstRange(of: text.utf8) != nil
    }

    /// Whether it contains the byte.
    public func holds(_ byte: UInt8) -> Bool {
        let bytes = utf8.span
        for place in bytes.indices where bytes[place] == byte { return true }
        return false
    }

    /// The text with the bytes of one text in place of every occurrence of another.
    public func with(_ new: String, inPlaceOf old: String) -> String {
        guard holds(old), !old.isEmpty else { return self }
        return String(decoding: Array(utf8).replacing(Array(old.utf8), with: Array(new.utf8)), as: UTF8.self)
    }

    /// Whether it has at most so many Unicode scalars. A longer text costs no more than this many.
    public func hasScalars(atMost limit: Int) -> Bool {
        utf8.count <= limit || utf8.count <= 4 * limit && unicodeScalars.count <= limit
    }

    /// Whether it holds nothing but white space (the Unicode property White_Space), scalar by scalar.
    public var isBlank: Bool { unicodeScalars.allSatisfy(\.isWhiteSpace) }

    /// Without the white space before and after it (the Unicode property White_Space), scalar by scalar.
    public var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isWhiteSpace }),
            let last = scalars.lastIndex(where: { !$0.isWhiteSpace })
        else { return "" }
        return first == startIndex && scalars.index(after: last) == endIndex ? self : String(scalars[first...last])
    }
}

extension Unicode.Scalar {
    /// Whether it has the Unicode property White_Space. To look that up takes longer, and most scalars are ASCII.
    fileprivate var isWhiteSpace: Bool {
        isASCII ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
    }
}

extension UInt8 {
    /// Whether it is a letter of `A` to `Z` or `a` to `z`, or a digit.
    public var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// Whether a name that is used in headers, paths and logs can contain it: a letter, a digit, `_` or `-`.
    public var isNameByte: Bool { isASCIILetterOrDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-") }
}
