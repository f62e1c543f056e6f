/// A text folded and without the white space at its ends, to be compared as a whole.
public struct FoldedText: Hashable, Sendable {
    /// As UTF-8.
    public let bytes: [UInt8]

    public init(_ text: String) {
        if let ascii = Folding.asciiLowercased(text) {
            self.init(ascii: ascii)
        } else {
            self.init(scalars: Folding.scalars(of: text))
        }
    }

    /// - Parameter ascii: folded bytes.
    init(ascii: [UInt8]) {
        guard let start = ascii.firstIndex(where: { !Self.isSpace(Int32($0)) }) else {
            bytes = []
            return
        }
        let end = ascii.lastIndex { !Self.isSpace(Int32($0)) }! + 1
        bytes = end - start == ascii.count ? ascii : Array(ascii[start..<end])
    }

    /// - Parameter scalars: folded scalars.
    init(scalars: [Int32]) {
        let start = scalars.firstIndex { !Self.isSpace($0) } ?? scalars.endIndex
        let end = scalars.lastIndex { !Self.isSpace($0) }.map { $0 + 1 } ?? start
        bytes = Folding.encode(scalars[start..<end])
    }

    /// The Unicode property White_Space.
    static func isSpace(_ scalar: Int32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}

extension FoldedText: CustomStringConvertible {
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
