/// A text folded and without the white space at its ends, to be compared as a whole.
public struct FoldedText: Sendable {
    /// As its author wrote it.
    public let written: String
    /// Folded, as UTF-8.
    public let bytes: [UInt8]

    public init(_ text: String) {
        written = text
        bytes = Folding.asciiLowercased(text).map(Self.bytes) ?? Self.bytes(scalars: Folding.scalars(of: text))
    }

    /// - Parameter ascii: folded bytes.
    static func bytes(ascii: [UInt8]) -> [UInt8] {
        guard let start = ascii.firstIndex(where: { !isSpace(Int32($0)) }) else { return [] }
        let end = ascii.lastIndex { !isSpace(Int32($0)) }! + 1
        return end - start == ascii.count ? ascii : Array(ascii[start..<end])
    }

    /// - Parameter scalars: folded scalars.
    static func bytes(scalars: [Int32]) -> [UInt8] {
        let start = scalars.firstIndex { !isSpace($0) } ?? scalars.endIndex
        let end = scalars.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
        return Folding.encode(scalars[start..<end])
    }

    /// The Unicode property White_Space.
    static func isSpace(_ scalar: Int32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}

/// Two texts are equal when they are in folded form, however they are written.
extension FoldedText: Hashable {
    public static func == (left: FoldedText, right: FoldedText) -> Bool { left.bytes == right.bytes }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension FoldedText: CustomStringConvertible {
    /// In folded form.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
