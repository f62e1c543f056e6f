/// A query string, or a body of type `application/x-www-form-urlencoded`, as WHATWG's URL standard §5.1 reads it:
/// nothing is malformed, and what is not an escape stands for itself.
public struct Query: Equatable, Sendable {
    public struct Pair: Equatable, Sendable {
        public let name: String
        /// Empty without a `=`.
        public let value: String
    }

    /// In the order they were sent. A name may stand more than once.
    public let pairs: [Pair]

    /// `raw` is what stands after the `?`, as `RequestHead.query` has it.
    public init(_ raw: String) {
        pairs = raw[...].utf8.split(separator: UInt8(ascii: "&")).map { part in
            let mark = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            return Pair(name: Query.text(part[..<mark]), value: Query.text(part[mark...].dropFirst()))
        }
    }

    /// The first value of that name.
    public subscript(_ name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    private static func text(_ raw: Substring.UTF8View) -> String {
        String(decoding: PercentEncoding.decoded(raw, plusIsSpace: true).bytes, as: UTF8.self)
    }
}
