/// Reads a JSON object that comes in pieces and has one long text, so that this text need not be in memory: it is left
/// out, and the rest is kept for `JSONReader`.
///
/// It only tells strings from the rest. Whether the rest is JSON says the reader.
public struct LongMember {
    /// The object with an empty string in place of the long text.
    public private(set) var rest: [UInt8] = []
    /// The place of the text in the object, as it is written between its quotes, in bytes; nil: the object has no such
    /// text. Of several it is the last, as in `JSONValue.subscript`.
    public private(set) var place: Range<Int>?
    /// Whether it has escapes, to be read by `ASCIIText`.
    public private(set) var isEscaped = false

    private let key: [UInt8]
    /// How many bytes came before the piece.
    private var read = 0
    private var depth = 0
    private var part = Part.between

    private enum Part {
        case between
        /// In a string that is kept.
        /// - Parameter start: its place in `rest`, behind the quote.
        case kept(start: Int, isEscaped: Bool)
        /// Behind the key of the long text, before its value.
        case named
        /// In the long text.
        case long(start: Int, isEscaped: Bool)
    }

    /// - Parameter key: of the long text, a member of the outermost object.
    public init(_ key: String) { self.key = Array(key.utf8) }

    public mutating func append(_ piece: [UInt8]) {
        let bytes = piece.span
        var at = 0
        while at < bytes.count {
            if case .long(let start, isEscaped: false) = part {
                let end = LongMember.end(of: bytes, from: at)
                guard end < bytes.count else { break }
                at = end
                if bytes[at] == UInt8(ascii: "\\") {
                    part = .long(start: start, isEscaped: true)
                    isEscaped = true
                } else {
                    place = start..<read + at
                    rest.append(bytes[at])
                    part = .between
                }
            } else if case .long(let start, isEscaped: true) = part {
                part = .long(start: start, isEscaped: false)
            } else {
                rest.append(bytes[at])
                take(bytes[at], at: read + at)
            }
            at += 1
        }
        read += bytes.count
    }

    /// Takes a byte that is kept.
    private mutating func take(_ byte: UInt8, at offset: Int) {
        switch (part, byte) {
        case (.kept(let start, isEscaped: true), _): part = .kept(start: start, isEscaped: false)
        case (.kept(let start, _), UInt8(ascii: "\\")): part = .kept(start: start, isEscaped: true)
        case (.kept(let start, _), UInt8(ascii: "\"")): part = ends(start) ? .named : .between
        case (.kept, _): break
        case (.named, UInt8(ascii: "\"")): part = .long(start: offset + 1, isEscaped: false)
        case (.named, UInt8(ascii: ":")), (.named, UInt8(ascii: " ")), (.named, 0x09...0x0D): break
        case (_, UInt8(ascii: "\"")): part = .kept(start: rest.count, isEscaped: false)
        case (_, UInt8(ascii: "{")), (_, UInt8(ascii: "[")): (part, depth) = (.between, depth + 1)
        case (_, UInt8(ascii: "}")), (_, UInt8(ascii: "]")): (part, depth) = (.between, depth - 1)
        default: part = .between
        }
    }

    /// Whether the string that ends here is the key. A value with the same text is followed by no colon.
    private func ends(_ start: Int) -> Bool { depth == 1 && rest[start..<rest.count - 1].elementsEqual(key) }

    /// The place of the next quote or escape; the end if there is none.
    private static func end(of bytes: borrowing Span<UInt8>, from start: Int) -> Int {
        var at = start
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") { at += 1 }
        return at
    }
}
