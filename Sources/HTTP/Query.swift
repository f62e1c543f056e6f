import Exact

/// A query string, read as a form according to WHATWG's URL standard §5.1 (`FormParser`): nothing is malformed, and a
/// `%` that begins no escape is kept.
public struct Query: Equatable, Sendable {
    public struct Pair: Equatable, Sendable {
        public let name: String
        /// Empty without a `=`.
        public let value: String

        init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// Decodes the text between two `&`.
        init<Text: Collection<UInt8>>(encoded part: Text) where Text.SubSequence == Text {
            let mark = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            name = Pair.text(part[..<mark])
            value = Pair.text(part[mark...].dropFirst())
        }

        private static func text<Text: Collection<UInt8>>(_ raw: Text) -> String where Text.SubSequence == Text {
            String(decoding: PercentEncoding.decoded(raw, plusIsSpace: true).bytes, as: UTF8.self)
        }
    }

    /// In the order in which they were sent. A name can occur more than once.
    public let pairs: [Pair]

    /// Reads the text after the `?`, as in `RequestHead.query`.
    public init(_ raw: String) { self.init(Array(raw.utf8)[...]) }

    /// Reads the bytes after the `?`, as in `RequestHead.queryBytes`.
    public init(_ raw: ArraySlice<UInt8>) {
        pairs = raw.isEmpty ? [] : raw.split(separator: UInt8(ascii: "&")).map { Pair(encoded: $0) }
    }

    /// The first value of that name.
    public subscript(_ name: String) -> String? {
        pairs.first { $0.name === name }?.value
    }
}
